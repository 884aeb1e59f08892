/**
 * Rows on their way into statements: one row by its values, many as one array for each column.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { NewRows, Rows } from "../session/Database.ts"
import type { FedStatement, Feed } from "../sql/compileFed.ts"
import { tableName } from "../sql/tableName.ts"
import { dialect } from "./dialect.ts"
import { columnOf, columnParameter, parameter, sentAsTexts } from "./types.ts"

/** Rows from `start` up to `end`, which go into one statement. */
export interface Batch {
  readonly start: number
  readonly end: number
}

/** The text and parameters of a statement. */
interface Statement {
  readonly sql: string
  readonly parameters: ReadonlyArray<unknown>
}

/** What a batch may weigh, in characters: few messages, and none of more than some 10 MB. */
const most = 4_000_000

/** The rows in batches of bounded size. */
export const batches = ({ columns, count, values }: Rows): ReadonlyArray<Batch> => {
  if (count === 1) return [{ start: 0, end: 1 }]
  const weighers = columns.map((column) => weigherOf(column.type))
  const found: Array<Batch> = []
  let start = 0
  let weight = 0
  for (let row = 0; row < count; row++) {
    for (const [index, weigh] of weighers.entries()) weight += weigh(values[index]?.[row])
    if (weight >= most || row === count - 1) {
      found.push({ start, end: row + 1 })
      start = row + 1
      weight = 0
    }
  }
  return found
}

const weigherOf = (type: ColumnType): (value: unknown) => number => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
    case "Blob":
    case "Custom":
      return weighed
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
    case "Float":
    case "Time":
    case "Interval":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Timestamp":
    case "Uuid":
      return () => 24
  }
}

const weighed = (value: unknown): number => {
  if (typeof value === "string") return value.length + 8
  if (typeof value !== "object" || value === null) return 24
  if (value instanceof Map) return weighed(Array.from(value))
  if (value instanceof Uint8Array) return value.length * 2 + 8
  const inner = Object.entries(value).map(([key, item]) => key.length + weighed(item))
  return inner.reduce((sum, weight) => sum + weight, 8)
}

/** The text of inserts of one row. */
interface Known extends Pick<NewRows, "returning" | "table"> {
  readonly sql: string
}

const ofOne = new WeakMap<ReadonlyArray<TableColumn>, Known>()

/** The statement that inserts a batch; its text is known of a single row that fills the same columns as one before. */
export const insertStatement = (rows: NewRows, batch: Batch): Statement => {
  const { columns, count, returning, table } = rows
  const known = count === 1 ? ofOne.get(columns) : undefined
  if (known !== undefined && known.table === table && known.returning === returning) {
    return { sql: known.sql, parameters: parametersOf(rows) }
  }
  const statement = compileInsert(rows, batch)
  if (count === 1) ofOne.set(columns, { sql: statement.sql, table, returning })
  return statement
}

const compileInsert = (rows: NewRows, batch: Batch): Statement => {
  const returning = rows.returning === undefined ? "" : ` RETURNING ${returningList(rows.returning)}`
  const names = rows.columns.map((column) => dialect.identifier(column.name)).join(", ")
  const into = `INSERT INTO ${tableName(rows.table, dialect)}`
  if (rows.columns.length === 0) return defaults(into, returning, batch)
  const { parameters, sql } = rows.returning === undefined ? source(rows, batch) : orderedSource(rows, batch)
  return { sql: `${into} (${names}) ${sql}${returning}`, parameters }
}

/** What comes back of each row: the columns of the shape, in its order. */
const returningList = ({ columns, table }: NonNullable<NewRows["returning"]>): string =>
  columns
    .map((column, position) =>
      dialect.selected(column.type, dialect.identifier(table.columns[position]?.name ?? column.name))
    )
    .join(", ")

const defaults = (into: string, returning: string, { end, start }: Batch): Statement => ({
  sql: `${into} SELECT FROM generate_series(1, ${end - start})${returning}`,
  parameters: []
})

/** A query that gives the rows of a batch. */
const source = (rows: Rows, batch: Batch): Statement =>
  batch.end - batch.start === 1 ? single(rows, batch) : many(rows, batch, (names) => `AS u (${names})`)

/** The rows of a batch as a statement is fed with them, and its parameters. */
export const fed = (rows: Rows, batch: Batch): { readonly feed: Feed; readonly parameters: ReadonlyArray<unknown> } => {
  const { parameters, sql } = source(rows, batch)
  if (batch.end - batch.start === 1) return { feed: { _tag: "Query", sql }, parameters }
  const lists = rows.columns.map(({ type }, index) =>
    sentAsTexts(type) ? undefined : dialect.placeholder(index + 1, columnOf(type))
  )
  return { feed: { _tag: "Query", sql, lists }, parameters }
}

const overOne = new WeakMap<FedStatement<never>, string>()

/** A statement over the rows of a batch; its text is known of a single row once it was made for one. */
export const fedStatement = (rows: Rows, batch: Batch, statement: FedStatement<never>): Statement => {
  const known = rows.count === 1 ? overOne.get(statement) : undefined
  if (known !== undefined) return { sql: known, parameters: parametersOf(rows) }
  const { feed, parameters } = fed(rows, batch)
  const { sql } = statement(feed)
  if (rows.count === 1) overOne.set(statement, sql)
  return { sql, parameters }
}

/** A query that gives the rows of a batch in their order, so that what is made of them comes back in it. */
const orderedSource = (rows: Rows, batch: Batch): Statement =>
  batch.end - batch.start === 1
    ? single(rows, batch)
    : many(rows, batch, (names) => `WITH ORDINALITY AS u (${names}, n) ORDER BY n`)

const single = (rows: Rows, { start }: Batch): Statement => ({
  sql: `VALUES (${rows.columns.map(({ type }, index) => dialect.placeholder(index + 1, type)).join(", ")})`,
  parameters: parametersOf(rows, start)
})

/** The values of a row. */
const parametersOf = ({ columns, values }: Rows, row = 0): Statement["parameters"] =>
  columns.map(({ type }, index) => parameter(type, values[index]?.[row] ?? null))

/** Arrays side by side, taken apart into rows. */
const many = ({ columns, values }: Rows, { end, start }: Batch, named: (names: string) => string): Statement => {
  const items = columns.map(({ type }, index) =>
    sentAsTexts(type) ? `CAST(c${index} AS ${dialect.columnType(type)})` : `c${index}`
  )
  const arrays = columns.map(({ type }, index) =>
    sentAsTexts(type) ? `$${index + 1}` : dialect.placeholder(index + 1, columnOf(type))
  )
  const names = columns.map((_, index) => `c${index}`).join(", ")
  return {
    sql: `SELECT ${items.join(", ")} FROM unnest(${arrays.join(", ")}) ${named(names)}`,
    parameters: columns.map(({ type }, index) => columnParameter(type, values[index]?.slice(start, end) ?? []))
  }
}
