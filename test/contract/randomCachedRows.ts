/**
 * Rows that are kept by their keys are those that the database has, after random writes of all kinds, and all rows of a lookup are of one
 * moment, whoever writes beside it.
 */
import { assert, layer } from "@effect/vitest"
import { Query, QueryCache, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { Branch, Card, Coded, Leaf, Note, Owner, Slot } from "./cards.ts"
import { codeOf, Key, slotOf, Who, Write, write } from "./cardWrites.ts"
import type { Database } from "./Subject.ts"

class Undone extends Data.TaggedError("Undone") {}

const Lookup = Schema.Struct({
  of: Schema.Literals(["Card", "Coded", "Slot", "Branch", "Leaf", "Note"]),
  by: Schema.Literals(["get", "findById", "findMany", "loader"]),
  keys: Schema.Array(Key).check(Schema.isMinLength(1), Schema.isMaxLength(5)),
  who: Who
})
type Lookup = typeof Lookup.Type

const lookups = Schema.Array(Lookup).check(Schema.isMinLength(1), Schema.isMaxLength(6))

const Part = Schema.Struct({
  how: Schema.Literals(["alone", "alone", "committed", "rolledBack", "nested", "plain", "work"]),
  writes: Schema.Array(Write).check(Schema.isMinLength(1), Schema.isMaxLength(3)),
  before: lookups,
  after: lookups
})

const programs = Arbitrary.array(Arbitrary.schema(Part), { minLength: 1, maxLength: 8 })

/** Rows by keys, in one of the ways in which they can be looked up. */
const lookUp = ({ by, keys, of, who }: Lookup, firstNote: number) => {
  const find = <K, A, E>(
    { findById, findMany, get, loader }: {
      readonly get: (key: K) => Effect.Effect<A, E, Owner>
      readonly findById: (key: K) => Effect.Effect<Option.Option<A>, E, Owner>
      readonly findMany: (keys: ReadonlyArray<K>) => Effect.Effect<ReadonlyArray<Option.Option<A>>, E, Owner>
      readonly loader: (key: K) => Effect.Effect<Option.Option<A>, E, Owner>
    },
    keyOf: (key: typeof Key.Type) => K
  ): Effect.Effect<ReadonlyArray<Option.Option<A>>, E, Owner> => {
    const wanted = keys.map(keyOf)
    switch (by) {
      case "get":
        return Effect.forEach(wanted, (key) => Effect.option(get(key)))
      case "findById":
        return Effect.forEach(wanted, findById)
      case "findMany":
        return findMany(wanted)
      case "loader":
        return Effect.forEach(wanted, loader, { concurrency: "unbounded" })
    }
  }
  return Effect.gen(function*() {
    switch (of) {
      case "Card":
        return yield* find(yield* Repository.make(Card), (key) => key)
      case "Coded":
        return yield* find(yield* Repository.make(Coded), codeOf)
      case "Slot":
        return yield* find(yield* Repository.make(Slot), slotOf)
      case "Branch":
        return yield* find(yield* Repository.make(Branch), (key) => key)
      case "Leaf":
        return yield* find(yield* Repository.make(Leaf), (key) => key)
      case "Note":
        return yield* find(yield* Repository.make(Note), (key) => firstNote + key)
    }
  }).pipe(Effect.provideService(Owner, who))
}

const empty = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM kept_cards`
  yield* sql`DELETE FROM kept_slots`
  yield* sql`DELETE FROM kept_notes`
  yield* sql`DELETE FROM kept_leaves`
  // not every database deletes rows together with those that they refer to
  for (const id of [4, 3, 2, 1]) yield* sql`DELETE FROM kept_branches WHERE id = ${id}`
})

const begin = Effect.gen(function*() {
  yield* empty
  yield* Query.insert(Card).values([1, 2, 3].map((id) => ({ id, code: codeOf(id), text: "w" })))
  yield* Query.insert(Slot).values([1, 2, 3].map((key) => ({ ...slotOf(key), text: "w" }))).pipe(
    Effect.provideService(Owner, "a")
  )
  yield* Query.insert(Branch).values([{ id: 1, parent: null, weight: 0 }])
  yield* Query.insert(Branch).values([{ id: 2, parent: 1, weight: 0 }])
  yield* Query.insert(Leaf).values([{ id: 1, branch: 1 }, { id: 2, branch: 2 }])
  return (yield* (yield* Repository.make(Note)).insert({ text: "w" })).id
})

const run = ({ after, how, writes }: typeof Part.Type, firstNote: number) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const each = (some: ReadonlyArray<Write>) => Effect.forEach(some, (one) => write(one, firstNote), { discard: true })
    const looked = Effect.forEach(after, (one) => lookUp(one, firstNote))
    const all = Effect.andThen(each(writes), looked)
    switch (how) {
      case "alone":
        return yield* Effect.forEach(writes, (one) => Effect.ignore(write(one, firstNote)))
      case "committed":
        return yield* Session.transaction(all)
      case "rolledBack":
        return yield* Session.transaction(Effect.andThen(all, new Undone()))
      case "nested":
        return yield* Session.transaction(Effect.andThen(
          Effect.ignore(Session.transaction(Effect.andThen(all, new Undone()))),
          each(writes.slice(1))
        ))
      case "plain":
        return yield* sql.withTransaction(all)
      case "work":
        return yield* Session.unitOfWork(all)
    }
  })

export const randomCachedRows = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Card, Slot, Branch, Leaf, Note]), { timeout: "180 seconds" })(
    `${label}: rows that are kept by their keys`,
    (it) => {
      it.effect.prop("are those that the database has", { programs }, ({ programs: parts }) =>
        Effect.gen(function*() {
          const firstNote = yield* begin
          for (const part of parts) {
            yield* Effect.forEach(part.before, (one) => lookUp(one, firstNote))
            yield* Effect.ignore(run(part, firstNote))
            const looked = Effect.forEach(part.after, (one) => lookUp(one, firstNote))
            assert.deepStrictEqual(yield* looked, yield* QueryCache.bypass(looked))
          }
        }).pipe(Effect.provide(QueryCache.layerMemory())), { arbitrary: { runs: 60 }, timeout: 180_000 })

      // with room for two of four rows, every lookup takes some and reads others
      it.effect.each([2, 100])(
        "are of one moment, and not older than what was committed, with room for %s",
        (capacity) =>
          Effect.gen(function*() {
            yield* empty
            const cards = yield* Repository.make(Card)
            const ids = [1, 2, 3, 4]
            yield* cards.insertMany(ids.map((id) => ({ id, code: codeOf(id), text: "0" })))
            const progress = { begun: 0, committed: 0, last: 30 }
            const writer = Effect.gen(function*() {
              while (progress.begun < progress.last) {
                const text = String(++progress.begun)
                const all = cards.patchMany(ids.map((id) => ({ id, text })))
                const each = Effect.forEach(
                  ids,
                  (id) => Query.update(Card).set(() => ({ text })).where((card) => card.id.eq(id))
                )
                yield* progress.begun % 2 === 0 ? all : Session.transaction(each)
                progress.committed = progress.begun
                yield* Effect.yieldNow
              }
            })
            const reader = (some: ReadonlyArray<number>) =>
              Effect.gen(function*() {
                while (progress.committed < progress.last) {
                  const atLeast = progress.committed
                  const found = (yield* cards.getMany(some)).map(({ text }) => Number(text))
                  assert.deepStrictEqual(new Set(found).size, 1, found.join())
                  assert.isAtLeast(found[0] ?? 0, atLeast)
                  assert.isAtMost(found[0] ?? 0, progress.begun)
                  yield* Effect.yieldNow
                }
              })
            const readers = [[1], [1, 2], [2, 3], [3, 4, 1], [4, 2, 4], ids].map(reader)
            yield* Effect.all([writer, ...readers], { concurrency: "unbounded", discard: true })
          }).pipe(Effect.provide(QueryCache.layerMemory({ capacity }))),
        { timeout: 120_000 }
      )
    }
  )
