/**
 * Fresh databases for tests, with the tables of some models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DuckDb } from "../duckdb.ts"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import { Postgres } from "../postgres.ts"
import type { DatabaseLocked, WriteError } from "../session/OrmError.ts"
import { createTables, type Session } from "../session/Session.ts"
import * as PostgresServer from "./PostgresServer.ts"

/**
 * A DuckDB in memory with the tables of these models, new for each time the Layer is built.
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
 * }).pipe(Effect.provide(TestDatabase.layer([Book])))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<DuckDb.Provided, DatabaseLocked | WriteError> => withTables(models, DuckDb.layer({ path: ":memory:" }))

/**
 * A PostgreSQL server of its own with the tables of these models: started when the Layer is built, and gone without a trace
 * after it. It needs PostgreSQL's programs on the machine; `PostgresUnavailable` says where they were looked for.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerPostgres = (
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<
  Postgres.Provided,
  WriteError | PostgresServer.PostgresUnavailable
> => withTables(models, Layer.unwrap(Effect.map(PostgresServer.start(), (server) => Postgres.layer(server))))

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
type Of<Repositories extends ReadonlyArray<Repository>, Provided, E> = Layer.Layer<
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
): Of<Repositories, DuckDb.Provided, DatabaseLocked> => over(repositories, layer(modelsOf(repositories)))

/**
 * Repositories over a PostgreSQL server of its own; see `layerOf` and `layerPostgres`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOfPostgres = <const Repositories extends ReadonlyArray<Repository>>(
  ...repositories: Repositories
): Of<Repositories, Postgres.Provided, PostgresServer.PostgresUnavailable> =>
  over(repositories, layerPostgres(modelsOf(repositories)))

/** The database once its tables are there. */
const withTables = <Provided, E>(models: ReadonlyArray<Model.Stored>, database: Layer.Layer<Provided | Session, E>) =>
  Layer.effectDiscard(createTables(models)).pipe(Layer.provideMerge(database))

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
