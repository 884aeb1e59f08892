/**
 * Databases for tests, quickly made, each with the tables of some models or all that migrations make.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DuckDb } from "../duckdb.ts"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import type { Postgres } from "../postgres.ts"
import { ConnectionFailed, type WriteError } from "../session/OrmError.ts"
import type * as DuckDbCopy from "./duckDbCopy.ts"
import type * as PostgresCopy from "./postgresCopy.ts"
import * as PostgresServer from "./PostgresServer.ts"
import { rolledBack } from "./rolledBack.ts"
import type * as ShardedCopy from "./shardedCopy.ts"
import type { ShardedOptions } from "./shardedCopy.ts"
import type { Migrations, MigrationsError, Source } from "./structured.ts"

export { type Address, address } from "../postgres/address.ts"
export { layerOn } from "./layerOn.ts"
export type { ShardedOptions } from "./shardedCopy.ts"
export type { Migrations, MigrationsError } from "./structured.ts"

/**
 * A DuckDB in memory, new for each time the Layer is built, with the tables of these models, or with what these migrations make: the rows
 * that they insert too, and the history. Migrations run once in a process; each test gets a copy of what they have made.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308" })
 * })
 *
 * const onModels = Effect.provide(program, TestDatabase.layer([Book]))
 * const onMigrations = Effect.provide(program, TestDatabase.layer({ migrations: { directory: "migrations" } }))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export function layer(
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<DuckDb.Provided, WriteError>
export function layer<R = never>(
  source: Migrations<R>
): Layer.Layer<DuckDb.Provided, WriteError | MigrationsError, Exclude<R, DuckDb.Provided>>
export function layer<R>(source: Source<R>) {
  return ofDuckDb(({ duckDbCopy }) => duckDbCopy(source))
}

/**
 * A PostgreSQL database, new for each time the Layer is built and dropped with it; see `layer`. All are on one server, which the first
 * starts, and which ends with the process, however that ends. It needs PostgreSQL's programs on the machine; `PostgresUnavailable` says where
 * they were looked for.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 * @errors PostgresUnavailable
 *
 * @category layers
 * @since 0.1.0
 */
export function layerPostgres(
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<Postgres.Provided, WriteError | PostgresServer.PostgresUnavailable>
export function layerPostgres<R = never>(
  source: Migrations<R>
): Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
>
export function layerPostgres<R>(source: Source<R>) {
  return ofPostgres(({ postgresCopy }) => postgresCopy(source))
}

/**
 * A PostgreSQL database whose rows are spread over two shards, new for each time the Layer is built and dropped with it; see `layer`. The
 * coordinator and the shards are three servers, which the first test of a process starts, and which end with the process; see
 * `layerPostgres`. `undeclared: "automatic"` spreads the rows of models, too, that say nothing of their distribution.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 * @errors PostgresUnavailable where there are no programs of PostgreSQL on the machine
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   customerId: Column.primaryKey(Schema.Int),
 *   number: Column.primaryKey(Schema.Int)
 * }, { table: "parcels", distribution: { by: "customerId" } }) {}
 *
 * const test = Effect.gen(function*() {
 *   const parcels = yield* Repository.make(Parcel)
 *   yield* parcels.insert({ customerId: 1, number: 1 })
 * }).pipe(Effect.provide(TestDatabase.layerSharded([Parcel])))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export function layerSharded(
  models: ReadonlyArray<Model.Stored>,
  options?: ShardedOptions
): Layer.Layer<Postgres.Provided, WriteError | PostgresServer.PostgresUnavailable>
export function layerSharded<R = never>(
  source: Migrations<R>,
  options?: ShardedOptions
): Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
>
export function layerSharded<R>(source: Source<R>, options: ShardedOptions = {}) {
  return ofShards(({ shardedCopy }) => shardedCopy(source, options))
}

/**
 * The same DuckDB for all tests of a process that give the same models or migrations. Each build of the Layer is inside a transaction of its
 * own, which is rolled back when the Layer is released, so a test finds what the first one found.
 *
 * What a test can't do there: look at what a commit does, since none happens (`afterCommit`, events and other connections see nothing); go
 * on after a statement has failed, which aborts the transaction unless it was inside one nested in it; run side by side with another
 * that writes the same rows, which is a `Conflict`; get numbers of a sequence back. Such a test takes `layer`.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308" })
 * }).pipe(Effect.provide(TestDatabase.layerShared([Book])))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export function layerShared(
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<DuckDb.Provided, WriteError>
export function layerShared<R = never>(
  source: Migrations<R>
): Layer.Layer<
  DuckDb.Provided,
  WriteError | MigrationsError,
  Exclude<R, DuckDb.Provided>
>
export function layerShared<R>(source: Source<R>) {
  return Layer.fresh(rolledBack(ofDuckDb(({ duckDbShared }) => duckDbShared(source))))
}

/**
 * The same PostgreSQL database for all tests of a process that give the same models or migrations, each in a transaction that is rolled back;
 * see `layerShared`. A test that waits for a row of another waits until that has ended.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 * @errors PostgresUnavailable where there are no programs of PostgreSQL on the machine
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * const count = Query.from(Parcel).count
 *
 * // rolled back at the end, and a database of its own
 * const quick = count.pipe(Effect.provide(TestDatabase.layerSharedPostgres([Parcel])))
 * const alone = count.pipe(Effect.provide(TestDatabase.layerPostgres([Parcel])))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export function layerSharedPostgres(
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<Postgres.Provided, WriteError | PostgresServer.PostgresUnavailable>
export function layerSharedPostgres<R = never>(
  source: Migrations<R>
): Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
>
export function layerSharedPostgres<R>(source: Source<R>) {
  return Layer.fresh(rolledBack(ofPostgres(({ postgresShared }) => postgresShared(source))))
}

/** Drivers are loaded when a test asks for their database, so that a project needs no driver but its own. */
const ofDuckDb = <A, E, R>(make: (module: typeof DuckDbCopy) => Layer.Layer<A, E, R>) =>
  Layer.fresh(Layer.unwrap(Effect.map(
    Effect.tryPromise({
      try: () => import("./duckDbCopy.ts"),
      catch: (cause) =>
        new ConnectionFailed({
          database: "DuckDB for tests",
          reason: "its driver can't be loaded",
          hint: "Install @duckdb/node-api and @duckdb/node-bindings.",
          cause
        })
    }),
    make
  )))

const ofPostgres = <A, E, R>(make: (module: typeof PostgresCopy) => Layer.Layer<A, E, R>) =>
  Layer.fresh(Layer.unwrap(Effect.map(withPostgresDriver(() => import("./postgresCopy.ts")), make)))

const ofShards = <A, E, R>(make: (module: typeof ShardedCopy) => Layer.Layer<A, E, R>) =>
  Layer.fresh(Layer.unwrap(Effect.map(withPostgresDriver(() => import("./shardedCopy.ts")), make)))

const withPostgresDriver = <A>(load: () => Promise<A>) =>
  Effect.tryPromise({
    try: load,
    catch: (cause) =>
      new PostgresServer.PostgresUnavailable({
        problem: `The driver of PostgreSQL can't be loaded: ${String(cause)}`,
        remedy: "Install @effect/sql-pg."
      })
  })

/**
 * A service that is about tables, as `Repository.Service`, `Repository.ReadOnly` and `Repository.ReadModel` make them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repository {
  readonly models: ReadonlyArray<Model.Any>
  readonly layer: Layer.Layer<never, unknown, unknown>
}

/** What the Layer of a database with these repositories is. */
type Of<Repositories extends ReadonlyArray<Repository>, Provided, E = never> = Layer.Layer<
  Provided | Layer.Success<Repositories[number]["layer"]>,
  E | WriteError | Layer.Error<Repositories[number]["layer"]>,
  Exclude<Layer.Services<Repositories[number]["layer"]>, Provided>
>

/**
 * Repositories over a DuckDB in memory, new for each time the Layer is built: with the tables of their models, of all that these refer
 * to, and of their history. What their hooks need beside a database is still asked for.
 *
 * Of views, and of what is only in the query of a read model, there are no tables: give those to `layer`, and the repositories' own
 * layers to it.
 *
 * @errors WriteError
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * class Books extends Repository.Service<Books>()("app/Books", Book) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Books
 *   yield* books.insert({ isbn: "978-0140444308" })
 * }).pipe(Effect.provide(TestDatabase.layerOf(Books)))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOf = <const Repositories extends ReadonlyArray<Repository>>(
  ...repositories: Repositories
): Of<Repositories, DuckDb.Provided> => over(repositories, layer(modelsOf(repositories)))

/**
 * Repositories over a PostgreSQL database, new for each time the Layer is built; see `layerOf` and `layerPostgres`.
 *
 * @errors WriteError
 * @errors PostgresUnavailable where there are no programs of PostgreSQL on the machine
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * class Parcels extends Repository.Service<Parcels>()("app/Parcels", Parcel) {}
 *
 * const test = Effect.gen(function*() {
 *   const parcels = yield* Parcels
 *   return yield* parcels.get(7)
 * }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.succeed("none, as there should be")),
 *   Effect.provide(TestDatabase.layerOfPostgres(Parcels))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOfPostgres = <const Repositories extends ReadonlyArray<Repository>>(
  ...repositories: Repositories
): Of<Repositories, Postgres.Provided, PostgresServer.PostgresUnavailable> =>
  over(repositories, layerPostgres(modelsOf(repositories)))

/** The models of repositories that have tables, and those that need to be there with them, each once. */
const modelsOf = (repositories: ReadonlyArray<Repository>): ReadonlyArray<Model.Stored> => {
  const models = new Set(repositories.flatMap((repository) => repository.models))
  for (const model of models) {
    for (const needed of neededBy(tableOf(model))) models.add(needed)
  }
  return [...models].filter((model): model is Model.Stored => !tableOf(model).isView)
}

/** The models that a table refers to, and those of its history. */
const neededBy = ({ foreignKeys, roles }: Table): ReadonlyArray<Model.Any> => [
  ...foreignKeys.map(({ model }) => model()),
  ...roles.flatMap(({ role }) => role._tag === "UpdatedBy" && role.history !== undefined ? [role.history()] : [])
]

const over = <Repositories extends ReadonlyArray<Repository>, Provided, E>(
  repositories: Repositories,
  database: Layer.Layer<Provided, E>
) => {
  const layers: ReadonlyArray<Repositories[number]["layer"]> = repositories.map(({ layer: own }) => own)
  return Layer.mergeAll(Layer.empty, ...layers).pipe(Layer.provideMerge(database))
}
