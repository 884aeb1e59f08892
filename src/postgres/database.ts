/**
 * A session's reads, writes, streams and transactions, over Effect's SQL client.
 *
 * @since 0.1.0
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { messageOf } from "../model/messageOf.ts"
import type { Table } from "../model/Table.ts"
import { afterCommitOf, afterRollbackOf } from "../session/afterwards.ts"
import { attempted } from "../session/attempt.ts"
import type { Database, NewRows, Rows } from "../session/Database.ts"
import {
  QueryFailed,
  StreamBroken,
  type StreamError,
  type TransactionError,
  type Undecodable
} from "../session/OrmError.ts"
import { during } from "../session/phase.ts"
import { StatementTimeout } from "../session/StatementTimeout.ts"
import { transactionOf } from "../session/transaction.ts"
import { undecodable } from "../session/undecodable.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { Dialect } from "../sql/Dialect.ts"
import type { CompiledQuery, ResultColumn, RowShape } from "../sql/CompiledQuery.ts"
import { decodeRows } from "../sql/decode.ts"
import { Unreadable } from "../sql/decodeCell.ts"
import { kindOf, vectorBuilder } from "../sql/vectorBuilder.ts"
import { ours } from "./client.ts"
import { type Driver, timed } from "./connection.ts"
import { describe as describeStatement } from "./describing.ts"
import { type Cells, decodeColumns } from "./decodeColumns.ts"
import { fedFailure, type Origin, readFailure, transactionFailure, unanswered, writeFailure } from "./failure.ts"
import { identifying } from "./identity.ts"
import { introspecting } from "./introspect.ts"
import { introspectingShards } from "./sharding/introspect.ts"
import { type Batch, batches, fed, fedStatement, insertStatement } from "./insert.ts"
import type { CountedPool } from "./pool.ts"
import { primary, type Reader, type Readers } from "./readers.ts"
import type { Sharding } from "./sharding/options.ts"
import type { Telling } from "./telling.ts"
import { parameter } from "./types.ts"

/** What a database is reached by. */
interface Means {
  readonly client: SqlClient
  readonly pool: CountedPool
  /** What errors call it. */
  readonly database: string
  readonly dialect: Dialect
  readonly telling: Telling
  /** Who gives the connections for reads outside of transactions. */
  readonly readers: Readers
  readonly sharding: Sharding | undefined
}

/** The database behind a client. */
export const makeDatabase = (
  { client, database, dialect, pool, readers, sharding, telling }: Means
): Omit<Database["Service"], "versions"> => {
  const originOf = (sql: string, table?: Table): Origin => ({ database, sql, table, sharding: dialect.sharding })

  const originOfRead = ({ sql, subject }: CompiledQuery<unknown>) => originOf(sql, subject?.table)

  const isInside = (services: Context.Context<never>) =>
    Context.getOrUndefined(services, client.transactionService) !== undefined

  const inTransaction = Effect.withFiber(({ context }) => Effect.succeed(isInside(context)))

  const writer = primary(pool, telling.alone)

  /** The transaction's connection, or else one for this use alone. */
  const withConnection = <A>(use: (driver: Driver) => Effect.Effect<A, SqlError>, reader: Reader) =>
    Effect.withFiber((fiber) => {
      const executing = (driver: Driver) => during("execute", fiber, () => use(driver))
      const own = Context.getOrUndefined(fiber.context, client.transactionService)
      return own === undefined ? reader.use(executing) : executing(ours(own[0]))
    })

  const valuesOf = (sql: string, parameters: ReadonlyArray<unknown>, reader = writer) =>
    withConnection((connection) => connection.queryValues(sql, parameters), reader)

  const changesOf = (sql: string, parameters: ReadonlyArray<unknown>) =>
    Effect.map(withConnection((connection) => connection.query(sql, parameters), writer), ({ rowCount }) => rowCount)

  const cellsOf = (query: CompiledQuery<unknown>) =>
    Effect.flatMap(
      parametersOf(query),
      (parameters) =>
        Effect.mapError(
          valuesOf(query.sql, parameters, readers(query)),
          (error) => readFailure(error, originOfRead(query))
        )
    )

  const read = <A>(query: CompiledQuery<A>) =>
    Effect.flatMap(cellsOf(query), (cells) => decodeShape<A>(query.shape, query.columns, cells))

  const columns = (query: CompiledQuery<unknown>) =>
    Effect.flatMap(cellsOf(query), (cells) => vectorsOf(query.columns, cells))

  const streamed = <A>(query: CompiledQuery<A>): Stream.Stream<A, StreamError> =>
    Stream.unwrap(Effect.map(parametersOf(query), (parameters) => {
      const names = query.columns.map(({ index }) => keyOf(index))
      let begun = false
      const failure = (error: SqlError): StreamError => {
        const found = readFailure(error, originOfRead(query))
        return begun
          ? new StreamBroken({ sql: query.sql, reason: "reason" in found ? found.reason : found.message })
          : found
      }
      return readers(query).stream((connection) => connection.stream(keyed(query), parameters)).pipe(
        Stream.mapError(failure),
        Stream.mapArrayEffect((rows) => {
          begun = true
          const cells = rows.map((row) => names.map((name) => row[name]))
          return Effect.map(decodeShape<A>(query.shape, query.columns, cells), asManyAs(rows))
        })
      )
    }))

  const stream = <A>(query: CompiledQuery<A>): Stream.Stream<A, StreamError> =>
    Stream.unwrap(
      Effect.map(inTransaction, (inside) => inside ? Stream.fromIterableEffect(read(query)) : streamed(query))
    )

  /** Runs what writes, and is stored at once where there is no transaction. */
  const writing = <A>(run: Effect.Effect<A, SqlError>, sql: string, table: Table | undefined) =>
    Effect.withFiber(({ context }) =>
      Effect.mapError(run, (error) => writeFailure(error, { ...originOf(sql, table), commits: !isInside(context) }))
    )

  const execute = (query: CompiledQuery<never>, table: Table | undefined) =>
    Effect.flatMap(
      parametersOf(query),
      (parameters) => writing(changesOf(query.sql, parameters), query.sql, table)
    )

  /** In a transaction of its own, where there is none, because all of it has to run on one connection. */
  const describe = Effect.fnUntraced(function*(query: CompiledQuery<unknown>) {
    const parameters = yield* parametersOf(query)
    return yield* transaction(
      Effect.mapError(
        describeStatement(client, query, parameters),
        (error) => readFailure(error, originOfRead(query))
      )
    ).pipe(
      Effect.catchTag("CommitOutcomeUnknown", (unknown) => Effect.fail(unanswered(unknown))),
      Effect.catchTag(["UniqueViolation", "ForeignKeyViolation", "StillReferenced"], Effect.die)
    )
  })

  const write = <A>(query: CompiledQuery<A>, table: Table | undefined) =>
    Effect.flatMap(parametersOf(query), (parameters) =>
      Effect.flatMap(
        writing(valuesOf(query.sql, parameters), query.sql, table),
        (cells) => decodeShape<A>(query.shape, query.columns, cells)
      ))

  const insertBatch = <A>(rows: NewRows, batch: Batch) => {
    const { parameters, sql } = insertStatement(rows, batch)
    const inserted = writing(valuesOf(sql, parameters), sql, rows.table)
    const { returning } = rows
    return returning === undefined
      ? Effect.as(inserted, [])
      : Effect.flatMap(inserted, (cells) => decodeShape<A>(returning, returning.columns, cells))
  }

  /** Runs something for each batch of rows: several in one transaction, so that all of them are stored or none. */
  const forEachBatch = <A, E>(
    rows: Rows,
    run: (batch: Batch) => Effect.Effect<A, E>
  ): Effect.Effect<ReadonlyArray<A>, E | TransactionError> =>
    Effect.withFiber(({ context }) => {
      const found = batches(rows)
      const [only, ...more] = found
      if (only !== undefined && more.length === 0) return Effect.map(run(only), (done) => [done])
      const all = Effect.forEach(found, run)
      return found.length === 0 || isInside(context) ? all : transaction(all)
    })

  const insert = <A>(rows: NewRows) =>
    Effect.map(forEachBatch(rows, (batch) => insertBatch<A>(rows, batch)), (inserted) => inserted.flat())

  const executeFed = (rows: Rows, statement: FedStatement<never>) => {
    const changes = forEachBatch(rows, (batch) => {
      const { parameters, sql } = fedStatement(rows, batch, statement)
      return writing(changesOf(sql, parameters), sql, rows.table)
    })
    return Effect.map(changes, (counts) => counts.reduce((sum, count) => sum + count, 0))
  }

  const readFed = Effect.fnUntraced(function*<A>(rows: Rows, query: FedStatement<A>) {
    const parts = yield* Effect.forEach(batches(rows), (batch) => {
      const { feed, parameters } = fed(rows, batch)
      const found = query(feed)
      return valuesOf(found.sql, parameters).pipe(
        Effect.mapError((error) => fedFailure(error, originOf(found.sql, rows.table))),
        Effect.flatMap((cells) => decodeShape<A>(found.shape, found.columns, cells))
      )
    })
    return parts.flat()
  })

  /**
   * A lock of the server's that belongs to a connection: it goes with it, however the process ends. The connection is one beside the
   * pool, which may have no other for the effect.
   */
  const exclusively: Database["Service"]["exclusively"] = (effect) =>
    Effect.scoped(
      Effect.gen(function*() {
        const failed = Effect.mapError((error: SqlError) => readFailure(error, originOf(lock)))
        const connection = timed(yield* failed(pool.beside))
        yield* Effect.acquireRelease(
          failed(Effect.provideService(connection.query(lock, []), StatementTimeout, Duration.infinity)),
          () => Effect.ignore(connection.query(unlock, [])),
          { interruptible: true }
        )
        return yield* effect
      })
    )

  const transaction = transactionOf(client, dialect, (error) => transactionFailure(error, originOf("COMMIT")))

  return {
    dialect,
    name: database,
    identity: identifying(read),
    read,
    columns,
    stream,
    execute,
    describe,
    write,
    insert,
    executeFed,
    readFed,
    introspect: sharding === undefined ? introspecting(read) : introspectingShards(read, sharding),
    exclusively,
    outside: new Set(),
    withoutTransaction: Context.omit(client.transactionService),
    transactionIn: (services) => Context.getOrUndefined(services, client.transactionService)?.[0],
    inTransaction,
    transaction,
    afterCommit: afterCommitOf(client),
    afterRollback: afterRollbackOf(client)
  }
}

/** The number is ours: `andamios` as the first 8 bytes of its text. */
const lock = "SELECT pg_advisory_lock(7020659238727413619)"
const unlock = "SELECT pg_advisory_unlock(7020659238727413619)"

const parametersOf = ({ parameters, sql }: CompiledQuery<unknown>) =>
  attempted(
    () => parameters.map(({ type, value }) => parameter(type, value)),
    (error) => new QueryFailed({ sql, reason: messageOf(error), cause: error })
  )

const keyOf = (index: number) => `c${index}`

/** A stream's rows come keyed by name, so every column gets one that is short and unlike the others. */
const keyed = ({ columns, sql }: CompiledQuery<unknown>): string =>
  `SELECT * FROM (${sql}) AS "rows" (${columns.map(({ index }) => keyOf(index)).join(", ")})`

/** Says of the rows that come out what is known of those that went in: that there is at least one. */
const asManyAs = (_: NonEmptyReadonlyArray<unknown>) => <A>(decoded: ReadonlyArray<A>): NonEmptyReadonlyArray<A> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one row is built for each
  decoded as unknown as NonEmptyReadonlyArray<A>

/** The rows of a shape. */
const decodeShape = <A>(shape: RowShape | undefined, columns: ReadonlyArray<ResultColumn>, cells: Cells) =>
  reading(() => shape === undefined ? [] : decodeRows<A>(shape, decodeColumns(columns, cells), cells.length))

const reading = <A>(read: () => A): Effect.Effect<A, Undecodable> =>
  Effect.withFiber((fiber) => during("decode", fiber, () => attempted(read, undecodableOf)))

const undecodableOf = (error: unknown) => error instanceof Unreadable ? undecodable(error) : undefined

/** The columns of a result, whole. */
const vectorsOf = (columns: ReadonlyArray<ResultColumn>, cells: Cells) =>
  reading(() => {
    const decoded = decodeColumns(columns, cells)
    return columns.map((column) => {
      const builder = vectorBuilder(kindOf(column), cells.length)
      builder.add(decodeRows({ _tag: "Value", column }, decoded, cells.length))
      return builder.vector()
    })
  })
