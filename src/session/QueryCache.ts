/**
 * Answers of queries, kept until something is written to the tables that they were read from.
 *
 * A program that is given a cache asks its queries as before. An answer is kept under all that it depends on: the statement with its
 * conditions and values, who asks where rows belong to tenants, and what the rows become. It holds until a write to one of its tables is
 * committed: by a model, in a transaction, or as plain SQL of the same Layer. Inside of a transaction nothing is taken from the cache.
 * Rows that a repository looks up by their keys are kept one by one, each until a write that may concern it.
 *
 * Rows from the cache are the same objects for all who ask, so they are to be left as they are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { concerns } from "../sql/readSet.ts"
import type { AnswerStore } from "./AnswerStore.ts"
import { cacheMetrics } from "./cacheMetrics.ts"
import { type ModelPolicy, Policies, type Policy, policyOf } from "./cachePolicy.ts"
import { type Asked, cachedReads } from "./cachedReads.ts"
import type { AskedRows } from "./cachedRows.ts"
import type { Report } from "./cacheReport.ts"
import type { Database } from "./Database.ts"
import type { ReadError } from "./OrmError.ts"
import { type Store, storeOf, type StoreOptions } from "./storeOf.ts"

export type { ModelPolicy, Policy } from "./cachePolicy.ts"
export type { QueryReport, Report } from "./cacheReport.ts"
export type { StoreOptions } from "./storeOf.ts"

/**
 * A cache.
 *
 * @category services
 * @since 0.1.0
 */
export interface QueryCache {
  /** The answer to a query: a kept one, or the one that reading gives. */
  readonly ask: <A>(
    asked: Asked<A>,
    read: Effect.Effect<ReadonlyArray<A>, ReadError>
  ) => Effect.Effect<ReadonlyArray<A>, ReadError>
  /** Rows by their keys: kept ones, and those that reading gives; nothing where only answers to queries are kept. */
  readonly lookUp: (<A>(asked: AskedRows<A>) => Effect.Effect<ReadonlyArray<A | undefined>, ReadError>) | undefined
  /** What it holds, and what it has done. */
  readonly report: Effect.Effect<Report>
  /** Forgets the answers that were read from the tables of these models. */
  readonly invalidateModels: (models: ReadonlyArray<Model.Any>) => Effect.Effect<void>
  /** Forgets the answers that a policy gave one of these tags. */
  readonly invalidateTags: (tags: ReadonlyArray<string>) => Effect.Effect<void>
  /** Forgets all answers. */
  readonly clear: Effect.Effect<void>
}

/**
 * The cache that a fiber asks first; none, unless a Layer provides one.
 *
 * @category references
 * @since 0.1.0
 */
export const Current: Context.Reference<QueryCache | undefined> = Context.Reference("andamios/QueryCache", {
  defaultValue: (): QueryCache | undefined => undefined
})

/**
 * How much a cache may keep in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bounds {
  /** Answers that are kept at most, each row by its key being one; 1,000 by default. The least recently used go first. */
  readonly capacity?: number
  /** About how much memory they may take, in bytes; 64 MiB by default. */
  readonly maxBytes?: number
}

/**
 * How a cache is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Policy, Bounds {
  /** What is different for queries that read some models: of those that read several, the strictest holds. */
  readonly models?: ReadonlyArray<ModelPolicy>
}

/**
 * A cache in the memory of the process. It is provided to the program, in front of the database's own Layer.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, QueryCache } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Effect, Layer, Schema } from "effect"
 *
 * class Country extends Model.Class<Country>("Country")({
 *   code: Column.primaryKey(Schema.String),
 *   name: Schema.String
 * }, { table: "countries" }) {}
 *
 * const Live = Layer.merge(
 *   DuckDb.layer({ path: "shop.duckdb" }),
 *   QueryCache.layerMemory({ timeToLive: "1 minute", models: [{ model: Country, timeToLive: "1 day" }] })
 * )
 *
 * const countries = Query.from(Country).all.pipe(Effect.provide(Live))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory = (options: Options = {}): Layer.Layer<never> =>
  Layer.effect(
    Current,
    Effect.gen(function*() {
      const { capacity = 1_000, maxBytes = 64 * 2 ** 20, models = [] } = options
      const reads = cachedReads({
        capacity,
        maxBytes,
        policyOf: policyOf(options, models),
        metrics: cacheMetrics(yield* Effect.context()),
        scope: yield* Effect.scope
      })
      return cacheOf(reads)
    })
  )

/**
 * A cache in a store outside of the process: its answers outlive the process, and with Redis others share them. Whoever writes to the
 * database is to have it, with the same store, and it must be around all that writes.
 *
 * A hit takes one request to the store, and so does the begin and the end of each write. Answers that are about sensitive columns are
 * not stored, and `report` says so. Where the store is out of reach, all is read from the database; meanwhile other processes may see
 * answers from before this one's writes, until it can tell them, or for `timeToLive`. `staleWhileRevalidate` says nothing here.
 *
 * @errors ReadError where the database can't tell which one it is
 *
 * @example
 * ```ts
 * import { AnswerStore, QueryCache } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { NodeRedis } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * const Cache = QueryCache.layerPersisted({ timeToLive: "1 hour" }).pipe(
 *   Layer.provide(AnswerStore.layerRedis),
 *   Layer.provide(NodeRedis.layer({ url: "redis://localhost" }))
 * )
 *
 * const Live = Cache.pipe(Layer.provideMerge(Postgres.layer({ database: "shop" })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerPersisted = (
  options: StoreOptions = {}
): Layer.Layer<never, ReadError, Database | AnswerStore> => layerOfLevels({ ...options, capacity: 0 })

/**
 * A cache in a store, with what was used last in memory before it. Of an answer in memory the store is asked only whether it still holds:
 * one request, but nothing to send or to decode. With `heard`, memory answers by itself.
 *
 * @errors ReadError where the database can't tell which one it is
 *
 * @example
 * ```ts
 * import { AnswerStore, QueryCache } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { NodeRedis } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * const Cache = QueryCache.layerTwoLevel({ timeToLive: "1 hour", maxBytes: 16 * 2 ** 20, heard: true }).pipe(
 *   Layer.provide(AnswerStore.layerRedis),
 *   Layer.provide(NodeRedis.layer({ url: "redis://localhost" }))
 * )
 *
 * // `heard` is true because the servers of this program tell each other of their writes
 * const Live = Cache.pipe(Layer.provideMerge(Postgres.layer({ database: "shop", sharedWrites: true })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTwoLevel = (
  options: TwoLevelOptions = {}
): Layer.Layer<never, ReadError, Database | AnswerStore> => layerOfLevels(options)

/**
 * How a cache with two levels is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface TwoLevelOptions extends StoreOptions, Bounds {
  /**
   * Whether the database's Layer hears of what other processes write, or there are none: memory then answers without asking the store,
   * and an answer may be older than another process's commit by the moment that it takes to hear of it.
   */
  readonly heard?: boolean
}

const layerOfLevels = (
  { capacity = 1_000, heard = false, maxBytes = 64 * 2 ** 20, models = [], ...options }: TwoLevelOptions
) =>
  Layer.effect(
    Current,
    Effect.gen(function*() {
      const metrics = cacheMetrics(yield* Effect.context())
      const store = yield* storeOf(options, metrics)
      const reads = cachedReads({
        // memory without a place is never asked for one
        capacity: Math.max(capacity, 1),
        maxBytes,
        policyOf: policyOf({ timeToLive: "1 day", ...options }, models),
        metrics,
        scope: yield* Effect.scope,
        below: (memory) => store.reads({ answersFirst: !heard, memory: heard || capacity === 0 ? undefined : memory })
      })
      return cacheOf(reads, store)
    })
  )

/**
 * No cache, whatever is provided around it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOff: Layer.Layer<never> = Layer.succeed(Current, undefined)

/**
 * Runs an effect without the cache: what it reads comes from the database, and isn't kept.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, QueryCache } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   number: Column.primaryKey(Schema.String),
 *   gate: Schema.NullOr(Schema.String)
 * }, { table: "flights" }) {}
 *
 * const board = Query.from(Flight).all
 *
 * // once from the database, whatever the cache has
 * const fresh = board.pipe(QueryCache.bypass)
 *
 * const tests = board.pipe(Effect.provide(QueryCache.layerOff))
 *
 * // a part that only works where there is a cache
 * const warmed = Effect.gen(function*() {
 *   if ((yield* QueryCache.Current) !== undefined) yield* board
 * })
 * ```
 *
 * @category policies
 * @since 0.1.0
 */
export const bypass: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Current,
  undefined
)

/**
 * Runs an effect whose answers are kept as a policy says. What it leaves out is as around it.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, QueryCache } from "andamios-orm"
 *
 * class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Column.int32), amount: Column.int32 }, {
 *   table: "sales"
 * }) {}
 *
 * const total = Query.from(Sale).count.pipe(
 *   QueryCache.withPolicy({ timeToLive: "5 minutes", staleWhileRevalidate: "1 minute", tags: ["dashboard"] })
 * )
 * ```
 *
 * @category policies
 * @since 0.1.0
 */
export const withPolicy = (policy: Policy) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Policies, (before) => Effect.provideService(effect, Policies, [...before, policy]))

/**
 * Forgets the answers that were read from the tables of these models: where others have written to them, such as a trigger or another
 * program. Nothing happens where there is no cache.
 *
 * @example
 * ```ts
 * import { Column, Model, QueryCache } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Column.int32), cents: Column.int32 }, {
 *   table: "sales"
 * }) {}
 *
 * const imported = Effect.gen(function*() {
 *   // another program has filled the table, of which this one hears nothing
 *   yield* QueryCache.invalidate(Sale)
 *   // what was asked with `QueryCache.withPolicy({ tags: ["dashboard"] })`
 *   yield* QueryCache.invalidateTags("dashboard")
 * })
 * ```
 *
 * @category invalidation
 * @since 0.1.0
 */
export const invalidate = (...models: ReadonlyArray<Model.Any>): Effect.Effect<void> =>
  withCurrent((cache) => cache.invalidateModels(models), undefined)

/**
 * Forgets the answers with one of these tags.
 *
 * @category invalidation
 * @since 0.1.0
 */
export const invalidateTags = (...tags: ReadonlyArray<string>): Effect.Effect<void> =>
  withCurrent((cache) => cache.invalidateTags(tags), undefined)

/**
 * Forgets all answers.
 *
 * @category invalidation
 * @since 0.1.0
 */
export const clear: Effect.Effect<void> = Effect.suspend(() => withCurrent((cache) => cache.clear, undefined))

const nothing: Report = { entries: 0, bytes: 0, evictions: 0, queries: [] }

/**
 * What the cache holds, and per query whether it has earned its keep.
 *
 * @example
 * ```ts
 * import { QueryCache } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const hourly = Effect.gen(function*() {
 *   const { bytes, queries } = yield* QueryCache.report
 *   yield* Effect.log(`the cache takes ${bytes} bytes`)
 *   for (const { earnsItsKeep, hitRate, sql } of queries) {
 *     if (!earnsItsKeep) yield* Effect.log(`${Math.round(hitRate * 100)} % hits are too few: ${sql}`)
 *   }
 *   yield* QueryCache.clear
 * })
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const report: Effect.Effect<Report> = Effect.suspend(() => withCurrent((cache) => cache.report, nothing))

const withCurrent = <A>(use: (cache: QueryCache) => Effect.Effect<A>, otherwise: A): Effect.Effect<A> =>
  Effect.flatMap(Current, (cache) => cache === undefined ? Effect.succeed(otherwise) : use(cache))

const cacheOf = (
  { ask, invalidate: forget, lookUp, report: told }: ReturnType<typeof cachedReads>,
  store?: Store
): QueryCache => ({
  ask,
  lookUp,
  report: told,
  invalidateModels: (models) => {
    const meant = models.map(tableOf)
    const forgotten = forget(({ tables }) => meant.some((table) => concerns(tables, table)))
    return store === undefined ? forgotten : Effect.andThen(forgotten, store.changed(meant))
  },
  invalidateTags: (tags) => {
    const forgotten = forget((answer) => tags.some((tag) => answer.tags.includes(tag)))
    return store === undefined ? forgotten : Effect.andThen(forgotten, store.untagged(tags))
  },
  clear: store === undefined ? forget(() => true) : Effect.andThen(forget(() => true), store.cleared)
})
