/**
 * What the command line knows of a project: its database, its models, and where its revisions are.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Alembic from "../migration/Alembic.ts"
import type * as Model from "../model/Model.ts"
import type { Database } from "../session/Database.ts"
import type { Session } from "../session/Session.ts"
import type { EnumStructure, SequenceStructure, ViewStructure } from "../sql/Structure.ts"

/**
 * A project. `R` are the services that its database provides beside the session, for revisions and seeds that are effects.
 *
 * @category models
 * @since 0.1.0
 */
export interface Config<in out R = never> {
  /** The Layer of the database, such as `DuckDb.layer({ path: "app.duckdb" })`. */
  readonly database: Layer.Layer<Session | Database | R, unknown>
  /** Other databases by names, for `andamios move`: its rows go to one of them, or come from there. */
  readonly targets?: Readonly<Record<string, Layer.Layer<Session | Database, unknown>>>
  /** What the database is to hold. */
  readonly models: ReadonlyArray<Model.Any>
  /** Types, sequences and views that no model tells of, but which the database is to hold too. */
  readonly enums?: ReadonlyArray<EnumStructure>
  readonly sequences?: ReadonlyArray<SequenceStructure>
  readonly views?: ReadonlyArray<ViewStructure>
  /** The directory of revisions, from the one of this file on: `migrations`, if it is not given. */
  readonly migrations?: string
  /** The table of what was applied: `andamios_migrations`, if it is not given. */
  readonly table?: string
  /** Alembic, which shares the database; its `ini` or `directory` is told from the directory of this file on. */
  readonly alembic?: Alembic.Options
  /**
   * What belongs to somebody else, or can't be said by a model: it is neither compared nor touched. `books` is a table or a view,
   * `books.books_lower` a column, an index or a constraint of it.
   */
  readonly ignore?: ReadonlyArray<string>
  /** Puts rows into the tables, for `andamios db seed`. */
  readonly seed?: Effect.Effect<unknown, unknown, Session | Database | R>
}

/**
 * Tells the command line what a project is made of: the default export of `andamios.config.ts`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { defineConfig } from "andamios-orm/cli"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * export default defineConfig({
 *   database: DuckDb.layer({ path: "books.duckdb" }),
 *   models: [Book],
 *   migrations: "migrations"
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const defineConfig = <R = never>(config: Config<R>): Config<R> => config
