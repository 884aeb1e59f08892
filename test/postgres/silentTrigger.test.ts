/**
 * A trigger of PostgreSQL can keep rows from being written without a word: a unit of work that wrote less than it had to says so.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Stone extends Model.Class<Stone>("Stone")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String
}, { table: "silent_stones" }) {}

layer(TestDatabase.layerPostgres([Stone]), { timeout: "60 seconds" })("PostgreSQL: silent triggers", (it) => {
  it.effect("change or remove nothing, and then neither does the unit of work", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE FUNCTION silent_skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`
      yield* sql`CREATE TRIGGER skipped BEFORE UPDATE OR DELETE ON silent_stones
        FOR EACH ROW WHEN (OLD.text = 'carved') EXECUTE FUNCTION silent_skip()`
      const stones = yield* Repository.make(Stone)
      const [carved, plain] = yield* stones.insertMany([{ id: 1, text: "carved" }, { id: 2, text: "plain" }])
      if (carved === undefined || plain === undefined) return assert.fail("two were inserted")
      const changing = Session.unitOfWork(Effect.gen(function*() {
        const work = yield* UnitOfWork.UnitOfWork
        yield* work.change(Stone, carved, { text: "changed" })
        yield* work.change(Stone, plain, { text: "changed" })
      }))
      const removing = Session.unitOfWork(Effect.gen(function*() {
        const work = yield* UnitOfWork.UnitOfWork
        yield* work.remove(Stone, carved)
      }))
      const fewer = yield* Effect.flip(changing)
      assert.instanceOf(fewer, OrmError.QueryFailed)
      assert.include(fewer.message, "the database changed 1 rows, and not 2")
      const none = yield* Effect.flip(removing)
      assert.instanceOf(none, OrmError.QueryFailed)
      assert.include(none.message, "the database changed 0 rows, and not 1")
      assert.deepStrictEqual(yield* sql`SELECT text FROM silent_stones ORDER BY id`, [{ text: "carved" }, {
        text: "plain"
      }])
    }))
})
