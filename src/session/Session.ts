/**
 * The one place where statements run.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Projection, Select } from "../sql/ast.ts"
import { compileSelect } from "../sql/compile.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import { encodeRows } from "../sql/encode.ts"
import type { Finding } from "../sql/Finding.ts"
import type { Plan } from "../sql/Plan.ts"
import type { Tables } from "../sql/readSet.ts"
import { tableName } from "../sql/tableName.ts"
import type { Vectors } from "../sql/Vector.ts"
import type {
  Delete,
  DeleteKeys,
  Insert,
  InsertFrom,
  Patch,
  RawWrite,
  Restore,
  Update,
  Upsert,
  Write
} from "../sql/write.ts"
import { advising } from "./advising.ts"
import { attempt } from "./attempt.ts"
import { comparing, type Comparison } from "./comparing.ts"
import { compiling, compilingIn } from "./compiling.ts"
import { creating } from "./creating.ts"
import { CurrentWork } from "./currentWork.ts"
import { Database, type TransactionOptions } from "./Database.ts"
import { type Deleting, deleting } from "./deleting.ts"
import { explaining } from "./explaining.ts"
import { gathering } from "./gathering.ts"
import { inserting } from "./inserting.ts"
import { notStorable } from "./invalid.ts"
import { keyedDeletes } from "./keyedDeletes.ts"
import { type Given } from "./keyedRows.ts"
import { strictnessOf } from "./strictness.ts"
import { keyedWrites } from "./keyedWrites.ts"
import { lookingUp, type Lookup } from "./lookingUp.ts"
import { Current as QueryCache } from "./QueryCache.ts"
import type { ReplayError } from "./replay.ts"
import type { Returning, Run, Statement } from "./running.ts"
import { vectorsOf } from "./shapedVectors.ts"
import { signals } from "./signals.ts"
import type { Change, FlushError, Options as UnitOfWorkOptions, UnitOfWork } from "./UnitOfWork.ts"
import { working } from "./working.ts"
import { writes } from "./writes.ts"
import {
  type DeleteError,
  type InsertError,
  type Invalid,
  type NotFound,
  type QueryFailed,
  type ReadError,
  type StaleRow,
  type StreamError,
  type TransactionError,
  type Unsupported,
  type UpdateError,
  type WriteError
} from "./OrmError.ts"

export type { Isolation } from "../sql/Dialect.ts"
export type { TransactionOptions } from "./Database.ts"
export type { Deleting } from "./deleting.ts"
export type { Lookup } from "./lookingUp.ts"
export type { ReplayError } from "./replay.ts"
export type { Returning, Run } from "./running.ts"
export { context, SessionContext, withContext } from "./SessionContext.ts"
export { slowQueries, type SlowQueryOptions } from "./slowQueries.ts"
export { StatementTimeout, statementTimeout } from "./StatementTimeout.ts"

/**
 * A conversation with a database.
 *
 * @category services
 * @since 0.1.0
 */
export class Session extends Context.Service<Session, {
  /** Runs a read for its rows, or a write for the rows or the number that it answers. */
  readonly run: Run
  /** Runs a write, and gives back what the projection makes of each of its rows. */
  readonly returning: Returning
  /** The rows of a read as they come, without holding all of them in memory. */
  readonly stream: <A>(select: Select<A>) => Stream.Stream<A, StreamError>
  /** A signal at once, and after commits that have written to one of these tables; several may be one. */
  readonly signals: (tables: Tables) => Stream.Stream<void>
  /** The columns of a read, each whole, by the names they have in a row. */
  readonly columns: (select: Select<unknown>) => Effect.Effect<Vectors, ReadError>
  /** A statement as this database is sent it. */
  readonly compile: <A>(statement: Select<A> | Write) => Effect.Effect<CompiledQuery<A>, QueryFailed | Unsupported>
  /** How the database carries out a read; with `analyze` it is run, and its steps are measured. */
  readonly explain: (select: Select<unknown>, analyze: boolean) => Effect.Effect<Plan, ReadError>
  /** What could make a read faster or smaller, as its plan and the structure of the database tell. */
  readonly findings: (select: Select<unknown>) => Effect.Effect<ReadonlyArray<Finding>, ReadError>
  /** Compares what a statement expects with what the database makes of it, which does not run it. */
  readonly compare: (statement: Select<unknown> | Write) => Effect.Effect<Comparison, ReadError>
  /** The most rows of a read that related ones come with in its own statement; 0 where each relation is read by another one. */
  readonly mostNested: Effect.Effect<number>
  /** The rows with some primary keys, each at the place of its key. */
  readonly lookUp: <A>(lookup: Lookup<A>) => Effect.Effect<ReadonlyArray<A | undefined>, ReadError>
  /** A text that is the same for lookups in a table which one statement can answer: of one transaction, and one tenant. */
  readonly gathering: (table: Table, services: Context.Context<never>) => string
  /** Services without the transaction and the unit of work that are among them: what is kept for later than these. */
  readonly withoutTransaction: (services: Context.Context<never>) => Context.Context<never>
  /** Runs an effect in a transaction: committed when it succeeds, rolled back when it fails or is interrupted. */
  readonly transaction: Database["Service"]["transaction"]
  /** Runs an effect when the outermost transaction has committed; at once where there is none. */
  readonly afterCommit: Database["Service"]["afterCommit"]
  /** Runs an effect when the outermost transaction has ended, if the one that asks was rolled back; never where there is none. */
  readonly afterRollback: Database["Service"]["afterRollback"]
  /** Runs an effect in a unit of work, which is a transaction of its own, or a part of the unit of work that there is. */
  readonly unitOfWork: <A, E, R, E2 = never, R2 = never>(
    effect: Effect.Effect<A, E, R>,
    options?: UnitOfWorkOptions<E2, R2>
  ) => Effect.Effect<A, E | E2 | FlushError | TransactionError, Exclude<R, UnitOfWork> | R2>
  /** Does again what units of work have done, maybe on another database: all of it or nothing. */
  readonly replay: (models: ReadonlyArray<Model.Stored>, changes: Iterable<Change>) => Effect.Effect<void, ReplayError>
  /** How rows can be deleted together with those that refer to them, where this is asked. */
  readonly deleting: Effect.Effect<Deleting>
  /** Creates the tables of models that don't exist yet, a table after those that it refers to. */
  readonly createTables: (
    models: ReadonlyArray<Model.Stored>
  ) => Effect.Effect<void, WriteError>
}>()("andamios/Session") {
  /** The session of the database below. It is made for each: a database opened within another one's program has its own. */
  static readonly layer: Layer.Layer<Session, never, Database> = Layer.fresh(
    Layer.effect(this, Effect.suspend(() => make))
  )
}

const make = Effect.gen(function*() {
  const database = yield* Database
  const { dialect } = database

  const strictness = strictnessOf(database)
  const compiled = compiling(dialect, strictness)
  const compiledIn = compilingIn(dialect, strictness)
  const compileRead = <A>(select: Select<A>) =>
    compiled((circumstances) => compileSelect(select, dialect, circumstances))

  /** The cache that answers are kept in. Inside of a transaction, rows are read that nobody else may see. */
  const cacheIn = (fiber: Fiber.Fiber<unknown, unknown>) =>
    database.transactionIn(fiber.context) === undefined ? fiber.getRef(QueryCache) : undefined

  const read = <A>(select: Select<A>): Effect.Effect<ReadonlyArray<A>, ReadError> =>
    Effect.withFiber((fiber) =>
      Effect.flatMap(
        compiledIn(fiber, (circumstances) => compileSelect(select, dialect, circumstances)),
        (query) => {
          const rows = database.read(query)
          return cacheIn(fiber)?.ask({ database, select, query }, rows) ?? rows
        }
      )
    )

  /** What is done with a table that this database can have. */
  const into = <A, E>({ table }: { readonly table: Table }, write: Effect.Effect<A, E>) => {
    if (named.has(table)) return write
    const naming = compiled(() => {
      tableName(table, dialect)
      named.add(table)
    })
    return Effect.andThen(naming, write)
  }
  const named = new WeakSet<Table>()

  const storableRows = (
    { rows, table, values }: Given,
    columns: ReadonlyArray<TableColumn>
  ) => attempt(() => encodeRows(columns, rows, dialect.features, values), notStorable(table.model))

  const { insert, record } = inserting(database, storableRows)
  const { change, compileChange, returning: changed } = writes(database, compiled, record)
  const { patch, upsert } = keyedWrites(database, storableRows, strictness, record)
  const { deleteKeys, restore } = keyedDeletes(database, storableRows, strictness, record)

  function run<A>(select: Select<A>): Effect.Effect<ReadonlyArray<A>, ReadError>
  function run<A>(insert: Insert<A>): Effect.Effect<ReadonlyArray<A>, InsertError>
  function run<A>(upsert: Upsert<A>): Effect.Effect<ReadonlyArray<A>, UpdateError>
  function run<A>(patch: Patch<A>): Effect.Effect<ReadonlyArray<A>, UpdateError | NotFound | StaleRow>
  function run<A>(restore: Restore<A>): Effect.Effect<ReadonlyArray<A>, UpdateError | NotFound>
  function run(deletion: Delete): Effect.Effect<number, DeleteError>
  function run(update: Update): Effect.Effect<number, UpdateError>
  function run(insert: InsertFrom): Effect.Effect<number, InsertError>
  function run(statement: RawWrite): Effect.Effect<number, WriteError>
  function run(deletion: DeleteKeys): Effect.Effect<number, DeleteError | Invalid>
  function run(statement: Statement): Effect.Effect<unknown, UpdateError | NotFound | StaleRow> {
    switch (statement._tag) {
      case "Select":
        return read(statement)
      case "Insert":
        return into(statement, insert(statement))
      case "Upsert":
        return into(statement, upsert(statement))
      case "Patch":
        return into(statement, patch(statement))
      case "DeleteKeys":
        return into(statement, deleteKeys(statement))
      case "Restore":
        return into(statement, restore(statement))
      case "Delete":
      case "Update":
      case "InsertFrom":
      case "RawWrite":
        return change(statement)
    }
  }

  function returning<A>(
    deletion: Delete,
    projection: Projection
  ): Effect.Effect<ReadonlyArray<A>, DeleteError | ReadError>
  function returning<A>(insert: InsertFrom, projection: Projection): Effect.Effect<ReadonlyArray<A>, InsertError>
  function returning<A>(
    statement: RawWrite,
    projection: Projection
  ): Effect.Effect<ReadonlyArray<A>, WriteError | ReadError>
  function returning<A>(update: Update, projection: Projection): Effect.Effect<ReadonlyArray<A>, UpdateError>
  function returning(write: Write, projection: Projection): Effect.Effect<ReadonlyArray<unknown>, UpdateError> {
    return changed(write, projection)
  }

  const compile = <A>(statement: Select<A> | Write): Effect.Effect<CompiledQuery<A>, QueryFailed | Unsupported> =>
    statement._tag === "Select" ? compileRead(statement) : compileChange(statement)

  const stream = <A>(select: Select<A>) => Stream.unwrap(Effect.map(compileRead(select), database.stream))

  const columns = (select: Select<unknown>) =>
    Effect.flatMap(
      compileRead(select),
      (query) => Effect.map(database.columns(query), (vectors) => vectorsOf(query.shape, vectors))
    )

  // answers of single relations are kept longer than one of all of them would be
  const mostNested = Effect.withFiber((fiber) =>
    Effect.succeed(cacheIn(fiber) === undefined ? dialect.nested?.most ?? 0 : 0)
  )

  const ask = explaining(database)
  const explain = (select: Select<unknown>, analyze: boolean) =>
    Effect.flatMap(compileRead(select), (query) => ask(query, analyze))

  const compare = comparing(database, compiled)

  const means = { database, compiled, storable: storableRows, strictness, record, insert }
  return Session.of(working(means, {
    run,
    returning,
    stream,
    columns,
    compile,
    compare,
    explain,
    mostNested,
    signals: signals(database),
    findings: advising(database, compiled, (select) => explain(select, false)),
    deleting: deleting(database),
    lookUp: lookingUp(database, strictness),
    gathering: gathering(database),
    withoutTransaction: (services) => Context.omit(CurrentWork)(database.withoutTransaction(services)),
    afterCommit: database.afterCommit,
    afterRollback: database.afterRollback,
    createTables: creating(database, compiled)
  }))
})

/**
 * Runs an effect in a transaction of the session: committed when it succeeds, rolled back when it fails or is interrupted. What the effect
 * fails with comes through as it is; beside that it is a `TransactionError`, such as `Conflict` where another changed the same rows, or
 * `TransactionAborted` where a failure inside was caught. Inside another transaction it is a part of that one, which a failure undoes
 * alone: see `SavepointLost` for when it can't.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Session } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Entry extends Model.Class<Entry>("Entry")({ id: Column.serial(Schema.Int), cents: Column.int32 }, { table: "entries" }) {}
 *
 * const entry = (cents: number) => Query.insert(Entry).values({ cents })
 * const transfer = Session.transaction(Effect.all([entry(-500), entry(500)]))
 * const program = Effect.andThen(Session.createTables([Entry]), transfer)
 * ```
 *
 * @category transactions
 * @since 0.1.0
 */
export const transaction = <A, E, R, E2 = never, R2 = never>(
  effect: Effect.Effect<A, E, R>,
  options?: TransactionOptions<E2, R2>
): Effect.Effect<A, E | E2 | TransactionError, R | R2 | Session> =>
  Effect.flatMap(Session, (session) => session.transaction(effect, options))

/**
 * Runs an effect after the outermost transaction has committed, and its connection was given back; at once where there is none. What is
 * rolled back is forgotten: by a failure, by that of the nested transaction it was said in, or by the attempt that `retry` repeats.
 *
 * It runs before `Session.transaction` answers, also where the fiber is interrupted, with the services of here, and in no transaction.
 * A defect in it is logged, and stops nothing.
 *
 * @example
 * ```ts
 * import { Session } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const order = Session.transaction(Effect.gen(function*() {
 *   yield* Session.afterCommit(Effect.log("ordered: a letter goes out"))
 *   yield* Session.afterRollback(Effect.log("not ordered"))
 * }))
 * ```
 *
 * @category transactions
 * @since 0.1.0
 */
export const afterCommit = <R>(effect: Effect.Effect<unknown, never, R>): Effect.Effect<void, never, R | Session> =>
  Effect.flatMap(Session, (session) => session.afterCommit(effect))

/**
 * Runs an effect when the outermost transaction has ended, if the one that it is said in was rolled back, by itself or with one around it:
 * once for each attempt. Outside of a transaction it never runs. All else is as with `afterCommit`.
 *
 * @category transactions
 * @since 0.1.0
 */
export const afterRollback = <R>(effect: Effect.Effect<unknown, never, R>): Effect.Effect<void, never, R | Session> =>
  Effect.flatMap(Session, (session) => session.afterRollback(effect))

/**
 * Runs an effect in a unit of work: a transaction at whose end all is written that was added, changed and removed; see `UnitOfWork`.
 * On a failure or an interrupt nothing of it is stored, and each `retry` begins with nothing. Inside of another unit of work it is a
 * nested transaction of that one, and knows the same instances. It fails with `FlushError` or `TransactionError`, too.
 *
 * @example
 * ```ts
 * import { Column, Model, Session, UnitOfWork } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int), grams: Schema.Int }, { table: "parcels" }) {}
 *
 * const weighed = Session.unitOfWork(Effect.gen(function*() {
 *   const work = yield* UnitOfWork.UnitOfWork
 *   yield* work.change(Parcel, yield* work.get(Parcel, 7), { grams: 1_200 })
 *   return yield* work.changes
 * }))
 *
 * const replayed = (changes: Iterable<UnitOfWork.Change>) => Session.replay([Parcel], changes) // on another database
 * ```
 *
 * @category transactions
 * @since 0.1.0
 */
export const unitOfWork = <A, E, R, E2 = never, R2 = never>(
  effect: Effect.Effect<A, E, R>,
  options?: UnitOfWorkOptions<E2, R2>
): Effect.Effect<A, E | E2 | FlushError | TransactionError, Exclude<R, UnitOfWork> | R2 | Session> =>
  Effect.flatMap(Session, (session) => session.unitOfWork(effect, options))

/**
 * Does again what units of work have done, in one transaction: `changes` are what `UnitOfWork.changes` gave, and `models` those that
 * they name. Values are written as they are, past mixins and without histories. It fails with `ReplayError`.
 *
 * @category transactions
 * @since 0.1.0
 */
export const replay = (
  models: ReadonlyArray<Model.Stored>,
  changes: Iterable<Change>
): Effect.Effect<void, ReplayError, Session> => Effect.flatMap(Session, (session) => session.replay(models, changes))

/**
 * Creates the tables of models that don't exist yet, a table after those that it refers to. Fails as any write does: `WriteError`.
 *
 * @category structure
 * @since 0.1.0
 */
export const createTables = (
  models: ReadonlyArray<Model.Stored>
): Effect.Effect<void, WriteError, Session> => Effect.flatMap(Session, (session) => session.createTables(models))
