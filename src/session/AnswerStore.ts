/**
 * Where a cache keeps answers outside of the process, beside the tokens of the tables that they were read from.
 *
 * A token changes when a write to a table begins to be seen, and again when that is over. An answer is kept with the tokens of before it
 * was read, and holds as long as these are those of its tables.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BackingPersistence, type PersistenceError } from "effect/persistence/Persistence"
import { Redis } from "effect/persistence/Redis"
import type * as Scope from "effect/Scope"
import * as persisted from "./persistedAnswers.ts"
import * as redis from "./redisAnswers.ts"

/**
 * What a look for an answer finds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Found {
  /** The token of what the answer depends on; nothing while some of it is written to. */
  readonly token: string | undefined
  /** The answer that was kept with this token, unless it is known already. */
  readonly answer: string | undefined
}

/**
 * The answers of a database, and the tokens of its tables, which are known by names.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answers {
  /** Finds the token of some names, and the answer under a key that was kept with it, unless `known` is that token. */
  readonly look: (
    key: string,
    names: ReadonlyArray<string>,
    known: string | undefined
  ) => Effect.Effect<Found, PersistenceError>
  /** Keeps an answer with the token that its names had before it was read, for so many milliseconds. */
  readonly keep: (
    key: string,
    names: ReadonlyArray<string>,
    token: string,
    answer: string,
    timeToLive: number
  ) => Effect.Effect<void, PersistenceError>
  /**
   * Says that a write to these begins to be seen. It counts as over after so many milliseconds, unless it is said again or its end is
   * told before.
   */
  readonly begin: (names: ReadonlyArray<string>, write: string, lease: number) => Effect.Effect<void, PersistenceError>
  /** Says that the write is over; what was kept of these before doesn't hold any more, also where it was never said to begin. */
  readonly end: (names: ReadonlyArray<string>, write: string) => Effect.Effect<void, PersistenceError>
}

/**
 * A place for answers.
 *
 * @category services
 * @since 0.1.0
 */
export class AnswerStore extends Context.Service<AnswerStore, {
  /** The answers of a database, apart from those of all others. */
  readonly make: (database: string) => Effect.Effect<Answers, never, Scope.Scope>
}>()("andamios/AnswerStore") {}

/**
 * Keeps answers in Effect's persistence: in files, in memory, or whatever it is backed by.
 *
 * It is exact for one process at a time, whose end it survives: what was kept before still holds after, also when the process was
 * killed. Several processes at once may see an answer from before another one's commit for the moment until that is told; use
 * `layerRedis` for them. Don't keep answers in the database that they are read from.
 *
 * @example
 * ```ts
 * import { AnswerStore, QueryCache } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { KeyValueStore, Persistence } from "effect/persistence"
 *
 * const Files = AnswerStore.layer.pipe(
 *   Layer.provide(Persistence.layerBackingKvs),
 *   Layer.provide(KeyValueStore.layerFileSystem("cache")),
 *   Layer.provide(NodeServices.layer)
 * )
 *
 * const Live = QueryCache.layerTwoLevel().pipe(
 *   Layer.provide(Files),
 *   Layer.provideMerge(DuckDb.layer({ path: "shop.duckdb" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<AnswerStore, never, BackingPersistence> = Layer.effect(
  AnswerStore,
  Effect.map(BackingPersistence, (backing) => AnswerStore.of({ make: persisted.make(backing) }))
)

/**
 * Keeps answers in Redis, exact for any number of processes: tokens are changed and compared by scripts, each in one step.
 *
 * It is to be one that drops answers when memory is short, and no keys of tables (`maxmemory-policy` is one of `volatile-…`): answers have
 * a time to live, and tables have none.
 *
 * @example
 * ```ts
 * import { AnswerStore, QueryCache } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { NodeRedis } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * const Live = QueryCache.layerPersisted({ timeToLive: "1 hour" }).pipe(
 *   Layer.provide(AnswerStore.layerRedis),
 *   Layer.provide(NodeRedis.layer({ url: "redis://localhost" })),
 *   Layer.provideMerge(Postgres.layer({ database: "shop" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRedis: Layer.Layer<AnswerStore, never, Redis> = Layer.effect(
  AnswerStore,
  Effect.map(Redis, (service) => AnswerStore.of({ make: redis.make(service) }))
)
