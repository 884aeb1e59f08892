/**
 * Prints, as a table in Markdown, how much of each floor the last `npm run coverage` reached.
 */
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const Counted = Schema.Struct({ total: Schema.Number, covered: Schema.Number })
const kinds = ["statements", "lines", "functions", "branches"] as const
const Summary = Schema.fromJsonString(Schema.Record(
  Schema.String,
  Schema.Struct({ statements: Counted, lines: Counted, functions: Counted, branches: Counted })
))

const root = resolve(import.meta.dirname, "..")
const path = join(root, "coverage/coverage-summary.json")

if (!existsSync(path)) {
  console.error(`There is no ${relative(root, path)}: run \`npm run coverage\` first.`)
  process.exit(1)
}

type Counts = (typeof Summary.Type)[string]

/** The floor that a file is on: its folder in src/. */
const floorOf = (file: string) => {
  const [floor = ""] = relative(join(root, "src"), dirname(file)).split(/[\\/]/)
  return floor === "" ? "entrances" : floor
}

const percentage = (files: ReadonlyArray<Counts>, kind: (typeof kinds)[number]) => {
  const total = files.reduce((sum, file) => sum + file[kind].total, 0)
  const covered = files.reduce((sum, file) => sum + file[kind].covered, 0)
  return total === 0 ? "-" : `${(Math.floor(covered / total * 10_000) / 100).toFixed(2)} %`
}

const row = (name: string, files: ReadonlyArray<Counts>) =>
  `| ${name} | ${files.length} | ${kinds.map((kind) => percentage(files, kind)).join(" | ")} |`

const { total: _total, ...counted } = Schema.decodeUnknownSync(Summary)(readFileSync(path, "utf8"))
const floors = Map.groupBy(Object.entries(counted), ([file]) => floorOf(file))

console.log(`| floor | files | ${kinds.join(" | ")} |\n| --- | --: | ${kinds.map(() => "--:").join(" | ")} |`)
for (const [floor, entries] of [...floors].toSorted(([a], [b]) => a.localeCompare(b))) {
  console.log(row(floor, entries.map(([, counts]) => counts)))
}
console.log(row("**all**", Object.values(counted)))
