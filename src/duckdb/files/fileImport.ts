/**
 * Brings the rows of files into a model's table: all of them, or none.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Table, TableColumn } from "../../model/Table.ts"
import { uuidV7 } from "../../model/uuidV7.ts"
import { Database } from "../../session/Database.ts"
import { FileInvalid } from "../../session/FileError.ts"
import { quoted } from "../../sql/quoted.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"
import { sequence, sequenceName } from "../numbering.ts"
import { type Aside, invalidRows } from "./fileCheck.ts"
import type { Compared, Part } from "./filePart.ts"
import { ask, fileFailure } from "./fileQuery.ts"
import type { Source } from "./fileSource.ts"
import { travelType } from "../types.ts"

const { identifier } = dialect

/** Stores the rows that this very model wrote, in one statement. */
export const storeOwn = Effect.fnUntraced(function*(table: Table, { parts }: Source) {
  const columns = storedColumns(table, parts)
  const selects = parts.map(({ part }) =>
    `SELECT ${columns.map(({ name }) => part.columns.get(name)?.value ?? "NULL").join(", ")} FROM ${part.from}`
  )
  return yield* store(table, columns, selects.join(" UNION ALL "))
})

/** Stores rows from elsewhere: they are set aside, checked by the model, and only then stored. Tells of so many that don't fit. */
export const storeChecked = Effect.fnUntraced(function*(table: Table, source: Source, most: number) {
  const { parts, path } = source
  const name = identifier(`andamios_${(yield* uuidV7).replaceAll("-", "")}`)
  const aside: Aside = { table: name, columns: storedColumns(table, parts), path }
  const columns = aside.columns.map(({ type }, index) => `c${index} ${travelType(type)}`)
  return yield* Effect.acquireUseRelease(
    run(
      table,
      `CREATE TEMP TABLE ${name} (file VARCHAR, row BIGINT, bad STRUCT("column" VARCHAR, found VARCHAR)[], ${
        columns.join(", ")
      })`
    ),
    () => storeAside(table, source, aside, most),
    // in a transaction that is lost it goes by itself
    () => Effect.ignore(run(table, `DROP TABLE IF EXISTS ${name}`))
  )
})

const storeAside = Effect.fnUntraced(function*(table: Table, { parts, path }: Source, aside: Aside, most: number) {
  yield* Effect.forEach(
    parts,
    ({ part }) => Effect.mapError(run(table, settingAside(aside, part)), (error) => fileFailure(path, error)),
    { discard: true }
  )
  const rows = yield* invalidRows(table, aside, most)
  if (rows.length > 0) {
    const files = parts.flatMap(({ part }) => part.files)
    const inOrder = rows.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.row - b.row)
    return yield* new FileInvalid({ model: table.model.identifier, path, rows: inOrder })
  }
  const values = aside.columns.map((_, index) => `c${index}`).join(", ")
  return yield* store(table, aside.columns, `SELECT ${values} FROM ${aside.table} ORDER BY rowid`)
})

/** The columns that files have: one that the database numbers may be missing. */
const storedColumns = (table: Table, parts: ReadonlyArray<Compared>): ReadonlyArray<TableColumn> =>
  table.columns.filter(({ computed, generated, name }) =>
    !computed && (!generated || parts.every(({ part }) => part.columns.has(name)))
  )

const settingAside = ({ columns, table }: Aside, part: Part): string => {
  const made = columns.map(({ name }) => part.columns.get(name))
  const bad = columns.flatMap(({ name }) => {
    const column = part.columns.get(name)
    return column === undefined || column.bad === "FALSE" ? [] : [badCell(column.bad, name, column.found)]
  })
  const allBad = [badCell(part.noRow, "", "''"), ...bad].join(", ")
  const values = made.map((column) => column?.value ?? "NULL")
  return `INSERT INTO ${table} SELECT ${part.file}, ${part.row}, list_filter([${allBad}], lambda one: one IS NOT NULL), ` +
    `${values.join(", ")} FROM ${part.from}`
}

const badCell = (condition: string, column: string, found: string): string =>
  `CASE WHEN ${condition} THEN {'column': ${quoted(column)}, 'found': left(CAST(${found} AS VARCHAR), 100)} END`

/** Runs a statement of an import; answers how many rows it changed. */
const run = (table: Table, sql: string) =>
  Effect.flatMap(
    Database,
    (database) => database.execute({ sql, parameters: [], columns: [], shape: undefined }, table)
  )

const store = Effect.fnUntraced(function*(table: Table, columns: ReadonlyArray<TableColumn>, select: string) {
  const names = columns.map(({ name }) => identifier(name)).join(", ")
  const stored = yield* run(table, `INSERT INTO ${tableName(table, dialect)} (${names}) ${select}`)
  const numbered = columns.filter(({ generated }) => generated)
  yield* Effect.forEach(numbered, ({ name }) => numberOn(table, name), { discard: true })
  return stored
})

/** Rows that bring their numbers along leave the sequence behind: it goes on after the highest of them. */
const numberOn = Effect.fnUntraced(function*(table: Table, column: string) {
  const name = sequence(table, column)
  const numbers = { _tag: "Int64", as: "number" } as const
  const [behind] = yield* ask<{ numbers: number | null }>(
    table.fullName,
    `SELECT (SELECT max(${identifier(column)}) FROM ${
      tableName(table, dialect)
    }) - coalesce(last_value, start_value - 1) AS numbers
     FROM duckdb_sequences() WHERE ${sequenceIs(table, column)} AND NOT temporary`,
    { numbers }
  )
  const steps = behind?.numbers ?? 0
  if (steps <= 0) return
  yield* ask<{ numbers: number | null }>(
    table.fullName,
    `SELECT max(nextval(${quoted(name)})) AS numbers FROM range(${steps})`,
    { numbers }
  )
})

const sequenceIs = (table: Table, column: string): string =>
  [
    `sequence_name = ${quoted(sequenceName(table, column))}`,
    `schema_name = ${quoted(table.schema ?? "main")}`,
    `database_name = ${table.database === undefined ? "current_database()" : quoted(table.database)}`
  ].join(" AND ")
