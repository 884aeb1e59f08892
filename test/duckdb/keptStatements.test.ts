/**
 * A statement that runs again answers from the rows that are there now.
 *
 * DuckDB doesn't promise that for a prepared statement without parameters: its plan was made from what was known of the rows at that
 * time. A condition that could hold for none of them then holds for none ever after.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Loan extends Model.Class<Loan>("Loan")({
  id: Column.primaryKey(Schema.Int),
  borrower: Schema.NullOr(Schema.String)
}, { table: "loans" }) {}

const database = TestDatabase.layer([Loan])

it.effect("a statement that is kept prepared runs on after it ran once unprepared", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const answer = sql`SELECT ${42} AS answer`
    yield* answer
    yield* answer.unprepared
    assert.deepStrictEqual(yield* answer, [{ answer: 42 }])
  }).pipe(Effect.provide(database)))

describe("a statement without parameters that runs again", () => {
  it("misses new rows on the bare binding, so that we keep none prepared", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run("CREATE TABLE loans (id INTEGER, borrower VARCHAR)")
    await connection.run("INSERT INTO loans VALUES (1, NULL)")
    const lent = await connection.prepare("SELECT id FROM loans WHERE borrower IS NOT NULL")
    await lent.run()
    await connection.run("INSERT INTO loans VALUES (2, 'Ada')")
    assert.deepStrictEqual((await lent.runAndReadAll()).getRowsJson(), [])
    connection.closeSync()
  })

  it.effect("finds them through the SqlClient", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const lent = sql`SELECT id FROM loans WHERE borrower IS NOT NULL`
      yield* sql`INSERT INTO loans VALUES (1, NULL)`
      yield* Effect.replicateEffect(lent, 3)
      yield* sql`INSERT INTO loans VALUES (2, 'Ada')`
      assert.deepStrictEqual(yield* lent, [{ id: 2 }])
    }).pipe(Effect.provide(database)))

  it.effect("finds them through the ORM", () =>
    Effect.gen(function*() {
      const loans = yield* Repository.make(Loan)
      const lent = Query.from(Loan).where((loan) => loan.borrower.isNotNull())
      yield* loans.insert({ id: 1, borrower: null })
      yield* Effect.replicateEffect(lent.all, 3)
      const found = yield* loans.insert({ id: 2, borrower: "Ada" })
      assert.deepStrictEqual(yield* lent.all, [found])
    }).pipe(Effect.provide(database)))
})
