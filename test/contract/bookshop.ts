/**
 * A bookshop, whose models are related in every way there is.
 */
import { Column, Computed, Index, Model, Query, Relation, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

export class Author extends Model.Class<Author>("Author")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  /** Who taught them, if anybody did. */
  mentorId: Schema.NullOr(Schema.Int)
}, { table: "shop_authors" }) {
  static readonly relations = () => ({
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }),
    mentor: Relation.belongsTo(() => Author, { from: "mentorId", to: "id" }),
    pupils: Relation.hasMany(() => Author, { from: "id", to: "mentorId" }),
    biography: Relation.hasOne(() => Biography, { from: "id", to: "authorId" })
  })
  get shout() {
    return this.name.toUpperCase()
  }
}

export class Biography extends Model.Class<Biography>("Biography")({
  id: Column.primaryKey(Schema.Int),
  authorId: Column.unique(Schema.Int),
  text: Schema.String
}, { table: "shop_biographies" }) {
  static readonly relations = () => ({
    author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" })
  })
}

export class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Schema.Int),
  authorId: Schema.NullOr(Schema.Int),
  title: Schema.String,
  pages: Column.int32,
  sold: Column.int64,
  price: Column.decimal({ precision: 20, scale: 4 }),
  published: Schema.NullOr(Column.date)
}, { table: "shop_books" }) {
  static readonly relations = () => ({
    author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }),
    chapters: Relation.hasMany(() => Chapter, { from: "id", to: "bookId" }),
    tags: Relation.manyToMany(() => Tag, {
      through: () => BookTag,
      from: "id",
      throughFrom: "bookId",
      throughTo: "tagId",
      to: "id"
    })
  })
  static readonly computed = () =>
    Computed.of(Book, (book) => ({
      revenue: book.price.multiply(BigDecimal.fromBigInt(2n)),
      long: book.pages.gt(300)
    }))
}

export class Tag extends Model.Class<Tag>("Tag")({
  id: Column.primaryKey(Schema.String),
  since: Column.timestamp
}, { table: "shop_tags" }) {
  static readonly relations = () => ({
    books: Relation.manyToMany(() => Book, {
      through: () => BookTag,
      from: "id",
      throughFrom: "tagId",
      throughTo: "bookId",
      to: "id"
    })
  })
}

class BookTag extends Model.Class<BookTag>("BookTag")({
  bookId: Column.primaryKey(Schema.Int),
  tagId: Column.primaryKey(Schema.String)
}, { table: "shop_book_tags" }) {}

/** A key of two columns, of different types. */
export class Chapter extends Model.Class<Chapter>("Chapter")({
  bookId: Column.primaryKey(Schema.Int),
  code: Column.primaryKey(Schema.String),
  words: Column.int64
}, { table: "shop_chapters" }) {
  static readonly relations = () => ({
    book: Relation.belongsTo(() => Book, { from: "bookId", to: "id" }),
    notes: Relation.hasMany(() => Note, { from: ["bookId", "code"], to: ["bookId", "chapter"] }),
    readers: Relation.manyToMany(() => Author, {
      through: () => Reading,
      from: ["bookId", "code"],
      throughFrom: ["bookId", "chapter"],
      throughTo: "reader",
      to: "id"
    })
  })
}

export class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  bookId: Schema.NullOr(Schema.Int),
  chapter: Schema.NullOr(Schema.String),
  amount: Column.decimal({ precision: 10, scale: 2 })
}, { table: "shop_notes" }) {
  static readonly relations = () => ({
    chapterOf: Relation.belongsTo(() => Chapter, { from: ["bookId", "chapter"], to: ["bookId", "code"] })
  })
}

class Reading extends Model.Class<Reading>("Reading")({
  bookId: Schema.Int,
  chapter: Schema.String,
  reader: Schema.Int
}, { table: "shop_readings", indexes: [Index.on("reader")] }) {}

export const decimal = BigDecimal.fromStringUnsafe
export const day = (text: string) => DateTime.makeUnsafe(text)
export const precise = 2n ** 62n + 1n

const book = (id: number, authorId: number | null, title: string, pages: number) => ({
  id,
  authorId,
  title,
  pages,
  sold: precise + BigInt(id),
  price: decimal(`${id}.0001`),
  published: id % 2 === 0 ? null : day(`190${id}-02-03`)
})

const stored = Layer.effectDiscard(Effect.gen(function*() {
  if (yield* Query.from(Author).exists) return
  const insert = <M extends Model.Any>(model: M, rows: ReadonlyArray<Model.Insert<M>>) =>
    Effect.flatMap(Repository.make(model), (repository) => repository.insertMany(rows))
  yield* insert(Author, [
    { id: 1, name: "Ada", mentorId: null },
    { id: 2, name: "Blaise", mentorId: 1 },
    { id: 3, name: "Cyd", mentorId: 1 },
    { id: 4, name: "Dora", mentorId: 2 }
  ])
  yield* insert(Biography, [{ id: 1, authorId: 1, text: "Born" }, { id: 2, authorId: 4, text: "Lived" }])
  yield* insert(Book, [
    book(1, 1, "Algebra", 100),
    book(2, 1, "Bees", 400),
    book(3, 1, "Clouds", 250),
    book(4, 2, "Dust", 700),
    book(5, 2, "Echo", 50),
    book(6, null, "Folk tales", 320)
  ])
  yield* insert(Tag, ["art", "maths", "nature", "unused"].map((id) => ({ id, since: day("2020-01-02T03:04:05.678Z") })))
  yield* insert(BookTag, [
    { bookId: 1, tagId: "maths" },
    { bookId: 2, tagId: "nature" },
    { bookId: 3, tagId: "nature" },
    { bookId: 3, tagId: "art" },
    { bookId: 4, tagId: "nature" },
    { bookId: 6, tagId: "art" }
  ])
  yield* insert(Chapter, [
    { bookId: 1, code: "a", words: precise },
    { bookId: 1, code: "b", words: 2n },
    { bookId: 2, code: "a", words: 3n },
    { bookId: 4, code: "a", words: 4n }
  ])
  yield* insert(Note, [
    { id: 1, bookId: 1, chapter: "a", amount: decimal("1.10") },
    { id: 2, bookId: 1, chapter: "a", amount: decimal("2.20") },
    { id: 3, bookId: 2, chapter: "a", amount: decimal("3.30") },
    { id: 4, bookId: 1, chapter: null, amount: decimal("4.40") },
    { id: 5, bookId: null, chapter: null, amount: decimal("5.50") }
  ])
  yield* insert(Reading, [
    { bookId: 1, chapter: "a", reader: 2 },
    { bookId: 1, chapter: "a", reader: 3 },
    { bookId: 1, chapter: "b", reader: 2 },
    { bookId: 2, chapter: "a", reader: 1 }
  ])
}))

/** The database with this shop. */
export const withBookshop = (database: Database): Database =>
  stored.pipe(
    Layer.provideMerge(TestDatabase.layerOn(database, [Author, Biography, Book, Tag, BookTag, Chapter, Note, Reading]))
  )
