/**
 * Wears the databases out: `npm run soak`. A thousand fibers at a bank with four connections, a writer that is killed, and migrations that
 * are.
 */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import cliProgress from "cli-progress"
import { CliConfig, Command, Flag, GlobalFlag } from "effect/cli"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import { join } from "node:path"
import { bank } from "./bank.ts"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"
import { kill } from "./kill.ts"
import { migrations, type Report } from "./migrations.ts"
import { jsonOf, type Soak, textOf } from "./report.ts"

const flags = {
  seconds: Flag.Int("seconds").pipe(
    Flag.withDescription("how long the bank is open; 0 leaves it out"),
    Flag.withDefault(30)
  ),
  fibers: Flag.Int("fibers").pipe(Flag.withDescription("customers at a time"), Flag.withDefault(1_000)),
  pool: Flag.Int("pool").pipe(Flag.withDescription("connections of the bank"), Flag.withDefault(4)),
  rounds: Flag.Int("rounds").pipe(
    Flag.withDescription("how often the writer is killed; 0 leaves it out"),
    Flag.withDefault(50)
  ),
  kills: Flag.Int("kills").pipe(
    Flag.withDescription(
      "how often migrations are killed before statements, and in commits, each way on each database; 0 leaves them out"
    ),
    Flag.withDefault(20)
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withDescription("the start of all random numbers, to choose the same again"),
    Flag.optional
  ),
  json: Flag.String("json").pipe(Flag.withDescription("a file to write the figures to, as JSON"), Flag.optional)
}

/** A bar on a terminal, and elsewhere a line for each quarter. */
const progressOf = Effect.fnUntraced(function*(name: string) {
  if (process.stderr.isTTY) {
    const format = `${name.padEnd(10)} {bar} {percentage}%, {eta} s left`
    const bar = new cliProgress.SingleBar({ format, clearOnComplete: true, hideCursor: true })
    yield* Effect.acquireRelease(Effect.sync(() => bar.start(100, 0)), () => Effect.sync(() => bar.stop()))
    return (part: number) => Effect.sync(() => bar.update(Math.floor(100 * part)))
  }
  let told = 0
  return (part: number) => {
    const quarter = Math.floor(4 * part)
    if (quarter === told) return Effect.void
    told = quarter
    return Console.error(`${name.padEnd(10)} ${quarter * 25} %`)
  }
})

const command = Command.make("npm run soak --", flags).pipe(
  Command.withDescription("Wears the databases out, and fails if anything was lost, leaked or left hanging."),
  Command.withHandler(Effect.fnUntraced(function*({ fibers, json, kills, pool, rounds, seconds, seed: given }) {
    // a statement keeps a thread of Node's pool busy, and the first use of it comes after this line
    process.env["UV_THREADPOOL_SIZE"] ??= String(pool + 2)
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "andamios-soak-" })
    const seed = Option.isSome(given) ? given.value : yield* Random.nextIntBetween(0, 2 ** 31)
    yield* Console.log(`Seed ${seed}`)

    const banked = seconds === 0 ? undefined : yield* Effect.scoped(Effect.flatMap(
      progressOf("bank"),
      (onProgress) => bank({ path: join(folder, "bank.duckdb"), seconds, fibers, pool, onProgress })
    )).pipe(Random.withSeed(seed))
    const killed = rounds === 0 ? undefined : yield* Effect.scoped(Effect.flatMap(
      progressOf("kill"),
      (onProgress) => kill({ path: join(folder, "kill.duckdb"), rounds, onProgress })
    )).pipe(Random.withSeed(seed))

    const migrated: Record<string, Report> = {}
    for (const name of kills === 0 ? [] : ["duckdb", "postgres"] as const) {
      migrated[name] = yield* Effect.scoped(Effect.gen(function*() {
        const place = name === "duckdb" ? { path: join(folder, "migrations.duckdb") } : yield* PostgresServer.start()
        return yield* migrations({ place, kills, onProgress: yield* progressOf(name) })
      })).pipe(Random.withSeed(seed))
    }

    const soak: Soak = { seed, fibers, pool, seconds, bank: banked, kill: killed, migrations: migrated }
    yield* Console.log(textOf(soak))
    if (Option.isSome(json)) yield* files.writeFileString(json.value, jsonOf(soak))
    if (
      [banked, killed, ...Object.values(migrated)].some((report) =>
        report !== undefined && report.violations.length > 0
      )
    ) process.exitCode = 1
  }, Effect.scoped))
)

const platform = Layer.mergeAll(NodeStdio.layer, NodeTerminal.layer, NodeChildProcessSpawner.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)),
  Layer.provideMerge(CliConfig.layer({ builtIns: [GlobalFlag.Help] }))
)

/** Says so if the process is still there some seconds after its work: something was left running. */
const watch = Effect.sync(() => {
  setTimeout(() => {
    console.error("The process does not end by itself: something still runs.")
    process.exit(1)
  }, 10_000).unref()
})

NodeRuntime.runMain(
  Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(platform), Effect.ensuring(watch))
)
