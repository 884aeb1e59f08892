/**
 * Turns what is done with many rows into the text of a dialect, around the source that the rows come from.
 *
 * In each text the table is `stored` and the rows are `given`, whose columns `c0`, `c1` … are those of the rows in their order.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { Table, TableColumn } from "../model/Table.ts"
import { tableShape } from "./tableShape.ts"
import type { CompiledQuery, ResultColumn } from "./CompiledQuery.ts"
import type { Dialect, UpsertParts } from "./Dialect.ts"
import { tableName } from "./tableName.ts"

/**
 * A statement over rows; `source` is a query whose columns are theirs.
 *
 * @category models
 * @since 0.1.0
 */
export type FedStatement<A> = (source: string) => CompiledQuery<A>

/**
 * Which stored row a given one is about: the one that has the same values in the key. Where there is a column that is null in the
 * living rows, it is one of these, or with `deleted` one of the others.
 *
 * @category models
 * @since 0.1.0
 */
export interface SameRow {
  readonly key: ReadonlyArray<TableColumn>
  readonly living: TableColumn | undefined
  readonly deleted?: boolean
}

/**
 * Inserts the rows, or overwrites `update` of those whose key is stored.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileUpsert = (parts: Omit<UpsertParts, "source">, dialect: Dialect): FedStatement<never> => (source) =>
  statement(dialect.upsert({ ...parts, source }))

/**
 * Overwrites `set` of the stored rows with what the given ones have, and adds one to `counter`.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileUpdate = (
  { columns, counter, same, set, table }: {
    readonly table: Table
    readonly columns: ReadonlyArray<TableColumn>
    readonly same: SameRow
    readonly set: ReadonlyArray<TableColumn>
    readonly counter: TableColumn | undefined
  },
  dialect: Dialect
): FedStatement<never> =>
(source) => {
  const name = (column: TableColumn) => dialect.identifier(column.name)
  const changes = [
    ...set.map((column) => `${name(column)} = ${given(columns, column)}`),
    ...(counter === undefined ? [] : [`${name(counter)} = stored.${name(counter)} + 1`])
  ]
  return statement(
    `UPDATE ${tableName(table, dialect)} AS stored SET ${changes.join(", ")} FROM ${rowsOf(source, columns)} ` +
      `WHERE ${sameRow(same, columns, dialect)}`
  )
}

/**
 * Deletes the stored rows with the given keys.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileDeleteKeys = (
  table: Table,
  key: ReadonlyArray<TableColumn>,
  dialect: Dialect
): FedStatement<never> =>
(source) =>
  statement(
    `DELETE FROM ${tableName(table, dialect)} AS stored USING ${rowsOf(once(source), key)} ` +
      `WHERE ${sameRow({ key, living: undefined }, key, dialect)}`
  )

/**
 * The rows of a source, equal ones once. Of a key that is given twice only one may be joined: two would delete its row twice, at which
 * DuckDB fails where the row is new in the transaction.
 *
 * @category compiling
 * @since 0.1.0
 */
export const once = (source: string): string => `SELECT DISTINCT * FROM (${source}) AS keys`

/**
 * Takes what the rows with the given keys refer to away from them.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileForget = (
  table: Table,
  key: ReadonlyArray<TableColumn>,
  dialect: Dialect
): FedStatement<never> =>
(source) => {
  const set = key.map(({ name }) => `${dialect.identifier(name)} = NULL`).join(", ")
  return statement(
    `UPDATE ${tableName(table, dialect)} AS stored SET ${set} FROM ${rowsOf(source, key)} WHERE ${
      sameRow({ key, living: undefined }, key, dialect)
    }`
  )
}

/**
 * Finds what the rows with the given keys have in other columns, as it is stored: each different row of values once, and none with a
 * null.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileValues = (
  table: Table,
  key: ReadonlyArray<TableColumn>,
  wanted: ReadonlyArray<TableColumn>,
  dialect: Dialect
): FedStatement<Readonly<Record<string, unknown>>> => {
  const columns = wanted.map(({ type }, index): ResultColumn => ({
    index,
    name: `v${index}`,
    type,
    nullable: false,
    field: undefined,
    checked: false
  }))
  const stored = wanted.map(({ name }) => `stored.${dialect.identifier(name)}`)
  const list = wanted.map(({ name, type }, index) =>
    `${dialect.selected(type, `stored.${dialect.identifier(name)}`)} AS v${index}`
  )
  return (source) => ({
    sql: `SELECT DISTINCT ${list.join(", ")} FROM ${tableName(table, dialect)} AS stored ` +
      `JOIN ${rowsOf(source, key)} ON ${sameRow({ key, living: undefined }, key, dialect)} ` +
      `WHERE ${stored.map((value) => `${value} IS NOT NULL`).join(" AND ")}`,
    parameters: [],
    columns,
    shape: { _tag: "Record", fields: columns.map((column) => [column.name, { _tag: "Value", column }]) }
  })
}

/**
 * A stored row, and the place of its key among those that were given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Found<out A> {
  readonly place: number
  readonly row: A
}

/** The place of a key among those that are given, as one more column beside the key's. */
const place: TableColumn = {
  field: "place",
  name: "place",
  type: { _tag: "Int32" },
  nullable: false,
  generated: false,
  default: undefined,
  reference: undefined,
  checks: [],
  comment: undefined,
  sensitive: false,
  computed: false,
  schema: Schema.Int,
  codec: undefined
}

/**
 * Columns that keys and their places are given in.
 *
 * @category compiling
 * @since 0.1.0
 */
export const placed = (key: ReadonlyArray<TableColumn>): ReadonlyArray<TableColumn> => [...key, place]

/**
 * Finds the stored rows with the given keys, each with the place of its key; they are `checked` by their model, or
 * trusted, and `locked` until the transaction ends where the database does so.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileFind = <A>(
  table: Table,
  same: SameRow,
  dialect: Dialect,
  { checked, locked }: { readonly checked: boolean; readonly locked: boolean }
): FedStatement<Found<A>> => {
  const columns = placed(same.key)
  const lock = locked && dialect.features.rowLocks === true ? " FOR UPDATE OF stored" : ""
  const first: ResultColumn = { ...place, index: 0, field: undefined, checked: false }
  const row = tableShape(table, checked).columns.map((column, index) => ({ ...column, index: index + 1 }))
  const list = row.map(({ name, type }) => dialect.selected(type, `stored.${dialect.identifier(name)}`))
  return (source) => ({
    sql: `SELECT ${[given(columns, place), ...list].join(", ")} FROM ${tableName(table, dialect)} AS stored ` +
      `JOIN ${rowsOf(source, columns)} ON ${sameRow(same, columns, dialect)}${lock}`,
    parameters: [],
    columns: [first, ...row],
    shape: {
      _tag: "Record",
      fields: [
        ["place", { _tag: "Value", column: first }],
        ["row", { _tag: "Instance", table, optional: false, columns: row }]
      ]
    }
  })
}

const statement = (sql: string): CompiledQuery<never> => ({ sql, parameters: [], columns: [], shape: undefined })

/**
 * A column of the given rows.
 *
 * @category compiling
 * @since 0.1.0
 */
export const given = (columns: ReadonlyArray<TableColumn>, column: TableColumn): string =>
  `given.c${columns.indexOf(column)}`

/**
 * The given rows, as a source of a statement.
 *
 * @category compiling
 * @since 0.1.0
 */
export const rowsOf = (source: string, columns: ReadonlyArray<TableColumn>): string =>
  `(${source}) AS given (${columns.map((_, index) => `c${index}`).join(", ")})`

/**
 * Whether a stored row is the one that a given one is about.
 *
 * @category compiling
 * @since 0.1.0
 */
export const sameRow = (
  { deleted = false, key, living }: SameRow,
  columns: ReadonlyArray<TableColumn>,
  { identifier }: Pick<Dialect, "identifier">
): string =>
  [
    ...key.map((column) => `stored.${identifier(column.name)} = ${given(columns, column)}`),
    ...(living === undefined ? [] : [`stored.${identifier(living.name)} IS ${deleted ? "NOT NULL" : "NULL"}`])
  ].join(" AND ")
