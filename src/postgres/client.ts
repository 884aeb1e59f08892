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
import type { SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { minded } from "../session/afterwards.ts"
import { controls } from "../session/controls.ts"
import type { Observer } from "../session/observer.ts"
import { phase } from "../session/phase.ts"
import { BeingWritten } from "../session/writing.ts"
import { onlyReads } from "../sql/calledFunctions.ts"
import { connectionOf, type Watched } from "./connection.ts"
import { isOpen, plainFailure } from "./failure.ts"
import type { CountedPool } from "./pool.ts"
import type { Telling } from "./telling.ts"
import { type Home, type Transacting, transacting, unknownTo } from "./transacting.ts"

const json = Statement.custom<PgClient.PgCustom>("PgJson")

/** The client of a pool, for a database. */
export const make = Effect.fnUntraced(function*(
  pool: CountedPool,
  database: Home,
  config: PgClient.PgClientConfig,
  observer: Observer,
  telling: Telling
) {
  const spanAttributes = Object.entries(observer.attributes)
  const { begin, commit, releaseSavepoint, rollback, rollbackSavepoint, savepoint } = controls(observer)
  const watched = connectionOf(observer)
  const lent = (connection: PgConnection): Lent => {
    const driver = telling.lent(transacting(connection, database))
    return Object.assign(watched(driver), { driver })
  }
  /** What a transaction has written, and what it is the whole of. */
  const told = (connection: Connection) =>
    Effect.flatMap(
      BeingWritten,
      (whole) => telling.last(ours(connection), [...observer.versions.pending(connection), ...whole])
    )
  /** A write by itself whose answer is lost may be stored, so nobody is to run it again unasked. */
  const failed = (sql: string) => (error: SqlError) =>
    isOpen(error, database) && !onlyReads(sql)
      ? unknownTo(error, { ...database, sql })
      : plainFailure(sql)(error)
  const alone = (connection: PgConnection) => watched(telling.alone(connection), failed)
  const client = yield* SqlClient.make({
    acquirer: Effect.map(pool.get, alone),
    borrower: (f) => pool.use((connection) => f(alone(connection))),
    transactionAcquirer: Effect.map(pool.reserve, (connection) => watched(telling.shared(connection))),
    compiler: PgClient.makeCompiler(),
    driver: "pg",
    spanAttributes
  })
  const withTransaction = SqlClient.makeWithTransaction({
    transactionService: client.transactionService,
    spanAttributes,
    acquireConnection: (restore) => phase("acquire")(restore(Effect.map(pool.reserve, lent))),
    begin: (connection, statement) => begin(connection, ours(connection).begin(statement)),
    savepoint: (connection, id) => savepoint(ours(connection).savepoint(id)),
    releaseSavepoint: (connection, id) => releaseSavepoint(ours(connection).release(id)),
    rollbackSavepoint: (connection, id) => rollbackSavepoint(ours(connection).rollbackTo(id)),
    commit: (connection) => commit(connection, Effect.andThen(told(connection), ours(connection).commit)),
    rollback: (connection) => rollback(ours(connection).rollback)
  })
  const notify = (channel: string, payload: string) => Effect.asVoid(client`SELECT pg_notify(${channel}, ${payload})`)
  const pgClient: PgClient.PgClient = Object.assign(client, {
    [PgClient.TypeId]: PgClient.TypeId,
    config,
    withTransaction: minded(client, withTransaction, observer.versions),
    json: (value: unknown) => Statement.fragment([json(value, undefined, undefined)]),
    listen: (channel: string) => Effect.flatMap(pool.reserve, (connection) => connection.listen(channel)),
    notify
  })
  return pgClient
})

/** A connection that is lent to a transaction. */
interface Lent extends Watched {
  readonly driver: Transacting
}

/** What a transaction of this client runs its statements on. */
export const ours = (connection: Connection): Transacting =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this client's transactions hold only connections that it made
  (connection as Lent).driver
