/**
 * Reads whose answers are kept as long as nothing was written to what they read.
 *
 * An answer has the stamp that its tables had before it was read, and holds as long as they have it still: a write changes the stamp
 * before it can be seen, and once more when it is certain. So no answer is ever given that a write has outdated, also where the read
 * was slower than the write.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Select } from "../sql/ast.ts"
import { BoundedMap } from "../sql/boundedMap.ts"
import type { CompiledRead } from "../sql/CompiledQuery.ts"
import { type ReadSet, readSet, type Tables } from "../sql/readSet.ts"
import { type Answer, type Answers, bytesOf, makeAnswers } from "./answers.ts"
import { cachedRows } from "./cachedRows.ts"
import { numberOf, shapeKey, valuesKey } from "./cacheKey.ts"
import type { CacheMetrics } from "./cacheMetrics.ts"
import { lifeOf, Policies, type Settled, settled } from "./cachePolicy.ts"
import { type Counts, noCounts, queryReport, type Report } from "./cacheReport.ts"
import { learning } from "./catalogs.ts"
import type { Database } from "./Database.ts"
import { type Flight, flightOf, landed, type Rows, waitFor } from "./flights.ts"
import type { ReadError } from "./OrmError.ts"
import type { StoredReads } from "./storedReads.ts"
import type { TableVersions } from "./tableVersions.ts"
import { stampOf, type Versions } from "./versions.ts"

/** A query that is asked. */
export interface Asked<A> {
  readonly database: Database["Service"]
  readonly select: Select<A>
  readonly query: CompiledRead<A>
}

/** How answers are kept. */
export interface Means {
  readonly capacity: number
  readonly maxBytes: number
  readonly policyOf: (tables: Tables) => Settled
  readonly metrics: CacheMetrics
  /** What is read again in the background ends with it. */
  readonly scope: Scope.Scope
  /** The level below, which may keep in memory what it has found. */
  readonly below?: (memory: Answers) => StoredReads
}

/** What is known of all queries of a shape. */
export interface Shape {
  readonly number: number
  readonly sql: string
  readonly tables: ReadSet
  readonly versions: Versions
  /** The structure by which these are known, where they depend on it. */
  readonly structure: number | undefined
  readonly policy: Settled
  readonly isSteady: boolean
  readonly isRaw: boolean
  readonly counts: Counts
}

/** Shapes that are known at a time; a program whose texts are all different would fill the memory otherwise. */
const mostShapes = 10_000

/** Reads through a cache. */
export const cachedReads = ({ below, capacity, maxBytes, metrics, policyOf, scope }: Means) => {
  let evictions = 0
  const answers = makeAnswers({ capacity, maxBytes }, () => {
    evictions++
    metrics.evicted()
  })
  const store = below?.(answers)
  const byKey = cachedRows({ answers, policyOf, metrics, scope })
  const flights = new Map<string, Flight<number>>()
  const shapes = new BoundedMap<string, Shape>(mostShapes)
  let lastShape = 0

  const shapeOf = ({ database, query, select }: Asked<unknown>): Shape => {
    const { versions } = database
    const key = `${numberOf(versions)} ${shapeKey(query)}`
    const known = shapes.get(key)
    if (known !== undefined && (holds(known, versions) || isNoBetter(known, versions))) return known
    const tables = readSet(select)
    const shape: Shape = {
      // answers of the one before had the stamp of other versions
      number: ++lastShape,
      sql: query.sql,
      tables,
      versions: versions.read(tables),
      structure: versions.isLearned() ? versions.structure() : undefined,
      policy: policyOf(tables),
      // what a file holds changes without us
      isSteady: !tables.varies && ![...tables.tables.values()].some(({ fullName }) => database.outside.has(fullName)),
      isRaw: tables.isRaw,
      counts: known?.counts ?? noCounts()
    }
    shapes.set(key, shape)
    return shape
  }

  /** Reads, and keeps the answer if nothing was written meanwhile. */
  const lead = (key: string, stamp: number, shape: Shape, policy: Settled, run: Rows): Rows =>
    Effect.withFiber((fiber) => {
      const flight = flightOf(stamp)
      flights.set(key, flight)
      const clock = fiber.getRef(Clock.Clock)
      const begun = clock.monotonicTimeNanosUnsafe()
      return Effect.onExitPrimitive(run, (exit) => {
        // it isn't, where answers were forgotten meanwhile
        const isWanted = flights.get(key) === flight
        if (isWanted) flights.delete(key)
        if (isWanted && Exit.isSuccess(exit)) {
          const now = clock.currentTimeMillisUnsafe()
          const life = lifeOf(policy, exit.value)
          if (life > 0 && stampOf(shape.versions) === stamp) {
            const until = Math.min(now + life, store?.untilOf(exit.value) ?? Infinity)
            answers.set(key, {
              rows: Object.freeze(exit.value),
              tables: shape.tables,
              stamp,
              until,
              staleUntil: until + policy.stale,
              tags: policy.tags,
              cost: Number(clock.monotonicTimeNanosUnsafe() - begun),
              bytes: bytesOf(exit.value)
            })
          }
        }
        landed(flight, exit)
        return undefined
      })
    })

  const hit = (shape: Shape, { cost, rows }: Answer): Rows => {
    metrics.hit(shape.counts, cost)
    return Effect.succeed(rows)
  }

  /** What was read, or what the level below has answered, which counts for itself. */
  const missed = ({ counts }: Shape): void => {
    if (store === undefined) metrics.missed(counts)
  }

  const askIn = (
    asked: Asked<unknown>,
    read: Rows,
    fiber: Fiber.Fiber<unknown, unknown>,
    mayLearn: boolean
  ): Rows => {
    const shape = shapeOf(asked)
    const { counts, versions } = shape
    const policies = fiber.getRef(Policies)
    const policy = policies.length === 0 ? shape.policy : settled(policies, shape.policy)
    if (!policy.enabled || !shape.isSteady || (shape.isRaw && !policy.raw)) return read
    if (mayLearn && !holds(shape, asked.database.versions)) {
      return Effect.andThen(learning(asked.database), Effect.suspend(() => askIn(asked, read, fiber, false)))
    }
    const run = store === undefined ? read : store.ask({ asked, policy, shape }, read)
    if (store?.answersFirst === true) return run
    const key = `${shape.number} ${valuesKey(asked.query)}`
    const stamp = stampOf(versions)
    const answer = answers.get(key)
    if (answer !== undefined && answer.stamp === stamp) {
      const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
      if (now < answer.until) return hit(shape, answer)
      if (now < answer.staleUntil) {
        counts.stale++
        const given = hit(shape, answer)
        if (flights.has(key)) return given
        return Effect.andThen(Effect.forkIn(Effect.ignore(lead(key, stamp, shape, policy, run)), scope), given)
      }
    }
    // while something is written, nobody knows yet what an answer would be one to
    if (stamp === undefined) {
      missed(shape)
      return run
    }
    const flight = flights.get(key)
    if (flight !== undefined && flight.stamp === stamp) {
      counts.coalesced++
      return waitFor(flight, () => askIn(asked, read, fiber, mayLearn))
    }
    missed(shape)
    return lead(key, stamp, shape, policy, run)
  }

  const ask = <A>(asked: Asked<A>, run: Effect.Effect<ReadonlyArray<A>, ReadError>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an answer's key tells what its rows are
    Effect.withFiber((fiber) => askIn(asked, run, fiber, true) as typeof run)

  const report: Effect.Effect<Report> = Effect.sync(() => ({
    entries: answers.size,
    bytes: answers.calculatedSize,
    evictions,
    queries: [...[...shapes.values()].map(({ counts, sql }) => queryReport(sql, counts)), ...byKey.reports()]
      .toSorted((one, other) => other.saved - one.saved)
  }))

  const invalidate = (isMeant: (answer: Answer) => boolean): Effect.Effect<void> =>
    Effect.sync(() => {
      for (const [key, answer] of answers.entries()) {
        if (isMeant(answer)) answers.delete(key)
      }
      flights.clear()
      byKey.forget()
    })

  // rows in memory are known to hold only where memory answers by itself
  return { ask, lookUp: store?.answersFirst === true ? undefined : byKey.lookUp, report, invalidate }
}

/** Whether views and SQL by hand in a shape still read the tables that it knows them to read. */
const holds = ({ structure, tables }: Shape, versions: TableVersions): boolean => {
  if (!tables.all) return true
  const now = versions.structure()
  // while it changes, nothing is kept
  return now === undefined || now === structure
}

/** Whether nothing more than for a shape is known of what it reads. */
const isNoBetter = ({ structure }: Shape, versions: TableVersions): boolean =>
  structure === undefined && !versions.isLearned()
