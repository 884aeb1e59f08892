/**
 * The metrics tell how long statements take, how many rows they return, and how transactions end.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import type { Database, Facts } from "./Subject.ts"

class Visit extends Model.Class<Visit>("Visit")({
  id: Column.primaryKey(Column.int32),
  page: Schema.String
}, { table: "metric_visits" }) {}

const visits = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, page: "home" }))

/** How many statements of an operation were counted, by the way they ended. */
const statements = (operation: string) =>
  Effect.map(Metric.snapshot, (metrics) =>
    Object.fromEntries(metrics.flatMap((metric) => {
      const { attributes, id, state, type } = metric
      return id === "db.client.operation.duration" && attributes?.["db.operation.name"] === operation &&
          type === "Histogram"
        ? [[`${attributes["db.collection.name"] ?? "-"} ${attributes["error.type"] ?? "ok"}`, state.count]]
        : []
    })))

const returnedRows = Effect.map(
  Metric.snapshot,
  (metrics) =>
    metrics.flatMap((metric) =>
      metric.id === "db.client.response.returned_rows" && metric.type === "Histogram"
        ? [[
          metric.attributes?.["db.operation.name"],
          metric.attributes?.["db.collection.name"],
          metric.state.count,
          metric.state.sum
        ]]
        : []
    )
)

const counter = (name: string, outcome?: string) =>
  Effect.map(Metric.snapshot, (metrics) => {
    const found = metrics.find(({ attributes, id }) =>
      id === `db.client.transaction.${name}` && attributes?.["db.client.transaction.outcome"] === outcome
    )
    return found?.type === "Counter" ? Number(found.state.count) : 0
  })

const transactions = Effect.all({
  committed: counter("count", "committed"),
  rolledBack: counter("count", "rolled_back"),
  retries: counter("retries"),
  conflicts: counter("conflicts")
})

export const metrics = (name: string, database: Database, { dialect }: Facts) => {
  /** Each test has metrics of its own. */
  const test = <E>(
    promise: string,
    effect: Effect.Effect<void, E, Layer.Success<Database>>
  ) =>
    it.effect(`${name}: the metrics of statements ${promise}`, () =>
      effect.pipe(
        Effect.provide(TestDatabase.layerOn(database, [Visit])),
        Effect.provideService(Metric.MetricRegistry, new Map())
      ))

  test(
    "count each by operation, table and failure, with the database's attributes",
    Effect.gen(function*() {
      const repository = yield* Repository.make(Visit)
      yield* repository.insert({ id: 1, page: "home" })
      yield* repository.insertMany(visits(2, 3))
      yield* repository.get(1)
      yield* repository.get(1)
      yield* Effect.flip(repository.insert({ id: 1, page: "home" }))
      assert.deepStrictEqual(yield* statements("INSERT"), { "metric_visits ok": 1, "metric_visits UniqueViolation": 1 })
      assert.deepStrictEqual(yield* statements("BATCH INSERT"), { "metric_visits ok": 1 })
      assert.deepStrictEqual(yield* statements("SELECT"), { "metric_visits ok": 2 })
      const [one] = (yield* Metric.snapshot).filter(({ id }) => id === "db.client.operation.duration")
      assert.strictEqual(one?.attributes?.["db.system.name"], dialect === "duckdb" ? "duckdb" : "postgresql")
      assert.isString(one?.attributes?.["db.namespace"])
      assert.strictEqual(one?.attributes?.["unit"], "s")
    })
  )

  test(
    "tell how many rows they return, also of streams",
    Effect.gen(function*() {
      const repository = yield* Repository.make(Visit)
      yield* repository.insertMany(visits(101, 12))
      yield* Query.from(Visit).where((one) => one.id.gt(100)).all
      yield* Stream.runDrain(Query.from(Visit).where((one) => one.id.gt(100)).stream)
      yield* repository.findById(99_999)
      const found = (yield* returnedRows).filter(([operation]) => operation === "SELECT")
      assert.deepStrictEqual(found, [["SELECT", "metric_visits", 3, 24]])
    })
  )

  test(
    "count plain SQL, too",
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`SELECT 1 AS one`
      yield* sql`-- a comment before it
        /* and another */ SELECT 1 AS one`.values
      yield* sql`SELECT 1 AS one`.raw
      yield* Effect.flip(sql`SELECT * FROM nowhere_at_all`)
      yield* Effect.exit(sql.unsafe("/* nothing at all */"))
      assert.lengthOf(Object.keys(yield* statements("SQL")), 1)
      assert.deepStrictEqual(yield* statements("SELECT"), { "- ok": 3, "- SqlSyntaxError": 1 })
    })
  )

  test(
    "tell how transactions end, of the session and of plain SQL",
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const before = yield* transactions
      yield* Session.transaction(Effect.void)
      yield* sql.withTransaction(Effect.void)
      yield* Effect.flip(Session.transaction(Effect.fail("no")))
      yield* Effect.exit(Session.transaction(Effect.interrupt))
      // a part of a transaction is none
      yield* Session.transaction(Effect.ignore(Session.transaction(Effect.fail("no"))))
      const after = yield* transactions
      assert.deepStrictEqual(after, {
        committed: before.committed + 3,
        rolledBack: before.rolledBack + 2,
        retries: 0,
        conflicts: 0
      })
    })
  )

  test(
    "count conflicts, and transactions that are run again",
    Effect.gen(function*() {
      const conflict = new OrmError.Conflict({ reason: "another was first" })
      let runs = 0
      const third = Effect.suspend(() => ++runs < 3 ? Effect.fail(conflict) : Effect.succeed(runs))
      const before = yield* transactions
      assert.strictEqual(yield* Session.transaction(third, { retry: Schedule.recurs(5) }), 3)
      assert.deepStrictEqual(yield* transactions, {
        committed: before.committed + 1,
        rolledBack: before.rolledBack + 2,
        retries: 2,
        conflicts: 2
      })
      yield* Effect.flip(Session.transaction(Session.transaction(Effect.fail(conflict))))
      const { conflicts, retries } = yield* transactions
      assert.deepStrictEqual({ conflicts, retries }, { conflicts: 3, retries: 2 })
    })
  )
}
