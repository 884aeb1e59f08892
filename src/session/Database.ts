/**
 * What a session asks of a database; each database answers it on the top floor.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as Stream from "effect/Stream"
import type { Table, TableColumn } from "../model/Table.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { CompiledQuery, RowShape } from "../sql/CompiledQuery.ts"
import type { Dialect, Isolation } from "../sql/Dialect.ts"
import type { Structure } from "../sql/Structure.ts"
import type { Vector } from "../sql/Vector.ts"
import type { TableVersions } from "./tableVersions.ts"
import type { Conflict, ReadError, ReadOnly, StreamError, TransactionError, WriteError } from "./OrmError.ts"

export {
  type Beside,
  type Provided,
  Service,
  type ServiceClass,
  type UnitOfWorkBegunOutside
} from "./databaseService.ts"

/**
 * Rows on their way to a table, column by column.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rows {
  readonly table: Table
  readonly columns: ReadonlyArray<TableColumn>
  /** One array of values per column: `values[column][row]`. Checked already: the writer needs no more checks. */
  readonly values: ReadonlyArray<ReadonlyArray<unknown>>
  readonly count: number
}

/**
 * Rows to insert.
 *
 * @category models
 * @since 0.1.0
 */
export interface NewRows extends Rows {
  /** What to return of each inserted row, in insertion order; nothing where the caller knows it all. */
  readonly returning: RowShape & { readonly _tag: "Instance" } | undefined
}

/**
 * What a database makes of a statement: types by the names that it has for them, where it knows them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Description {
  /** The types of its placeholders, in order. */
  readonly parameters: ReadonlyArray<string | undefined>
  /** The columns of its result; of a statement that writes, nothing is known of them. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }> | undefined
  /** Whether it changes anything. */
  readonly writes: boolean
}

/**
 * How a transaction runs.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Session } from "andamios-orm"
 * import { Effect, Schedule, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // up to five times more where somebody else wrote the same rows, and five seconds for all of it
 * const sent = Session.transaction(
 *   Query.update(Parcel).set(() => ({ state: "sent" })).where((parcel) => parcel.state.eq("packed")),
 *   { retry: Schedule.recurs(5), timeout: "5 seconds" }
 * )
 *
 * // a promise that nothing is written, which the database keeps; and both reads are of one moment
 * const report = Session.transaction(
 *   Effect.all([Query.from(Parcel).count, Query.from(Parcel).all]),
 *   { readOnly: true, isolation: "repeatable read" }
 * )
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface TransactionOptions<E = never, R = never> {
  /**
   * Refuses writes with `ReadOnly`. Inside a transaction that may write, a read-only one is `Unsupported`; inside a read-only one,
   * every other is read-only, too.
   */
  readonly readOnly?: boolean
  /**
   * How strictly it is kept apart from others, at least. Inside another transaction, which has its own, more than that is
   * `Unsupported`; so is `"serializable"` on DuckDB, where every transaction is `"repeatable read"`.
   */
  readonly isolation?: Isolation
  /**
   * When to run the whole effect again after a `Conflict` with another transaction; any other failure ends it. Only the outermost
   * transaction can begin anew, so a nested one leaves its conflicts to that, whatever it says here.
   */
  readonly retry?: Schedule.Schedule<unknown, Conflict, E, R>
  /**
   * The time for all of it: the wait for a connection, the effect, and every further run. After that it is rolled back, and fails
   * with `TimedOut`. A commit that has begun is not ended.
   */
  readonly timeout?: Duration.Input
}

/**
 * Two that are the same in every process get the same answers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Identity {
  /** Which database it is, however it is reached. */
  readonly database: string
  /** Who asks, where not everybody sees the same. */
  readonly reader: string
}

/**
 * A database: its dialect, and the few things that reach it. Inside `transaction` all of them share one connection.
 *
 * @example
 * ```ts
 * import { Database } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * // what the session's own functions don't tell: which tables there are
 * const tables = Effect.gen(function*() {
 *   const { dialect, introspect, name } = yield* Database.Database
 *   const structure = yield* introspect
 *   yield* Effect.log(`${name} speaks ${dialect.name}`, structure.tables.map((table) => table.name))
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Database extends Context.Service<Database, {
  /** How its SQL is written, and what it can do. */
  readonly dialect: Dialect
  /** The file or the server's database, for people. */
  readonly name: string
  /** What it is known by in all processes; nothing where it ends with this one. */
  readonly identity: Effect.Effect<Identity | undefined, ReadError>
  /** What else its Layer provides to reach it, such as the client of its driver. */
  readonly ownServices?: Context.Context<never>
  /** How often its tables were written to. */
  readonly versions: TableVersions
  /** All rows of a query. */
  readonly read: <A>(query: CompiledQuery<A>) => Effect.Effect<ReadonlyArray<A>, ReadError>
  /** The columns of a query, each whole and in its place. */
  readonly columns: (
    query: CompiledQuery<unknown>
  ) => Effect.Effect<ReadonlyArray<Vector<ArrayLike<unknown>>>, ReadError>
  /** The rows of a query as they come, on a connection of their own; read whole first inside a transaction. */
  readonly stream: <A>(query: CompiledQuery<A>) => Stream.Stream<A, StreamError>
  /** Runs a statement that changes rows of a table, or of one that only its text tells; returns their number. */
  readonly execute: (
    statement: CompiledQuery<never>,
    table: Table | undefined
  ) => Effect.Effect<number, WriteError>
  /** What the database makes of a statement, which is not run. */
  readonly describe: (query: CompiledQuery<unknown>) => Effect.Effect<Description, ReadError>
  /** Runs a statement that changes rows and gives some back. */
  readonly write: <A>(
    query: CompiledQuery<A>,
    table: Table | undefined
  ) => Effect.Effect<ReadonlyArray<A>, ReadError | WriteError>
  /** Inserts rows, all or none, by the fastest way for their number. */
  readonly insert: <A>(rows: NewRows) => Effect.Effect<ReadonlyArray<A>, ReadError | WriteError>
  /** Runs a statement over rows, for all of them or none; returns the number of rows it changed. */
  readonly executeFed: (rows: Rows, statement: FedStatement<never>) => Effect.Effect<number, WriteError>
  /** All rows of a query over rows, which is a part of a write and may lock what it finds. */
  readonly readFed: <A>(rows: Rows, query: FedStatement<A>) => Effect.Effect<ReadonlyArray<A>, ReadError | ReadOnly>
  /**
   * The full names of tables whose rows come from outside, such as a file: these are always read strictly. Whoever puts such a table
   * into the database adds it.
   */
  readonly outside: Set<string>
  /** What stands for the transaction that a fiber with these services is in, if it is in one. */
  readonly transactionIn: (services: Context.Context<never>) => object | undefined
  /** Services without the transaction that is among them, if there is one. */
  readonly withoutTransaction: (services: Context.Context<never>) => Context.Context<never>
  /** Whether what asks runs inside of a transaction. */
  readonly inTransaction: Effect.Effect<boolean>
  /** Runs an effect in a transaction: committed when it succeeds, rolled back when it fails or is interrupted. */
  readonly transaction: <A, E, R, E2 = never, R2 = never>(
    effect: Effect.Effect<A, E, R>,
    options?: TransactionOptions<E2, R2>
  ) => Effect.Effect<A, E | E2 | TransactionError, R | R2>
  /** What the database is made of, but for what it has by itself. */
  readonly introspect: Effect.Effect<Structure, ReadError>
  /**
   * Runs an effect while no other that is run in this way does on the same database, be it in another process: who comes later waits.
   * It holds no transaction.
   */
  readonly exclusively: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | ReadError, R>
  /** Runs an effect when the outermost transaction has committed; at once where there is none. */
  readonly afterCommit: <R>(effect: Effect.Effect<unknown, never, R>) => Effect.Effect<void, never, R>
  /** Runs an effect when the outermost transaction has ended, if the one that asks was rolled back; never where there is none. */
  readonly afterRollback: <R>(effect: Effect.Effect<unknown, never, R>) => Effect.Effect<void, never, R>
}>()("andamios/Database") {}
