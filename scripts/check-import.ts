/**
 * Measures what importing an entrance costs a new process, beside `effect` alone, each in turn. Ends with 1 past the budget.
 *
 * It is the processor's time that counts, which a busy machine changes less than the clock's. `--runs N` says how often; `--core` measures
 * `andamios-orm` alone; `--json FILE` writes the figures too.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { root } from "./package/distribution.ts"

const { values: { core, json, runs } } = parseArgs({
  options: { core: { type: "boolean" }, json: { type: "string" }, runs: { type: "string", default: "21" } }
})

const base = "effect"
const others = ["andamios-orm/duckdb", "andamios-orm/postgres", "andamios-orm/testing", "andamios-orm/cli"]
const names = [base, "andamios-orm", ...(core === true ? [] : others)]

/** How much longer than `effect` alone the core may take: 60 ms where `effect` takes 180. */
const budget = 1 / 3

/** Milliseconds of the processor and of the clock that a new process takes to import something. */
const imported = (name: string): readonly [processor: number, clock: number] => {
  const program = `
const used = process.cpuUsage(), start = performance.now()
await import(${JSON.stringify(name)})
const clock = performance.now() - start, { user, system } = process.cpuUsage(used)
console.log((user + system) / 1000, clock)`
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(stderr)
  const [processor, clock] = stdout.split(" ").map(Number)
  return [processor ?? 0, clock ?? 0]
}

const median = (figures: ReadonlyArray<number>): number =>
  figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0

// once for the cache of files
for (const name of names) imported(name)

if (!(Number(runs) > 0)) throw new Error("--runs is a number from 1 on")

const measured = names.map((name) => ({ name, times: [] as Array<ReturnType<typeof imported>> }))
for (let run = 0; run < Number(runs); run += 1) {
  for (const { name, times } of measured) times.push(imported(name))
}

const figures = measured.map(({ name, times }) => ({
  name,
  processor: median(times.map(([processor]) => processor)),
  clock: median(times.map(([, clock]) => clock)),
  // of each round: what the machine was doing meanwhile is in both
  more: median(times.map(([processor], run) => processor - (measured[0]?.times[run]?.[0] ?? 0)))
}))

const milliseconds = (figure: number): string => `${figure.toFixed(0)} ms`.padStart(8)
console.log(`${"".padEnd(22)}processor    clock  more than ${base}`)
for (const { clock, more, name, processor } of figures) {
  console.log(`${name.padEnd(22)} ${milliseconds(processor)} ${milliseconds(clock)}  ${milliseconds(more)}`)
}

if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, undefined, 2)}\n`)

const [effect, ours] = figures
const share = (ours?.more ?? 0) / (effect?.processor ?? 1)
if (share > budget) {
  console.error(
    `andamios-orm takes ${(100 * share).toFixed(0)} % more than ${base}; ${(100 * budget).toFixed(0)} % is the budget.`
  )
  process.exitCode = 1
}
