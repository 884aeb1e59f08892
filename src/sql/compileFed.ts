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
import type { Dialect } from "./Dialect.ts"
import { tableName } from "./tableName.ts"

/**
 * A statement over rows; `source` is a query whose columns are theirs.
 *
 * @category models
 * @since 0.1.0
 */
export type FedStatement<A> = (source: string) => CompiledQuery<A>

/**
 * Inserts the rows, or overwrites `update` of those whose key is stored.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileUpsert = (
  table: Table,
  columns: ReadonlyArray<TableColumn>,
  key: ReadonlyArray<TableColumn>,
  update: ReadonlyArray<TableColumn>,
  dialect: Dialect
): FedStatement<never> =>
(source) => statement(dialect.upsert({ table, columns, key, update, source }))

/**
 * Overwrites the stored rows with what the given ones have beside the primary key.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileUpdate = (
  table: Table,
  columns: ReadonlyArray<TableColumn>,
  dialect: Dialect
): FedStatement<never> =>
(source) => {
  const { primaryKey } = table
  const changed = columns.filter((column) => !primaryKey.includes(column))
  const set = changed.map((column) => `${dialect.identifier(column.name)} = ${given(columns, column)}`)
  return statement(
    `UPDATE ${tableName(table, dialect)} AS stored SET ${set.join(", ")} FROM ${rowsOf(source, columns)} ` +
      `WHERE ${sameKey(primaryKey, columns, dialect)}`
  )
}

/**
 * Deletes the stored rows with the given keys. Of a key that is given twice only one is joined: two would delete its row
 * twice, at which DuckDB fails where the row is new in the transaction.
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
    `DELETE FROM ${tableName(table, dialect)} AS stored ` +
      `USING ${rowsOf(`SELECT DISTINCT * FROM (${source}) AS keys`, key)} ` +
      `WHERE ${sameKey(key, key, dialect)}`
  )

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
      sameKey(key, key, dialect)
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
  const list = columns.map(({ name, type }, index) => `${dialect.selected(type, stored[index] ?? "")} AS ${name}`)
  return (source) => ({
    sql: `SELECT DISTINCT ${list.join(", ")} FROM ${tableName(table, dialect)} AS stored ` +
      `JOIN ${rowsOf(source, key)} ON ${sameKey(key, key, dialect)} ` +
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
 * Finds the stored rows with the given keys, each with the place of its key; they are `checked` by their model, or trusted.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileFind = <A>(
  table: Table,
  key: ReadonlyArray<TableColumn>,
  dialect: Dialect,
  checked: boolean
): FedStatement<Found<A>> => {
  const columns = placed(key)
  const first: ResultColumn = { ...place, index: 0, field: undefined, checked: false }
  const row = tableShape(table, checked).columns.map((column, index) => ({ ...column, index: index + 1 }))
  const list = row.map(({ name, type }) => dialect.selected(type, `stored.${dialect.identifier(name)}`))
  return (source) => ({
    sql: `SELECT ${[given(columns, place), ...list].join(", ")} FROM ${tableName(table, dialect)} AS stored ` +
      `JOIN ${rowsOf(source, columns)} ON ${sameKey(key, columns, dialect)}`,
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
 * Whether a stored row has the key of a given one.
 *
 * @category compiling
 * @since 0.1.0
 */
export const sameKey = (
  key: ReadonlyArray<TableColumn>,
  columns: ReadonlyArray<TableColumn>,
  { identifier }: Pick<Dialect, "identifier">
): string => key.map((column) => `stored.${identifier(column.name)} = ${given(columns, column)}`).join(" AND ")
