/**
 * What is told of a statement: in its span, in metrics and in logs.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import { getOrInsert } from "../model/getOrInsert.ts"
import { hidden } from "../model/sensitive.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { CompiledQuery, Parameter } from "../sql/CompiledQuery.ts"
import type { Dialect } from "../sql/Dialect.ts"
import type { Plan } from "../sql/Plan.ts"
import { storedKeyTexts } from "../sql/keyText.ts"
import { tableName } from "../sql/tableName.ts"
import type { Rows } from "./Database.ts"
import type { ReadError } from "./OrmError.ts"
import type { RowsWritten } from "./rowVersions.ts"

/** Names and values by which OpenTelemetry knows something. */
export interface Attributes extends Readonly<Record<string, string | number>> {}

/** How OpenTelemetry knows a database. */
export interface DatabaseAttributes extends Attributes {
  readonly "db.system.name": string
  readonly "db.namespace": string
}

/** A statement in the eyes of who watches it. */
export interface Observed {
  /** What it does, such as `SELECT`; `BATCH INSERT` where it is given several rows. */
  readonly operation: string
  /** The table that it is about, where it is about one that we know. */
  readonly collection: string | undefined
  /** How many rows it is given. */
  readonly count: number
  /** Its text, with placeholders for its values. */
  readonly text: () => string | undefined
  /** The values of its placeholders, those of sensitive columns hidden; of several rows, none. */
  readonly parameters: () => ReadonlyArray<unknown>
  /** Asks how the database carries it out, of a read whose values may all be told: a plan quotes them. It is in no transaction. */
  readonly plan?: () => Effect.Effect<Plan, ReadError> | undefined
}

/** One that has a text, and may write. */
export interface ObservedStatement extends Observed {
  readonly text: () => string
  /** Whether there is SQL by hand in it. */
  readonly holdsSql: boolean
  /** Which rows of the table it writes to. */
  readonly rows: () => RowsWritten
}

/**
 * The attributes of a statement. This is the one place where they are made: spans, the log of slow statements and the lines at Debug
 * level have them all.
 */
export const attributesOf = (
  { collection, count, operation, text }: Observed,
  database: DatabaseAttributes
): Attributes => {
  const sql = text()
  return {
    ...database,
    "db.operation.name": operation,
    ...(collection !== undefined && { "db.collection.name": collection }),
    ...(count > 1 && { "db.operation.batch.size": count }),
    ...(sql !== undefined && { "db.query.text": sql })
  }
}

/** The name of a statement's span: what it does, and to which table, or else in which database. */
export const nameOf = ({ collection, operation }: Observed, database: DatabaseAttributes): string =>
  `${operation} ${collection ?? database["db.namespace"]}`

/**
 * A compiled statement; the table that it writes to may be known to the caller alone. Of one by hand, nothing says which of its values
 * are secret, so none is told.
 */
export const observedQuery = (
  { holdsSql = false, keys, parameters, sql, subject }: CompiledQuery<unknown>,
  written?: Table
): ObservedStatement => ({
  operation: subject?.operation ?? firstWord(sql),
  collection: (subject?.table ?? written)?.fullName,
  count: 1,
  text: () => sql,
  holdsSql,
  parameters: () => subject?.table === undefined ? [] : parameters.map(toldParameter),
  rows: () => keys ?? "any"
})

/** A compiled read, of which a plan can be asked for. */
export const observedRead = (
  query: CompiledQuery<unknown>,
  explain: (query: CompiledQuery<unknown>) => Effect.Effect<Plan, ReadError>
): Observed => {
  const observed = observedQuery(query)
  return { ...observed, plan: () => observed.operation === "SELECT" && isTold(query) ? explain(query) : undefined }
}

const isTold = ({ parameters, subject }: CompiledQuery<unknown>): boolean =>
  parameters.length === 0 || subject?.table !== undefined && !parameters.some(({ sensitive }) => sensitive)

/** A statement by hand, of which nothing says whether its values may be told. */
export const observedText = (sql: string): Observed => ({
  operation: firstWord(sql),
  collection: undefined,
  count: 1,
  text: () => sql,
  parameters: () => []
})

/** What begins or ends a transaction; its text is its name. */
export const observedControl = (operation: string): Observed => ({
  operation,
  collection: undefined,
  count: 1,
  text: () => undefined,
  parameters: () => []
})

/** An insert of rows, told without what stands for its values, which may be many. */
export const observedInsert = (rows: Rows, dialect: Dialect): ObservedStatement => ({
  ...givenRows(rows, "INSERT"),
  text: () => {
    const columns = rows.columns.map(({ name }) => dialect.identifier(name)).join(", ")
    return `INSERT INTO ${tableName(rows.table, dialect)} (${columns})`
  },
  rows: () => keysOf(rows) ?? "new"
})

/** A statement over rows. */
export const observedFed = (rows: Rows, statement: FedStatement<unknown>, dialect: Dialect): ObservedStatement => {
  const { by, sql, subject } = toldOf(rows, statement, dialect)
  return {
    ...givenRows(rows, subject?.operation ?? firstWord(sql)),
    text: () => sql,
    rows: () => keysBy(rows, by) ?? "any"
  }
}

/** As many keys as are told of one write; one of more is minded as a whole. */
const mostKeys = 1_000

/** The keys of rows; nothing where they don't have them, or where they are too many. */
const keysOf = ({ columns, count, table, values }: Rows): ReadonlyArray<string> | undefined => {
  const parts = table.primaryKey.map((column) => values[columns.indexOf(column)]).filter((part) => part !== undefined)
  return count > mostKeys || parts.length < table.primaryKey.length ? undefined : storedKeyTexts(table, parts, count)
}

/** The keys of the stored rows that are written to by given ones; nothing where those tell them by something else. */
export const keysBy = (rows: Rows, by: ReadonlyArray<TableColumn> = []): ReadonlyArray<string> | undefined =>
  rows.table.primaryKey.every((column) => by.includes(column)) ? keysOf(rows) : undefined

const overOne = new WeakMap<FedStatement<unknown>, CompiledQuery<unknown>>()

/** A statement as it is told: over a single row, known once for any, by its placeholders; over several by `…`. */
const toldOf = ({ columns, count }: Rows, statement: FedStatement<unknown>, { placeholder }: Dialect) => {
  if (count !== 1) return statement({ _tag: "Query", sql: "…" })
  return getOrInsert(
    overOne,
    statement,
    () => statement({ _tag: "Row", values: columns.map(({ type }, index) => placeholder(index + 1, type)) })
  )
}

const givenRows = ({ columns, count, table, values }: Rows, operation: string) => ({
  holdsSql: false,
  operation: count > 1 ? `BATCH ${operation}` : operation,
  collection: table.fullName,
  count,
  parameters: () => count === 1 ? columns.map(({ sensitive }, column) => sensitive ? hidden : values[column]?.[0]) : []
})

const toldParameter = ({ sensitive, value }: Parameter): unknown => sensitive === true ? hidden : value

/** The word that a text begins with, after comments. */
const firstWord = (sql: string): string => {
  const [, word = "SQL"] = /^(?:\s|\(|--.*|\/\*[^]*?\*\/)*([a-z]+)/i.exec(sql) ?? []
  return word.toUpperCase()
}
