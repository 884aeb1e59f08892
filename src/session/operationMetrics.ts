/**
 * What the metrics tell of statements and transactions, in OpenTelemetry's names where it has one.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Attributes, Observed } from "./observed.ts"

/** The metrics of a database. */
export interface OperationMetrics {
  /** Counts a statement that has ended, and in which way if it failed. */
  readonly ended: (observed: Observed, seconds: number, error: string | undefined) => void
  readonly returned: (observed: Observed, rows: number) => void
  readonly slow: (observed: Observed) => void
  readonly transaction: (outcome: "committed" | "rolled_back") => void
  /** Counts a transaction that is run again. */
  readonly retried: () => void
  /** Counts a transaction that another one was in the way of. */
  readonly conflicted: () => void
}

/** Seconds that statements take, in the buckets that OpenTelemetry advises. */
const durations = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** Rows that statements return, likewise. */
const counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

/** The metrics of a database, kept in a context; each is made when it is first used. */
export const operationMetrics = (attributes: Attributes, context: Context.Context<never>): OperationMetrics => {
  const database = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))

  /** Which statements are counted together: those that do the same to the same table. */
  const attributesOf = ({ collection, operation }: Observed, error?: string) => ({
    ...database,
    "db.operation.name": operation,
    ...(collection !== undefined && { "db.collection.name": collection }),
    ...(error !== undefined && { "error.type": error })
  })

  const duration = perStatement((observed, error) =>
    Metric.histogram("db.client.operation.duration", {
      description: "Seconds that statements took, with the wait for a connection",
      attributes: { ...attributesOf(observed, error), unit: "s" },
      boundaries: durations
    })
  )
  const returned = perStatement((observed) =>
    Metric.histogram("db.client.response.returned_rows", {
      description: "Rows that statements returned",
      attributes: { ...attributesOf(observed), unit: "{row}" },
      boundaries: counts
    })
  )
  const slow = perStatement((observed) =>
    Metric.counter("db.client.operation.slow", {
      description: "Statements that took longer than the threshold for slow ones",
      attributes: attributesOf(observed),
      incremental: true
    })
  )
  const transactions = (outcome: "committed" | "rolled_back") =>
    Metric.counter("db.client.transaction.count", {
      description: "Transactions that have ended, by outcome",
      attributes: { ...database, "db.client.transaction.outcome": outcome },
      incremental: true
    })
  const outcomes = { committed: transactions("committed"), rolled_back: transactions("rolled_back") }
  const retries = Metric.counter("db.client.transaction.retries", {
    description: "Times that a transaction was run again after a conflict",
    attributes: database,
    incremental: true
  })
  const conflicts = Metric.counter("db.client.transaction.conflicts", {
    description: "Transactions that ended in a conflict with another one",
    attributes: database,
    incremental: true
  })

  return {
    ended: (observed, seconds, error) => duration(observed, error).updateUnsafe(seconds, context),
    returned: (observed, rows) => returned(observed).updateUnsafe(rows, context),
    slow: (observed) => slow(observed).updateUnsafe(1, context),
    transaction: (outcome) => outcomes[outcome].updateUnsafe(1, context),
    retried: () => retries.updateUnsafe(1, context),
    conflicted: () => conflicts.updateUnsafe(1, context)
  }
}

/** One metric for each kind of statement, which is made once. */
const perStatement = <M>(make: (observed: Observed, error: string | undefined) => M) => {
  const made = new Map<string, Map<string | undefined, Map<string | undefined, M>>>()
  return (observed: Observed, error?: string): M => {
    const ofOperation = getOrInsert(
      made,
      observed.operation,
      () => new Map<string | undefined, Map<string | undefined, M>>()
    )
    const ofCollection = getOrInsert(ofOperation, observed.collection, () => new Map<string | undefined, M>())
    return getOrInsert(ofCollection, error, () => make(observed, error))
  }
}
