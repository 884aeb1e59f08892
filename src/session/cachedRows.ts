/**
 * Rows that are kept by their keys: a lookup takes those that are there, and reads the others by one statement.
 *
 * A row is kept under its table, what it becomes, whose rows are seen, and its key; so is the knowledge that there is none. It holds
 * until a write that may concern it. All rows of an answer are of one moment: where some were taken, and one of them was written to
 * before the others had come, all of them are read.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { identityOf, type Table } from "../model/Table.ts"
import { BoundedMap } from "../sql/boundedMap.ts"
import type { Tables } from "../sql/readSet.ts"
import type { Answers } from "./answers.ts"
import { numberOf } from "./cacheKey.ts"
import type { CacheMetrics } from "./cacheMetrics.ts"
import { Policies, type Settled, settled } from "./cachePolicy.ts"
import { type Counts, noCounts, type QueryReport, queryReport } from "./cacheReport.ts"
import type { Database } from "./Database.ts"
import { again } from "./flights.ts"
import type { ReadError } from "./OrmError.ts"
import { type Keeping, type ReadPlaces, type RowFlight, rowReads, type Wanted } from "./rowReads.ts"
import { stampOf } from "./versions.ts"

/** Rows of a table that are asked for by their keys. */
export interface AskedRows<A> {
  readonly database: Database["Service"]
  readonly table: Table
  /** Whether the rows are checked by their model. */
  readonly checked: boolean
  /** A text for whose rows are seen. */
  readonly owner: string
  /** Texts of the keys. */
  readonly keys: ReadonlyArray<string>
  readonly read: ReadPlaces<A>
}

/** How rows are kept: among the answers of queries. */
interface RowMeans {
  readonly answers: Answers
  readonly policyOf: (tables: Tables) => Settled
  readonly metrics: CacheMetrics
  /** What is read again in the background ends with it. */
  readonly scope: Scope.Scope
}

/** What is known of all rows of a table that become the same. */
interface Kind extends Keeping {
  readonly number: number
  readonly name: string
  readonly policy: Settled
  readonly counts: Counts
}

/** A row that this lookup has not read itself, or the lack of one. */
interface Taken {
  readonly text: string
  readonly isThere: boolean
  readonly stamp: number | undefined
}

/** What is kept for a lookup, and what isn't. */
interface Sorted {
  /** The rows as far as they are known, at the places of their keys. */
  readonly found: Array<unknown>
  readonly taken: Array<Taken>
  /** What has run out and is given nevertheless. */
  readonly stale: ReadonlyArray<Wanted>
  readonly missing: ReadonlyArray<Wanted>
  readonly saved: number
}

type Found = Effect.Effect<ReadonlyArray<unknown>, ReadError>

/** Kinds that are known at a time; a program that opens one database after the other would fill the memory otherwise. */
const mostKinds = 10_000

/** Looks up rows through a cache. */
export const cachedRows = ({ answers, metrics, policyOf, scope }: RowMeans) => {
  const { flightOf, forget, lead } = rowReads(answers)
  const kinds = new BoundedMap<string, Kind>(mostKinds)
  let lastKind = 0

  const kindOf = ({ checked, database: { versions }, table }: AskedRows<unknown>): Kind => {
    const key = `${numberOf(versions)} ${numberOf(table)} ${checked}`
    const known = kinds.get(key)
    if (known !== undefined) return known
    const tables = { all: false, tables: new Map([[identityOf(table), table]]), texts: [] }
    const versionsOf = versions.rows(table)
    const kind: Kind = {
      number: ++lastKind,
      name: `${table.model.identifier} by key`,
      tables,
      policy: policyOf(tables),
      stampOf: (text, isThere) => stampOf(versionsOf(text, isThere)),
      counts: noCounts()
    }
    kinds.set(key, kind)
    return kind
  }

  const sort = ({ number, stampOf: stampNow }: Kind, { keys, owner }: AskedRows<unknown>, now: number): Sorted => {
    const start = `row ${number} ${owner} `
    const wantedAt = (text: string, place: number): Wanted => ({
      key: start + text,
      text,
      places: [place],
      there: stampNow(text, true),
      absent: stampNow(text, false)
    })
    const found = new Array<unknown>(keys.length).fill(undefined)
    const taken: Array<Taken> = []
    const stale: Array<Wanted> = []
    const missing = new Map<string, Wanted>()
    let saved = 0
    for (const [place, text] of keys.entries()) {
      const answer = answers.get(start + text)
      const isThere = answer?.rows.length === 1
      if (answer === undefined || now >= answer.staleUntil || answer.stamp !== stampNow(text, isThere)) {
        const wanted = missing.get(text)
        if (wanted === undefined) missing.set(text, wantedAt(text, place))
        else wanted.places.push(place)
        continue
      }
      found[place] = answer.rows[0]
      taken.push({ text, isThere, stamp: answer.stamp })
      saved += answer.cost
      if (now >= answer.until) stale.push(wantedAt(text, place))
    }
    return { found, taken, stale, missing: [...missing.values()], saved }
  }

  const lookUpIn = (asked: AskedRows<unknown>, fiber: Fiber.Fiber<unknown, unknown>): Found => {
    const kind = kindOf(asked)
    const policies = fiber.getRef(Policies)
    const policy = policies.length === 0 ? kind.policy : settled(policies, kind.policy)
    if (!policy.enabled) return asked.read(asked.keys.map((_, place) => place))
    const sorted = sort(kind, asked, fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())
    const { found, missing, saved, stale, taken } = sorted
    const { counts } = kind
    if (taken.length > 0) metrics.hit(counts, saved, taken.length)
    counts.stale += stale.length
    const given = missing.length === 0 ? Effect.succeed(found) : complete(asked, kind, policy, sorted)
    const toRead = stale.filter((wanted) => flightOf(wanted) === undefined)
    return toRead.length === 0
      ? given
      : Effect.andThen(Effect.forkIn(Effect.ignore(lead(kind, policy, toRead, asked.read)), scope), given)
  }

  /** Reads what is missing, or waits for it where somebody else reads it. */
  const complete = Effect.fnUntraced(function*(
    asked: AskedRows<unknown>,
    kind: Kind,
    policy: Settled,
    { found, missing, taken }: Sorted
  ) {
    const own: Array<Wanted> = []
    const others: Array<readonly [Wanted, RowFlight]> = []
    for (const wanted of missing) {
      const flight = flightOf(wanted)
      if (flight === undefined) own.push(wanted)
      else others.push([wanted, flight])
    }
    kind.counts.coalesced += others.length
    const fill = ({ places }: Wanted, row: unknown) => places.forEach((place) => found[place] = row)
    if (own.length > 0) {
      metrics.missed(kind.counts, own.length)
      const rows = yield* lead(kind, policy, own, asked.read)
      own.forEach((wanted, index) => fill(wanted, rows[index]))
    }
    for (const [wanted, flight] of others) {
      const rows = yield* Deferred.await(flight.rows)
      if (rows === again) return yield* lookUp(asked)
      const row = rows[flight.place]
      const isThere = row !== undefined
      fill(wanted, row)
      taken.push({ text: wanted.text, isThere, stamp: isThere ? wanted.there : wanted.absent })
    }
    const isOfOneMoment = asked.keys.length === 1 ||
      taken.every(({ isThere, stamp, text }) => kind.stampOf(text, isThere) === stamp)
    return isOfOneMoment ? found : yield* asked.read(asked.keys.map((_, place) => place))
  })

  const lookUp = <A>(asked: AskedRows<A>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what rows are kept under tells what they are
    Effect.withFiber((fiber) => lookUpIn(asked, fiber) as ReturnType<ReadPlaces<A>>)

  return {
    lookUp,
    /** What was done for the rows of each table. */
    reports: (): ReadonlyArray<QueryReport> => [...kinds.values()].map(({ counts, name }) => queryReport(name, counts)),
    /** Keeps nothing of what is on its way. */
    forget
  }
}
