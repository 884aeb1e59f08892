/**
 * A database that a test opens itself, with the tables of some models or all that migrations make.
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import type * as Model from "../model/Model.ts"
import type { Database } from "../session/Database.ts"
import type { WriteError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { type Migrations, type MigrationsError, type Source, structured } from "./structured.ts"

/**
 * The database of any Layer, with the tables of these models, or with what these migrations make: for one that is in a file, has
 * settings of its own, or is behind a Layer of one's own. It is made in that database, each time the Layer is built, and it stays there.
 *
 * @errors WriteError
 * @errors MigrationsError where they are made by migrations
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const narrow = DuckDb.layer({ path: ":memory:", pool: { size: 1 } })
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308" })
 * }).pipe(Effect.provide(TestDatabase.layerOn(narrow, [Book])))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export function layerOn<Provided, E, R>(
  database: Layer.Layer<Provided | Database | Session, E, R>,
  models: ReadonlyArray<Model.Stored>
): Layer.Layer<Provided | Database | Session, E | WriteError, R>
export function layerOn<Provided, E, R, Needed = never>(
  database: Layer.Layer<Provided | Database | Session, E, R>,
  source: Migrations<Needed>
): Layer.Layer<
  Provided | Database | Session,
  E | WriteError | MigrationsError,
  R | Exclude<Needed, Provided | Database | Session>
>
export function layerOn<Provided, E, R, Needed>(
  database: Layer.Layer<Provided | Database | Session, E, R>,
  source: Source<Needed>
) {
  return Layer.effectDiscard(structured(source)).pipe(Layer.provideMerge(database))
}
