/**
 * A model says once what a row is: its class, its validation, its insert type and its table all follow from the same fields.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import {
  Check,
  Column,
  Computed,
  Generated,
  Index,
  InvalidModel,
  Model,
  Query,
  Repository,
  Session
} from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, DateTime, Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"

// A brand keeps the identifiers of different models apart: a PublisherId is no BookId, although both are text.
const PublisherId = Schema.String.pipe(Schema.brand("PublisherId"))
const BookId = Schema.String.pipe(Schema.brand("BookId"))

class Publisher extends Model.Class<Publisher>("Publisher")({
  id: Column.id(PublisherId),
  name: Column.unique(Schema.NonEmptyString)
}, { table: "publishers" }) {}

// Any Effect Schema is a column. `Column` has what a schema alone can't say: keys, exact sizes, defaults, references.
class Book extends Model.Class<Book>("Book")({
  id: Column.id(BookId), // a UUID in order of time, made by the application: an insert knows it before the database does
  publisherId: Column.references(PublisherId, () => Publisher, "id"), // a foreign key, kept by the database
  isbn: Column.unique(Schema.String.check(Schema.isPattern(/^\d{13}$/))),
  title: Schema.NonEmptyString,
  subtitle: Schema.NullOr(Schema.String), // the only columns that can be null are those that say so
  pages: Column.int32,
  copiesSold: Column.int64, // a bigint; Schema.Int would be a number
  price: Column.decimal({ precision: 8, scale: 2 }), // exact digits: no float ever touches money
  rating: Schema.NullOr(Schema.Number),
  inPrint: Column.withDefault(Schema.Boolean, true),
  language: Column.withDefault(Schema.Literals(["en", "es", "fr"]), "en"), // the database refuses other values too
  published: Column.date,
  addedAt: Column.timestamp,
  tags: Schema.Array(Schema.String), // a real LIST
  size: Schema.NullOr(Schema.Struct({ width: Schema.Number, height: Schema.Number })), // a real STRUCT
  reviews: Column.json(Schema.Array(Schema.Struct({ by: Schema.String, stars: Schema.Int })))
}, { table: "books", indexes: [Index.on("published"), Index.unique("publisherId", "title")] }) {
  // Rows are instances of the class, so what can be told from a row has its place here and is no column.
  get spine() {
    return `${this.title} · ${DateTime.toPartsUtc(this.published).year}`
  }
}

// A key of two fields, one of them of another model. `findById` will ask for a record of both.
class Shelving extends Model.Class<Shelving>("Shelving")({
  bookId: Column.primaryKey(Column.references(BookId, () => Book, "id")),
  shelf: Column.primaryKey(Schema.String),
  place: Schema.Int
}, { table: "shelvings" }) {}

// What the fields alone can't say stands in the body of the class: conditions on several fields, which the database keeps, and values
// that are computed of others, in the table or only in queries.
class Loan extends Model.Class<Loan>("Loan")({
  id: Column.serial(Schema.Int),
  bookId: Column.references(BookId, () => Book, "id", { onDelete: "restrict" }),
  pin: Column.sensitive(Schema.String.check(Schema.isPattern(/^\d{4}$/))), // Redacted wherever it could be told
  lentOn: Column.date,
  dueOn: Column.date,
  centsPerDay: Column.comment(Column.int32, "what a day beyond the last one costs"),
  finePerWeek: Column.generated(Schema.Int)
}, { table: "loans", columns: "snake_case" }) {
  static readonly checks = () => Check.of(Loan, (loan) => ({ dueLater: loan.dueOn.gt(loan.lentOn) }))
  static readonly generated = () => Generated.of(Loan, (loan) => ({ finePerWeek: loan.centsPerDay.multiply(7) }))
  static readonly computed = () => Computed.of(Loan, (loan) => ({ days: loan.dueOn.since(loan.lentOn, "days") }))
}

/** What an insert takes: no id, and neither `inPrint` nor `language`, because these have a value without us. */
type NewBook = Model.Insert<typeof Book>

const lesMiserables = (publisher: Publisher): NewBook => ({
  publisherId: publisher.id,
  isbn: "9780140444308",
  title: "Les Misérables",
  subtitle: null,
  pages: 1232,
  copiesSold: 9_007_199_254_740_993n,
  price: BigDecimal.fromStringUnsafe("14.99"),
  rating: 4.2,
  published: DateTime.makeUnsafe("1862-04-03"),
  addedAt: DateTime.makeUnsafe("2026-01-01T12:00:00Z"),
  tags: ["classic", "novel"],
  size: { width: 12.9, height: 19.8 },
  reviews: [{ by: "Ada", stars: 5 }]
})

// The compiler reads the same fields: what it refuses here would otherwise be an error of the database at three in the morning.
// @ts-expect-error -- Property 'name' is missing
const nameless: Model.Insert<typeof Publisher> = {}

const showTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [made] = yield* sql<{ readonly sql: string }>`SELECT sql FROM duckdb_tables() WHERE table_name = 'publishers'`
  yield* Console.log(made?.sql)

  const columns = yield* sql<{ readonly line: string }>`
    SELECT format('{:<12} {}{}{}', column_name, data_type,
      CASE WHEN is_nullable THEN '' ELSE ' NOT NULL' END,
      CASE WHEN column_default IS NULL THEN '' ELSE ' DEFAULT ' || column_default END) AS line
    FROM duckdb_columns() WHERE table_name = 'books' ORDER BY column_index`
  yield* Console.log("Table books:")
  for (const { line } of columns) yield* Console.log(`  ${line}`)

  const constraints = yield* sql<{ readonly line: string }>`
    SELECT table_name || ': ' || constraint_text AS line FROM duckdb_constraints()
    WHERE constraint_type <> 'NOT NULL' ORDER BY line`
  yield* Console.log("Constraints:")
  for (const { line } of constraints) yield* Console.log(`  ${line}`)

  const indexes = yield* sql<{ readonly sql: string }>`SELECT sql FROM duckdb_indexes() ORDER BY sql`
  yield* Console.log("Indexes:")
  for (const index of indexes) yield* Console.log(`  ${index.sql}`)
})

const insertBook = Effect.gen(function*() {
  const publishers = yield* Repository.make(Publisher)
  const books = yield* Repository.make(Book)
  const shelvings = yield* Repository.make(Shelving)

  const penguin = yield* publishers.insert({ name: "Penguin" })
  const book = yield* books.insert(lesMiserables(penguin))
  yield* shelvings.insert({ bookId: book.id, shelf: "H", place: 7 })

  // What is read back is the same class with the same values: no string that was a decimal, no number that lost its last digits.
  const read = yield* books.get(book.id)
  yield* Console.log(`${read.spine}: ${read instanceof Book ? "a Book" : "no Book"} of ${read.pages} pages`)
  yield* Console.log(
    `filled in: language ${read.language}, inPrint ${read.inPrint}, an id of ${read.id.length} characters`
  )
  yield* Console.log(`exact: ${BigDecimal.format(read.price)} and ${read.copiesSold} copies`)
  yield* Console.log(`nested: ${read.tags.join(", ")}; ${read.size?.width} x ${read.size?.height}`)
  for (const review of read.reviews) yield* Console.log(`reviewed by ${review.by}: ${"★".repeat(review.stars)}`)

  const { place } = yield* shelvings.get({ bookId: book.id, shelf: "H" })
  yield* Console.log(`on shelf H, place ${place}`)

  // The schema validates before anything is sent, and names the field.
  yield* Effect.ignore(publishers.insert(nameless))
  yield* books.insert({ ...lesMiserables(penguin), isbn: "no isbn" }).pipe(
    Effect.catchTag("Invalid", (invalid) => Console.log(invalid.message))
  )
})

// A field that no column can hold is a mistake in the program, so it is told where the class is defined, and by name.
const impossible = Effect.try({
  try: () => {
    class Draft extends Model.Class<Draft>("Draft")({ title: Schema.optional(Schema.String) }, { table: "drafts" }) {}
    return Draft
  },
  catch: (error) => error instanceof InvalidModel ? error.message : "another error"
}).pipe(Effect.catch((message) => Console.log(message)), Effect.asVoid)

const declareMore = Effect.gen(function*() {
  yield* Session.createTables([Loan])
  const books = yield* Repository.make(Book)
  const loans = yield* Repository.make(Loan)
  const [book] = yield* books.all
  if (book === undefined) return
  const loan = {
    bookId: book.id,
    pin: Redacted.make("1862"),
    lentOn: DateTime.makeUnsafe("2026-03-01"),
    dueOn: DateTime.makeUnsafe("2026-03-15"),
    centsPerDay: 20
  }
  const lent = yield* loans.insert(loan)
  yield* Console.log(
    `generated: ${lent.finePerWeek} cents a week, and what a log tells of the pin: ${JSON.stringify(lent.pin)}`
  )
  const long = yield* Query.from(Loan).where((each) => each.days.gt(7)).select((each) => ({ days: each.days }))
  yield* Console.log(`computed: ${long.map(({ days }) => days).join(", ")} days`)
  yield* loans.insert({ ...loan, dueOn: loan.lentOn }).pipe(
    Effect.catchTag("CheckViolation", ({ constraint, table }) => Console.log(`refused by ${constraint} of ${table}`))
  )
  yield* books.delete(book.id).pipe(
    Effect.catchTag("StillReferenced", ({ table }) => Console.log(`still referred to: a row of ${table}`))
  )
  const fields = yield* Query.from(Loan).select((each) => ({ due: each.dueOn })).toSql
  yield* Console.log(fields.sql)
})

const lesson = Effect.gen(function*() {
  yield* Console.log("1. The tables that the models make")
  yield* Session.createTables([Shelving, Book, Publisher]) // in any order: a table comes after those that it refers to
  yield* showTables

  yield* Console.log("\n2. An insert, and what is read back")
  yield* insertBook

  yield* Console.log("\n3. The SQL of a query, which is otherwise nobody's business")
  const first = Query.from(Publisher).where((publisher) => publisher.name.startsWith("P")).limit(1)
  yield* Console.log((yield* first.toSql).sql)

  yield* Console.log("\n4. A model that no table can be made of")
  yield* impossible

  yield* Console.log("\n5. What else a class can declare")
  yield* declareMore
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
