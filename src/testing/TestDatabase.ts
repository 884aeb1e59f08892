/**
 * Fresh databases for tests, with the tables of some models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DuckDb } from "../duckdb.ts"
import type * as Model from "../model/Model.ts"
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

/** The database once its tables are there. */
const withTables = <Provided, E>(models: ReadonlyArray<Model.Stored>, database: Layer.Layer<Provided | Session, E>) =>
  Layer.effectDiscard(createTables(models)).pipe(Layer.provideMerge(database))
