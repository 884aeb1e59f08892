/**
 * DuckDB as Effect's own `SqlClient`: plain SQL over the same connections and transactions as the ORM's.
 *
 * @since 0.1.0
 */
import { ResultReturnType } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Reactivity } from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import { ConnectionError, SqlError, UnknownError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import { minded } from "../session/afterwards.ts"
import { controls } from "../session/controls.ts"
import { type Observer, returned } from "../session/observer.ts"
import { phase } from "../session/phase.ts"
import { writingStream } from "../session/writing.ts"
import { ConnectionFailed, PoolTimeout, type StreamBroken, type Undecodable } from "../session/OrmError.ts"
import { bindPlain } from "./binding/bindPlain.ts"
import type * as Connection from "./connection/connection.ts"
import { type Failure, toSqlError } from "./failure/failure.ts"
import { compileParameter } from "./binding/parameter.ts"
import type { ConnectionLender, LeaseError } from "./connection/pool.ts"
import type { Integers } from "./reading/readPlainValue.ts"
import { collect, plainObjects, type PlainRow, plainValues, type ReaderOf, streamed } from "./reading/rows.ts"

/** A connection of Effect's SQL modules, with the connection of ours that it is. */
export interface ClientConnection extends SqlConnection.Connection {
  readonly connection: Connection.Connection
}

/** The client of a database whose connections are lent so. */
export const make = Effect.fnUntraced(function*(
  database: string,
  { lease, lend }: ConnectionLender,
  observer: Observer
): Effect.fn.Return<SqlClient.SqlClient, never, Reactivity> {
  const acquirer = Effect.mapBoth(lease, {
    onFailure: (error) => unavailable(error),
    onSuccess: (connection) => clientConnection(connection, database, observer, false)
  })
  const borrower: SqlConnection.Borrower = (use) =>
    Effect.mapError(
      lend((connection) => use(clientConnection(connection, database, observer, true))),
      (error) => isLeaseError(error) ? unavailable(error) : error
    )
  const spanAttributes = Object.entries(observer.attributes)
  const client = yield* SqlClient.make({ acquirer, borrower, compiler, driver: "duckdb", spanAttributes })

  const control = (effect: Effect.Effect<void, Failure>) =>
    Effect.mapError(effect, (failure) => toSqlError(failure, database))
  const { begin, commit, rollback, rollbackSavepoint } = controls(observer)
  const withTransaction = SqlClient.makeWithTransaction({
    transactionService: client.transactionService,
    spanAttributes,
    acquireConnection: (restore) => phase("acquire")(restore(acquirer)),
    begin: (connection, statement) => begin(connection, control(ours(connection).begin(statement))),
    commit: (connection) => commit(connection, control(ours(connection).commit)),
    rollback: (connection) => rollback(ours(connection).rollback),
    savepoint: (connection, id) => control(ours(connection).savepoint(id)),
    rollbackSavepoint: (connection, id) => rollbackSavepoint(ours(connection).rollbackTo(id))
  })
  return Object.assign(client, { withTransaction: minded(client, withTransaction, observer.versions) })
})

const isLeaseError = (error: unknown): error is LeaseError =>
  error instanceof ConnectionFailed || error instanceof PoolTimeout

const unavailable = (cause: LeaseError) =>
  new SqlError({ reason: new ConnectionError({ cause, message: cause.message, operation: "acquire" }) })

/** The connection of ours behind one of Effect's. */
export const ours = (connection: SqlConnection.Connection): Connection.Connection =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this client's transactions hold only connections that it made
  (connection as ClientConnection).connection

const escape = Statement.defaultEscape("\"")

/** Effect's SQL modules know no DuckDB; of the dialects they know, SQLite's statements run on it. */
export const compiler = Statement.makeCompiler({
  dialect: "sqlite",
  placeholder: (index) => `$${index}`,
  onIdentifier: escape,
  onRecordUpdate: (placeholders, alias, columns, values, returning) => [
    `(values ${placeholders}) AS ${alias}${columns}${returning === undefined ? "" : ` RETURNING ${returning[0]}`}`,
    returning === undefined ? values.flat() : values.flat().concat(returning[1])
  ],
  onCustom: compileParameter
})

const clientConnection = (
  connection: Connection.Connection,
  database: string,
  { observePlain, versions }: Observer,
  isAlone: boolean
): ClientConnection => {
  const toError = (error: Failure | Undecodable | StreamBroken): SqlError =>
    error._tag === "Failure"
      ? toSqlError(error, database)
      : new SqlError({ reason: new UnknownError({ cause: error, message: error.message, operation: "read" }) })

  const statement = (sql: string, params: ReadonlyArray<unknown>, keep: boolean): Connection.Statement => ({
    sql,
    keep,
    isAlone,
    bind: (prepared) => bindPlain(prepared, sql, params)
  })

  const rows = <A>(sql: string, params: ReadonlyArray<unknown>, readerOf: PlainReader<A>, keep: boolean) =>
    observePlain(
      client,
      sql,
      Effect.flatMap(integers, (kind) =>
        Effect.mapError(
          connection.run(statement(sql, params, keep), (result) =>
            // a statement that returns no rows answers with a row that counts those it changed
            result.returnType === ResultReturnType.QUERY_RESULT
              ? collect(readerOf(kind))(result)
              : Effect.succeed([])),
          toError
        )),
      returned
    )

  const objects = (keep: boolean): SqlConnection.Connection["execute"] => (sql, params, transformRows) => {
    const found: Effect.Effect<ReadonlyArray<PlainRow>, SqlError> = rows(sql, params, plainObjects, keep)
    return transformRows === undefined ? found : Effect.map(found, transformRows)
  }

  const client: ClientConnection = {
    connection,
    execute: objects(true),
    executeUnprepared: objects(false),
    executeRaw: (sql, params) =>
      observePlain(
        client,
        sql,
        Effect.mapError(connection.run(statement(sql, params, true), Effect.succeed), toError),
        () => undefined
      ),
    executeValues: (sql, params) => rows(sql, params, plainValues, true),
    executeValuesUnprepared: (sql, params) => rows(sql, params, plainValues, false),
    executeStream: (sql, params, transformRows) => {
      const found = writingStream(
        versions,
        client,
        sql,
        Stream.unwrap(
          Effect.map(
            integers,
            (kind) => Stream.mapError(rowStream(connection, statement(sql, params, true), plainObjects(kind)), toError)
          )
        )
      )
      if (transformRows === undefined) return found
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a transformation keeps the number of rows
      return Stream.mapArray(found, (part) => transformRows(part) as typeof part)
    }
  }
  return client
}

type PlainReader<A> = (integers: Integers) => ReaderOf<A>

/** What the fiber that asks wants for integers of more than 32 bits. */
const integers = Effect.map(SqlClient.SafeIntegers, (isSafe): Integers => isSafe ? "bigint" : "number")

/**
 * The rows of a statement as they come, on a connection that nothing else uses until the stream ends. In a transaction they are
 * read whole first: there other statements may come between, and would end the stream.
 */
export const rowStream = <A>(
  connection: Connection.Connection,
  statement: Connection.Statement,
  readerOf: ReaderOf<A>
): Stream.Stream<A, Failure | Undecodable | StreamBroken> =>
  connection.isInTransaction()
    ? Stream.fromIterableEffect(connection.run(statement, collect(readerOf)))
    : Stream.unwrap(Effect.map(
      Effect.acquireRelease(connection.start(statement), connection.end, { interruptible: true }),
      (result) => streamed(connection, statement.sql, result, readerOf)
    ))
