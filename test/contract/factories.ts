/**
 * What a factory makes passes the model's schema and the database's constraints, and is the same for the same seed.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Reference, Session } from "andamios-orm"
import { Factory, TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { kinds } from "./columnKinds.ts"
import type { Database } from "./Subject.ts"

const PublisherId = Schema.String.pipe(Schema.brand("PublisherId"))

class Publisher extends Model.Class<Publisher>("Publisher")({
  id: Column.id(PublisherId),
  name: Column.unique(Schema.NonEmptyString),
  city: Schema.String,
  website: Schema.NullOr(Schema.String)
}, { table: "factory_publishers" }) {}

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  email: Column.unique(Schema.String),
  phone: Schema.OptionFromNullOr(Schema.String),
  born: Column.date,
  mood: Column.withDefault(Schema.Literals(["glad", "sad"]), "glad"),
  mentor: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Author, "id")
}, { table: "factory_authors" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  author: Column.references(Schema.Int, () => Author, "id"),
  publisher: Column.references(PublisherId, () => Publisher, "id"),
  title: Schema.NonEmptyString.check(Schema.isMaxLength(40)),
  pages: Column.int32.check(Schema.isBetween({ minimum: 10, maximum: 900 })),
  price: Column.decimal({ precision: 10, scale: 2 }),
  tags: Schema.Array(Schema.String),
  publishedAt: Column.timestamp
}, { table: "factory_books", indexes: [Index.unique("author", "title")] }) {}

class Award extends Model.Class<Award>("Award")({
  author: Column.primaryKey(Column.references(Schema.Int, () => Author, "id")),
  book: Column.primaryKey(Column.references(Schema.Int, () => Book, "id")),
  place: Schema.Literals([1, 2, 3])
}, { table: "factory_awards" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  hall: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Schema.Int),
  isFree: Schema.Boolean
}, { table: "factory_seats" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.serial(Schema.Int),
  hall: Schema.String,
  seat: Schema.Int
}, { table: "factory_tickets", references: [Reference.to(["hall", "seat"], () => Seat, ["hall", "number"])] }) {}

class Flag extends Model.Class<Flag>("Flag")({
  color: Column.primaryKey(Schema.Literals(["red", "green"])),
  isOn: Column.primaryKey(Schema.Boolean)
}, { table: "factory_flags" }) {}

class Egg extends Model.Class<Egg>("Egg")({
  id: Column.serial(Schema.Int),
  hen: Column.references(Schema.Int, (): Model.Any => Hen, "id")
}, { table: "factory_eggs" }) {}

class Hen extends Model.Class<Hen>("Hen")({
  id: Column.serial(Schema.Int),
  egg: Column.references(Schema.Int, (): Model.Any => Egg, "id")
}, { table: "factory_hens" }) {}

const authors = Factory.make(Author)
const books = Factory.make(Book, {
  values: { title: (number, { series }) => `${series} ${number}` },
  transient: { series: "Volume" },
  traits: { short: { pages: 10 }, long: { pages: 900, tags: ["long"] } }
})

const rowsOf = (table: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ count: number }>`SELECT CAST(count(*) AS INTEGER) AS count FROM ${sql(table)}`
  )
    .pipe(Effect.map(([row]) => row?.count))

const counts = Effect.all({ authors: rowsOf("factory_authors"), books: rowsOf("factory_books") })

const added = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = yield* counts
    const made = yield* effect
    const after = yield* counts
    return {
      made,
      authors: (after.authors ?? 0) - (before.authors ?? 0),
      books: (after.books ?? 0) - (before.books ?? 0)
    }
  })

/** Models of random columns, some of which are unique. */
const randomModels = Arbitrary.array(
  Arbitrary.schema(
    Schema.Struct({
      kind: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: kinds.length - 1 })),
      isNullable: Schema.Boolean
    })
  ),
  { minLength: 1, maxLength: 5 }
)

const unnullable = new Set(["Json"])

export const factories = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Publisher, Author, Book, Award, Seat, Ticket, Flag]), {
    timeout: "120 seconds"
  })(
    `${name}: factories`,
    (it) => {
      it.effect("create a row with all that it refers to", () =>
        Effect.gen(function*() {
          const { authors: more, books: made, made: book } = yield* added(books.create())
          assert.instanceOf(book, Book)
          assert.deepStrictEqual([more, made], [1, 1])
          assert.deepStrictEqual(yield* Query.from(Book).where(({ id }) => id.eq(book.id)).all, [book])
          const author = yield* Query.from(Author).where(({ id }) => id.eq(book.author)).one
          assert.deepStrictEqual([author.mentor, author.mood], [null, "glad"])
          assert.match(author.email, /^\S+@example\.\w+$/)
          assert.isTrue(Option.isSome(author.phone))
        }))

      it.effect("share the rows that many refer to, or make one for each", () =>
        Effect.gen(function*() {
          const shared = yield* added(books.createMany(20))
          assert.deepStrictEqual([shared.authors, shared.books], [1, 20])
          const each = yield* added(books.createMany(20, {}, { parents: "each" }))
          assert.deepStrictEqual([each.authors, each.books], [20, 20])
          assert.strictEqual(new Set(each.made.map(({ author }) => author)).size, 20)
        }))

      it.effect("make no row that is given, and make others as they are told", () =>
        Effect.gen(function*() {
          const author = yield* authors.create({ name: "Ada" })
          const own = yield* added(books.createMany(3, { author: author.id }))
          assert.deepStrictEqual([own.authors, own.made.map((book) => book.author)], [0, [
            author.id,
            author.id,
            author.id
          ]])
          const told = yield* books.create({ author: authors.with({ name: "Grace" }) })
          assert.strictEqual((yield* Query.from(Author).where(({ id }) => id.eq(told.author)).one).name, "Grace")
        }))

      it.effect("make the rows that a reference of several fields is to", () =>
        Effect.gen(function*() {
          const tickets = yield* Factory.make(Ticket).createMany(5, {}, { parents: "each" })
          const seats = Factory.make(Seat, { values: { hall: "Blue" } })
          const ticket = yield* Factory.make(Ticket).create({ hall: seats })
          assert.deepStrictEqual([tickets.length, ticket.hall], [5, "Blue"])
        }))

      it.effect("give rows of a pairing a pair of their own", () =>
        Effect.gen(function*() {
          const awards = yield* Factory.make(Award).createMany(10)
          assert.strictEqual(new Set(awards.map(({ author, book }) => `${author} ${book}`)).size, 10)
        }))

      it.effect("take values, functions, parameters, traits and cycles", () =>
        Effect.gen(function*() {
          const made = yield* books.trait("short", "long").buildMany(3, {
            series: "Part",
            publishedAt: Factory.cycle(DateTime.makeUnsafe(0), DateTime.makeUnsafe(1))
          })
          assert.deepStrictEqual(made.map(({ pages, tags, title }) => ({ pages, tags, title })), [
            { pages: 900, tags: ["long"], title: "Part 1" },
            { pages: 900, tags: ["long"], title: "Part 2" },
            { pages: 900, tags: ["long"], title: "Part 3" }
          ])
          assert.deepStrictEqual(
            made.map(({ publishedAt }) => DateTime.toEpochMillis(publishedAt)),
            [0, 1, 0]
          )
          assert.strictEqual((yield* books.with({ pages: 77 }).build({ author: authors })).pages, 77)
          const some = yield* Factory.make(Publisher).buildMany(4, { website: Factory.cycle("ace.example", null) })
          assert.deepStrictEqual(some.map(({ website }) => website), ["ace.example", null, "ace.example", null])
        }).pipe(Factory.seed(1)))

      it.effect("make the same rows of the same seed, and others of another", () =>
        Effect.gen(function*() {
          const made = Effect.all([authors.buildMany(20), books.buildMany(20)])
          const first = yield* Factory.seed(42)(made)
          assert.deepStrictEqual(yield* Factory.seed(42)(made), first)
          assert.deepStrictEqual(yield* Effect.provide(made, Factory.layer(42)), first)
          assert.notDeepEqual(yield* Factory.seed(43)(made), first)
          const [one] = first[0]
          const [same] = yield* Factory.seed(42)(authors.buildMany(1, { name: "Ada" }))
          assert.deepStrictEqual(same, { ...same, ...one, name: "Ada" })
        }))

      it.effect("give each of thousands of rows a key of its own", () =>
        Effect.gen(function*() {
          const made = yield* authors.createMany(5_000)
          assert.strictEqual(new Set(made.map(({ email }) => email)).size, 5_000)
        }))

      it.effect("make all keys that there are, and tell when there are no more", () =>
        Effect.gen(function*() {
          const flags = Factory.make(Flag)
          assert.lengthOf(yield* flags.createMany(4), 4)
          const failure = yield* Effect.flip(flags.create())
          assert.strictEqual(failure._tag, "FactoryFailed")
          assert.include(failure.message, "Flag.color, isOn")
          assert.strictEqual(yield* rowsOf("factory_flags"), 4)
        }))

      it.effect("tell of rows that need each other", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(Factory.make(Hen).create())
          assert.include(failure.message, "Hen → Egg → Hen")
        }))

      it.effect("tell of a factory of another model than the one that is referred to", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(books.create({ author: Factory.make(Seat) }))
          assert.include(failure.message, "it refers to Author, and the factory makes Seat")
        }))

      it.effect("leave nothing behind where a row can't be stored", () =>
        Effect.gen(function*() {
          const failed = yield* added(Effect.flip(books.create({ pages: 5 })))
          assert.strictEqual(failed.made._tag, "Invalid")
          assert.deepStrictEqual([failed.authors, failed.books], [0, 0])
        }))

      it.effect("tell of a field that no value can be found for", () =>
        Effect.gen(function*() {
          class Never extends Model.Class<Never>("Never")({
            value: Schema.String.check(Schema.makeFilter(() => false))
          }, { table: "factory_never" }) {}
          const failure = yield* Effect.flip(Factory.make(Never).build())
          assert.include(failure.message, "Never.value")
          assert.deepStrictEqual(yield* Factory.make(Never).build({ value: "given" }), { value: "given" })
        }))

      let number = 0
      it.effect.prop(
        "make rows of any model that it takes and the database stores",
        { columns: randomModels },
        ({ columns }) =>
          Effect.gen(function*() {
            const fields = Object.fromEntries(columns.map(({ isNullable, kind }, index) => {
              const { name: called, schema } = kinds[kind] ?? { name: "Text", schema: Schema.String }
              return [`field${index}`, isNullable && !unnullable.has(called) ? Schema.NullOr(schema) : schema]
            }))
            class Random extends Model.Class<Random>("Random")(
              { id: Column.primaryKey(Schema.Int), ...fields },
              { table: `factory_random_${number++}` }
            ) {}
            yield* Session.createTables([Random])
            const rows = yield* Factory.make(Random).createMany(3)
            const isInstance = Schema.is(Random)
            assert.isTrue(rows.every((row) => isInstance(row)))
            assert.lengthOf(yield* Query.from(Random).all, 3)
          }),
        { arbitrary: { runs: 100 } }
      )
    }
  )
