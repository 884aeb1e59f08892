/**
 * Fails where we have become slower beside the raw drivers: `npm run bench:regression`. It measures the main work in two minutes, judges it by
 * the last runs in history.jsonl, adds itself to them and draws them all. `-- --accept` adds a run that is slower, from which then others are
 * judged.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import Table from "cli-table3"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { arch, availableParallelism, platform } from "node:os"
import { join, relative, resolve } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"
import { chartOf } from "./chart.ts"
import * as OnDuckDb from "./duckDb.ts"
import { lineOf, type Run, runsIn } from "./history.ts"
import { before, fewest, margin, worse } from "./judged.ts"
import * as OnPostgres from "./postgres.ts"

const root = resolve(import.meta.dirname, "../../..")
const historyPath = join(import.meta.dirname, "history.jsonl")
const chartPath = join(root, "docs/images/performance-history.svg")

const ratiosOf = Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
  const onDuckDb = names.some((name) => OnDuckDb.names.includes(name)) ? yield* OnDuckDb.ratios(names) : []
  const onPostgres = names.some((name) => OnPostgres.names.includes(name)) ? yield* OnPostgres.ratios(names) : []
  return Object.fromEntries([...onDuckDb, ...onPostgres].map(([name, ratio]) => [name, Number(ratio.toPrecision(4))]))
})

/** What is worse is measured once more, since a machine has moments; the better of two counts. */
const measured = Effect.fnUntraced(function*(history: ReadonlyArray<Run>) {
  const first: Run = {
    date: new Date(yield* Clock.currentTimeMillis).toISOString(),
    commit: process.env["GITHUB_SHA"] ?? git("rev-parse", "HEAD"),
    machine: `${platform()} ${arch()}, ${availableParallelism()} cores`,
    node: process.versions.node,
    ratios: yield* ratiosOf([...OnDuckDb.names, ...OnPostgres.names])
  }
  const doubtful = worse(first, history).map(({ name }) => name)
  if (doubtful.length === 0) return first
  yield* Console.error(`once more: ${doubtful.join("; ")}`)
  const again = yield* ratiosOf(doubtful)
  const ratios = Object.entries(first.ratios).map(([name, ratio]) => [name, Math.max(ratio, again[name] ?? ratio)])
  return { ...first, ratios: Object.fromEntries(ratios) }
})

const git = (...given: ReadonlyArray<string>) => spawnSync("git", given, { cwd: root, encoding: "utf8" }).stdout.trim()

const tableOf = (run: Run) => {
  const table = new Table({
    head: ["case", "ratio"],
    colAligns: ["left", "right"],
    style: { head: [], border: [], compact: true }
  })
  for (const [name, ratio] of Object.entries(run.ratios)) table.push([name, `${ratio.toFixed(2)} x`])
  return table.toString()
}

const main = Effect.gen(function*() {
  const { accept = false } = parseArgs({ options: { accept: { type: "boolean" } } }).values
  const history = existsSync(historyPath) ? runsIn(readFileSync(historyPath, "utf8")) : []
  const run = yield* measured(history)
  yield* Console.log(tableOf(run))

  const slower = worse(run, history)
  for (const { median, name, ratio } of slower) {
    yield* Console.error(
      `slower: ${name} has a ratio of ${ratio.toFixed(2)}, ${Math.round((1 - ratio / median) * 100)} % below ${
        median.toFixed(2)
      }, ` +
        `the median of the last runs; at most ${margin * 100} % is noise`
    )
  }
  if (slower.length > 0 && !accept) {
    yield* Console.error(
      "Make it as fast as before, or add this run to the history with `-- --accept`, and say in the commit why."
    )
    process.exitCode = 1
    return
  }

  const known = before(run, history).length
  if (known < fewest) {
    yield* Console.log(`Nothing is judged: of this kind of machine, ${known} runs are known, and ${fewest} are needed.`)
  }
  appendFileSync(historyPath, lineOf(slower.length > 0 ? { ...run, accepted: true } : run))
  writeFileSync(
    chartPath,
    yield* Effect.promise(() => chartOf([...history, run].filter(({ machine }) => machine === run.machine)))
  )
  yield* Console.log(`${relative(root, historyPath)} has this run, and ${relative(root, chartPath)} shows it.`)
})

NodeRuntime.runMain(main)
