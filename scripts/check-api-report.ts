/**
 * Compares what the packages export with the reports in api/, so that each change of it is seen in a review. Ends with 1 where they differ.
 *
 * A report has the signatures of all that an entrance exports, and of what these name; what an earlier report has isn't in a later one.
 * `--accept` writes the reports. They are made from dist/.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { declarationsOf, type Place } from "./package/declarations.ts"
import { root } from "./package/distribution.ts"

const { values: { accept = false } } = parseArgs({ options: { accept: { type: "boolean" } } })

const folder = join(root, "api")

/** The declarations of each entrance, from dist/ on, and what is imported. */
const entrances = {
  index: "andamios-orm",
  duckdb: "andamios-orm/duckdb",
  postgres: "andamios-orm/postgres",
  testing: "andamios-orm/testing",
  cli: "andamios-orm/cli",
  "../packages/contract/dist/index": "andamios-orm-contract"
}

/** What is in a report already: names by their files. */
const told = new Map<string, Set<string>>()

/** Where a name that a file exports is declared, or the file whose names it stands for. */
const declaredAt = ({ file, name }: Place): Place | undefined => {
  const { all, declared, exported, imported } = declarationsOf(file)
  const there = exported.get(name)
  if (there !== undefined && (there.file !== file || there.name !== name)) {
    return there.name === "*" ? there : declaredAt(there)
  }
  if (declared.has(name)) return { file, name }
  const from = imported.get(name)
  if (from !== undefined) return from.name === "*" ? from : declaredAt(from)
  return all.flatMap((one) => declaredAt({ file: one, name }) ?? []).at(0)
}

/** The names that a file exports, and where they are declared. */
const namesOf = (file: string): ReadonlyArray<string> => {
  const { all, exported } = declarationsOf(file)
  return [...new Set([...exported.keys(), ...all.flatMap(namesOf)])].toSorted()
}

/** Tells a name, and all that its declaration names. */
const tell = (found: Map<string, Set<string>>, place: Place): void => {
  const at = declaredAt(place)
  if (at === undefined || at.name === "*" || told.get(at.file)?.has(at.name) === true) return
  const { declared, imported } = declarationsOf(at.file)
  for (const names of [told, found]) names.set(at.file, (names.get(at.file) ?? new Set()).add(at.name))
  for (const text of declared.get(at.name) ?? []) {
    for (const [, name = "", member] of text.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)(?:\.([A-Za-z_$][\w$]*))?/g)) {
      const from = imported.get(name)
      if (from?.name === "*") {
        if (member !== undefined) tell(found, { file: from.file, name: member })
      } else if (from !== undefined) tell(found, from)
      else if (declared.has(name)) tell(found, { file: at.file, name })
    }
  }
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => one < other ? -1 : 1

const reportOf = (entrance: string, title: string): string => {
  const found = new Map<string, Set<string>>()
  const exports = namesOf(entrance).map((name) => {
    const at = declaredAt({ file: entrance, name })
    if (at?.name !== "*") {
      tell(found, { file: entrance, name })
      return name
    }
    const members = namesOf(at.file)
    for (const member of members) tell(found, { file: at.file, name: member })
    return `${name}: ${members.join(", ")}`
  })
  const files = [...found].toSorted(byName).map(([file, names]) => {
    const { declared } = declarationsOf(file)
    return `--- ${file}\n\n${[...names].toSorted().map((name) => declared.get(name)?.join("\n") ?? "").join("\n\n")}\n`
  })
  return `${title} exports:\n\n${exports.join("\n")}\n\n${files.join("\n")}`
}

/** The first line that differs, and what it was. */
const difference = (before: string, now: string): string => {
  const [old, lines] = [before.split("\n"), now.split("\n")]
  const at = lines.findIndex((line, index) => line !== old[index])
  const line = at < 0 ? lines.length : at
  return `line ${line + 1}\n- ${old[line] ?? "nothing"}\n+ ${lines[line] ?? "nothing"}`
}

for (const [entrance, title] of Object.entries(entrances)) {
  const report = reportOf(entrance, title)
  const path = join(folder, `${title.replace("/", "-")}.txt`)
  const before = existsSync(path) ? readFileSync(path, "utf8") : ""
  if (accept) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, report)
  } else if (before !== report) {
    console.error(`${title} exports something else than ${path} says, from ${difference(before, report)}`)
    process.exitCode = 1
  }
  console.log(`${title.padEnd(22)} ${String(report.split("\n").length).padStart(6)} lines`)
}
if (process.exitCode === 1) console.error("Where that is meant: npm run check:api-report -- --accept, and commit api/.")
