/**
 * What a cache may believe of its store, and what it still has to tell it.
 *
 * Each write is told before it can be seen and when it is over. What could not be told, because the store was out of reach, is owed: until
 * it is told, this process asks the store for nothing. It is never waited for longer than it has time.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type { PersistenceError } from "effect/persistence/Persistence"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import type { Answers } from "./AnswerStore.ts"
import { byOwnTime, machineClock } from "./ownTime.ts"
import type { Watcher } from "./tableVersions.ts"
import type { Names } from "./versions.ts"

/** How a store is used. */
export interface Use {
  readonly answers: Answers
  /** Milliseconds: how long it is waited for, and after how long a write counts as over whose process is not heard of. */
  readonly patience: number
  readonly lease: number
  /** Takes services without the transaction that is among them: what the store does is no part of it. */
  readonly apart: (services: Context.Context<never>) => Context.Context<never>
  readonly failed: () => void
  readonly scope: Scope.Scope
}

/** A store that is asked as long as it can be trusted. */
export interface Trust {
  /** What the store answers; nothing where it can't be asked, or owes its answer to what it was not told. */
  readonly ask: <A>(use: Effect.Effect<A, PersistenceError>) => Effect.Effect<Option.Option<A>>
  /** Tells of each write. */
  readonly watcher: Watcher
  /** Tells that something has changed. */
  readonly changed: (names: Names) => Effect.Effect<void>
  /** Tells what is owed, where nobody asks. */
  readonly settle: Effect.Effect<void>
}

/** Whether what runs is done for the store: a store in the same database would be told of what it writes itself, and so on. */
const IsForStore = Context.Reference("andamios/AnswerStore/IsForStore", { defaultValue: () => false })

/** How long a store that has failed is left alone, in milliseconds. */
const pause = 1_000

/** Nobody has asked yet. */
export const storeTrust = ({ answers, apart, failed, lease, patience, scope }: Use): Trust => {
  const id = randomUUID()
  let writes = 0
  /** Writes that are under way and that the store doesn't know of. */
  let untold = 0
  /** What the store must be told, by the number that it was owed as last. */
  const owed = new Map<string, number>()
  let debts = 0
  let downUntil = -Infinity
  let isDown = false

  const owe = (names: Names): void => {
    for (const name of names) owed.set(name, ++debts)
  }

  const down = (problem: unknown): Effect.Effect<Option.Option<never>> =>
    Effect.suspend(() => {
      failed()
      downUntil = machineClock.currentTimeMillisUnsafe() + pause
      if (isDown) return Effect.succeedNone
      isDown = true
      const message = "The store of the cache is out of reach: until it is back, all is read from the database"
      return Effect.as(Effect.logWarning(message, problem), Option.none())
    })

  const up = <A>(answer: Option.Option<A>): Effect.Effect<Option.Option<A>> => {
    if (Option.isNone(answer)) return down(`it did not answer in ${patience} ms`)
    if (!isDown) return Effect.succeed(answer)
    isDown = false
    return Effect.as(Effect.logInfo("The store of the cache is back"), answer)
  }

  /** Nothing where the store fails, or takes too long. */
  const tried = <A>(use: Effect.Effect<A, PersistenceError>): Effect.Effect<Option.Option<A>> =>
    Effect.suspend(() =>
      machineClock.currentTimeMillisUnsafe() < downUntil ? Effect.succeedNone : use.pipe(
        Effect.timeoutOption(patience),
        Effect.provideService(IsForStore, true),
        byOwnTime,
        Effect.updateContext(apart),
        Effect.matchEffect({ onFailure: down, onSuccess: (answer) => up(answer) }),
        Effect.catchDefect(down)
      )
    )

  /** Tells what is owed: what is owed anew meanwhile stays. */
  const settled = Effect.suspend(() => {
    const due = [...owed]
    return Effect.map(tried(answers.end(due.map(([name]) => name), id)), (told) => {
      if (Option.isNone(told)) return
      for (const [name, debt] of due) if (owed.get(name) === debt) owed.delete(name)
    })
  })

  const ask: Trust["ask"] = (use) =>
    Effect.suspend(() => {
      if (untold > 0) return Effect.succeedNone
      if (owed.size === 0) return tried(use)
      return Effect.flatMap(settled, () => owed.size === 0 && untold === 0 ? tried(use) : Effect.succeedNone)
    })

  const changed: Trust["changed"] = (names) =>
    Effect.suspend(() => {
      owe(names)
      return settled
    })

  /** A write that takes long is said again before its time is over. */
  const saidAgain = (names: Names, write: string) =>
    Effect.forkIn(
      byOwnTime(Effect.schedule(tried(answers.begin(names, write, lease)), Schedule.spaced(lease / 3))),
      scope
    )

  const watcher: Watcher = Effect.fnUntraced(function*(names) {
    if (yield* IsForStore) return Effect.void
    const write = `${id}/${++writes}`
    if (Option.isNone(yield* tried(answers.begin(names, write, lease)))) {
      untold++
      return Effect.suspend(() => {
        owe(names)
        untold--
        return settled
      })
    }
    const saying = yield* saidAgain(names, write)
    return Effect.flatMap(
      Effect.andThen(Fiber.interrupt(saying), tried(answers.end(names, write))),
      (told) => Option.isNone(told) ? Effect.sync(() => owe(names)) : Effect.void
    )
  })

  return { ask, watcher, changed, settle: Effect.suspend(() => owed.size === 0 ? Effect.void : settled) }
}
