/**
 * What type-checking costs: the same sixty tables and two hundred queries in our types and in Kysely's. `npm run bench:types` compares
 * them; `npm run check:types-budget` only counts ours, and fails where they cost more than what is recorded. `--record` records it.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { kysely } from "./kysely.ts"
import { ours } from "./ours.ts"
import { check, type Cost, declare, packages, withFolder } from "./project.ts"
import type { SourceFile } from "./schema.ts"

/** How many times as long as Kysely's ours may take. */
const target = 1.5

/** What ours may cost more than what is recorded: a patch of Effect or of the compiler moves it a little. */
const tolerance = 1.03

const rounds = 7
const recorded = join(import.meta.dirname, "recorded.json")

/** A project that only imports: what a library costs before anything is written with it. */
const empty = (name: string): ReadonlyArray<SourceFile> => [
  { path: "empty.ts", text: `import * as library from "${name}"\nexport const used = library\n` }
]

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** In turn, so that a busy machine slows all of them. */
const compare = (contestants: Readonly<Record<string, () => Cost>>) => {
  const names = Object.keys(contestants)
  const costs = Array.from({ length: rounds }, () => names.map((name) => contestants[name]?.()))
  return new Map(names.map((name, index) => {
    const own = costs.flatMap((round) => round[index] ?? [])
    return [name, {
      seconds: median(own.map(({ seconds }) => seconds)),
      instantiations: own[0]?.instantiations ?? 0
    }]
  }))
}

const line = (name: string, { instantiations, seconds }: Cost) =>
  `${name.padEnd(24)}${seconds.toFixed(2).padStart(7)} s ${
    instantiations.toLocaleString("en-US").padStart(12)
  } instantiations`

const bench = (library: string) => {
  const withOurs = { effect: packages.effect, "andamios-orm": library }
  const withKysely = { kysely: packages.kysely }
  const costs = compare({
    "andamios-orm": () => check(ours, withOurs),
    "kysely": () => check(kysely, withKysely),
    "andamios-orm, models": () => check(ours.filter(({ path }) => path.startsWith("model")), withOurs),
    "andamios-orm, imported": () => check(empty("andamios-orm"), withOurs),
    "kysely, imported": () => check(empty("kysely"), withKysely)
  })
  for (const [name, cost] of costs) console.log(line(name, cost))
  const secondsOf = (name: string) => costs.get(name)?.seconds ?? 0
  const beyond = (name: string) => secondsOf(name) - secondsOf(`${name}, imported`)
  console.log(
    `ours takes ${(secondsOf("andamios-orm") / secondsOf("kysely")).toFixed(2)} times as long (at most: ${target}),`
  )
  console.log(`and ${(beyond("andamios-orm") / beyond("kysely")).toFixed(2)} times beyond what the import alone takes`)
}

const guard = (library: string, isRecorded: boolean) => {
  const { instantiations } = check(ours, { effect: packages.effect, "andamios-orm": library })
  if (isRecorded) writeFileSync(recorded, `${JSON.stringify({ instantiations }, undefined, 2)}\n`)
  const most = Math.round(Number(JSON.parse(readFileSync(recorded, "utf8")).instantiations) * tolerance)
  console.log(`${instantiations} instantiations, of ${most} at most`)
  if (instantiations > most) {
    console.error(
      "Our types cost the compiler more than before. Find out why, or record it: npm run bench:types -- --record"
    )
    process.exitCode = 1
  }
}

withFolder((library) => {
  declare(library)
  if (process.argv.includes("--check")) guard(library, false)
  else if (process.argv.includes("--record")) guard(library, true)
  else bench(library)
})
