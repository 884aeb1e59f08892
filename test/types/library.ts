/**
 * The models that the type tests are about.
 */
import { Column, Index, Model } from "andamios-orm"
import * as Schema from "effect/Schema"

export const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))
export type AuthorId = typeof AuthorId.Type

export const BookId = Schema.Int.pipe(Schema.brand("BookId"))
export type BookId = typeof BookId.Type

export class Author extends Model.Class<Author>("Author")({
  id: Column.id(AuthorId),
  name: Schema.NonEmptyString,
  born: Schema.NullOr(Column.date),
  royalty: Column.decimal({ precision: 12, scale: 2 }),
  mood: Column.withDefault(Schema.Literals(["glad", "sad"]), "glad")
}, { table: "authors", indexes: [Index.on("name")] }) {
  get initials(): string {
    return this.name.slice(0, 1)
  }
}

export class Book extends Model.Class<Book>("Book")({
  id: Column.serial(BookId),
  authorId: Column.references(AuthorId, () => Author, "id"),
  title: Column.unique(Schema.String),
  pages: Column.int32,
  sold: Schema.NullOr(Column.int64),
  rating: Schema.NullOr(Schema.Number),
  inPrint: Schema.Boolean,
  subtitle: Schema.OptionFromNullOr(Schema.String),
  tags: Schema.Array(Schema.String)
}, { table: "books", indexes: [Index.unique("authorId", "title"), Index.on("pages")] }) {}

export class Chapter extends Model.Class<Chapter>("Chapter")({
  book: Column.primaryKey(BookId),
  number: Column.primaryKey(Schema.Int),
  text: Schema.String
}, { table: "chapters" }) {}

/** A model without a key. */
export class Event
  extends Model.Class<Event>("Event")({ at: Column.timestamp, what: Schema.String }, { table: "events" })
{}
