/**
 * The main work on DuckDB, beside the bare driver.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { DuckDb } from "../../../src/duckdb.ts"
import { cases } from "../cases.ts"
import { compared } from "../compared.ts"
import * as Ours from "../ours.ts"
import { make as asDocumented } from "../peers/nodeApi.ts"
import { make as prepared } from "../peers/nodeApiPrepared.ts"
import { readings } from "../reading.ts"
import { prepare } from "../tables.ts"
import { undisturbed } from "./judged.ts"

/** What is measured, and beside which way to use the driver: its fastest for that work. */
const work = new Map([
  ["repository: findById", "@duckdb/node-api, prepared"],
  ["repository: find, 10,000 rows", "@duckdb/node-api, prepared"],
  ["filtered read of 1,000 rows", "@duckdb/node-api"],
  ["GROUP BY", "@duckdb/node-api"],
  ["complex query", "@duckdb/node-api"],
  ["insert one", "@duckdb/node-api, prepared"],
  ["insertMany of 1,000 rows", "@duckdb/node-api"],
  ["insertMany of 100,000 rows", "@duckdb/node-api"]
])

/** What the comparisons are called. */
export const names = [...work.keys()].map((name) => `DuckDB: ${name}`)

/** The ratios of those that are asked for. */
export const ratios = Effect.fnUntraced(
  function*(wanted: ReadonlyArray<string>) {
    const instance = yield* Effect.acquireRelease(
      Effect.promise(() => DuckDBInstance.create(":memory:")),
      (opened) => Effect.sync(() => opened.closeSync())
    )
    const { ours } = yield* Ours.make
    yield* prepare(ours, instance, readings)
    const competitors = [ours, yield* asDocumented(instance), yield* prepared(instance)]
    const measured = cases.filter(({ name }) => work.has(name) && wanted.includes(`DuckDB: ${name}`))
    const comparisons = (yield* Effect.forEach(measured, (one) => compared(undisturbed(one), competitors))).flat()
    return comparisons
      .filter(({ name, peer }) => work.get(name) === peer)
      .map(({ name, ratio }): readonly [string, number] => [`DuckDB: ${name}`, ratio])
  },
  Effect.scoped,
  Effect.provide(DuckDb.layer({ path: ":memory:" }))
)
