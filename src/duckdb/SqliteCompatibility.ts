/**
 * For code that speaks SQLite's SQL, as Effect's own SQL-backed modules do: the same database, to which they may speak so.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import { SqlClient } from "effect/sql/SqlClient"
import type { Acquirer, Connection } from "effect/sql/SqlConnection"
import type { SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import { compiler } from "./client.ts"
import { type DuckDbStatement, fromSqlite } from "./words/sqliteStatement.ts"

/**
 * An `SqlClient` that takes SQLite's SQL, over the connections and in the transactions of the one below. Only what is built on
 * this Layer sees it, and other databases than DuckDB are handed through untouched.
 *
 * - Statements are put into DuckDB's words: 64-bit `INTEGER`, `INTEGER PRIMARY KEY AUTOINCREMENT`, partial indexes, `rowid`,
 *   `datetime()` and a few more. `docs/effect-modules.md` lists every change.
 * - Writers take turns, as they do on SQLite: a transaction, or a statement outside of one that writes, begins when the one
 *   before it has ended. So they never fail with a conflict among themselves. Those that only read wait for nobody.
 *
 * What has no equal in DuckDB is left as it is, and fails with the `SqlError` that DuckDB has for it.
 *
 * @example
 * ```ts
 * import { DuckDb, SqliteCompatibility } from "andamios-orm/duckdb"
 * import { Layer } from "effect"
 * import { PersistedQueue } from "effect/persistence"
 *
 * const Queues = PersistedQueue.layer.pipe(
 *   Layer.provide(PersistedQueue.layerStoreSql()),
 *   Layer.provide(SqliteCompatibility.layer),
 *   Layer.provide(DuckDb.layer({ path: "queues.duckdb" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<SqlClient, never, SqlClient> = Layer.effect(
  SqlClient,
  Effect.map(SqlClient, (client) => client.driver === "duckdb" ? compatible(client) : client)
)

const compatible = (client: SqlClient): SqlClient => {
  const { transactionService } = client
  const turn = Semaphore.makeUnsafe(1)
  const translate = remembering(fromSqlite)

  const current = Effect.serviceOption(transactionService)
  const acquirer = Effect.flatMap(
    current,
    Option.match({ onNone: () => client.reserve, onSome: ([connection]) => Effect.succeed(connection) })
  )
  const inTurn: Wrap = (writing) =>
    Effect.flatMap(current, (transaction) => Option.isSome(transaction) ? writing : turn.withPermit(writing))

  const withTransaction: SqlClient["withTransaction"] = (effect) =>
    Effect.flatMap(
      current,
      (transaction) => Option.isSome(transaction) ? client.withTransaction(effect) : inTransaction(client, turn, effect)
    )

  const words = Statement.make(
    Effect.succeed(translating(translate, acquirer, inTurn)),
    compiler,
    [["db.system.name", client.driver]],
    undefined
  )
  const made: SqlClient = Object.assign(words, {
    ...client,
    ...words,
    reserve: Effect.map(
      client.reserve,
      (connection) => translating(translate, Effect.succeed(connection), (writing) => writing)
    ),
    withTransaction,
    safe: client,
    withoutTransforms: () => made
  })
  return Object.assign(made, { safe: made })
}

/** Takes the turn before the transaction takes a connection, and gives it back before what was to run after the commit. */
const inTransaction = <A, E, R>(client: SqlClient, turn: Semaphore.Semaphore, effect: Effect.Effect<A, E, R>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(turn.take(1)), () => {
      let isOver = false
      const end = Effect.suspend(() => {
        if (isOver) return Effect.void
        isOver = true
        return turn.release(1)
      })
      const transaction = client.withTransaction(Effect.andThen(client.afterCommit(Effect.asVoid(end)), effect))
      return Effect.ensuring(restore(transaction), end)
    })
  )

type Translate = (sql: string) => DuckDbStatement

/** How many translations are kept: the texts of Effect's modules are few, but for those that hold values. */
const capacity = 500

const remembering = (translate: Translate): Translate => {
  const known = new Map<string, DuckDbStatement>()
  return (sql) => {
    const statement = known.get(sql) ?? translate(sql)
    known.delete(sql)
    known.set(sql, statement)
    const [oldest] = known.keys()
    if (known.size > capacity && oldest !== undefined) known.delete(oldest)
    return statement
  }
}

type Wrap = <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>

/** A connection that translates each statement, and runs it on a connection that it acquires for it. */
const translating = (translate: Translate, acquirer: Acquirer, inTurn: Wrap): Connection => {
  const run = <A>(sql: string, use: (connection: Connection, sql: string) => Effect.Effect<A, SqlError>) =>
    Effect.suspend(() => {
      const statement = translate(sql)
      const running = Effect.scoped(Effect.flatMap(acquirer, (connection) =>
        Effect.andThen(
          Effect.forEach(statement.before, (first) => connection.executeUnprepared(first, [], undefined), {
            discard: true
          }),
          use(connection, statement.sql)
        )))
      return statement.isReading ? running : inTurn(running)
    })

  const execute: Connection["execute"] = (sql, params, transform) =>
    run(sql, (connection, text) => connection.execute(text, params, transform))

  return {
    execute,
    executeUnprepared: (sql, params, transform) =>
      run(sql, (connection, text) => connection.executeUnprepared(text, params, transform)),
    executeRaw: (sql, params) => run(sql, (connection, text) => connection.executeRaw(text, params)),
    executeValues: (sql, params) => run(sql, (connection, text) => connection.executeValues(text, params)),
    executeValuesUnprepared: (sql, params) =>
      run(sql, (connection, text) => connection.executeValuesUnprepared(text, params)),
    executeStream: (sql, params, transform) =>
      Stream.suspend(() => {
        const statement = translate(sql)
        // what writes runs to its end first: nobody should wait for its turn until the last row is read
        if (!statement.isReading) return Stream.fromIterableEffect(execute(sql, params, transform))
        return Stream.unwrap(
          Effect.map(acquirer, (connection) => connection.executeStream(statement.sql, params, transform))
        )
      })
  }
}
