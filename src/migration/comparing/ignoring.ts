/**
 * Leaves alone what nobody asked to change: tables that no model has, and what is told by name.
 *
 * @since 0.1.0
 */
import * as RegExp from "effect/RegExp"
import { at, fullName, type Structure, type TableStructure } from "../../sql/Structure.ts"
import type { DesiredOptions } from "./desired.ts"
import { checkNames, keyNames } from "./partNames.ts"

/** The tables in which this and other migrators keep what they did, and those of moves. */
const histories = [
  "andamios_migrations",
  "andamios_move",
  "alembic_version",
  "effect_sql_migrations",
  "__drizzle_migrations",
  "drizzle.__drizzle_migrations",
  "_prisma_migrations"
]

/** What is wanted, with all that is ignored as it is in the live structure. */
export const ignoring = (
  live: Structure,
  wanted: Structure,
  { ignore = [], keepUnknown = false }: Pick<DesiredOptions, "ignore" | "keepUnknown">
): Structure => {
  const patterns = [...histories, ...ignore].map(patternOf)
  const isIgnored = (name: string) => patterns.some((pattern) => pattern.test(name))
  const stays = (table: TableStructure) =>
    isIgnored(fullName(table)) || (keepUnknown && at(wanted.tables, table) === undefined)
  const known = wanted.tables.filter((table) => !isIgnored(fullName(table)))
  return {
    ...wanted,
    tables: [
      ...live.tables.filter(stays),
      ...known.map((table) => withIgnored(table, at(live.tables, table), isIgnored))
    ]
  }
}

/** A star stands for any letters. */
const patternOf = (name: string) => new globalThis.RegExp(`^${name.split("*").map(RegExp.escape).join(".*")}$`, "s")

/** The table with its ignored parts as the live one has them, or without them. */
const withIgnored = (
  table: TableStructure,
  live: TableStructure | undefined,
  isIgnored: (name: string) => boolean
): TableStructure => {
  const parts = <A>(
    wanted: ReadonlyArray<A>,
    found: ReadonlyArray<A> = [],
    namesOf: (part: A) => ReadonlyArray<string>
  ): ReadonlyArray<A> => {
    const namesIn = (part: A) => namesOf(part).map((name) => `${fullName(table)}.${name}`)
    const kept = found.filter((part) => namesIn(part).some(isIgnored))
    // what is called otherwise, or has no name, is the same by its columns or its condition
    const taken = new Set(kept.flatMap(namesIn))
    return [...wanted.filter((part) => !namesIn(part).some((name) => isIgnored(name) || taken.has(name))), ...kept]
  }
  const ofName = ({ name }: { readonly name: string }) => [name]
  return {
    ...table,
    columns: parts(table.columns, live?.columns, ofName),
    uniques: parts(table.uniques, live?.uniques, keyNames),
    checks: parts(table.checks, live?.checks, checkNames),
    foreignKeys: parts(table.foreignKeys, live?.foreignKeys, keyNames),
    indexes: parts(table.indexes, live?.indexes, ofName)
  }
}
