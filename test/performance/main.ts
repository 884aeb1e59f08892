/**
 * Measures Andamios ORM beside its peers: `npm run bench`. README.md says how to read it.
 */
import { DuckDBInstance, version } from "@duckdb/node-api"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { writeFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { DuckDb } from "../../src/duckdb.ts"
import { cases } from "./cases.ts"
import { compared } from "./compared.ts"
import { storedOf } from "./northwind/stored.ts"
import { type Options, parse, usage } from "./options.ts"
import * as Ours from "./ours.ts"
import * as Peers from "./peers.ts"
import { groupsOf, jsonOf, tableOf } from "./report.ts"
import { prepare } from "./tables.ts"

const bench = Effect.fnUntraced(function*({ cases: wanted, json }: Options) {
  const instance = yield* Effect.acquireRelease(
    Effect.promise(() => DuckDBInstance.create(":memory:")),
    (opened) => Effect.sync(() => opened.closeSync())
  )
  const { cached, crowded, ours, profiled, withoutLoader } = yield* Ours.make
  for (const dataset of new Set(wanted.map((one) => one.dataset))) yield* prepare(ours, instance, dataset)
  // a store is told of each write, for which cases of writes are not to pay
  const stored = wanted.every(({ name }) => name.startsWith("cache: 100 rows that are")) ? yield* storedOf(ours) : []
  const competitors = [ours, withoutLoader, profiled, cached, crowded, ...stored, ...yield* Peers.load(instance)]
  const comparisons = (yield* Effect.forEach(wanted, (one) => compared(one, competitors))).flat()

  yield* Console.log(`Node ${process.versions.node}, DuckDB ${version()}, ${availableParallelism()} cores; medians`)
  yield* Console.log(tableOf(comparisons))
  const groups = groupsOf(comparisons)
  if (groups !== "") yield* Console.log(groups)
  if (json !== undefined) yield* Effect.promise(() => writeFile(json, jsonOf(comparisons)))
}, Effect.scoped)

const main = Effect.gen(function*() {
  const options = yield* parse(process.argv.slice(2), cases)
  if (options.list) return yield* Console.log(options.cases.map(({ name }) => name).join("\n"))
  yield* Effect.provide(bench(options), DuckDb.layer({ path: ":memory:" }))
}).pipe(Effect.catchTag("Misused", (misused) =>
  Effect.andThen(
    Console.error(`${misused.message}\n\n${usage("bench")}`),
    Effect.sync(() => {
      process.exitCode = 2
    })
  )))

NodeRuntime.runMain(main)
