/**
 * The page that says which database keeps which promise: docs/databases.md.
 */
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { databases, type Held, type Key, type Verdict } from "./contractRuns.ts"

/** Where the page is. */
export const pagePath = resolve(import.meta.dirname, "../docs/databases.md")

/** The command that writes it. */
export const command = "npm run scorecard"

/** The databases as their columns stand, from left to right. */
const inOrder = ["duckdb", "postgres", "sharded"] satisfies ReadonlyArray<Key>

const contract = resolve(import.meta.dirname, "../test/contract")

/** What the comment that a file opens with says. */
const openingOf = (file: string): string => {
  const path = join(contract, file)
  if (!existsSync(path)) throw new Error(`There is no test/contract/${file}, whose first comment would say what it is`)
  const [, comment = ""] = /^\/\*\*\n(.*?)\n \*\//s.exec(readFileSync(path, "utf8")) ?? []
  return comment.split("\n").map((line) => line.replace(/^ \* ?/, "")).join(" ")
}

/** What a promise is: the first sentence of the file that has its name. */
const sentenceOf = (promise: string): string => /^.*?\.(?= |$)/.exec(openingOf(`${promise}.ts`))?.[0] ?? ""

/** What an area is about, if its file says so. */
const aboutOf = (area: string): string => {
  const [, about] = /promises?: (.*)$/.exec(openingOf(`areas/${area}.ts`)) ?? []
  return about === undefined ? "" : `${capital(about)}\n\n`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const cellOf = (verdict: Verdict | undefined): string => {
  switch (verdict?._tag) {
    case undefined:
      return "not asked"
    case "Kept":
      return "yes"
    case "Refused":
      return `refused: ${verdict.because}`
    case "NotKept":
      return `no: ${verdict.because}`
  }
}

/** A table of Markdown whose columns stand below each other. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")))
  const widths = (escaped[0] ?? []).map((_, column) => Math.max(...escaped.map((row) => row[column]?.length ?? 0)))
  const lineOf = (row: ReadonlyArray<string>) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const rule = lineOf(widths.map((width) => "-".repeat(width)))
  return escaped.map((row, index) => index === 0 ? `${lineOf(row)}\n${rule}` : lineOf(row)).join("\n")
}

/** The tables of the page: how many promises each database keeps, and for each area a row for each promise. */
export const tablesOf = (all: ReadonlyArray<Held>): string => {
  const keys = inOrder.filter((key) => all.some(({ database }) => database === key))
  const names = keys.map((key) => databases[key])
  const areas = [...new Set(all.map(({ area }) => area))].toSorted()
  return [
    `## At a glance\n\n${table([["promises", ...names], ...countsOf(all, keys)])}\n`,
    ...areas.map((area) => {
      const inArea = keys.flatMap((key) => all.filter((held) => held.area === area && held.database === key))
      const rows = [...new Set(inArea.map(({ promise }) => promise))].map((promise) => {
        const verdictOf = (key: Key) =>
          inArea.find((held) => held.promise === promise && held.database === key)?.verdict
        return [
          sentenceOf(promise),
          ...keys.map((key) => cellOf(verdictOf(key))),
          `[${promise}](../test/contract/${promise}.ts)`
        ]
      })
      return `## ${capital(area)}\n\n${aboutOf(area)}${table([["promise", ...names, "tests"], ...rows])}\n`
    })
  ].join("\n")
}

/** How many promises have become what. */
const countsOf = (all: ReadonlyArray<Held>, keys: ReadonlyArray<Key>): ReadonlyArray<ReadonlyArray<string>> =>
  ([["Kept", "yes"], ["Refused", "refused"], ["NotKept", "no"]] as const).map(([tag, says]) => [
    says,
    ...keys.map((key) => String(all.filter(({ database, verdict }) => database === key && verdict._tag === tag).length))
  ])

/** The page, with the versions of the databases that were asked. */
export const pageOf = (all: ReadonlyArray<Held>, versions: ReadonlyArray<string>): string =>
  `# Databases

This is what Andamios ORM promises, and which database keeps it. The page is written by \`${command}\`, which runs the tests and
writes down what became of them. Each row is one promise, told by a file of tests in [test/contract](../test/contract) that any database can
be [held to](../packages/contract/README.md). They run on real databases: ${versions.join(", ")}.

| it says          | what that means                                                                              |
| ---------------- | -------------------------------------------------------------------------------------------- |
| yes              | all tests of the promise pass                                                                |
| refused, and why | the database can't do it. A typed error says so, and the tests are about that; they all pass |
| no, and why      | the promise is not kept: don't rely on it                                                    |
| not asked        | nobody has tried                                                                             |

Some promises are kept in another way where a database is another, such as a nested transaction on DuckDB, which has no savepoints: the
[facts](../packages/contract/README.md#what-a-database-cant-promise) that tests go by say so. What only one database has stands in its own
guide: [DuckDB](duckdb.md), [PostgreSQL](postgres.md), [Past one machine](scaling.md).

Sharded PostgreSQL is a coordinator and two shards, three servers. The models of the tests don't say how their rows are distributed: with
\`undeclared: "automatic"\` they are spread by their keys where all that they promise can be kept so, and have copies on each shard otherwise.

${tablesOf(all)}`
