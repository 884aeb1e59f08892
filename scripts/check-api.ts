/**
 * Says which exported names lack a description, their errors or an example, and fails where one does: see scripts/api/gaps.ts.
 *
 * With `--json FILE` it writes them down as JSON, too.
 */
import Table from "cli-table3"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { reference } from "./api/entrances.ts"
import { type Gap, gapsOf } from "./api/gaps.ts"

const { values: { json } } = parseArgs({ options: { json: { type: "string" } } })

const entrances = reference()
const gaps = gapsOf(entrances)
if (json !== undefined) writeFileSync(json, `${JSON.stringify(gaps, undefined, 2)}\n`)

/** As many errors as there is room for. */
const few = (errors: ReadonlyArray<string>): string =>
  errors.length <= 2 ? errors.join(", ") : `${errors.slice(0, 2).join(", ")} and ${errors.length - 2} more`

const rowOf = ({ errors, file, line, module, name, what }: Gap) => [
  module,
  name,
  errors.length === 0 ? what : `${what}: ${few(errors)}`,
  `${file}:${line}`
]

if (gaps.length > 0) {
  const table = new Table({
    head: ["Module", "Name", "Missing", "Where"],
    style: { head: [], border: [], compact: true }
  })
  table.push(...gaps.map(rowOf))
  console.error(`${table.toString()}\n${gaps.length} things are missing in doc comments.`)
  process.exit(1)
}

const count = entrances.reduce(
  (sum, { modules, names }) => sum + names.length + modules.reduce((inner, { names: of }) => inner + of.length, 0),
  0
)
console.log(`${count} exported names have a description, their errors and an example.`)
