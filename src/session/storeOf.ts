/**
 * The store of a cache, beside the database that it is for.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Schedule from "effect/Schedule"
import { randomUUID } from "node:crypto"
import type { Table } from "../model/Table.ts"
import { AnswerStore } from "./AnswerStore.ts"
import type { CacheMetrics } from "./cacheMetrics.ts"
import type { ModelPolicy, Policy } from "./cachePolicy.ts"
import { Database } from "./Database.ts"
import { byOwnTime } from "./ownTime.ts"
import { type Means, type StoredReads, storedReads, tagName } from "./storedReads.ts"
import { storeTrust } from "./storeTrust.ts"
import { any, namesOf, unknown } from "./versions.ts"

/**
 * How a cache with a store is made. Answers are kept for a day unless a policy says otherwise, so that the store doesn't grow for ever.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreOptions extends Policy {
  /** What is different for queries that read some models: of those that read several, the strictest holds. */
  readonly models?: ReadonlyArray<ModelPolicy>
  /**
   * Only those that say the same share answers. Say another one when a schema of your models transforms its values in another way than
   * before: models are told apart by their names and columns, and a function can't be.
   */
  readonly namespace?: string
  /** How long the store is waited for: a second by default. Then the database is read. */
  readonly patience?: Duration.Input
  /**
   * How long a write counts as under way when nothing is heard any more of the process that makes it: a minute by default. Until then
   * what it writes to is read from the database.
   */
  readonly lease?: Duration.Input
}

/** The store of a cache. */
export interface Store {
  /** Reads through it. */
  readonly reads: (how: Pick<Means, "answersFirst" | "memory">) => StoredReads
  /** Says that tables have changed. */
  readonly changed: (tables: ReadonlyArray<Table>) => Effect.Effect<void>
  readonly untagged: (tags: ReadonlyArray<string>) => Effect.Effect<void>
  readonly cleared: Effect.Effect<void>
}

/** The store for the database's answers, which is told of all that is written to it as long as the scope is open. */
export const storeOf = Effect.fnUntraced(function*(
  { lease = "1 minute", namespace = "", patience = "1 second" }: StoreOptions,
  metrics: CacheMetrics
) {
  const database = yield* Database
  const store = yield* AnswerStore
  // a database in memory has nothing to find in the store that others have left
  const { database: known, reader } = (yield* database.identity) ?? { database: randomUUID(), reader: "" }
  const answers = yield* store.make(known)
  const trust = storeTrust({
    answers,
    patience: Duration.toMillis(Duration.fromInputUnsafe(patience)),
    lease: Duration.toMillis(Duration.fromInputUnsafe(lease)),
    apart: database.withoutTransaction,
    failed: metrics.failed,
    scope: yield* Effect.scope
  })
  yield* Effect.addFinalizer(() => trust.settle)
  yield* Effect.forkScoped(byOwnTime(Effect.repeat(trust.settle, Schedule.spaced("1 second"))))
  yield* Effect.acquireRelease(
    Effect.sync(() => database.versions.watch(trust.watcher)),
    (stop) => Effect.sync(stop)
  )
  const keeping = yield* FiberSet.make()
  // what is being kept is waited for, which is no longer than the store is
  yield* Effect.addFinalizer(() => FiberSet.awaitEmpty(keeping))
  const made: Store = {
    reads: (how) =>
      storedReads({ ...how, answers, database, keeping, metrics, reader: `${reader} ${namespace}`, trust }),
    changed: (tables) =>
      trust.changed(tables.flatMap((table) => namesOf(database.versions.written(table, false, "any")))),
    untagged: (tags) => trust.changed(tags.map(tagName)),
    // each read depends on one of these
    cleared: trust.changed([any, unknown])
  }
  return made
})
