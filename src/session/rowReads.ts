/**
 * Reads of rows by their keys, which keep what they find, and which others wait for who want the same.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Tables } from "../sql/readSet.ts"
import { type Answers, bytesOf } from "./answers.ts"
import { lifeOf, type Settled } from "./cachePolicy.ts"
import type { ReadError } from "./OrmError.ts"
import { again, isOfOneAlone } from "./flights.ts"

/** How rows of a table are kept. */
export interface Keeping {
  readonly tables: Tables
  /** The stamp of a row, by the text of its key and whether there is one. */
  readonly stampOf: (text: string, isThere: boolean) => number | undefined
}

/** A key that is looked up: under what its row is kept, at which places of the lookup, and the stamps that it has there or not. */
export interface Wanted {
  readonly key: string
  readonly text: string
  readonly places: [number, ...Array<number>]
  readonly there: number | undefined
  readonly absent: number | undefined
}

/** A read that is on its way: the row of a key is at this place of what it gives. */
export interface RowFlight {
  readonly place: number
  readonly absent: number
  readonly rows: Deferred.Deferred<Rows | typeof again, ReadError>
}

type Rows = ReadonlyArray<unknown>

/** Reads the rows of the keys at these places of a lookup, by one statement. */
export type ReadPlaces<A> = (places: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<A | undefined>, ReadError>

/** The reads of rows that are kept among these answers. */
export const rowReads = (answers: Answers) => {
  const flights = new Map<string, RowFlight>()

  /** The read that somebody else has begun and that tells a row as it is now. */
  const flightOf = ({ absent, key }: Wanted): RowFlight | undefined => {
    const flight = flights.get(key)
    return flight?.absent === absent ? flight : undefined
  }

  const keep = (
    { stampOf, tables }: Keeping,
    policy: Settled,
    { absent, key, text, there }: Wanted,
    row: unknown,
    read: { readonly at: number; readonly cost: number }
  ): void => {
    const isThere = row !== undefined
    const rows = isThere ? [row] : []
    const stamp = isThere ? there : absent
    const life = lifeOf(policy, rows)
    if (life <= 0 || stamp === undefined || stampOf(text, isThere) !== stamp) return
    const until = read.at + life
    const { stale, tags } = policy
    answers.set(key, {
      rows,
      tables,
      stamp,
      until,
      staleUntil: until + stale,
      tags,
      cost: read.cost,
      bytes: bytesOf(rows)
    })
  }

  /** Reads what is wanted, and keeps what nothing was written to meanwhile. */
  const lead = (
    keeping: Keeping,
    policy: Settled,
    wanted: ReadonlyArray<Wanted>,
    read: ReadPlaces<unknown>
  ): Effect.Effect<Rows, ReadError> =>
    Effect.withFiber((fiber) => {
      const rows: RowFlight["rows"] = Deferred.makeUnsafe()
      wanted.forEach(({ absent, key }, place) => {
        if (absent !== undefined) flights.set(key, { place, absent, rows })
      })
      const clock = fiber.getRef(Clock.Clock)
      const begun = clock.monotonicTimeNanosUnsafe()
      return Effect.onExitPrimitive(Effect.suspend(() => read(wanted.map(({ places: [first] }) => first))), (exit) => {
        const at = clock.currentTimeMillisUnsafe()
        const cost = Number(clock.monotonicTimeNanosUnsafe() - begun) / wanted.length
        wanted.forEach((one, place) => {
          // it isn't on its way, where answers were forgotten meanwhile
          if (flights.get(one.key)?.rows !== rows) return
          flights.delete(one.key)
          if (Exit.isSuccess(exit)) keep(keeping, policy, one, exit.value[place], { at, cost })
        })
        // a read of several rows may have failed because of one that who waits has not asked for
        const isOwn = Exit.isFailure(exit) && (wanted.length > 1 || isOfOneAlone(exit))
        Deferred.doneUnsafe(rows, isOwn ? Exit.succeed(again) : exit)
        return undefined
      })
    })

  return { flightOf, lead, forget: () => flights.clear() }
}
