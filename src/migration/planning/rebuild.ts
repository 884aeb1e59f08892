/**
 * Makes tables anew: their rows are staged, they are dropped, created as they are to be, and filled again.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import { Inexpressible } from "../../sql/compilation.ts"
import { createIndex, createTable } from "../../sql/compileTable.ts"
import { inDependencyOrder } from "../../sql/creation.ts"
import type { Dialect, Rebuilding } from "../../sql/Dialect.ts"
import { type ForeignKeyStructure, fullName, isSamePlace, type TableStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import type { PlannedStatement } from "../MigrationPlan.ts"
import type { Track } from "./segment.ts"
import { type Staging, stagingOf } from "./staging.ts"

/** A table that was there and stays, with the query of its rows and the name under which they are kept meanwhile. */
interface Kept {
  readonly from: TableStructure
  readonly to: TableStructure
  readonly staging: Staging
  readonly stage: string
}

/** The statements that make tables anew, in order; all of them are one transaction's. */
export const rebuildTables = (
  tracks: ReadonlyArray<Track>,
  dialect: Dialect,
  rebuild: Rebuilding
): ReadonlyArray<PlannedStatement> => {
  const kept = tracks.flatMap(({ from, operations, to }, index): ReadonlyArray<Kept> =>
    from === undefined || to === undefined
      ? []
      : [{
        from,
        to,
        staging: stagingOf(from, to, operations, dialect, rebuild),
        stage: `andamios_staged_${index + 1}`
      }]
  )
  const old = tracks.flatMap(({ from }) => from === undefined ? [] : [from])
  const made = inOrder(tracks.flatMap(({ to }) => to === undefined ? [] : [to]))
  const keptAs = (table: TableStructure) => kept.find(({ to }) => to === table)
  return [
    ...kept.map(({ staging, stage }) => rebuild.stage(stage, staging.query)),
    ...inDependencyOrder(old).toReversed().map((table) => `DROP TABLE ${tableName(table, dialect)}`),
    ...made.flatMap((table) => numbersOf(table, keptAs(table), rebuild)),
    ...unnumbered(old, made).flatMap(({ column, table }) => dialect.identity.after(table, column)),
    ...made.flatMap((table) => created(table, keptAs(table), dialect, rebuild)),
    ...kept.map(({ stage }) => rebuild.unstage(stage))
  ]
}

/** The tables, each behind those that it refers to; it throws `Inexpressible` where there is no such order. */
const inOrder = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<TableStructure> => {
  const ordered = inDependencyOrder(tables)
  ordered.forEach((table, place) => {
    const later = ordered.slice(place + 1).find((other) => references(table, other).length > 0)
    if (later === undefined) return
    throw new Inexpressible(
      `tables that refer to each other in a circle, as ${fullName(table)} and ${fullName(later)} do`,
      "Leave out one of the references, and keep it by the program instead."
    )
  })
  return ordered
}

const references = (table: TableStructure, other: TableStructure): ReadonlyArray<ForeignKeyStructure> =>
  table.foreignKeys.filter((key) => isSamePlace(key.references, other))

/** The numbers of columns that are numbered under another name than before, or were not: they go on behind those that are taken. */
const numbersOf = (
  table: TableStructure,
  kept: Kept | undefined,
  rebuild: Rebuilding
): ReadonlyArray<PlannedStatement> =>
  table.columns.flatMap(({ identity, name }) => {
    if (!identity || kept === undefined || !kept.staging.columns.includes(name)) return []
    const before = kept.staging.numberedBefore(name)
    const place = { table, column: name }
    if (before === name && isSamePlace(kept.from, table)) return []
    return [
      before === undefined
        ? rebuild.behind(rebuild.staged(kept.stage), place)
        : rebuild.continued({ table: kept.from, column: before }, place)
    ]
  })

/** The columns that are numbered no more, or under another name. */
const unnumbered = (old: ReadonlyArray<TableStructure>, made: ReadonlyArray<TableStructure>) => {
  const stays = (table: TableStructure, column: string) =>
    made.some((other) =>
      isSamePlace(other, table) && other.columns.some(({ identity, name }) => identity && name === column)
    )
  return old.flatMap((table) =>
    table.columns
      .filter(({ identity, name }) => identity && !stays(table, name))
      .map(({ name }) => ({ table, column: name }))
  )
}

const created = (
  table: TableStructure,
  kept: Kept | undefined,
  dialect: Dialect,
  rebuild: Rebuilding
): ReadonlyArray<PlannedStatement> => [
  ...createTable({ ...table, indexes: [] }, dialect, "refuse"),
  ...(kept === undefined ? [] : filled(kept, dialect, rebuild)),
  ...table.indexes.map((index) => createIndex(table, index, dialect, "refuse"))
]

/** A table that refers to itself takes rows only behind those that they refer to: level by level, and then what is left, if any is. */
const filled = (
  { stage, staging, to }: Kept,
  dialect: Dialect,
  rebuild: Rebuilding
): ReadonlyArray<PlannedStatement> => {
  if (staging.columns.length === 0) return []
  const columns = staging.columns.map(dialect.identifier)
  const own = references(to, to).filter((key) => key.columns.every((column) => staging.columns.includes(column)))
  const insert = `INSERT INTO ${tableName(to, dialect)} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM ${
    rebuild.staged(stage)
  } AS waiting`
  const [key] = own
  if (key === undefined) return [insert]
  const waiting = (column: string) => `waiting.${dialect.identifier(column)}`
  const isFree = (one: ForeignKeyStructure) => one.columns.map((column) => `${waiting(column)} IS NULL`).join(" OR ")
  const isThere = (there: ReadonlyArray<string>, sought: ReadonlyArray<string>) =>
    `EXISTS (SELECT 1 FROM ${tableName(to, dialect)} AS filled WHERE ${
      Arr.zipWith(there, sought, (one, other) => `filled.${dialect.identifier(one)} = ${waiting(other)}`).join(" AND ")
    })`
  const areFree = own.map((one) => `(${isFree(one)})`).join(" AND ")
  const areReady = own.map((one) => `(${isFree(one)} OR ${isThere(one.targets, one.columns)})`).join(" AND ")
  const isFilled = isThere(key.targets, key.targets)
  const isNamed = key.targets.map((column) => `${waiting(column)} IS NOT NULL`).join(" AND ")
  return [
    `${insert} WHERE ${areFree}`,
    { repeat: `${insert} WHERE NOT (${areFree}) AND ${isNamed} AND ${areReady} AND NOT ${isFilled}` },
    `${insert} WHERE NOT (${areFree}) AND NOT (${isNamed} AND ${isFilled})`
  ]
}
