/**
 * Reads whose answers are kept in a store, where other processes and later ones find them.
 *
 * Each question asks the store once: for the token of its tables, and for the answer that was kept with it. Who reads keeps the answer
 * with the token from before. So what another process has written is seen as soon as it is acknowledged there.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { namesSensitiveTable } from "../model/sensitive.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Answers, Found } from "./AnswerStore.ts"
import { type Answers as Memory, bytesOf } from "./answers.ts"
import type { Asked, Shape } from "./cachedReads.ts"
import type { CacheMetrics } from "./cacheMetrics.ts"
import { lifeOf, type Settled } from "./cachePolicy.ts"
import type { Database } from "./Database.ts"
import { newest } from "./freshness.ts"
import { type Flight, flightOf, landed, type Rows, waitFor } from "./flights.ts"
import { storedKey, storedShape } from "./storedKey.ts"
import { type RowTexts, rowTexts, type Stored } from "./storedRows.ts"
import type { Trust } from "./storeTrust.ts"
import { any, type Names, namesOf } from "./versions.ts"

/** A question to the store. */
interface Question {
  readonly asked: Asked<unknown>
  readonly shape: Shape
  readonly policy: Settled
}

/** The level of a cache that is a store. */
export interface StoredReads {
  readonly ask: (question: Question, read: Rows) => Rows
  /** Whether it is asked also where memory has an answer, because others write, too. */
  readonly answersFirst: boolean
  /** Until when rows of the store may be given; for ever, where it doesn't tell. */
  readonly untilOf: (rows: ReadonlyArray<unknown>) => number
}

/** What stored reads are made of. */
export interface Means {
  readonly answers: Answers
  readonly answersFirst: boolean
  readonly database: Database["Service"]
  /** By which the answers of those are told apart who don't see the same. */
  readonly reader: string
  readonly trust: Trust
  readonly metrics: CacheMetrics
  /** What is kept in the background. */
  readonly keeping: FiberSet.FiberSet
  /** Where answers are kept decoded, as long as their token is that of the store. */
  readonly memory: Memory | undefined
}

/** What the store needs to know of a shape. */
interface Known {
  readonly text: string
  readonly names: Names
  readonly rows: RowTexts
}

/** A question with all that it is asked by. */
interface Told extends Question {
  readonly key: string
  readonly names: Names
  readonly rows: RowTexts
  readonly clock: Clock.Clock
}

/** What the store answers where nothing is written meanwhile. */
type Certain = Found & { readonly token: string }

const isCertain = (found: Found): found is Certain => found.token !== undefined

/** The name that a tag has among those of tables. */
export const tagName = (tag: string): string => `#${tag}`

/** Reads through a store. */
export const storedReads = (
  { answers, answersFirst, database, keeping, memory, metrics, reader, trust }: Means
): StoredReads => {
  const flights = new Map<string, Flight<string>>()
  const known = new WeakMap<Shape, Known | undefined>()
  const ends = new WeakMap<ReadonlyArray<unknown>, number>()

  const knownOf = ({ asked, shape }: Question): Known | undefined => {
    if (known.has(shape)) return known.get(shape)
    const unstored = asked.database.versions === database.versions
      ? unstorable(asked.query, shape)
      : "it is asked of another database than that of the cache"
    shape.counts.unstored = unstored
    const made = unstored === undefined
      ? { text: storedShape(asked.query), names: namesIn(shape), rows: rowTexts(asked.query.shape) }
      : undefined
    known.set(shape, made)
    return made
  }

  const hit = ({ counts }: Shape, { cost, rows }: Pick<Stored, "cost" | "rows">): Rows => {
    metrics.hit(counts, cost)
    return Effect.succeed(rows)
  }

  const remember = ({ key, policy, shape }: Told, token: string, stored: Stored): void => {
    memory?.set(key, {
      rows: stored.rows,
      tables: shape.tables,
      stamp: token,
      until: stored.until,
      staleUntil: stored.until,
      tags: policy.tags,
      cost: stored.cost,
      bytes: bytesOf(stored.rows)
    })
  }

  /** Keeps an answer without being waited for; until it is there, those who ask the same are given the rows. */
  const keep = (told: Told, token: string, stored: Stored, life: number, then: () => void) => {
    const { key, names, rows, shape } = told
    const keptOf = (text: string) => trust.ask(answers.keep(key, names, token, text, life))
    const run = Effect.suspend(() =>
      Result.match(rows.tell(stored), {
        onSuccess: keptOf,
        onFailure: (reason) =>
          Effect.sync(() => {
            shape.counts.unstored = reason
          })
      })
    )
    return FiberSet.run(keeping, Effect.ensuring(run, Effect.sync(then)))
  }

  /** Reads, and keeps the answer with the token from before. */
  const lead = (told: Told, token: string, read: Rows): Rows =>
    Effect.suspend(() => {
      const { clock, key, policy } = told
      const flight = flightOf(token)
      flights.set(key, flight)
      const over = () => {
        if (flights.get(key) === flight) flights.delete(key)
      }
      const begun = clock.monotonicTimeNanosUnsafe()
      // the store may know of a write that this process has not heard of yet
      return Effect.onExitPrimitive(newest(read), (exit) => {
        landed(flight, exit)
        const life = Exit.isFailure(exit) ? 0 : lifeOf(policy, exit.value)
        if (Exit.isFailure(exit) || life <= 0) {
          over()
          return undefined
        }
        const stored: Stored = {
          rows: Object.freeze(exit.value),
          until: clock.currentTimeMillisUnsafe() + life,
          cost: Number(clock.monotonicTimeNanosUnsafe() - begun)
        }
        remember(told, token, stored)
        return Effect.asVoid(keep(told, token, stored, life, over))
      })
    })

  /** The answer of the store, or else of the database. What was on its way before the store was asked may have come there since. */
  const answered = (
    told: Told,
    { answer: text, token }: Certain,
    before: Flight<string> | undefined,
    read: Rows
  ): Rows => {
    const { clock, key, rows, shape } = told
    const now = clock.currentTimeMillisUnsafe()
    const near = memory?.get(key)
    if (near?.stamp === token && now < near.until) return hit(shape, near)
    const stored = text === undefined ? undefined : rows.make(text)
    if (stored !== undefined && now < stored.until) {
      ends.set(stored.rows, stored.until)
      remember(told, token, stored)
      shape.counts.stored++
      return hit(shape, stored)
    }
    const flight = flights.get(key) ?? before
    if (flight?.stamp === token) {
      shape.counts.coalesced++
      return waitFor(flight, () => asking(told, read))
    }
    metrics.missed(shape.counts)
    return lead(told, token, read)
  }

  const asking = (told: Told, read: Rows): Rows =>
    Effect.suspend(() => {
      const before = flights.get(told.key)
      return Effect.flatMap(
        trust.ask(Effect.suspend(() => answers.look(told.key, told.names, knownToken(told)))),
        (found) => {
          if (Option.isSome(found) && isCertain(found.value)) return answered(told, found.value, before, read)
          metrics.missed(told.shape.counts)
          return read
        }
      )
    })

  /** The token of what is in memory and has not run out. */
  const knownToken = ({ clock, key }: Told): string | undefined => {
    const near = memory?.get(key)
    return near !== undefined && clock.currentTimeMillisUnsafe() < near.until ? String(near.stamp) : undefined
  }

  const ask: StoredReads["ask"] = (question, read) =>
    Effect.withFiber((fiber) => {
      const { asked, policy, shape } = question
      const found = knownOf(question)
      if (found === undefined) {
        metrics.missed(shape.counts)
        return read
      }
      const { names, rows, text } = found
      return asking({
        ...question,
        rows,
        key: storedKey(text, reader, asked.query, policy.tags),
        names: policy.tags.length === 0 ? names : [...names, ...policy.tags.map(tagName)],
        clock: fiber.getRef(Clock.Clock)
      }, read)
    })

  return { ask, answersFirst, untilOf: (rows) => ends.get(rows) ?? Infinity }
}

/** Another process that isn't heard may have changed what views and SQL by hand read, so these depend on all. */
const namesIn = ({ tables, versions }: Shape): Names => tables.all ? [any] : namesOf(versions)

/** Why answers to a query are not stored, if there is a reason. */
const unstorable = (query: CompiledQuery<unknown>, { tables }: Shape): string | undefined => {
  const isSecret = tables.isSensitive || query.parameters.some(({ sensitive }) => sensitive === true) ||
    (tables.isRaw && namesSensitiveTable(query.sql))
  return isSecret ? "it is about sensitive columns" : undefined
}
