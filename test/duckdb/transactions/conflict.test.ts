/**
 * However DuckDB words a conflict, and whenever it finds it, a transaction with a schedule runs again.
 */
import { assert, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { SqlClient } from "effect/sql"

const database = DuckDb.layer({ path: ":memory:", pool: { size: 2 } })

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

/** What a transaction does after another has done its part, and the words of the conflict. */
const conflicts: Readonly<
  Record<string, {
    readonly theirs: string
    readonly ours: ReadonlyArray<string>
    readonly reason: string
  }>
> = {
  "at an update": {
    theirs: "UPDATE kept SET n = 10 WHERE id = 1",
    ours: ["UPDATE kept SET n = n + 1 WHERE id = 1"],
    reason: "TransactionContext Error: Conflict on update!"
  },
  "at a delete": {
    theirs: "DELETE FROM kept WHERE id = 1",
    ours: ["DELETE FROM kept WHERE id = 1"],
    reason: "TransactionContext Error: Conflict on tuple deletion!"
  },
  "at a change of a table": {
    theirs: "ALTER TABLE kept ADD COLUMN theirs INTEGER",
    ours: ["ALTER TABLE kept ADD COLUMN ours INTEGER"],
    reason: "TransactionContext Error: Catalog write-write conflict"
  },
  "at the creation of a table": {
    theirs: "CREATE TABLE made (id INTEGER)",
    ours: ["CREATE TABLE IF NOT EXISTS made (id INTEGER)"],
    reason: "TransactionContext Error: Catalog write-write conflict"
  },
  "at an insert into a changed table": {
    theirs: "ALTER TABLE kept ADD COLUMN theirs INTEGER",
    ours: ["INSERT INTO kept (id, n) VALUES (5, 5)"],
    reason: "ransaction conflict"
  }
}

for (const [when, { ours, reason, theirs }] of Object.entries(conflicts)) {
  it.live(`a conflict that is found ${when}`, () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* query("CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER)")
      yield* query("INSERT INTO kept VALUES (1, 1)")
      let runs = 0
      const reasons: Array<string> = []
      const elsewhere = Effect.suspend(() => {
        runs += 1
        return runs === 1 ? Effect.promise(() => Effect.runPromise(sql.unsafe(theirs))) : Effect.void
      })
      const retry = Schedule.recurs(3).pipe(
        Schedule.setInputType<OrmError.Conflict>(),
        Schedule.tap(({ input }) => Effect.sync(() => reasons.push(input.reason)))
      )
      yield* Session.transaction(
        Effect.andThen(
          Effect.andThen(query("SELECT * FROM kept"), elsewhere),
          Effect.forEach(ours, query, { discard: true })
        ),
        { retry }
      )
      assert.strictEqual(runs, 2)
      assert.strictEqual(reasons.length, 1)
      assert.include(reasons[0], reason)
    }).pipe(Effect.provide(database)))
}

it.live("a conflict that is found at the commit", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* query("CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER)")
    let runs = 0
    const next = query("INSERT INTO kept SELECT coalesce(max(id), 0) + 1, 0 FROM kept")
    const insert = Effect.suspend(() => {
      runs += 1
      return runs === 1
        ? Effect.andThen(
          next,
          Effect.promise(() => Effect.runPromise(sql`INSERT INTO kept SELECT coalesce(max(id), 0) + 1, 1 FROM kept`))
        )
        : next
    })
    const failure = yield* Effect.flip(Session.transaction(insert))
    assert.instanceOf(failure, OrmError.Conflict)
    assert.include(failure.reason, "Failed to commit")
    runs = 0
    yield* Session.transaction(insert, { retry: Schedule.recurs(3) })
    assert.strictEqual(runs, 2)
    assert.strictEqual((yield* query("SELECT * FROM kept")).length, 3)
  }).pipe(Effect.provide(database)))

it.live("a conflict of the ORM's own statements", () =>
  Effect.gen(function*() {
    const conflict = new OrmError.Conflict({ reason: "of the ORM" })
    let runs = 0
    const body = Effect.suspend(() => {
      runs += 1
      return runs < 3 ? Effect.fail(conflict) : Effect.succeed("done")
    })
    assert.strictEqual(yield* Session.transaction(body, { retry: Schedule.recurs(3) }), "done")
    assert.strictEqual(runs, 3)
  }).pipe(Effect.provide(database)))
