/**
 * Three million flights, from the files of vega-datasets.
 */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { Dataset } from "../tables.ts"
import { Airport, Flight } from "./models.ts"

const vega = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data")

/** The tables, and what fills them. */
export const flights: Dataset = {
  models: [Airport, Flight],
  fill: [
    `INSERT INTO airports SELECT * FROM read_csv('${join(vega, "airports.csv")}', nullstr = 'NA')`,
    `INSERT INTO flights
    SELECT row_number() OVER () AS id, date, date::DATE, delay, distance, origin, destination
    FROM read_parquet('${join(vega, "flights-3m.parquet")}')`
  ]
}
