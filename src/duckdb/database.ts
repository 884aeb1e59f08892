/**
 * DuckDB as a session's database.
 *
 * @since 0.1.0
 */
import type { DuckDBMaterializedResult, DuckDBType } from "@duckdb/node-api"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Semaphore from "effect/Semaphore"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import type { Table, TableColumn } from "../model/Table.ts"
import { afterCommitOf, afterRollbackOf } from "../session/afterwards.ts"
import type { Database, NewRows, Rows } from "../session/Database.ts"
import { acquiring, phase } from "../session/phase.ts"
import { transactionOf } from "../session/transaction.ts"
import { type FedStatement, type Feed, queryOf } from "../sql/compileFed.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import { tableName } from "../sql/tableName.ts"
import { bindParameter } from "./binding/boundValue.ts"
import { ours, rowStream } from "./client.ts"
import type * as Connection from "./connection/connection.ts"
import { fileOf } from "./connection/instance.ts"
import { collectColumns } from "./reading/columns.ts"
import { dialect } from "./dialect.ts"
import { type Failure, storing, toStatementError, toTransactionError, toWriteError } from "./failure/failure.ts"
import type { ConnectionLender, LeaseError } from "./connection/pool.ts"
import { collect, shapedReader } from "./reading/rows.ts"
import { introspecting } from "./introspect.ts"
import * as RowSource from "./writing/rowSource.ts"

/** Rows up to this number are sent as parameters; more are fed through a table function, column by column. */
const fewRows = 8

/** The database behind a client and its connections. */
export const make = (
  path: string,
  client: SqlClient,
  { lease, lend }: ConnectionLender,
  turns: Semaphore.Semaphore
): Omit<Database["Service"], "versions"> => {
  const current = Effect.map(
    Effect.serviceOption(client.transactionService),
    Option.map(([connection]) => ours(connection))
  )

  /** The transaction's connection, or else one for this use alone. */
  const withConnection = <A, E, R>(use: (connection: Connection.Connection) => Effect.Effect<A, E, R>) =>
    Effect.flatMap(
      current,
      (own): Effect.Effect<A, E | LeaseError, R> =>
        Option.isSome(own)
          ? use(own.value)
          : acquiring(use, (then) => lend(then))
    )

  const read = <A>(query: CompiledQuery<A>) =>
    withConnection((connection) => connection.run(statementOf(query), collect(shapedReader(query)))).pipe(
      Effect.catchTag("Failure", (failure) => Effect.fail(toStatementError(failure, path, query.subject?.table)))
    )

  const columns = (query: CompiledQuery<unknown>) =>
    withConnection((connection) => connection.run(statementOf(query), collectColumns(query.columns))).pipe(
      Effect.catchTag("Failure", (failure) => Effect.fail(toStatementError(failure, path, query.subject?.table)))
    )

  const stream = <A>(query: CompiledQuery<A>) =>
    Stream.unwrap(
      Effect.map(current, (own) =>
        Stream.unwrap(
          Effect.map(
            Option.isSome(own) ? Effect.succeed(own.value) : phase("acquire")(lease),
            (connection) => rowStream(connection, statementOf(query), shapedReader(query))
          )
        ))
    ).pipe(
      Stream.catchTag("Failure", (failure) => Stream.fail(toStatementError(failure, path, query.subject?.table)))
    )

  /** Why something that writes failed, which is stored at once where there is no transaction. */
  const failedWrite = (failure: Failure, table: Table | undefined, rows?: Rows) =>
    Effect.flatMap(
      current,
      (own) => Effect.fail(toWriteError(Option.isSome(own) ? failure : storing(failure), path, table, rows))
    )

  const execute = (statement: CompiledQuery<never>, table: Table | undefined) =>
    withConnection((connection) => connection.run(statementOf(statement), changed)).pipe(
      Effect.catchTag("Failure", (failure) => failedWrite(failure, table))
    )

  const describe = (query: CompiledQuery<unknown>) =>
    Effect.catchTag(
      withConnection((connection) =>
        Effect.gen(function*() {
          const described = yield* connection.describe({ sql: query.sql, keep: false, bind: () => undefined })
          if (described.writes) return { ...described, columns: undefined }
          // only with the values of its parameters does DuckDB tell all columns
          const none = {
            ...statementOf({ ...query, sql: `SELECT * FROM (${query.sql}\n) AS described LIMIT 0` }),
            keep: false
          }
          const found = yield* connection.run(none, (result) => Effect.sync(() => columnsOf(result)))
          return { ...described, columns: found }
        })
      ),
      "Failure",
      (failure) => Effect.fail(toStatementError(failure, path))
    )

  const write = <A>(query: CompiledQuery<A>, table: Table | undefined) =>
    withConnection((connection) => connection.run(statementOf(query), collect(shapedReader(query)))).pipe(
      Effect.catchTag("Failure", (failure) => failedWrite(failure, table))
    )

  /** Runs a statement over rows, which are there for as long as it runs. */
  const runFed = <A, E>(
    rows: Rows,
    textOf: (feed: Feed) => string,
    use: (result: DuckDBMaterializedResult) => Effect.Effect<A, E>
  ) =>
    withConnection((connection) => {
      if (rows.count === 1) return connection.run(rowStatement(textOf(feedOf(rows)), rows), use)
      const source = RowSource.make({ ...rows, columns: rows.columns.map(numbered) })
      return connection.run(fedStatement(textOf(feedOf(rows, source.handle)), source), use)
    })

  const executeFed = (rows: Rows, statement: FedStatement<never>) =>
    runFed(rows, (feed) => statement(feed).sql, changed).pipe(
      Effect.catchTag("Failure", (failure) => failedWrite(failure, rows.table, rows))
    )

  const readFed = <A>(rows: Rows, statement: FedStatement<A>) => {
    const query = statement(feedOf(rows))
    return runFed(rows, (feed) => statement(feed).sql, collect(shapedReader(query))).pipe(
      Effect.catchTag("Failure", (failure) => Effect.fail(toStatementError(failure, path, rows.table)))
    )
  }

  const insert = <A>(rows: NewRows) => {
    const collected = collect(
      shapedReader<A>({ sql: "", parameters: [], columns: rows.returning?.columns ?? [], shape: rows.returning })
    )
    const sent = rows.columns.length === 0 || rows.count <= fewRows
      ? withConnection((connection) => connection.run(fewStatement(rows), collected))
      : runFed(rows, (feed) => `${insertInto(rows)} ${queryOf(feed)}${returningClause(rows)}`, collected)
    return sent.pipe(
      Effect.catchTag("Failure", (failure) => failedWrite(failure, rows.table, rows))
    )
  }

  return {
    dialect,
    name: path,
    identity: Effect.sync(() => {
      const file = fileOf(path)
      return file === undefined ? undefined : { database: file, reader: "" }
    }),
    read,
    columns,
    stream,
    execute,
    describe,
    write,
    insert,
    executeFed,
    readFed,
    introspect: introspecting(read),
    exclusively: (effect) => turns.withPermit(effect),
    outside: new Set(),
    withoutTransaction: Context.omit(client.transactionService),
    transactionIn: (services) => Context.getOrUndefined(services, client.transactionService)?.[0],
    inTransaction: Effect.map(current, Option.isSome),
    transaction: transactionOf(client, dialect, toTransactionError),
    afterCommit: afterCommitOf(client),
    afterRollback: afterRollbackOf(client)
  }
}

const statementOf = ({ mayVary = false, parameters, sql }: CompiledQuery<unknown>): Connection.Statement => ({
  sql,
  keep: true,
  mayVary,
  bind: (prepared) => parameters.forEach(({ type, value }, index) => bindParameter(prepared, index + 1, type, value))
})

/** The columns of a result, with the types that DuckDB calls them by. */
const columnsOf = (result: DuckDBMaterializedResult) => {
  const types = result.columnTypes()
  return result.columnNames().map((name, index) => ({ name, type: nameOfType(types[index]) }))
}

const nameOfType = (type: DuckDBType | undefined): string => type?.alias ?? String(type)

/** The number of rows that a statement changed. */
const changed = (result: DuckDBMaterializedResult) => Effect.succeed(result.rowsChanged)

const insertInto = ({ columns, table }: Rows): string =>
  `INSERT INTO ${tableName(table, dialect)} (${columns.map(({ name }) => dialect.identifier(name)).join(", ")})`

const returningClause = ({ returning }: NewRows): string =>
  returning === undefined
    ? ""
    : ` RETURNING ${
      returning.columns.map(({ name, type }) => dialect.selected(type, dialect.identifier(name))).join(", ")
    }`

const fewStatement = (rows: NewRows) => rows.columns.length === 0 ? defaultsStatement(rows) : valuesStatement(rows)

/** Rows of which the database makes every value. */
const defaultsStatement = (rows: NewRows): Connection.Statement => {
  const columns = rows.table.columns.filter(({ computed }) => !computed)
  const tuple = `(${columns.map(() => "DEFAULT").join(", ")})`
  const tuples = Array.from({ length: rows.count }, () => tuple).join(", ")
  return {
    sql: `${insertInto({ ...rows, columns })} VALUES ${tuples}${returningClause(rows)}`,
    keep: false,
    bind: () => undefined
  }
}

const valuesStatement = (rows: NewRows): Connection.Statement => {
  const { columns, count } = rows
  const placeholder = (row: number, column: number) => `$${row * columns.length + column + 1}`
  const tuple = (row: number) => `(${columns.map((_, column) => placeholder(row, column)).join(", ")})`
  const tuples = Array.from({ length: count }, (_, row) => tuple(row)).join(", ")
  return rowStatement(`${insertInto(rows)} VALUES ${tuples}${returningClause(rows)}`, rows)
}

/** A statement with one parameter for each value, row by row. */
const rowStatement = (sql: string, { columns, count, values }: Rows): Connection.Statement => ({
  sql,
  keep: true,
  bind: (prepared) => {
    for (let row = 0; row < count; row++) {
      columns.forEach(({ type }, column) =>
        bindParameter(prepared, row * columns.length + column + 1, type, values[column]?.[row])
      )
    }
  }
})

/**
 * How rows stand in a statement: a single one by its values, and more by their handle, which is a number of ours. It is in the text,
 * because a parameter would make DuckDB plan the statement twice. Without a handle it is what people are told.
 */
const feedOf = ({ columns, count }: Rows, handle: number | "…" = "…"): Feed =>
  count === 1
    ? { _tag: "Row", values: columns.map(({ type }, index) => dialect.cast(`$${index + 1}`, type)) }
    : { _tag: "Query", sql: `SELECT * FROM andamios_rows(${handle})` }

/** Statements know the columns of rows by their numbers, because two of them may have one name. */
const numbered = (column: TableColumn, index: number) => ({ ...column, name: `c${index}` })

const fedStatement = (sql: string, source: RowSource.RowSource): Connection.Statement => ({
  sql,
  keep: false,
  bind: () => undefined,
  source
})
