/**
 * Measures the built package: what each entrance loads, what a bundler takes of it, and what is downloaded. Ends with 1 past a budget.
 *
 * `--json FILE` writes the figures too.
 */
import { build } from "esbuild"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { entrances, loadedWith, packed, root, sizeOf } from "./package/distribution.ts"

interface Figure {
  readonly what: string
  readonly bytes: number
  /** Where there is one: the most that it may be, in bytes. */
  readonly budget?: number
}

const { values: { json } } = parseArgs({ options: { json: { type: "string" } } })

const sum = (sizes: ReadonlyArray<number>): number => sizes.reduce((all, size) => all + size, 0)

const core = new Set(loadedWith(entrances["andamios-orm"]).files)

const codeOf = (entrance: keyof typeof entrances): number =>
  sum(loadedWith(entrances[entrance]).files.filter((file) => !core.has(file)).map(sizeOf))

/** What may not be part of a program that imports nothing but `andamios-orm`. */
const drivers = /^@duckdb\/|^@effect\/|^pg$|^cli-|^@faker-js\//

const problems = new Set<string>()
const complain = (problem: string): void => {
  problems.add(problem)
}

for (const name of loadedWith(entrances["andamios-orm"]).packages) {
  if (drivers.test(name) || name.startsWith("effect/cli")) complain(`andamios-orm imports ${name}`)
}

for (const name of loadedWith(entrances["andamios-orm/testing"]).packages) {
  if (/^@duckdb\/|^@effect\/sql-pg|^pg$/.test(name)) {
    complain(`andamios-orm/testing imports ${name}, whether a test needs it or not`)
  }
}

/** What a bundler takes of our package for a program that imports a name and uses it. */
const bundled = async (name: string, needsNode: boolean): Promise<number> => {
  const { metafile } = await build({
    stdin: { contents: `import { ${name} } from "andamios-orm"; globalThis.used = ${name}`, resolveDir: root },
    bundle: true,
    external: ["effect", "effect/*", "lru-cache", "node:*", "@duckdb/*", "@effect/*"],
    format: "esm",
    metafile: true,
    minify: true,
    write: false,
    logLevel: "silent"
  })
  const [output] = Object.values(metafile.outputs)
  for (const { path } of output?.imports ?? []) {
    if (drivers.test(path) || (!needsNode && path.startsWith("node:"))) {
      complain(`A program that imports ${name} alone gets ${path}`)
    }
  }
  return output?.bytes ?? 0
}

const { files, size: tarball } = packed(".")
const contract = packed("packages/contract")
const kind = (pattern: RegExp): number => sum(files.filter(({ path }) => pattern.test(path)).map(({ size }) => size))

const figures: ReadonlyArray<Figure> = [
  { what: "andamios-orm", bytes: sum([...core].map(sizeOf)), budget: 500_000 },
  { what: "andamios-orm/duckdb, besides", bytes: codeOf("andamios-orm/duckdb"), budget: 220_000 },
  { what: "andamios-orm/postgres, besides", bytes: codeOf("andamios-orm/postgres"), budget: 220_000 },
  { what: "andamios-orm/testing, besides", bytes: codeOf("andamios-orm/testing") },
  { what: "the command andamios, besides", bytes: codeOf("the command andamios") },
  { what: "Model alone, bundled", bytes: await bundled("Model", false), budget: 20_000 },
  { what: "Column alone, bundled", bytes: await bundled("Column", false), budget: 20_000 },
  { what: "Query alone, bundled", bytes: await bundled("Query", true), budget: 260_000 },
  { what: "Migrator alone, bundled", bytes: await bundled("Migrator", true), budget: 300_000 },
  { what: "published: JavaScript", bytes: kind(/^dist\/.*\.js$/), budget: 1_100_000 },
  { what: "published: declarations", bytes: kind(/\.d\.ts$/) },
  { what: "published: maps", bytes: kind(/\.map$/) },
  { what: "published: sources", bytes: kind(/^src\//) },
  { what: "published: all", bytes: sum(files.map(({ size }) => size)) },
  { what: "published: the tarball", bytes: tarball, budget: 2_500_000 },
  { what: "andamios-orm-contract: all", bytes: sum(contract.files.map(({ size }) => size)), budget: 1_500_000 },
  { what: "andamios-orm-contract: the tarball", bytes: contract.size, budget: 400_000 }
]

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`
const width = Math.max(...figures.map(({ what }) => what.length))

for (const { budget, bytes, what } of figures) {
  const isPast = budget !== undefined && bytes > budget
  if (isPast) complain(`${what}: ${kilobytes(bytes)} is past the budget of ${kilobytes(budget)}`)
  const most = budget === undefined ? "" : `of ${kilobytes(budget).padStart(9)}`
  console.log(`${what.padEnd(width)} ${kilobytes(bytes).padStart(10)} ${most}${isPast ? "  too much" : ""}`.trimEnd())
}

if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, undefined, 2)}\n`)
for (const problem of problems) console.error(problem)
process.exitCode = problems.size === 0 ? 0 : 1
