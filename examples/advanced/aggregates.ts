/**
 * An author with her books, their chapters and tags: created, changed, saved and deleted as one.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Aggregate, Column, Mixin, Model, Relation, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema, Struct } from "effect"

// The root: the row that the others belong to. Its version counts every save of the whole.
class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  ...Mixin.version
}, { table: "authors" }) {
  static readonly relations = () => ({
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" })
  })
}

class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  authorId: Column.references(Schema.Int, () => Author, "id"),
  title: Schema.NonEmptyString
}, { table: "books" }) {
  static readonly relations = () => ({
    chapters: Relation.hasMany(() => Chapter, { from: "id", to: "bookId" }),
    tags: Relation.manyToMany(() => Tag, {
      through: () => BookTag,
      from: "id",
      throughFrom: "bookId",
      throughTo: "tag",
      to: "name"
    })
  })
}

class Chapter extends Model.Class<Chapter>("Chapter")({
  bookId: Column.primaryKey(Column.references(Schema.Int, () => Book, "id")),
  number: Column.primaryKey(Schema.Int),
  title: Schema.NonEmptyString
}, { table: "chapters" }) {}

class Tag extends Model.Class<Tag>("Tag")({ name: Column.primaryKey(Schema.String) }, { table: "tags" }) {}

class BookTag extends Model.Class<BookTag>("BookTag")({
  bookId: Column.primaryKey(Column.references(Schema.Int, () => Book, "id")),
  tag: Column.primaryKey(Column.references(Schema.String, () => Tag, "name"))
}, { table: "book_tags" }) {}

// What belongs to an author. A relation that is left out is neither read nor written.
const parts = { books: { chapters: true, tags: true } } as const
const authorsOf = Aggregate.make(Author, parts)

type Whole = Aggregate.Tree<typeof Author, typeof parts>

const show = ({ books, name, version }: Whole) => {
  const lines = books.toSorted((a, b) => a.id - b.id).map(({ chapters, tags, title }) => {
    const words = tags.map((tag) => `#${tag.name}`).toSorted((a, b) => a.localeCompare(b))
    const numbered = chapters.toSorted((a, b) => a.number - b.number).map((chapter) =>
      `${chapter.number} ${chapter.title}`
    )
    return `  ${[title, ...words, ...numbered].join(" | ")}`
  })
  return Console.log([`${name}, version ${version}`, ...lines].join("\n"))
}

const create = Effect.gen(function*() {
  const tags = yield* Repository.make(Tag)
  yield* tags.insert({ name: "maths" })
  const authors = yield* authorsOf

  // Foreign keys are not asked for: a book's author is the one that it is written under, whose number the database makes.
  const ada = yield* authors.create({
    name: "Ada",
    books: {
      create: [{
        title: "Notes",
        chapters: { create: [{ number: 1, title: "Engines" }, { number: 2, title: "Numbers" }] },
        tags: { connect: ["maths"], create: [{ name: "computing" }] }
      }, { title: "Letters" }]
    }
  })
  yield* show(ada)
  return ada
})

const change = Effect.fn("change")(function*(ada: Whole) {
  const authors = yield* authorsOf
  const [notes, letters] = ada.books
  if (notes === undefined || letters === undefined) return ada

  // Each operation names rows by their keys. They are sent by kind: all patches of chapters are one statement.
  const changed = yield* authors.update({
    id: ada.id,
    version: ada.version,
    name: "Ada King",
    books: {
      update: [{
        id: notes.id,
        chapters: {
          update: [{ number: 1, title: "The Engine" }],
          delete: [{ number: 2 }],
          create: [{ number: 3, title: "G" }]
        },
        tags: { disconnect: ["maths"] }
      }],
      delete: [letters.id],
      create: [{ title: "Diary" }]
    }
  })
  yield* show(changed)
  return changed
})

const save = Effect.fn("save")(function*(ada: Whole) {
  const authors = yield* authorsOf

  // Or the whole as it should be: what was loaded, with changes. What differs is written, and what is gone is deleted.
  const saved = yield* authors.save(Struct.assign(ada, {
    books: ada.books.map((book) =>
      book.title === "Diary"
        ? Struct.assign(book, { chapters: [{ number: 1, title: "January" }], tags: [{ name: "private" }] })
        : Struct.assign(book, { chapters: book.chapters.filter((chapter) => chapter.number === 3) })
    )
  }))
  yield* show(saved)

  // Somebody who read it before that comes too late, also if only a chapter was changed.
  yield* authors.save(ada).pipe(Effect.catchTag("StaleRow", (stale) => Console.log(`StaleRow: ${stale.message}`)))
  return saved
})

const failures = Effect.fn("failures")(function*(ada: Whole) {
  const authors = yield* authorsOf
  const eve = yield* authors.create({ name: "Eve", books: { create: [{ title: "Garden" }] } })
  const [garden] = eve.books
  if (garden === undefined) return

  // Somebody else's book is none of hers.
  yield* authors.update({ id: ada.id, version: ada.version, books: { update: [{ id: garden.id, title: "Mine" }] } })
    .pipe(
      Effect.catchTag("NotFound", (missing) => Console.log(`NotFound: ${missing.message}`))
    )

  // A value that doesn't fit is told by its way from the root, and nothing is written.
  yield* authors.create({
    name: "Mary",
    books: { create: [{ title: "Somerville", chapters: { create: [{ number: 1, title: "" }] } }] }
  })
    .pipe(
      Effect.catchTag(
        "Invalid",
        (invalid) => Console.log(`Invalid at ${invalid.issues.map(({ path }) => path.join(".")).join(", ")}`)
      )
    )
})

const remove = Effect.fn("remove")(function*(ada: Whole) {
  const authors = yield* authorsOf
  yield* authors.delete(ada.id)
  const count = <M extends Model.Stored>(model: M) => Effect.flatMap(Repository.make(model), ({ query }) => query.count)
  const [books, chapters, tags] = yield* Effect.all([count(Book), count(Chapter), count(Tag)])
  yield* Console.log(`left: ${books} book of Eve's, ${chapters} chapters, and all ${tags} tags`)
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Author, Book, Chapter, Tag, BookTag])

  yield* Console.log("1. Create")
  const created = yield* create

  yield* Console.log("\n2. Update: what becomes of each row")
  const changed = yield* change(created)

  yield* Console.log("\n3. Save: the whole as it should be")
  const saved = yield* save(changed)

  yield* Console.log("\n4. Failures")
  yield* failures(saved)

  yield* Console.log("\n5. Delete")
  yield* remove(saved)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
