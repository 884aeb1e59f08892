/**
 * Watches statements: a span for each, what the metrics count, and what is logged.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as LogLevel from "effect/LogLevel"
import { SqlError } from "effect/sql/SqlError"
import * as Tracer from "effect/Tracer"
import { AroundPlain } from "./aroundPlain.ts"
import { holderOf } from "./holder.ts"
import { attributesOf, type DatabaseAttributes, nameOf, type Observed, observedText } from "./observed.ts"
import { type OperationMetrics, operationMetrics } from "./operationMetrics.ts"
import { isTraced } from "./phase.ts"
import { Listeners, nothing, Running, type Spent } from "./profiling.ts"
import { SlowQueries } from "./slowQueries.ts"
import type { TableVersions } from "./tableVersions.ts"
import { writing } from "./writing.ts"

/** What a statement has answered with: rows that it returned, or the number of those that it changed. */
export interface Answered {
  readonly rows: number
  readonly areReturned: boolean
}

/** A statement that runs and is watched. */
interface Watched {
  /** What its phases take, where somebody profiles: to be provided to it as `Running`. */
  readonly spent: Spent | undefined
  /** To be called once, when it is over; what it gives is to be run. */
  readonly ended: (exit: Exit.Exit<unknown, unknown>, answered: Answered | undefined) => Effect.Effect<void> | undefined
}

/** The answer of a statement that has returned rows. */
export const returned = ({ length }: ArrayLike<unknown>): Answered => ({ rows: length, areReturned: true })

/** What watches the statements of a database. */
export interface Observer {
  readonly attributes: DatabaseAttributes
  readonly metrics: OperationMetrics
  /** How often its tables were written to. */
  readonly versions: TableVersions
  /** Runs a statement with a span of its own. */
  readonly observe: <A, E, R>(
    observed: Observed,
    run: Effect.Effect<A, E, R>,
    answered: (value: A) => Answered | undefined
  ) => Effect.Effect<A, E, R>
  /** Runs a statement of plain SQL on a connection; it has its span from Effect's client. */
  readonly observePlain: <A, R>(
    connection: object,
    sql: string,
    run: Effect.Effect<A, SqlError, R>,
    answered: (value: A) => Answered | undefined
  ) => Effect.Effect<A, SqlError, R>
  /** Begins to watch a statement; its span is ended by whoever has made it. */
  readonly watch: (
    observed: Observed,
    fiber: Fiber.Fiber<unknown, unknown>,
    span: Tracer.Span | undefined,
    canBeSlow?: boolean
  ) => Watched
}

/** Watches the statements of a database, which is known by these attributes. The metrics are those of the Layer, whoever asks. */
export const make = Effect.fnUntraced(function*(attributes: DatabaseAttributes, versions: TableVersions) {
  const metrics = operationMetrics(attributes, yield* Effect.context())
  const ofLayer = yield* SlowQueries

  const watch: Observer["watch"] = (observed, fiber, span, canBeSlow = true) => {
    const clock = fiber.getRef(Clock.Clock)
    const begun = clock.monotonicTimeNanosUnsafe()
    const listeners = fiber.getRef(Listeners)
    const spent = listeners.length === 0 ? undefined : nothing()
    return {
      spent,
      ended: (exit, answered) => {
        const nanoseconds = clock.monotonicTimeNanosUnsafe() - begun
        const error = errorType(exit)
        metrics.ended(observed, Number(nanoseconds) / 1e9, error)
        if (answered?.areReturned === true) metrics.returned(observed, answered.rows)
        if (span !== undefined) toldTo(span, error, answered)
        if (spent !== undefined) {
          const isFailed = error !== undefined
          const rows = answered?.rows ?? 0
          const statement = { observed, nanoseconds: Number(nanoseconds), spent, rows, isFailed, canBeSlow }
          for (const listener of listeners) listener.ended(statement)
        }
        const slow = canBeSlow ? fiber.getRef(SlowQueries) ?? ofLayer : undefined
        const isSlow = slow !== undefined && nanoseconds >= slow.nanoseconds
        const isWanted = LogLevel.isLessThanOrEqualTo(fiber.cache.minimumLogLevel, "Debug")
        if (!isSlow && !isWanted) return undefined
        if (isSlow) metrics.slow(observed)
        const parameters = isSlow && slow.parameters ? observed.parameters() : []
        const milliseconds = Number(nanoseconds) / 1e6
        const annotations = {
          ...attributesOf(observed, attributes),
          ...(error !== undefined && { "error.type": error }),
          ...(answered !== undefined && { rows: answered.rows }),
          ...(parameters.length > 0 && { parameters }),
          milliseconds,
          by: holderOf(fiber)
        }
        const name = nameOf(observed, attributes)
        return Effect.annotateLogs(
          isSlow
            ? Effect.logWarning(`Slow statement: ${name} took ${Math.round(milliseconds)} ms`)
            : Effect.logDebug(name),
          annotations
        )
      }
    }
  }

  const watched = <A, E, R>(
    observed: Observed,
    fiber: Fiber.Fiber<unknown, unknown>,
    span: Tracer.Span | undefined,
    run: Effect.Effect<A, E, R>,
    answered: (value: A) => Answered | undefined
  ) => {
    const { ended, spent } = watch(observed, fiber, span)
    return Effect.onExitPrimitive(
      spent === undefined ? run : Effect.provideService(run, Running, spent),
      (exit) => ended(exit, Exit.isSuccess(exit) ? answered(exit.value) : undefined)
    )
  }

  const observe: Observer["observe"] = (observed, run, answered) =>
    Effect.withFiber((fiber) => {
      if (!isTraced(fiber)) return watched(observed, fiber, undefined, run, answered)
      const options = { kind: "client", attributes: attributesOf(observed, attributes) } as const
      return Effect.useSpan(nameOf(observed, attributes), options, (span) =>
        watched(observed, fiber, span, Effect.provideService(run, Tracer.ParentSpan, span), answered))
    })

  const observePlain: Observer["observePlain"] = (connection, sql, run, answered) => {
    const written = writing(versions, connection, [...versions.writtenBy(sql), ...versions.calledBy(sql)], run)
    return Effect.withFiber((fiber) => {
      const around = fiber.getRef(AroundPlain)
      return watched(
        observedText(sql),
        fiber,
        undefined,
        around === undefined ? written : around(sql, written),
        answered
      )
    })
  }

  return { attributes, metrics, versions, observe, observePlain, watch } satisfies Observer
})

const toldTo = (span: Tracer.Span, error: string | undefined, answered: Answered | undefined) => {
  if (error !== undefined) span.attribute("error.type", error)
  if (answered?.areReturned === true) span.attribute("db.response.returned_rows", answered.rows)
}

/** The kind of failure, where something failed. */
const errorType = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  const error = Cause.squash(exit.cause)
  if (error instanceof SqlError) return error.reason._tag
  return error instanceof Error ? error.name : "_OTHER"
}
