/**
 * Rows for tests: factories that make them of a model, of which a test says only what it is about, and fixtures that are files.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query } from "andamios-orm"
import { Factory, Fixture, TestDatabase } from "andamios-orm/testing"
import { Console, Effect, FileSystem, Schema } from "effect"

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  email: Column.unique(Schema.String)
}, { table: "authors" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  author: Column.references(Schema.Int, () => Author, "id"),
  title: Schema.NonEmptyString.check(Schema.isMaxLength(60)),
  pages: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_000 })),
  price: Column.decimal({ precision: 8, scale: 2 }),
  inPrint: Column.withDefault(Schema.Boolean, true)
}, { table: "books" }) {}

const authors = Factory.make(Author)

const books = Factory.make(Book, {
  // A function of a row's number makes a sequence; parameters are no fields, and tests say what they are.
  values: { title: (number, { series }) => `${series}, volume ${number}` },
  transient: { series: "The scaffold" },
  // What some rows are like, by names.
  traits: { long: { pages: 1_500 }, forgotten: { inPrint: false } }
})

const building = Effect.gen(function*() {
  yield* Console.log("1. Rows that are not stored")
  // Every field has a value that its schema allows, and that its name asks for.
  const author = yield* authors.build()
  yield* Console.log(`an author has a name: ${author.name.includes(" ")}, and an email: ${author.email.includes("@")}`)
  const same = yield* Factory.seed(7)(authors.build())
  const again = yield* Factory.seed(7)(authors.build())
  yield* Console.log(`the same seed makes the same row: ${same.name === again.name && same.email === again.email}`)
  const thick = yield* books.trait("long", "forgotten").build({ series: "The tower" })
  yield* Console.log(`${thick.title}: ${thick.pages} pages, in print: ${thick.inPrint}`)
})

const creating = Effect.gen(function*() {
  yield* Console.log("\n2. Rows that are stored, with those that they refer to")
  const book = yield* books.create()
  const author = yield* Query.from(Author).where(({ id }) => id.eq(book.author)).one
  yield* Console.log(`"${book.title}" has an author of its own: ${author.id === book.author}`)

  // Many rows are one statement. They share an author, or each has one.
  yield* books.createMany(10)
  yield* Console.log(`after ten more books there are ${yield* Query.from(Author).count} authors`)
  yield* books.createMany(10, {}, { parents: "each" })
  yield* Console.log(`after ten of one author each there are ${yield* Query.from(Author).count}`)

  // An author that the test is about, and one that is made so.
  const ada = yield* authors.create({ name: "Ada Lovelace" })
  yield* books.createMany(2, { author: ada.id, pages: Factory.cycle(10, 20) })
  yield* books.create({ author: authors.with({ name: "Grace Hopper" }), pages: 30 })
  const pages = yield* Query.from(Book).where(({ pages: number }) => number.in([10, 20, 30])).orderBy((one) =>
    one.pages.asc()
  )
  yield* Console.log(`pages of Ada's and Grace's: ${pages.map((one) => one.pages).join(", ")}`)
})

const loading = Effect.gen(function*() {
  yield* Console.log("\n3. Rows in files")
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  const file = (name: string, text: string) =>
    Effect.as(files.writeFileString(`${folder}/${name}`, text), `${folder}/${name}`)

  const authorsFile = yield* file(
    "authors.json",
    `[{ "id": 100, "name": "Mary Shelley", "email": "mary@example.com" }]`
  )
  const booksFile = yield* file("books.csv", "author,title,pages,price\n100,Frankenstein,280,9.50\n")
  // Whatever their order, those that others refer to come first.
  const loaded = yield* Fixture.loadAll([Book, booksFile], [Author, authorsFile])
  yield* Console.log(`${loaded} rows loaded`)

  const broken = yield* file("broken.csv", "author,title,pages,price\n100,,280,9.50\n100,Valperga,many,9.50\n")
  const told = yield* Effect.flip(Fixture.load(Book, broken))
  if (told._tag === "FileInvalid") {
    for (const { issues, row } of told.rows) {
      yield* Console.log(`row ${row} doesn't fit: ${issues.map(({ path }) => path.join(".")).join(", ")}`)
    }
  }
}).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

/** What the example does. */
export const main = Effect.gen(function*() {
  yield* building
  yield* creating
  yield* loading
}).pipe(Effect.provide(TestDatabase.layer([Author, Book])))

if (import.meta.main) NodeRuntime.runMain(main)
