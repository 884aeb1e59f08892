/**
 * A single row that is changed or upserted comes back by the same statement, as it is stored.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Repository } from "andamios-orm"
import { expectStatements, TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Parcel extends Model.Class<Parcel>("Parcel")({
  id: Column.primaryKey(Column.int32),
  box: Schema.NullOr(Schema.String),
  weight: Schema.Number,
  sentAt: Column.timestamp
}, { table: "parcels" }) {}

const sentAt = DateTime.makeUnsafe("2026-11-29T12:00:00.123Z")

layer(TestDatabase.layerPostgres([Parcel]), { timeout: "60 seconds" })("a written row on PostgreSQL", (it) => {
  it.effect("takes one statement, and none more to be read", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const parcels = yield* Repository.make(Parcel)
      yield* sql`INSERT INTO parcels VALUES (1, 'red', 2, '2026-11-29 12:00:00.123'), (2, 'blue', 3, '2026-11-29 12:00:00.123')`

      const patched = yield* parcels.patch({ id: 1, weight: 2.5 }).pipe(expectStatements(1))
      assert.deepStrictEqual(patched, new Parcel({ id: 1, box: "red", weight: 2.5, sentAt }))
      const gone = yield* Effect.flip(parcels.patch({ id: 3, weight: 1 }))
      assert.strictEqual(gone._tag, "NotFound")

      const [overwritten, inserted] = yield* Effect.forEach(
        [{ id: 2, box: "green", weight: 9, sentAt }, { id: 4, box: null, weight: 4, sentAt }],
        (row) => parcels.upsert(row, { update: ["box"] })
      ).pipe(expectStatements(2))
      assert.deepStrictEqual(overwritten, new Parcel({ id: 2, box: "green", weight: 3, sentAt }))
      assert.deepStrictEqual(inserted, new Parcel({ id: 4, box: null, weight: 4, sentAt }))

      assert.deepStrictEqual(yield* sql`SELECT id, box, weight FROM parcels ORDER BY id`, [
        { id: 1, box: "red", weight: 2.5 },
        { id: 2, box: "green", weight: 3 },
        { id: 4, box: null, weight: 4 }
      ])
    }))
})
