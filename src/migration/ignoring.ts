/**
 * Leaves alone what nobody asked to change: tables that no model has, and what is told by name.
 *
 * @since 0.1.0
 */
import * as RegExp from "effect/RegExp"
import { at, type ColumnStructure, fullName, type Structure, type TableStructure } from "../sql/Structure.ts"
import type { DesiredOptions } from "./desired.ts"

/** The tables in which this and other migrators keep what they did. */
const histories = [
  "andamios_migrations",
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
  const isPartIgnored = ({ name }: { readonly name?: string | undefined }) =>
    name !== undefined && isIgnored(`${fullName(table)}.${name}`)
  const parts = <A extends { readonly name?: string | undefined }>(
    wanted: ReadonlyArray<A>,
    found: ReadonlyArray<A> = []
  ) => [...wanted.filter((part) => !isPartIgnored(part)), ...found.filter(isPartIgnored)]
  return {
    ...table,
    columns: parts<ColumnStructure>(table.columns, live?.columns),
    checks: parts(table.checks, live?.checks),
    indexes: parts(table.indexes, live?.indexes)
  }
}
