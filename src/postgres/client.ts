/**
 * Effect's SQL client over our pool, so that a session's statements and plain SQL share connections, transactions and counts.
 *
 * It is the client of `@effect/sql-pg`, made anew because that one keeps its pool to itself; its own transactions die
 * where they roll back on a connection that is lost, and these don't.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { TransactionAborted } from "../session/OrmError.ts"
import { isAborted, isConnectionLost } from "./failure.ts"
import type { CountedPool } from "./pool.ts"

const json = Statement.custom<PgClient.PgCustom>("PgJson")

/** The client of a pool. */
export const make = Effect.fnUntraced(function*(
  pool: CountedPool,
  config: PgClient.PgClientConfig,
  spanAttributes: ReadonlyArray<readonly [string, unknown]>
) {
  const reserve = Effect.map(pool.reserve, connectionOf)
  const client = yield* SqlClient.make({
    acquirer: Effect.map(pool.get, connectionOf),
    borrower: (f) => pool.use((connection) => f(connectionOf(connection))),
    transactionAcquirer: reserve,
    compiler: PgClient.makeCompiler(),
    driver: "pg",
    spanAttributes
  })
  const withTransaction = SqlClient.makeWithTransaction({
    transactionService: client.transactionService,
    spanAttributes,
    acquireConnection: (restore) => restore(reserve),
    begin: (connection, statement) =>
      statement === undefined ? control(connection, "BEGIN") : connection.executeUnprepared(statement, [], undefined),
    savepoint: (connection, id) => control(connection, `SAVEPOINT ${savepoint(id)}`),
    releaseSavepoint: (connection, id) => forgiving(control(connection, `RELEASE SAVEPOINT ${savepoint(id)}`)),
    rollbackSavepoint: (connection, id) => forgiving(control(connection, `ROLLBACK TO SAVEPOINT ${savepoint(id)}`)),
    commit,
    rollback: (connection) => forgiving(control(connection, "ROLLBACK"))
  })
  const notify = (channel: string, payload: string) => Effect.asVoid(client`SELECT pg_notify(${channel}, ${payload})`)
  const pgClient: PgClient.PgClient = Object.assign(client, {
    [PgClient.TypeId]: PgClient.TypeId,
    config,
    withTransaction,
    json: (value: unknown) => Statement.fragment([json(value, undefined, undefined)]),
    listen: (channel: string) => Effect.flatMap(pool.reserve, (connection) => connection.listen(channel)),
    notify
  })
  return pgClient
})

const control = (connection: Connection, sql: string) => connection.execute(sql, [], undefined)

const savepoint = (id: number) => `effect_sql_${id}`

/** A connection that is lost has rolled back already, and one that is aborted is told so by the outer transaction's commit. */
const forgiving = <A>(effect: Effect.Effect<A, SqlError>) =>
  Effect.catchIf(effect, (error) => isConnectionLost(error) || isAborted(error), () => Effect.void)

/** A commit after a failed statement rolls back, and only its command tag says so. */
const commit = (connection: Connection) =>
  Effect.flatMap(
    connection.executeRaw("COMMIT", []),
    (result) => commandOf(result) === "ROLLBACK" ? rolledBack : Effect.void
  )

const commandOf = (result: unknown): unknown =>
  typeof result === "object" && result !== null ? Reflect.get(result, "command") : undefined

const rolledBack = Effect.suspend(() => {
  const cause = new TransactionAborted({ reason: "a statement in it failed before it was committed" })
  return Effect.fail(new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "commit" }) }))
})

type Transform = Parameters<Connection["execute"]>[2]

const connectionOf = (connection: PgConnection): Connection => {
  const rows = (prepare: boolean) => (sql: string, params: ReadonlyArray<unknown>, transform: Transform) =>
    Effect.map(
      connection.query(sql, params, prepare),
      (result) => transform === undefined ? result.rows : transform(result.rows)
    )
  return {
    execute: rows(true),
    executeUnprepared: rows(false),
    executeRaw: connection.query,
    executeValues: connection.queryValues,
    executeValuesUnprepared: (sql, params) => connection.queryValues(sql, params, false),
    executeStream: connection.stream
  }
}
