/**
 * Turns what is done with given rows into the text of a dialect, around the source that the rows come from.
 *
 * In each text the table is `stored` and the rows are `given`, whose columns `c0`, `c1` … are those of the rows in their order. The
 * values of a single row stand in the text by themselves, where a database finds a stored row by its index instead of a join.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { Table, TableColumn } from "../model/Table.ts"
import { tableShape } from "./tableShape.ts"
import type { CompiledQuery, ResultColumn } from "./CompiledQuery.ts"
import type { Dialect, UpsertParts } from "./Dialect.ts"
import { refuseShardKey, shardKeyOf } from "./shardKey.ts"
import { tableName } from "./tableName.ts"

/**
 * How the given rows stand in a statement: as a query whose columns are theirs, or a single one as the texts of its values. Several may
 * have the values of each column as a list besides, where that is one that values can be looked for in.
 *
 * @category models
 * @since 0.1.0
 */
export type Feed =
  | { readonly _tag: "Query"; readonly sql: string; readonly lists?: ReadonlyArray<string | undefined> }
  | { readonly _tag: "Row"; readonly values: ReadonlyArray<string> }

/**
 * A statement over rows.
 *
 * @category models
 * @since 0.1.0
 */
export type FedStatement<A> = (feed: Feed) => CompiledQuery<A>

/**
 * The given rows as a query.
 *
 * @category compiling
 * @since 0.1.0
 */
export const queryOf = (feed: Feed): string => feed._tag === "Query" ? feed.sql : `SELECT ${feed.values.join(", ")}`

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
export const compileUpsert = (parts: Omit<UpsertParts, "source" | "lookup">, dialect: Dialect): FedStatement<never> => {
  refuseShardKey(parts.table, parts.update, dialect)
  const isSpread = shardKeyOf(parts.table, dialect) !== undefined
  return (feed) => {
    const lookup = lookedUp({ ...parts, feed }, dialect)
    const upsert = statement(dialect.upsert({ ...parts, source: queryOf(feed), lookup }), parts.key)
    // what shards take begins with no word that says what it does
    return isSpread ? { ...upsert, subject: { operation: "INSERT", table: parts.table } } : upsert
  }
}

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
): FedStatement<never> => {
  refuseShardKey(table, set, dialect)
  return (feed) => {
    const { beside, value } = placing(feed, columns)
    const name = (column: TableColumn) => dialect.identifier(column.name)
    const changes = [
      ...set.map((column) => `${name(column)} = ${value(column)}`),
      ...(counter === undefined ? [] : [`${name(counter)} = stored.${name(counter)} + 1`])
    ]
    const where = [sameRow(same, value, dialect), ...lookedUp({ table, columns, key: same.key, feed }, dialect)]
    const sql = `UPDATE ${tableName(table, dialect)} AS stored SET ${changes.join(", ")}${beside(" FROM ")} ` +
      `WHERE ${where.join(" AND ")}`
    return statement(sql, same.key)
  }
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
(feed) => {
  const { beside, value } = placing(once(feed), key)
  const where = [
    sameRow({ key, living: undefined }, value, dialect),
    ...lookedUp({ table, columns: key, key, feed }, dialect)
  ]
  const sql = `DELETE FROM ${tableName(table, dialect)} AS stored${beside(" USING ")} WHERE ${where.join(" AND ")}`
  return statement(sql, key)
}

/**
 * The given rows, equal ones once. Of a key that is given twice only one may be joined: two would delete its row twice, at which
 * DuckDB fails where the row is new in the transaction.
 *
 * @category compiling
 * @since 0.1.0
 */
export const once = (feed: Feed): Feed =>
  feed._tag === "Row" ? feed : { ...feed, sql: `SELECT DISTINCT * FROM (${feed.sql}) AS keys` }

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
): FedStatement<never> => {
  refuseShardKey(table, key, dialect)
  const set = key.map(({ name }) => `${dialect.identifier(name)} = NULL`).join(", ")
  return (feed) => {
    const { beside, value } = placing(feed, key)
    const where = [
      sameRow({ key, living: undefined }, value, dialect),
      ...lookedUp({ table, columns: key, key, feed }, dialect)
    ]
    return statement(
      `UPDATE ${tableName(table, dialect)} AS stored SET ${set}${beside(" FROM ")} WHERE ${where.join(" AND ")}`
    )
  }
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
  return (feed) => {
    const { beside, value } = placing(feed, key)
    const conditions = [
      sameRow({ key, living: undefined }, value, dialect),
      ...lookedUp({ table, columns: key, key, feed }, dialect),
      ...stored.map((text) => `${text} IS NOT NULL`)
    ]
    return {
      sql: `SELECT DISTINCT ${list.join(", ")} FROM ${tableName(table, dialect)} AS stored${beside(", ")} ` +
        `WHERE ${conditions.join(" AND ")}`,
      parameters: [],
      columns,
      shape: { _tag: "Record", fields: columns.map((column) => [column.name, { _tag: "Value", column }]) }
    }
  }
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
  return (feed) => {
    const { beside, value } = placing(feed, columns)
    const where = [sameRow(same, value, dialect), ...lookedUp({ table, columns, key: same.key, feed }, dialect)]
    return {
      sql: `SELECT ${[value(place), ...list].join(", ")} FROM ${tableName(table, dialect)} AS stored${beside(", ")} ` +
        `WHERE ${where.join(" AND ")}${lock}`,
      parameters: [],
      columns: [first, ...row],
      shape: {
        _tag: "Record",
        fields: [
          ["place", { _tag: "Value", column: first }],
          ["row", { _tag: "Instance", table, optional: false, columns: row }]
        ]
      }
    }
  }
}

/** A statement that writes to no other stored rows than those that have the given values in some columns, which they keep. */
const statement = (sql: string, by: ReadonlyArray<TableColumn> = []): CompiledQuery<never> => ({
  sql,
  parameters: [],
  columns: [],
  shape: undefined,
  by
})

/** How a statement reads the given rows beside the table, and a value of them. */
const placing = (feed: Feed, columns: ReadonlyArray<TableColumn>) => ({
  beside: (word: string) => feed._tag === "Row" ? "" : `${word}${rowsOf(feed.sql, columns)}`,
  value: (column: TableColumn) =>
    feed._tag === "Row" ? String(feed.values[columns.indexOf(column)]) : given(columns, column)
})

/** Keys of rows that are given, and how. */
interface Lookup {
  readonly table: Table
  readonly columns: ReadonlyArray<TableColumn>
  readonly key: ReadonlyArray<TableColumn>
  readonly feed: Feed
}

/** Conditions by which shards find the rows by themselves; for a join with the given rows all of a table would leave them. */
const lookedUp = ({ columns, feed, key, table }: Lookup, dialect: Dialect): ReadonlyArray<string> => {
  const lists = feed._tag === "Query" ? feed.lists ?? [] : []
  if (shardKeyOf(table, dialect) === undefined) return []
  return key.flatMap((column) => {
    const list = lists[columns.indexOf(column)]
    return list === undefined
      ? []
      : [dialect.membership(`stored.${dialect.identifier(column.name)}`, list, column.type)]
  })
}

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
  value: (column: TableColumn) => string,
  { identifier }: Pick<Dialect, "identifier">
): string =>
  [
    ...key.map((column) => `stored.${identifier(column.name)} = ${value(column)}`),
    ...(living === undefined ? [] : [`stored.${identifier(living.name)} IS ${deleted ? "NOT NULL" : "NULL"}`])
  ].join(" AND ")
