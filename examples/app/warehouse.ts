/**
 * The second database of the program: a DuckDB in memory over the files of what was flown. It answers questions about three million
 * flights in milliseconds, whichever database the bookings are in.
 */
import { Database } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { Layer } from "effect"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { PastFlight } from "./models/pastFlight.ts"

/** The folder of the package that brings the files. */
export const dataset = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data")

export class Warehouse extends Database.Service<Warehouse>()("flights/Warehouse") {}

export const warehouse = Warehouse.layer(
  Files.layer(PastFlight, join(dataset, "flights-3m.parquet")).pipe(
    Layer.provideMerge(DuckDb.layer({ path: ":memory:" }))
  )
)
