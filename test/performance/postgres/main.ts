/**
 * Measures Andamios ORM on PostgreSQL, beside its peers and with a cache: `npm run bench:postgres`. README.md says how to read it.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { writeFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import process from "node:process"
import { Postgres } from "../../../src/postgres.ts"
import { TestDatabase } from "../../../src/testing.ts"
import { compared } from "../compared.ts"
import { models } from "../northwind/models.ts"
import { type Options, parse, usage } from "../options.ts"
import { Incoming } from "../reading.ts"
import { groupsOf, jsonOf, tableOf } from "../report.ts"
import { cases } from "./cases.ts"
import { onOneCore } from "./cores.ts"
import { filled } from "./filled.ts"
import * as Ours from "./ours.ts"
import * as Peers from "./peers.ts"

/** Connections of everybody. */
const size = 10

const measured = Effect.fnUntraced(function*({ cases: wanted, json }: Options, address: TestDatabase.Address) {
  const competitors = [...yield* Ours.make, ...yield* Peers.load({ address, size })]
  const comparisons = (yield* Effect.forEach(wanted, (one) => {
    const comparing = compared(one, competitors)
    return one.plan.onOneCore === true ? onOneCore(comparing) : comparing
  })).flat()
  const [version] = yield* (yield* SqlClient.SqlClient)<{ readonly server_version: string }>`SHOW server_version`
  yield* Console.log(
    `Node ${process.versions.node}, PostgreSQL ${version?.server_version}, ${availableParallelism()} cores; medians`
  )
  yield* Console.log(tableOf(comparisons))
  const groups = groupsOf(comparisons)
  if (groups !== "") yield* Console.log(groups)
  if (json !== undefined) yield* Effect.promise(() => writeFile(json, jsonOf(comparisons)))
}, Effect.scoped)

const bench = Effect.fnUntraced(function*(options: Options) {
  yield* filled
  const address = yield* TestDatabase.address
  yield* Effect.provide(measured(options, address), Postgres.layer({ ...address, pool: { size } }), { local: true })
}, Effect.provide(TestDatabase.layerPostgres([...models, Incoming])))

const main = Effect.gen(function*() {
  const options = yield* parse(process.argv.slice(2), cases)
  if (options.list) return yield* Console.log(options.cases.map(({ name }) => name).join("\n"))
  yield* bench(options)
}).pipe(Effect.catchTag("Misused", (misused) =>
  Effect.andThen(
    Console.error(`${misused.message}\n\n${usage("bench:postgres")}`),
    Effect.sync(() => {
      process.exitCode = 2
    })
  )))

NodeRuntime.runMain(main)
