/**
 * Authors, their books and what a view tells of them: what cached and live queries read.
 */
import { Column, Index, Model, Query, Relation } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

export class Author extends Model.Class<Author>("Author")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String
}, { table: "library_authors" }) {
  static readonly relations = () => ({ books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }) })
}

export class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  authorId: Column.references(Column.int32, () => Author, "id", { onDelete: "cascade" }),
  pages: Column.int32
}, { table: "library_books", indexes: [Index.on("authorId")] }) {
  static readonly relations = () => ({ author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }) })
}

export class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Column.int32)
}, { table: "library_shelves" }) {}

/** Pages of all books of an author. */
export class Output extends Model.View<Output>("Output")({
  authorId: Column.int32,
  pages: Column.int64
}, { view: "library_output" }) {}

/** A database with these tables, empty. */
export const withLibrary = (database: Database): Database =>
  Layer.effectDiscard(
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql`CREATE OR REPLACE VIEW library_output AS SELECT "authorId", SUM(pages)::BIGINT AS pages FROM library_books GROUP BY "authorId"`)
  ).pipe(
    Layer.provideMerge(TestDatabase.layerOn(database, [Author, Book, Shelf]))
  )

/** Removes all rows. */
export const empty = Effect.gen(function*() {
  yield* Query.delete(Book).everywhere()
  yield* Query.delete(Author).everywhere()
  yield* Query.delete(Shelf).everywhere()
})
