/**
 * What a soak has shown, as text and as JSON.
 */
import Table from "cli-table3"
import type * as Bank from "./bank.ts"
import type * as Kill from "./kill.ts"
import type * as Migrations from "./migrations.ts"

/** A whole run; what was left out is undefined. */
export interface Soak {
  readonly seed: number
  readonly fibers: number
  readonly pool: number
  readonly seconds: number
  readonly bank: Bank.Report | undefined
  readonly kill: Kill.Report | undefined
  /** By the name of the database. */
  readonly migrations: Readonly<Record<string, Migrations.Report>>
}

/** The tables, and what must not have been. */
export const textOf = (soak: Soak): string =>
  [
    soak.bank === undefined ? [] : bankText(soak, soak.bank),
    soak.kill === undefined ? [] : killText(soak.kill),
    Object.entries(soak.migrations).flatMap(([database, report]) => migrationsText(database, report))
  ].flat().join("\n")

/** The figures as JSON. */
export const jsonOf = ({ bank, ...soak }: Soak): string => {
  const outcomes = bank && Object.fromEntries(
    [...bank.outcomes].map(([visit, ends]) => [visit, Object.fromEntries(ends)])
  )
  return `${JSON.stringify({ ...soak, bank: bank && { ...bank, outcomes } }, undefined, 2)}\n`
}

const bankText = ({ fibers, pool, seconds }: Soak, { conflicts, outcomes, transfers, violations }: Bank.Report) => {
  const ends = [...new Set([...outcomes.values()].flatMap((found) => [...found.keys()]))].toSorted()
  const table = new Table({
    head: ["visit", ...ends],
    colAligns: ["left", ...ends.map(() => "right" as const)],
    style: { head: [], border: [], compact: true }
  })
  for (const [visit, found] of [...outcomes].toSorted(([a], [b]) => a < b ? -1 : 1)) {
    table.push([visit, ...ends.map((end) => number(found.get(end) ?? 0))])
  }
  return [
    `\nBank: ${number(fibers)} fibers on ${pool} connections for ${seconds} s, ${
      number(transfers)
    } transfers stored, ` +
    `${number(conflicts)} conflicts`,
    table.toString(),
    verdict(violations, "no money appeared or disappeared, no connection leaked, every fiber ended")
  ]
}

const killText = ({ changes, commits, rounds, violations }: Kill.Report) => [
  `\nKill: ${rounds} rounds, ${number(commits)} commits and ${number(changes)} changes of tables acknowledged`,
  verdict(violations, "the file opened every time, nothing acknowledged was missing, nothing was half there")
]

const migrationsText = (
  database: string,
  { commitsLost, killedBeforeStatements, killedInCommits, revisions, statements, violations }: Migrations.Report
) => [
  `\nMigrations on ${database}: ${revisions} revisions up and down in ${
    number(statements)
  } statements, killed before ` +
  `${number(killedBeforeStatements)} of them and ${number(killedInCommits)} times in commits, of which ${
    number(commitsLost)
  } were not done`,
  verdict(violations, "the database opened every time, its history was true, and every row was whole")
]

const verdict = (violations: ReadonlyArray<string>, fine: string) =>
  violations.length === 0 ? `Held: ${fine}.` : ["VIOLATED:", ...violations.map((text) => `  ${text}`)].join("\n")

const number = (value: number) => value.toLocaleString("en-US")
