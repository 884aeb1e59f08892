/**
 * Triggers of a table may keep rows from being stored, or take them away at once: a write never returns as if they were there.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Parcel extends Model.Class<Parcel>("Parcel")({
  id: Column.primaryKey(Column.int32),
  place: Schema.String
}, { table: "trigger_parcels" }) {}

/** No row is stored that is nowhere, and none stays that is lost. */
const guarded = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE FUNCTION trigger_skip() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.place = 'nowhere' THEN RETURN NULL; END IF;
      RETURN NEW;
    END $$`
  yield* sql`CREATE FUNCTION trigger_lose() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM trigger_parcels WHERE place = 'lost';
      RETURN NULL;
    END $$`
  yield* sql`CREATE TRIGGER skip BEFORE INSERT ON trigger_parcels FOR EACH ROW EXECUTE FUNCTION trigger_skip()`
  yield* sql`CREATE TRIGGER lose AFTER INSERT ON trigger_parcels FOR EACH STATEMENT EXECUTE FUNCTION trigger_lose()`
}))

const database = guarded.pipe(Layer.provideMerge(TestDatabase.layerPostgres([Parcel])))

const parcels = (...places: ReadonlyArray<string>) => places.map((place, id) => ({ id, place }))

layer(database, { timeout: "60 seconds" })("an upsert of rows with triggers on PostgreSQL", (it) => {
  it.effect("fails where a row is not stored, with the statement, and stores none", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const repository = yield* Repository.make(Parcel)
      const failure = yield* Effect.flip(repository.upsertMany(parcels("here", "nowhere", "there")))
      assert.instanceOf(failure, OrmError.QueryFailed)
      assert.match(failure.message, /^the database changed 2 rows, and not 3\n(.*\n)?in: INSERT INTO "trigger_parcels"/)
      assert.deepStrictEqual(yield* sql`SELECT id FROM trigger_parcels`, [])
    }))

  it.effect("is a conflict where a row is deleted before it is read, and stores none", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const repository = yield* Repository.make(Parcel)
      const failure = yield* Effect.flip(repository.upsertMany(parcels("here", "lost", "there"), { update: [] }))
      assert.deepStrictEqual(
        failure,
        new OrmError.Conflict({ reason: "1 of the 3 rows were deleted at the same time" })
      )
      assert.deepStrictEqual(yield* sql`SELECT id FROM trigger_parcels`, [])
    }))
})
