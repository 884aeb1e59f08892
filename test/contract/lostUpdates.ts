/**
 * Who changes a row that another has changed since is told so, and nobody who is told nothing has lost what they wrote.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { SqlClient } from "effect/sql"
import { changed } from "./changed.ts"
import type { Database } from "./Subject.ts"

class Counter extends Model.Class<Counter>("Counter")({
  id: Column.primaryKey(Column.int32),
  count: Column.int32,
  ...Mixin.version
}, { table: "lost_counters" }) {}

/** The same table in the eyes of a program that knows of no version. */
class Unlocked extends Model.Class<Unlocked>("Unlocked")({
  id: Column.primaryKey(Column.int32),
  count: Column.int32
}, { table: "lost_unlocked" }) {}

const fibers = 16

/** The turns of each of 16 fibers, which don't wait for each other, and of which each works on a counter of its own at first. */
const byAll = <E, R>(turns: number, once: (turn: number) => Effect.Effect<void, E, R>) =>
  Effect.forEach(
    Array.from({ length: fibers }, (_, fiber) => Array.from({ length: turns }, (__, turn) => fiber + turn)),
    Effect.forEach(once, { discard: true }),
    { concurrency: "unbounded", discard: true }
  )

const again = ({ _tag }: { readonly _tag: string }) => _tag === "StaleRow" || _tag === "Conflict"

export const lostUpdates = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Counter, Unlocked]), { timeout: "120 seconds" })(
    `${name}: lost updates`,
    (it) => {
      it.effect(
        "loses none of 2,000 changes by 16 fibers, each read, made, and made again where it came too late",
        () =>
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            const counters = yield* Repository.make(Counter)
            yield* counters.insertMany([0, 1, 2, 3, 4, 5, 6, 7].map((id) => ({ id, count: 0 })))
            yield* byAll(125, (turn) =>
              Effect.retry(
                Effect.gen(function*() {
                  const { count, id, version } = yield* counters.get(turn % 8)
                  yield* counters.patch({ id, version, count: count + 1 })
                }),
                { while: again }
              ))
            const stored = yield* sql`
          SELECT CAST(sum("count") AS INTEGER) AS total, CAST(sum(version) AS INTEGER) AS versions
          FROM lost_counters WHERE id < 8`
            assert.deepStrictEqual(stored, [{ total: 2_000, versions: 2_008 }])
          }),
        { timeout: 60_000 }
      )

      it.effect(
        "tells of each change that came too late, and stores each of the others: it never says so in vain",
        () =>
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            const counters = yield* Repository.make(Counter)
            yield* counters.insert({ id: 10, count: 0 })
            const stored = yield* Ref.make(0)
            const refused = yield* Ref.make<ReadonlyArray<{ readonly expected: number; readonly stored: number }>>([])
            const once = Effect.fnUntraced(function*() {
              const { count, id, version } = yield* counters.get(10)
              yield* counters.patch({ id, version, count: count + 1 }).pipe(
                Effect.andThen(Ref.update(stored, (times) => times + 1)),
                Effect.catchTag("StaleRow", (late) => Ref.update(refused, (all) => [...all, late])),
                Effect.catchTag("Conflict", () => Effect.void)
              )
            })
            yield* byAll(25, once)
            const kept = yield* Ref.get(stored)
            const late = yield* Ref.get(refused)
            assert.deepStrictEqual(
              yield* sql`SELECT "count", version FROM lost_counters WHERE id = 10`,
              [{ count: kept, version: kept + 1 }]
            )
            assert.isAbove(late.length, 0)
            assert.isTrue(late.every((row) => row.expected < row.stored && row.stored <= kept + 1))
          }),
        { timeout: 60_000 }
      )

      it.effect("is needed: without a version what others wrote meanwhile is lost, and nobody is told", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const counters = yield* Repository.make(Unlocked)
          yield* counters.insert({ id: 1, count: 0 })
          const [mine, theirs] = yield* Effect.all([counters.get(1), counters.get(1)])
          yield* counters.patch({ id: 1, count: mine.count + 1 })
          yield* counters.patch({ id: 1, count: theirs.count + 1 })
          assert.deepStrictEqual(yield* sql`SELECT "count" FROM lost_unlocked WHERE id = 1`, [{ count: 1 }])

          const versioned = yield* Repository.make(Counter)
          yield* versioned.insert({ id: 11, count: 0 })
          const [first, second] = yield* Effect.all([versioned.get(11), versioned.get(11)])
          yield* versioned.patch({ id: 11, version: first.version, count: first.count + 1 })
          const late = yield* Effect.flip(versioned.patch({ id: 11, version: second.version, count: second.count + 1 }))
          assert.deepInclude(late, { _tag: "StaleRow", key: "id = 11", expected: 1, stored: 2 })
          assert.deepStrictEqual(yield* sql`SELECT "count" FROM lost_counters WHERE id = 11`, [{ count: 1 }])
        }))

      it.effect("tells who read before a transaction that is still open, once that has committed", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const counters = yield* Repository.make(Counter)
          const before = yield* counters.insert({ id: 12, count: 0 })
          yield* Session.transaction(counters.patch({ id: 12, version: before.version, count: 10 }))
          const late = yield* Effect.flip(counters.save(new Counter(changed(before, { count: 1 }))))
          assert.strictEqual(late._tag, "StaleRow")
          assert.deepStrictEqual(yield* sql`SELECT "count", version FROM lost_counters WHERE id = 12`, [{
            count: 10,
            version: 2
          }])
        }))
    }
  )
