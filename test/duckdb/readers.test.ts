/**
 * Rows are read by the types that they have now, although the readers of the last result are kept.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Parcel extends Model.Class<Parcel>("Parcel")({
  id: Column.primaryKey(Schema.Int),
  weight: Column.int32
}, { table: "parcels" }) {}

class Bill extends Model.Class<Bill>("Bill")({
  id: Column.primaryKey(Schema.Int),
  amount: Column.decimal({ precision: 9, scale: 2 })
}, { table: "bills" }) {}

layer(TestDatabase.layer([Parcel, Bill]))("readers", (it) => {
  it.effect("are made anew for columns of another type, and for those of the first type again", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const parcels = yield* Repository.make(Parcel)
      yield* sql`INSERT INTO parcels VALUES (1, 70000), (2, -5)`
      for (const type of ["BIGINT", "HUGEINT", "INTEGER", "BIGINT"]) {
        yield* sql.unsafe(`ALTER TABLE parcels ALTER weight TYPE ${type}`)
        const found = yield* Effect.forEach([1, 2], parcels.get)
        assert.deepStrictEqual(found.map(({ id, weight }) => [id, weight]), [[1, 70_000], [2, -5]])
      }

      yield* sql.unsafe("ALTER TABLE parcels ALTER weight TYPE BOOLEAN")
      assert.instanceOf(yield* Effect.flip(parcels.get(1)), OrmError.Undecodable)
    }))

  it.effect("know more of a type than its kind", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const bills = yield* Repository.make(Bill)
      yield* sql`INSERT INTO bills VALUES (1, 12.5)`
      for (const type of ["DECIMAL(9, 2)", "DECIMAL(9, 1)", "DECIMAL(9, 2)"]) {
        yield* sql.unsafe(`ALTER TABLE bills ALTER amount TYPE ${type}`)
        const { amount } = yield* bills.get(1)
        assert.strictEqual(BigDecimal.format(amount), "12.5")
      }
    }))
})
