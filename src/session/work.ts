/**
 * Makes a unit of work: what it knows, when it writes, and what of it is undone with a nested transaction.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import type { Insert } from "../sql/write.ts"
import { changesOf } from "./Change.ts"
import type { Work } from "./currentWork.ts"
import { type FlushError, flushing, type Means } from "./flush.ts"
import { freedBy, planOf, type Step } from "./flushPlan.ts"
import * as Numbers from "./numbers.ts"
import { type StatementError, TransactionAborted, type UpdateError } from "./OrmError.ts"
import type { Pending } from "./pending.ts"
import { dependentsOf } from "./references.ts"
import { trackedRows } from "./trackedRows.ts"
import * as Tracking from "./tracking.ts"
import { type Pending as Told, UnitOfWork } from "./UnitOfWork.ts"
import type { Row } from "./validate.ts"

/** What a unit of work does its work with. */
export interface WorkMeans extends Means {
  readonly insert: <A>(statement: Insert<A>) => Effect.Effect<ReadonlyArray<A>, UpdateError>
}

/** A unit of work that knows nothing yet. */
export const make = (means: WorkMeans, keep: number, outer: Work | undefined): Work => {
  const { compiled, database, insert } = means
  const { freesRows } = database.dialect.features
  const tracking = Tracking.make(database.dialect.features, keep)
  const { instancesIn, known, pending } = tracking
  const numbers = Numbers.make(database, compiled)
  const carryOut = flushing(means)
  const turn = Semaphore.makeUnsafe(1)
  /** All that was written, and on databases that mind, what rows referred to before. */
  const steps: Array<Step> = []
  const freed: Array<string> = []
  /** Why nothing can be written any more: a flush has failed, or the unit of work has ended. */
  let broken: FlushError | undefined
  const causes = new WeakMap<object, FlushError>()

  const causeOf = <E>(error: E): E | FlushError =>
    typeof error === "object" && error !== null ? causes.get(error) ?? error : error

  /** Whatever keeps a write that has begun from being done as a whole breaks the unit of work. */
  const whole = <A, E extends FlushError>(write: Effect.Effect<A, E>, isBegun = always): Effect.Effect<A, E> =>
    Effect.onError(write, (cause) =>
      Effect.sync(() => {
        if (isBegun()) broken = Option.getOrElse(Cause.findErrorOption(cause), () => interrupted)
      }))

  /** All that is pending, and in which order it is to be written: other fibers never see it planned and pending still. */
  const takePending = () => {
    const all = pending.all()
    const plan = planOf(all, { freesRows, freed })
    pending.clear()
    return { all, plan }
  }

  const noteWritten = ({ all, plan }: ReturnType<typeof takePending>) => {
    for (const step of plan) {
      steps.push(step)
      if (step._tag === "Delete") known.forgetAll(dependentsOf(step.table))
    }
    if (!freesRows) freed.push(...freedBy(all.filter((one) => one._tag !== "Insert")))
  }

  const carryOutAll = Effect.fn("UnitOfWork.flush")(() => {
    let taken: ReturnType<typeof takePending> | undefined
    const written = Effect.flatMap(
      compiled(() => taken = takePending()),
      (work) =>
        Effect.andThen(Effect.forEach(work.plan, carryOut, { discard: true }), Effect.sync(() => noteWritten(work)))
    )
    return whole(written, () => taken !== undefined)
  })

  const flush: Effect.Effect<void, FlushError> = turn.withPermit(Effect.suspend(() => {
    if (broken !== undefined) return Effect.fail(broken)
    return pending.isEmpty() ? Effect.void : carryOutAll()
  }))

  /** What a statement fails with where what was pending could not be written before. */
  const refused = (error: FlushError): StatementError => {
    if (isStatementError(error)) return error
    const told = new TransactionAborted({ reason: `what was pending could not be written: ${error.message}` })
    causes.set(told, error)
    return told
  }

  // also where nothing is pending: another fiber may be about to write what was
  const beforeWrite = Effect.mapError(flush, refused)

  /** What can't be done any more once the unit of work is broken: what it makes pending would never be written. */
  const writable = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StatementError, R> =>
    Effect.suspend((): Effect.Effect<A, E | StatementError, R> =>
      broken === undefined ? effect : Effect.fail(refused(broken))
    )

  const reading: Work["reading"] = (read) => turn.withPermit(writable(read))

  const insertNow = Effect.fnUntraced(function*(table: Table, rows: ReadonlyArray<Row>) {
    yield* beforeWrite
    const services = Tracking.servicesFor(table, yield* Effect.context())
    const insertion = Effect.map(insert<Row>({ _tag: "Insert", table, rows, returning: true }), (after) => {
      steps.push({ _tag: "Insert", table, services, after })
      return after.map((row) => tracking.instanceOf(table, row, true))
    })
    return yield* Effect.mapError(whole(insertion), refused)
  })

  const nested: Work["nested"] = (effect, options) =>
    Effect.andThen(
      beforeWrite,
      Effect.suspend(() => {
        const before = { known: known.begin(), steps: steps.length, freed: freed.length }
        return Effect.onExit(database.transaction(Effect.tap(effect, () => beforeWrite), options), (exit) =>
          Effect.sync(() => {
            if (Exit.isFailure(exit)) {
              known.returnTo(before.known)
              pending.clear()
              numbers.forget()
              steps.length = before.steps
              freed.length = before.freed
              broken = undefined
            }
            known.end()
          }))
      })
    )

  const rows = trackedRows(means, tracking, numbers, {
    beforeWrite,
    insertNow,
    reading: (read) => turn.withPermit(read)
  })

  const get = (model: Model.Any, key: unknown) => {
    const table = tableOf(model)
    return Effect.flatMap(
      rows.find(table, key),
      (found) => found === undefined ? rows.missingKey(table, key) : Effect.succeed(found)
    )
  }

  const service = {
    get,
    find: (model: Model.Any, key: unknown) => Effect.map(rows.find(tableOf(model), key), Option.fromUndefinedOr),
    add: <M extends Model.Any>(model: M, input: Model.Insert<M>) =>
      Effect.map(writable(rows.addMany(model, [input])), ([added]) => added),
    addMany: <M extends Model.Any>(model: M, inputs: ReadonlyArray<Model.Insert<M>>) =>
      writable(rows.addMany(model, inputs)),
    change: (model: Model.Any, row: Row, fields: Row) => writable(rows.change(tableOf(model), row, fields)),
    remove: (model: Model.Any, row: Row) => writable(rows.remove(tableOf(model), row)),
    flush,
    refresh: (model: Model.Any, row: Row) => rows.refresh(tableOf(model), row),
    detach: (model: Model.Any, row: Row) => Effect.sync(() => rows.detach(tableOf(model), row)),
    pending: Effect.sync(() => pending.all().map(toldOf)),
    changes: Effect.map(flush, () => changesOf(steps))
  }

  return {
    database,
    outer,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row is an instance of the model that it is asked for by
    service: UnitOfWork.of(service as unknown as UnitOfWork["Service"]),
    beforeRead: (tables) =>
      Effect.suspend(() =>
        broken === undefined && (pending.isEmpty() || !pending.concerns(tables())) ? Effect.void : beforeWrite
      ),
    beforeWrite,
    reading,
    known: instancesIn,
    written: (table, written) => {
      for (const row of written) tracking.instanceOf(table, row, true)
    },
    forget: (tables) => known.forgetAll(tables),
    nested,
    causeOf,
    end: Effect.sync(() => {
      broken ??= ended
    })
  }
}

const always = () => true

const ended = new TransactionAborted({ reason: "its unit of work has ended" })

const interrupted = new TransactionAborted({ reason: "what was pending was not written as a whole" })

const statementErrors: Readonly<Record<StatementError["_tag"], true>> = {
  ConnectionFailed: true,
  PoolTimeout: true,
  QueryFailed: true,
  TransactionAborted: true,
  SavepointLost: true,
  Conflict: true,
  TimedOut: true,
  Unsupported: true
}

const isStatementError = (error: FlushError): error is FlushError & StatementError => error._tag in statementErrors

/** Pending work as people are told of it. */
const toldOf = (pending: Pending): Told => {
  const { primaryKey, model } = pending.table
  const row = pending._tag === "Insert" ? pending.after : pending.before
  const key = Object.fromEntries(primaryKey.map(({ field }) => [field, row[field]]))
  const said = { model: model.identifier, key }
  switch (pending._tag) {
    case "Insert":
      return { ...said, operation: "insert", fields: Object.keys(row) }
    case "Update":
      return { ...said, operation: "update", fields: pending.dirty.map(({ field }) => field) }
    case "Delete":
      return { ...said, operation: "delete", fields: [] }
  }
}
