/**
 * What factories have made so far: numbers of rows, and keys that are taken.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { getOrInsert } from "../../model/getOrInsert.ts"
import { Session } from "../../session/Session.ts"

/** What goes on from row to row. Rows are the same again where the seed is, and as many were made before. */
export interface Making {
  readonly seed: number
  /** The number of the last row that was made of a table. */
  readonly numbers: Map<string, number>
  /** The keys that rows have, by table and columns. */
  readonly taken: Map<string, Set<string>>
}

/** Nothing made yet. */
export const begin = (seed: number): Making => ({ seed, numbers: new Map(), taken: new Map() })

/** The making that factories take part in, where a seed began one. */
export const Seeded = Context.Reference<Making | undefined>("andamios/testing/Making", {
  defaultValue: () => undefined
})

const bySession = new WeakMap<object, Making>()
const withoutSession = begin(0)

/** The making that factories take part in: where no seed began one, each database has its own. */
export const current: Effect.Effect<Making> = Effect.gen(function*() {
  const seeded = yield* Seeded
  if (seeded !== undefined) return seeded
  const session = yield* Effect.serviceOption(Session)
  if (Option.isNone(session)) return withoutSession
  return getOrInsert(bySession, session.value, () => begin(0))
})

/** The numbers of the next rows of a table. */
export const nextNumbers = ({ numbers }: Making, table: string, count: number): ReadonlyArray<number> => {
  const last = numbers.get(table) ?? 0
  numbers.set(table, last + count)
  return Array.from({ length: count }, (_, index) => last + index + 1)
}

/** The keys that rows of a table have in some columns. */
export const takenIn = ({ taken }: Making, name: string): Set<string> => {
  const known = taken.get(name) ?? new Set<string>()
  taken.set(name, known)
  return known
}
