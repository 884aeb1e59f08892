/**
 * Answers in a store that only gets and sets: each table has a token that is never taken again, and until when it is written to.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { BackingPersistence, BackingPersistenceStore } from "effect/persistence/Persistence"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { randomUUID } from "node:crypto"
import { getOrInsert } from "../model/getOrInsert.ts"
import { digest } from "../sql/hash.ts"
import type { Answers, Found } from "./AnswerStore.ts"
import { machineClock } from "./ownTime.ts"

/** What is stored of a table. */
interface Mark {
  readonly token: string
  /** When a write that is under way counts as over, in milliseconds of the machine's clock, which other processes have, too. */
  readonly until?: number
}

/** Names may hold what a file's name may not. */
const tableKey = (name: string): string => `table-${digest(name)}`

const isMark = (value: unknown): value is Mark =>
  Predicate.isObject(value) && Predicate.isString(value.token) &&
  (value.until === undefined || Predicate.isNumber(value.until))

const isAnswer = (value: unknown): value is { readonly token: string; readonly answer: string } =>
  Predicate.isObject(value) && Predicate.isString(value.token) && Predicate.isString(value.answer)

const isOpen = ({ until }: Mark): boolean => until !== undefined && until > machineClock.currentTimeMillisUnsafe()

/** The answers of databases in a store. */
export const make =
  (backing: BackingPersistence["Service"]) => (database: string): Effect.Effect<Answers, never, Scope.Scope> =>
    Effect.map(backing.make(`andamios_${digest(database)}`), answersIn)

const answersIn = (store: BackingPersistenceStore): Answers => {
  /** The writes of this process that are under way and the time that they are given, by what they write to. */
  const writes = new Map<string, Map<string, number>>()
  /** One mark is set after the other, so that none is set late. */
  const turn = Semaphore.makeUnsafe(1)

  const leases = (name: string): ReadonlyArray<number> => [...writes.get(name)?.values() ?? []]
  const isWritten = (name: string): boolean => leases(name).length > 0

  const begun = (names: ReadonlyArray<string>, write: string, lease: number): void => {
    for (const name of names) getOrInsert(writes, name, () => new Map<string, number>()).set(write, lease)
  }

  const ended = (names: ReadonlyArray<string>, write: string): void => {
    for (const name of names) writes.get(name)?.delete(write)
  }

  /** What can't be read is the same as what isn't there. */
  const read = (keys: Arr.NonEmptyArray<string>) =>
    store.getMany(keys).pipe(
      Effect.catch(() => Effect.forEach(keys, (key) => Effect.orElseSucceed(store.get(key), () => undefined)))
    )

  /** Marks tables anew: those that are written to as open. */
  const marking = (names: ReadonlyArray<string>) =>
    turn.withPermit(Effect.suspend(() => {
      const now = machineClock.currentTimeMillisUnsafe()
      const marks = names.map((name): readonly [string, Mark] => [
        name,
        { token: randomUUID(), ...(isWritten(name) && { until: now + Math.max(...leases(name)) }) }
      ])
      const entries = marks.map(([name, mark]) => [tableKey(name), mark, undefined] as const)
      return Effect.as(Arr.isArrayNonEmpty(entries) ? store.setMany(entries) : Effect.void, new Map(marks))
    }))

  /** A mark that is missing, or whose write was never told to be over, is made anew. */
  const look: Answers["look"] = Effect.fnUntraced(function*(key, names, known) {
    const [stored, ...found] = yield* read([key, ...names.map(tableKey)])
    const marks = new Map(names.map((name, place) => [name, found[place]] as const))
    const isCertain = (mark: unknown): mark is Mark => isMark(mark) && mark.until === undefined
    if (names.some(isWritten)) return nothing
    if ([...marks.values()].some((mark) => isMark(mark) && isOpen(mark))) return nothing
    const made = yield* marking(names.filter((name) => !isCertain(marks.get(name))))
    const certain = names.map((name) => made.get(name) ?? marks.get(name)).filter(isCertain)
    if (certain.length < names.length) return nothing
    const token = certain.map((mark) => mark.token).join()
    return { token, answer: token !== known && isAnswer(stored) && stored.token === token ? stored.answer : undefined }
  })

  return {
    look,
    keep: (key, _, token, answer, timeToLive) => store.set(key, { token, answer }, Duration.millis(timeToLive)),
    begin: (names, write, lease) =>
      Effect.suspend(() => {
        begun(names, write, lease)
        return Effect.onError(Effect.asVoid(marking(names)), () => Effect.sync(() => ended(names, write)))
      }),
    end: (names, write) =>
      Effect.suspend(() => {
        ended(names, write)
        return Effect.asVoid(marking(names))
      })
  }
}

const nothing: Found = { token: undefined, answer: undefined }
