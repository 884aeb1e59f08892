/**
 * A database whose statements and transactions are watched.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type { Table } from "../model/Table.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Vector } from "../sql/Vector.ts"
import { Database } from "./Database.ts"
import { explaining } from "./explaining.ts"
import {
  attributesOf,
  nameOf,
  observedFed,
  observedInsert,
  observedQuery,
  observedRead,
  type ObservedStatement
} from "./observed.ts"
import { type Answered, type Observer, returned } from "./observer.ts"
import { Conflict } from "./OrmError.ts"
import { isTraced } from "./phase.ts"
import { Running } from "./profiling.ts"
import type { Versions } from "./versions.ts"
import { writing, writingStream } from "./writing.ts"

/** Watches all that is asked of a database. */
export const observing = (
  database: Omit<Database["Service"], "versions">,
  { attributes, metrics, observe, versions, watch }: Observer
): Database["Service"] => {
  const { dialect } = database
  const ask = explaining(database)
  const explain = (query: CompiledQuery<unknown>) =>
    Effect.updateContext(ask(query, false), database.withoutTransaction)

  /** What a statement changes. A table that is made changes what names stand for. */
  const changedBy = (table: Table | undefined, observed: ObservedStatement): Versions => {
    const own = table === undefined || observed.operation === "CREATE"
      ? versions.writtenBy(observed.text())
      : versions.written(table, observed.operation.endsWith("DELETE"), observed.rows())
    return observed.holdsSql ? [...own, ...versions.calledBy(observed.text())] : own
  }

  /** Runs what writes to a table, or else to what its text says. */
  const written = <A, E, R>(table: Table | undefined, observed: ObservedStatement, run: Effect.Effect<A, E, R>) =>
    Effect.contextWith((services: Context.Context<R>) =>
      writing(versions, database.transactionIn(services), changedBy(table, observed), run)
    )

  const observeWrite = <A, E, R>(
    table: Table | undefined,
    observed: ObservedStatement,
    run: Effect.Effect<A, E, R>,
    answered: (value: A) => Answered
  ) => observe(observed, written(table, observed, run), answered)

  const mayWrite = ({ holdsSql, subject }: CompiledQuery<unknown>): boolean =>
    holdsSql === true || subject?.table === undefined

  const read = <A, B, E, R>(query: CompiledQuery<B>, run: Effect.Effect<A, E, R>) =>
    mayWrite(query) ? written(undefined, observedQuery(query), run) : run

  const stream: Database["Service"]["stream"] = <A>(query: CompiledQuery<A>) => {
    const observed = observedQuery(query)
    return Stream.unwrap(Effect.withFiber((fiber) => {
      const rows = database.stream(query)
      const found = mayWrite(query)
        ? writingStream(versions, database.transactionIn(fiber.context), query.sql, rows)
        : rows
      const watched = (span: Tracer.Span | undefined) => {
        let count = 0
        const { ended, spent } = watch(observed, fiber, span, false)
        return (spent === undefined ? found : Stream.provideService(found, Running, spent)).pipe(
          Stream.mapArray((part) => {
            count += part.length
            return part
          }),
          Stream.onExit((exit) => ended(exit, { rows: count, areReturned: true }) ?? Effect.void)
        )
      }
      if (!isTraced(fiber)) return Effect.succeed(watched(undefined))
      const options = { kind: "client", attributes: attributesOf(observed, attributes) } as const
      return Effect.map(
        Effect.makeSpanScoped(nameOf(observed, attributes), options),
        (span) => Stream.provideService(watched(span), Tracer.ParentSpan, span)
      )
    }))
  }

  /** Counts how often a transaction begins anew, and whether it ends in a conflict; a nested one leaves that to the outer one. */
  const counted: Database["Service"]["transaction"] = (effect, options) =>
    Effect.suspend(() => {
      let attempts = 0
      const again = Effect.suspend(() => {
        attempts++
        if (attempts > 1) {
          metrics.retried()
          metrics.conflicted()
        }
        return effect
      })
      return Effect.onExitPrimitive(database.transaction(again, options), (exit) => {
        if (isConflict(exit)) metrics.conflicted()
        return undefined
      })
    })

  const transaction: Database["Service"]["transaction"] = (effect, options) =>
    Effect.withFiber((fiber) => {
      const run = Effect.flatMap(
        database.inTransaction,
        (isInside) => isInside ? database.transaction(effect, options) : counted(effect, options)
      )
      return isTraced(fiber)
        ? Effect.useSpan("Session.transaction", { attributes }, (span) =>
          Effect.provideService(run, Tracer.ParentSpan, span))
        : run
    })

  return Database.of({
    ...database,
    versions,
    read: (query) => observe(observedRead(query, explain), read(query, database.read(query)), returned),
    columns: (query) => observe(observedRead(query, explain), read(query, database.columns(query)), columnRows),
    stream,
    execute: (statement, table) =>
      observeWrite(table, observedQuery(statement, table), database.execute(statement, table), changed),
    write: (query, table) => observeWrite(table, observedQuery(query, table), database.write(query, table), returned),
    insert: (rows) =>
      observeWrite(
        rows.table,
        observedInsert(rows, dialect),
        database.insert(rows),
        rows.returning === undefined ? () => changed(rows.count) : returned
      ),
    executeFed: (rows, statement) =>
      observeWrite(
        rows.table,
        observedFed(rows, statement, dialect),
        database.executeFed(rows, statement),
        changed
      ),
    readFed: (rows, query) => observe(observedFed(rows, query, dialect), database.readFed(rows, query), returned),
    transaction
  })
}

const changed = (rows: number): Answered => ({ rows, areReturned: false })

/** The rows of a result, which each of its columns has. */
const columnRows = (columns: ReadonlyArray<Vector<ArrayLike<unknown>>>): Answered | undefined =>
  columns.map(({ values }) => returned(values))[0]

/** Whether something ended in a conflict, also one of plain SQL. */
const isConflict = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return false
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return error instanceof Conflict ||
    error instanceof SqlError && /^(?:Serialization|Deadlock|LockTimeout)Error$/.test(error.reason._tag)
}
