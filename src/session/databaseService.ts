/**
 * A database as a service of its own, beside others of the same program.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { AroundPlain } from "./aroundPlain.ts"
import type { ConnectionPool } from "./ConnectionPool.ts"
import type { Database } from "./Database.ts"
import type { Session } from "./Session.ts"
import { UnitOfWork } from "./UnitOfWork.ts"

/**
 * What the Layer of any database provides: the session and its parts, and Effect's `SqlClient` over the same connections.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided = Session | Database | ConnectionPool | SqlClient

/**
 * What no Layer provides: a unit of work that was begun on another database. `Session.unitOfWork` goes inside of `run`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnitOfWorkBegunOutside {
  readonly "begin the unit of work inside of run": never
}

/**
 * What an effect that needs `R` needs beside a database.
 *
 * @category models
 * @since 0.1.0
 */
export type Beside<R, Provides> = R extends Provides ? never : R extends UnitOfWork ? UnitOfWorkBegunOutside : R

/**
 * A database as a service: `class Analytics extends Database.Service<Analytics>()("app/Analytics") {}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<Self, Id extends string, Provides = Provided>
  extends Context.ServiceClass<Self, Id, Context.Context<Provides>>
{
  /** The database of a Layer, opened for this service alone; nothing runs on it but by `run`, `stream` and `services`. */
  readonly layer: <E, R>(database: Layer.Layer<Provides, E, R>) => Layer.Layer<Self, E, R>
  /** Runs an effect on this database. */
  readonly run: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Self | Beside<R, Provides>>
  /** Runs a stream on this database. What is done with its elements runs where that is said. */
  readonly stream: <A, E, R>(stream: Stream.Stream<A, E, R>) => Stream.Stream<A, E, Self | Beside<R, Provides>>
  /** What the Layer of this database provides, for Layers that are to be over it: repositories, a migrator, a cache. */
  readonly services: Layer.Layer<Provides, never, Self>
}

/**
 * Makes a database into a service of an identifier, so that one program has several. `Provides` is what its Layer provides where that
 * is more than of any database: `Database.Service<Archive, Postgres.Provided>()("app/Archive")`.
 *
 * Inside of `run` all is as it would be in a program that has no other database: queries, repositories, transactions, units of work and
 * plain SQL are those of this one. A transaction is of one database: one of another, around `run`, has nothing to do with what is inside,
 * and commits or rolls back by itself. A repository stays with the database that it was made on, wherever it is used.
 *
 * @example
 * ```ts
 * import { Column, Database, Model, Query, Repository } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect, Layer } from "effect"
 *
 * class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Column.int32), cents: Column.int32 }, {
 *   table: "sales"
 * }) {}
 *
 * class Analytics extends Database.Service<Analytics>()("app/Analytics") {}
 *
 * const program = Effect.gen(function*() {
 *   const sales = yield* Repository.make(Sale) // on PostgreSQL
 *   yield* sales.insert({ id: 1, cents: 250 })
 *   return yield* Analytics.run(Query.from(Sale).count) // on DuckDB
 * })
 *
 * const Live = Layer.merge(Postgres.layer({ database: "shop" }), Analytics.layer(DuckDb.layer({ path: "sales.duckdb" })))
 *
 * const main = Effect.provide(program, Live)
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const Service =
  <Self, Provides = Provided>() => <const Id extends string>(id: Id): ServiceClass<Self, Id, Provided | Provides> => {
    type Services = Context.Context<Provided | Provides>
    const service = Context.Service<Self, Services>()(id)

    /** Services of a fiber with those of this database in the place of any other's; what Layers were built is the fiber's own. */
    const inside = <R>(services: Services) => (own: Context.Context<Beside<R, Provided | Provides>>) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what isn't beside the database is among its services
      Context.mergeAll(
        Context.omit(UnitOfWork, AroundPlain)(own),
        services,
        Context.pick(Layer.CurrentMemoMap)(own)
      ) as Context.Context<R>

    return Object.assign(service, {
      // a Layer that others use, too, would be one database for all of them
      layer: <E, R>(database: Layer.Layer<Provided | Provides, E, R>) =>
        Layer.effect(service, Layer.build(Layer.fresh(database))),
      run: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.flatMap(service, (services) => Effect.updateContext(effect, inside<R>(services))),
      stream: <A, E, R>(stream: Stream.Stream<A, E, R>) =>
        Stream.unwrap(Effect.map(service, (services) => Stream.updateContext(stream, inside<R>(services)))),
      services: Layer.effectContext(service)
    })
  }
