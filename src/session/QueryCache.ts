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
import { cacheMetrics } from "./cacheMetrics.ts"
import { type ModelPolicy, Policies, type Policy, policyOf } from "./cachePolicy.ts"
import { type Asked, cachedReads } from "./cachedReads.ts"
import type { AskedRows } from "./cachedRows.ts"
import type { Report } from "./cacheReport.ts"
import type { ReadError } from "./OrmError.ts"

export type { ModelPolicy, Policy } from "./cachePolicy.ts"
export type { QueryReport, Report } from "./cacheReport.ts"

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
  /** Rows by their keys: kept ones, and those that reading gives. */
  readonly lookUp: <A>(asked: AskedRows<A>) => Effect.Effect<ReadonlyArray<A | undefined>, ReadError>
  readonly report: Effect.Effect<Report>
  readonly invalidateModels: (models: ReadonlyArray<Model.Any>) => Effect.Effect<void>
  readonly invalidateTags: (tags: ReadonlyArray<string>) => Effect.Effect<void>
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
 * How a cache is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Policy {
  /** Answers that are kept at most, each row by its key being one; 1,000 by default. The least recently used go first. */
  readonly capacity?: number
  /** About how much memory they may take, in bytes; 64 MiB by default. */
  readonly maxBytes?: number
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
 * No cache, whatever is provided around it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOff: Layer.Layer<never> = Layer.succeed(Current, undefined)

/**
 * Runs an effect without the cache: what it reads comes from the database, and isn't kept.
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
 * @category reports
 * @since 0.1.0
 */
export const report: Effect.Effect<Report> = Effect.suspend(() => withCurrent((cache) => cache.report, nothing))

const withCurrent = <A>(use: (cache: QueryCache) => Effect.Effect<A>, otherwise: A): Effect.Effect<A> =>
  Effect.flatMap(Current, (cache) => cache === undefined ? Effect.succeed(otherwise) : use(cache))

const cacheOf = ({ ask, invalidate: forget, lookUp, report: told }: ReturnType<typeof cachedReads>): QueryCache => ({
  ask,
  lookUp,
  report: told,
  invalidateModels: (models) => {
    const meant = models.map(tableOf)
    return forget(({ tables }) => meant.some((table) => concerns(tables, table)))
  },
  invalidateTags: (tags) => forget((answer) => tags.some((tag) => answer.tags.includes(tag))),
  clear: forget(() => true)
})
