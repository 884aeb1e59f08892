/**
 * A nested transaction that fails undoes its own work, all of it and nothing else, however deep it is.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Schema.Int),
  value: Column.int32
}, { table: "nested_items" }) {}

class Numbered extends Model.Class<Numbered>("Numbered")({
  id: Column.serial(Schema.Int),
  text: Schema.String
}, { table: "nested_numbered" }) {}

class Refused extends Data.TaggedError("Refused") {}

/** What a program does. Ids are few, so that programs meet their own rows, and break their key. */
type Step =
  | { readonly _tag: "Insert"; readonly id: number; readonly value: number }
  | { readonly _tag: "InsertMany"; readonly first: number; readonly count: number }
  | { readonly _tag: "Add"; readonly value: number }
  | { readonly _tag: "Delete"; readonly id: number }
  | { readonly _tag: "Read" }
  | { readonly _tag: "Fail" }
  | { readonly _tag: "Nested"; readonly steps: ReadonlyArray<Step> }

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Steps: Schema.Codec<ReadonlyArray<Step>> = Schema.Array(Schema.suspend(() => Step)).check(Schema.isMaxLength(6))

const Nested = Schema.TaggedStruct("Nested", { steps: Steps })

/** The more kinds are nested, the deeper. */
const Step: Schema.Codec<Step> = Schema.Union([
  Nested,
  Nested,
  Schema.TaggedStruct("Insert", { id: between(0, 30), value: between(-9, 9) }),
  Schema.TaggedStruct("InsertMany", { first: between(0, 60), count: between(1, 20) }),
  Schema.TaggedStruct("Add", { value: between(-9, 9) }),
  Schema.TaggedStruct("Delete", { id: between(0, 30) }),
  Schema.TaggedStruct("Read", {}),
  Schema.TaggedStruct("Fail", {}),
  Nested
])

type Items = ReadonlyMap<number, number>

/** What is stored after a program, or nothing where it failed. */
const modelled = (items: Items, steps: ReadonlyArray<Step>): Items | undefined => {
  let current = items
  for (const step of steps) {
    const next = after(current, step)
    if (next === undefined) return undefined
    current = next
  }
  return current
}

const after = (items: Items, step: Step): Items | undefined => {
  switch (step._tag) {
    case "Insert":
      return items.has(step.id) ? undefined : new Map([...items, [step.id, step.value]])
    case "InsertMany": {
      const rows = rowsOf(step)
      return rows.some((row) => items.has(row.id))
        ? undefined
        : new Map([...items, ...rows.map((row) => [row.id, row.value] as const)])
    }
    case "Add":
      return new Map(Array.from(items, ([key, stored]) => [key, stored + step.value]))
    case "Delete":
      return items.has(step.id) ? new Map(Array.from(items).filter(([key]) => key !== step.id)) : undefined
    case "Read":
      return items
    case "Fail":
      return undefined
    case "Nested":
      return modelled(items, step.steps) ?? items
  }
}

const rowsOf = ({ count, first }: { readonly first: number; readonly count: number }) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, value: index }))

type Run = Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient>

const run = (steps: ReadonlyArray<Step>): Run => Effect.forEach(steps, perform, { discard: true })

const perform = (step: Step): Run => {
  switch (step._tag) {
    case "Insert":
      return Effect.flatMap(Repository.make(Item), (items) => items.insert({ id: step.id, value: step.value }))
    case "InsertMany":
      return Effect.flatMap(Repository.make(Item), (items) => items.insertMany(rowsOf(step)))
    case "Add":
      return Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE nested_items SET value = value + ${step.value}`)
    case "Delete":
      return Effect.flatMap(Repository.make(Item), (items) => items.delete(step.id))
    case "Read":
      return stored
    case "Fail":
      return new Refused()
    case "Nested":
      return Effect.ignore(Session.transaction(run(step.steps)))
  }
}

const stored = Effect.map(
  Query.from(Item).orderBy((item) => item.id.asc()).all,
  (items) => items.map((item) => [item.id, item.value] as const)
)

const sorted = (items: Items) => Array.from(items).toSorted(([one], [other]) => one - other)

const fresh = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => Effect.andThen(sql`DELETE FROM nested_items`, sql`DELETE FROM nested_numbered`)
)

const insert = (key: number) => Effect.flatMap(Repository.make(Item), (items) => items.insert({ id: key, value: 0 }))

const ids = Effect.map(stored, (items) => items.map(([key]) => key))

const before: Items = new Map([[1, 10], [2, 20]])

export const nestedTransaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Item, Numbered]), { timeout: "60 seconds" })(
    `${name}: nested transaction`,
    (it) => {
      it.effect.prop(
        "leaves the rows that random programs of writes and failures should leave",
        { program: Steps },
        ({ program }) =>
          Effect.gen(function*() {
            yield* fresh
            yield* Effect.forEach(
              before,
              ([key, amount]) =>
                Effect.flatMap(Repository.make(Item), (items) => items.insert({ id: key, value: amount }))
            )
            yield* Effect.ignore(Session.transaction(run(program)))
            assert.deepStrictEqual(yield* stored, sorted(modelled(before, program) ?? before))
          }),
        { arbitrary: { runs: 150 } }
      )

      it.effect("undoes a violation and what came before it, and the outer goes on", () =>
        Effect.gen(function*() {
          yield* fresh
          yield* Session.transaction(Effect.gen(function*() {
            yield* insert(1)
            const violation = yield* Effect.flip(Session.transaction(Effect.andThen(insert(2), insert(1))))
            assert.strictEqual(violation._tag, "UniqueViolation")
            assert.deepStrictEqual(yield* ids, [1])
            yield* insert(3)
          }))
          assert.deepStrictEqual(yield* ids, [1, 3])
        }))

      it.effect("is told apart from the one around it, four deep", () =>
        Effect.gen(function*() {
          yield* fresh
          const failing = (effect: Run) => Effect.ignore(Session.transaction(Effect.andThen(effect, new Refused())))
          yield* Session.transaction(Effect.gen(function*() {
            yield* insert(1)
            yield* Session.transaction(Effect.gen(function*() {
              yield* insert(2)
              yield* failing(Effect.andThen(insert(3), failing(insert(4))))
              yield* Session.transaction(Effect.andThen(insert(5), failing(insert(6))))
              assert.deepStrictEqual(yield* ids, [1, 2, 5])
            }))
            yield* failing(Effect.andThen(Session.transaction(insert(7)), insert(8)))
            yield* insert(9)
          }))
          assert.deepStrictEqual(yield* ids, [1, 2, 5, 9])
        }))

      it.effect("undoes the rows of a bulk insert, and keeps those of the outer one", () =>
        Effect.gen(function*() {
          yield* fresh
          const items = yield* Repository.make(Item)
          const rows = (first: number) =>
            Array.from({ length: 1_000 }, (_, index) => ({ id: first + index, value: index }))
          yield* Session.transaction(Effect.gen(function*() {
            assert.strictEqual((yield* items.insertMany(rows(0))).length, 1_000)
            yield* Effect.ignore(Session.transaction(Effect.andThen(items.insertMany(rows(1_000)), insert(0))))
            assert.strictEqual((yield* ids).length, 1_000)
            yield* items.insertMany(rows(2_000))
          }))
          assert.strictEqual((yield* ids).length, 2_000)
        }))

      it.effect("is interrupted alone: it is undone, and the outer goes on", () =>
        Effect.gen(function*() {
          yield* fresh
          yield* Session.transaction(Effect.gen(function*() {
            yield* insert(1)
            const written = yield* Deferred.make<void>()
            const fiber = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
              yield* insert(2)
              yield* Deferred.succeed(written, undefined)
              return yield* Effect.never
            })))
            yield* Deferred.await(written)
            yield* Fiber.interrupt(fiber)
            assert.deepStrictEqual(yield* ids, [1])
            yield* insert(3)
          }))
          assert.deepStrictEqual(yield* ids, [1, 3])
        }))

      it.effect("comes one after another, where several are started at once", () =>
        Effect.gen(function*() {
          yield* fresh
          const one = (key: number) =>
            Effect.ignore(Session.transaction(Effect.andThen(insert(key), key % 2 === 0 ? new Refused() : Effect.void)))
          yield* Session.transaction(
            Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], one, { concurrency: "unbounded", discard: true })
          )
          assert.deepStrictEqual(yield* ids, [1, 3, 5, 7])
        }))

      it.effect("can't begin in a transaction that a failure has ended", () =>
        Effect.gen(function*() {
          yield* fresh
          yield* insert(1)
          let hasRun = false
          const nested = Session.transaction(Effect.sync(() => {
            hasRun = true
          }))
          const failure = yield* Effect.flip(Session.transaction(Effect.andThen(Effect.ignore(insert(1)), nested)))
          assert.instanceOf(failure, OrmError.TransactionAborted)
          assert.isFalse(hasRun)
        }))

      it.effect("keeps the numbers that the database gave to the outer one's rows", () =>
        Effect.gen(function*() {
          yield* fresh
          const numbered = yield* Repository.make(Numbered)
          const outcome = yield* Effect.result(Session.transaction(Effect.gen(function*() {
            const first = yield* numbered.insert({ text: "outer" })
            yield* Effect.ignore(
              Session.transaction(Effect.andThen(numbered.insert({ text: "nested" }), new Refused()))
            )
            const found = yield* numbered.findById(first.id)
            assert.strictEqual(found._tag, "Some")
            return first.id
          })))
          // a database that can't give the same number again says so, and stores nothing
          if (outcome._tag === "Failure") {
            assert.instanceOf(outcome.failure, OrmError.SavepointLost)
            assert.deepStrictEqual(yield* numbered.all, [])
          } else {
            assert.deepStrictEqual((yield* numbered.all).map((row) => row.id), [outcome.success])
          }
        }))
    }
  )
