/**
 * Effect's SQL client over our pool, so that a session's statements and plain SQL share connections, transactions and counts.
 *
 * It is the client of `@effect/sql-pg`, made anew because that one keeps its pool to itself; its own transactions die
 * where they roll back on a connection that is lost, and these don't.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import * as Statement from "effect/sql/Statement"
import { minded } from "../session/afterwards.ts"
import { connectionOf, shared } from "./connection.ts"
import type { CountedPool } from "./pool.ts"
import { type Transacting, transacting } from "./transacting.ts"

const json = Statement.custom<PgClient.PgCustom>("PgJson")

/** The client of a pool. */
export const make = Effect.fnUntraced(function*(
  pool: CountedPool,
  config: PgClient.PgClientConfig,
  spanAttributes: ReadonlyArray<readonly [string, unknown]>
) {
  const client = yield* SqlClient.make({
    acquirer: Effect.map(pool.get, (connection) => connectionOf(connection)),
    borrower: (f) => pool.use((connection) => f(connectionOf(connection))),
    transactionAcquirer: Effect.map(pool.reserve, shared),
    compiler: PgClient.makeCompiler(),
    driver: "pg",
    spanAttributes
  })
  const withTransaction = SqlClient.makeWithTransaction({
    transactionService: client.transactionService,
    spanAttributes,
    acquireConnection: (restore) => restore(Effect.map(pool.reserve, transacting)),
    begin: (connection, statement) => ours(connection).begin(statement),
    savepoint: (connection, id) => ours(connection).savepoint(id),
    releaseSavepoint: (connection, id) => ours(connection).release(id),
    rollbackSavepoint: (connection, id) => ours(connection).rollbackTo(id),
    commit: (connection) => ours(connection).commit,
    rollback: (connection) => ours(connection).rollback
  })
  const notify = (channel: string, payload: string) => Effect.asVoid(client`SELECT pg_notify(${channel}, ${payload})`)
  const pgClient: PgClient.PgClient = Object.assign(client, {
    [PgClient.TypeId]: PgClient.TypeId,
    config,
    withTransaction: minded(client, withTransaction),
    json: (value: unknown) => Statement.fragment([json(value, undefined, undefined)]),
    listen: (channel: string) => Effect.flatMap(pool.reserve, (connection) => connection.listen(channel)),
    notify
  })
  return pgClient
})

/** The connection of ours behind one of Effect's. */
const ours = (connection: Connection): Transacting =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this client's transactions hold only connections that it made
  connection as Transacting
