/**
 * Trips, which go to files and come back.
 */
import { Column, Model, type Model as AnyModel, Query, Repository } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { temporaryDirectory } from "../temporaryDirectory.ts"

export class Trip extends Model.Class<Trip>("Trip")({
  id: Column.primaryKey(Schema.Int),
  mode: Schema.Literals(["bus", "rail"]),
  place: Schema.NonEmptyString,
  price: Column.decimal({ precision: 8, scale: 2 }),
  note: Schema.NullOr(Schema.String),
  at: Column.timestamp,
  stops: Schema.Array(Schema.Struct({ name: Schema.String, minutes: Column.int16 }))
}, { table: "trips" }) {}

/** The same table, as it could have been declared later. */
export const Later = {
  wider: class
    extends Model.Class<Trip>("Wider")({ ...fieldsOf(Trip), note: Schema.String }, { table: "later_wider" })
  {},
  stricter: class extends Model.Class<Trip>("Stricter")(
    { ...fieldsOf(Trip), place: Schema.String.check(Schema.isMinLength(5)) },
    { table: "later_stricter" }
  ) {},
  renamed: class extends Model.Class<Trip>("Renamed")(
    { ...fieldsOf(Trip), comment: Schema.NullOr(Schema.String) },
    { table: "later_renamed" }
  ) {},
  retyped: class
    extends Model.Class<Trip>("Retyped")({ ...fieldsOf(Trip), place: Column.int32 }, { table: "later_retyped" })
  {},
  smaller: class
    extends Model.Class<Trip>("Smaller")({ ...fieldsOf(Trip), id: Column.int8 }, { table: "later_smaller" })
  {}
}

function fieldsOf(model: typeof Trip) {
  const { at, id, mode, note, place, price, stops } = model.fields
  return { id, mode, place, price, note, at, stops }
}

const at = DateTime.makeUnsafe("2024-02-29T12:00:00.123Z")

export const trips = (count: number) =>
  Array.from({ length: count }, (_, id): AnyModel.Insert<typeof Trip> => ({
    id,
    mode: id % 2 === 0 ? "bus" : "rail",
    place: `place ${id % 5}`,
    price: BigDecimal.make(BigInt(id), 2),
    note: id % 3 === 0 ? null : `note "${id}"`,
    at,
    stops: [{ name: "a", minutes: id }]
  }))

export const line = (id: unknown, fields: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    id,
    mode: "bus",
    place: "here",
    price: "1.50",
    note: null,
    at: "2024-01-01T00:00:00Z",
    stops: [],
    ...fields
  })

export const count = (model: AnyModel.Any) => Query.from(model).count

/** A database of its own for each test, with the tables of them all. */
export const database = TestDatabase.layer([Trip, ...Object.values(Later)])

/** Ten trips, a folder, and in it the file that they were exported to. */
export const prepared = Effect.gen(function*() {
  const directory = yield* temporaryDirectory
  const sql = yield* SqlClient.SqlClient
  const repository = yield* Repository.make(Trip)
  yield* repository.insertMany(trips(10))
  const exported = join(directory, "trips.parquet")
  yield* Files.exportTo(Trip, exported)
  return { directory, sql, exported, path: (name: string) => join(directory, name) }
})
