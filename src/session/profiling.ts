/**
 * Counts statements and waits, for as many as want to know.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { createHistogram, type RecordableHistogram } from "node:perf_hooks"
import type { Observed } from "./observed.ts"
import type { Profile, StatementProfile } from "./profile.ts"

/** Nanoseconds of a statement in each of its phases. */
export type Spent = Record<keyof StatementProfile["phases"], number>

/** A statement that has ended. */
export interface Ended {
  readonly observed: Observed
  readonly nanoseconds: number
  readonly spent: Spent
  readonly rows: number
  readonly isFailed: boolean
  /** A stream never is: it is the program that says how fast it goes. */
  readonly canBeSlow: boolean
}

/** What is told of statements and waits. */
export interface Listener {
  readonly ended: (statement: Ended) => void
  /** Somebody has waited for a connection, for so many nanoseconds. */
  readonly waited: (nanoseconds: number) => void
}

/** Who listens to the statements of a fiber: nobody, unless somebody asks. */
export const Listeners: Context.Reference<ReadonlyArray<Listener>> = Context.Reference("andamios/Profiler/Listeners", {
  defaultValue: (): ReadonlyArray<Listener> => []
})

/** The statement that a fiber is in, where somebody wants to know what its phases take. */
export const Running: Context.Reference<Spent | undefined> = Context.Reference("andamios/Profiler/Running", {
  defaultValue: (): Spent | undefined => undefined
})

/** The books of a profile. */
export interface Books extends Listener {
  readonly report: Effect.Effect<Profile>
}

interface Shape {
  readonly sql: string
  readonly operation: string
  readonly table: string | null
  /** Of microseconds; it takes some 30 kB, whatever is recorded. */
  readonly histogram: RecordableHistogram
  readonly spent: Spent
  calls: number
  rows: number
  single: number
  failures: number
  nanoseconds: number
  longest: number
}

/** An hour: what takes longer is known by its total and its maximum. */
const most = 3_600_000_000

/** No time in any phase, which is added to. */
export const nothing = (): Spent => ({ acquire: 0, prepare: 0, execute: 0, decode: 0 })

const newShape = (sql: string, operation: string, table: string | null): Shape => ({
  sql,
  operation,
  table,
  histogram: createHistogram({ lowest: 1, highest: most, figures: 2 }),
  spent: nothing(),
  calls: 0,
  rows: 0,
  single: 0,
  failures: 0,
  nanoseconds: 0,
  longest: 0
})

/** Opens the books of a profile that begins now, and knows so many shapes of statements at most. */
export const open = (mostShapes: number): Effect.Effect<Books> =>
  Effect.map(Clock.Clock, (clock) => {
    const began = clock.currentTimeMillisUnsafe()
    const begun = clock.monotonicTimeNanosUnsafe()
    // by what they do and by their text: an insert of one row and one of many have the same
    const shapes = new Map<string, Map<string, Shape>>()
    const known: Array<Shape> = []
    let others: Shape | undefined
    const transactions = { committed: 0, rolledBack: 0 }
    const waits = { count: 0, nanoseconds: 0, longest: 0 }

    const shapeOf = ({ collection, operation, text }: Observed): Shape => {
      const sql = text() ?? operation
      const alike = shapes.get(operation)
      const found = alike?.get(sql)
      if (found !== undefined) return found
      if (known.length >= mostShapes) return others ??= newShape("(other statements)", "", null)
      const shape = newShape(sql, operation, collection ?? null)
      known.push(shape)
      if (alike === undefined) shapes.set(operation, new Map([[sql, shape]]))
      else alike.set(sql, shape)
      return shape
    }

    const ended = ({ isFailed, nanoseconds, observed, rows, spent }: Ended) => {
      const shape = shapeOf(observed)
      shape.calls++
      shape.rows += rows
      if (rows <= 1) shape.single++
      if (isFailed) shape.failures++
      shape.nanoseconds += nanoseconds
      shape.longest = Math.max(shape.longest, nanoseconds)
      shape.spent.acquire += spent.acquire
      shape.spent.prepare += spent.prepare
      shape.spent.execute += spent.execute
      shape.spent.decode += spent.decode
      shape.histogram.record(Math.min(most, Math.max(1, Math.round(nanoseconds / 1000))))
      if (observed.operation === "COMMIT" && !isFailed) transactions.committed++
      else if (observed.operation === "COMMIT" || observed.operation === "ROLLBACK") transactions.rolledBack++
    }

    const waited = (nanoseconds: number) => {
      waits.count++
      waits.nanoseconds += nanoseconds
      waits.longest = Math.max(waits.longest, nanoseconds)
    }

    const report = Effect.map(Clock.Clock, (now): Profile => ({
      began: new Date(began).toISOString(),
      milliseconds: milliseconds(Number(now.monotonicTimeNanosUnsafe() - begun)),
      statements: [...known, ...others === undefined ? [] : [others]]
        .toSorted((a, b) => b.nanoseconds - a.nanoseconds)
        .map(statementOf),
      callsLeftOut: others?.calls ?? 0,
      transactions: { ...transactions },
      pool: { waits: waits.count, total: milliseconds(waits.nanoseconds), longest: milliseconds(waits.longest) }
    }))

    return { ended, waited, report }
  })

const milliseconds = (nanoseconds: number): number => nanoseconds / 1e6

const statementOf = (
  { calls, failures, histogram, longest, nanoseconds, operation, rows, single, spent, sql, table }: Shape
): StatementProfile => {
  // a bucket of the histogram is told by its end, which may be past the longest
  const percentile = (percent: number) => Math.min(histogram.percentile(percent) / 1000, milliseconds(longest))
  return {
    sql,
    operation,
    table,
    calls,
    rows,
    single,
    failures,
    total: milliseconds(nanoseconds),
    median: percentile(50),
    p95: percentile(95),
    p99: percentile(99),
    max: milliseconds(longest),
    phases: {
      acquire: milliseconds(spent.acquire),
      prepare: milliseconds(spent.prepare),
      execute: milliseconds(spent.execute),
      decode: milliseconds(spent.decode)
    }
  }
}
