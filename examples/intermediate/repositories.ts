/**
 * Repositories as the services of a program: methods of your own, hooks, rows that are only read, domain events, and the Layers that swap
 * all of it for tests.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, DomainEvents, type Expression, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import { Console, Data, Effect, Fiber, Layer, Option, Schema, Stream } from "effect"

const ReaderId = Schema.String.pipe(Schema.brand("ReaderId"))

class Reader extends Model.Class<Reader>("Reader")({
  id: Column.id(ReaderId),
  email: Column.unique(Schema.String),
  name: Schema.NonEmptyString
}, { table: "readers" }) {}

class Loan extends Model.Class<Loan>("Loan")({
  id: Column.serial(Schema.Int),
  reader: Column.references(ReaderId, () => Reader, "id"),
  book: Schema.NonEmptyString,
  isReturned: Column.withDefault(Schema.Boolean, false)
}, { table: "loans" }) {}

// What became of readers, for whoever asks later.
class AuditLine extends Model.Class<AuditLine>("AuditLine")({
  id: Column.serial(Schema.Int),
  text: Schema.String
}, { table: "audit_lines" }) {}

class AuditLines extends Repository.Service<AuditLines>()("library/AuditLines", AuditLine) {}

// A failure of a hook is one of the repository, in the types of the methods that the hook runs around.
class Banned extends Data.TaggedError("Banned")<{ readonly email: string }> {}

const normal = (email: string) => email.trim().toLowerCase()

class Readers extends Repository.Service<Readers>()("library/Readers", Reader, {
  hooks: {
    // Before an insert: what the hook answers is what is inserted.
    beforeInsert: (inputs) =>
      Effect.forEach(inputs, (input) => {
        const email = normal(input.email)
        return email.endsWith("@spam.example") ? new Banned({ email }) : Effect.succeed({ ...input, email })
      }),
    // After an update, in its transaction: both are stored, or neither is.
    afterUpdate: (rows) =>
      Effect.flatMap(
        AuditLines,
        (lines) => lines.insertMany(rows.map(({ name }) => ({ text: `a reader is called ${name} now` })))
      )
  }
}, (readers) => ({
  byEmail: (email: string) => readers.findOne((reader) => reader.email.eq(normal(email)))
})) {}

// Events that others hear of when what they tell has been committed, and never when it was rolled back.
const BookLent = Schema.TaggedStruct("BookLent", { book: Schema.String })
const BookReturned = Schema.TaggedStruct("BookReturned", { book: Schema.String })

class LibraryEvents extends DomainEvents.Service<LibraryEvents>()(
  "library/LibraryEvents",
  Schema.Union([BookLent, BookReturned])
) {}

const tell = (events: ReadonlyArray<typeof BookLent.Type | typeof BookReturned.Type>) =>
  Effect.flatMap(LibraryEvents, ({ publishMany }) => publishMany(events))

class Loans extends Repository.Service<Loans>()("library/Loans", Loan, {
  hooks: {
    afterInsert: (rows) => tell(rows.map(({ book }) => BookLent.make({ book }))),
    afterUpdate: (rows) =>
      tell(rows.filter(({ isReturned }) => isReturned).map(({ book }) => BookReturned.make({ book })))
  }
}, (loans) => ({
  open: loans.query.where((loan) => loan.isReturned.eq(false)).orderBy((loan) => loan.id.asc()),
  return: (loan: Loan) => loans.patch({ id: loan.id, isReturned: true })
})) {}

// For those who look and don't touch: no method of this one writes.
class LoanReport extends Repository.ReadOnly<LoanReport>()("library/LoanReport", Loan, (loans) => ({
  timesLent: (book: string) => loans.count((loan) => loan.book.eq(book))
})) {}

// The rows of a query, read as those of a model are.
class Borrowers extends Repository.ReadModel<Borrowers>()(
  "library/Borrowers",
  Query.from(Loan, "loan")
    .join(Reader, "reader", ({ loan, reader }) => loan.reader.eq(reader.id))
    .groupBy(({ reader }) => ({ name: reader.name }))
    .select(() => ({ loans: Query.count() }))
) {}

const hooks = Effect.gen(function*() {
  const readers = yield* Readers
  const lines = yield* AuditLines

  const ada = yield* readers.insert({ email: " Ada@Example.com ", name: "Ada" })
  const found = yield* readers.byEmail("ADA@example.com")
  yield* Console.log(`stored as ${ada.email}; found as such: ${Option.isSome(found)}`)

  const signUp = (email: string) =>
    readers.insert({ email, name: "Somebody" }).pipe(
      Effect.map(({ name }) => `welcome, ${name}`),
      Effect.catchTag("Banned", (banned) => Effect.succeed(`${banned.email} is banned`)),
      Repository.catchKey("email", () => Effect.succeed(`${email} is taken`))
    )
  yield* Console.log(yield* signUp("win@spam.example"))
  yield* Console.log(yield* signUp("ada@example.com"))

  yield* readers.patch({ id: ada.id, name: "Ada Lovelace" })
  yield* Console.log(`written down: ${(yield* lines.all).map(({ text }) => text).join("; ")}`)
  return ada
})

const lookUp = Effect.fn("lookUp")(function*(ada: Reader) {
  const readers = yield* Readers
  const loans = yield* Loans
  const victor = yield* readers.insert({ email: "victor@example.com", name: "Victor Hugo" })
  const jules = yield* readers.insert({ email: "jules@example.com", name: "Jules Verne" })
  yield* loans.insertMany([
    { reader: ada.id, book: "Emma" },
    { reader: victor.id, book: "Emma" },
    { reader: ada.id, book: "Ulysses" },
    { reader: jules.id, book: "Nana" }
  ])

  // A loader is asked for one row, and reads all that fibers ask for at the same time by one statement.
  const open = yield* loans.open
  const names = yield* Effect.forEach(
    open,
    (loan) => Effect.map(readers.loader(loan.reader), Option.match({ onNone: () => "?", onSome: ({ name }) => name })),
    { concurrency: "unbounded" }
  )
  yield* Console.log(open.map(({ book }, index) => `${names[index]} has ${book}`).join(", "))

  // Rows by their keys come in the order of the keys, and a key that has none leaves its place empty.
  const some = yield* loans.findMany([4, 1000, 1])
  yield* Console.log(some.map(Option.match({ onNone: () => "none", onSome: ({ book }) => book })).join(", "))

  // A page, and the next one behind its cursor, which may travel to a browser and back.
  const orderBy = (loan: Expression.Columns<typeof Loan>) => loan.book.asc()
  const first = yield* loans.page({ size: 3, orderBy })
  const second = yield* loans.page({ size: 3, orderBy, after: Option.getOrUndefined(first.next) })
  const books = (rows: ReadonlyArray<Loan>) => rows.map(({ book }) => book).join(", ")
  yield* Console.log(`page 1: ${books(first.rows)}; page 2: ${books(second.rows)}; more: ${Option.isSome(second.next)}`)
})

const readOnly = Effect.gen(function*() {
  const report = yield* LoanReport
  const borrowers = yield* Borrowers
  yield* Console.log(`Emma was lent ${yield* report.timesLent("Emma")} times`)
  const busy = yield* borrowers.find((borrower) => borrower.loans.gt(1))
  yield* Console.log(`more than one book: ${busy.map(({ loans, name }) => `${name} (${loans})`).join(", ")}`)
})

const events = Effect.gen(function*() {
  const loans = yield* Loans
  const heard = yield* (yield* LibraryEvents).subscribe
  const subscriber = yield* heard.pipe(
    Stream.take(2),
    Stream.runForEach((event) => Console.log(`heard: ${event._tag} ${event.book}`)),
    Effect.forkChild
  )

  const [loan] = yield* loans.open
  if (loan === undefined) return

  // What is rolled back was never told.
  yield* Session.transaction(Effect.andThen(loans.return(loan), Effect.fail("changed my mind"))).pipe(
    Effect.catch((reason) => Console.log(`rolled back: ${String(reason)}`))
  )
  yield* Session.transaction(Effect.gen(function*() {
    yield* loans.return(loan)
    yield* loans.insert({ reader: loan.reader, book: "Salammbô" })
    yield* Console.log("both done, not committed yet")
  }))
  yield* Fiber.join(subscriber)
}).pipe(Effect.scoped)

// This part of the program needs `Readers` and knows of no database.
const greet = Effect.fn("greet")(function*(email: string) {
  const readers = yield* Readers
  return Option.match(yield* readers.byEmail(email), {
    onNone: () => "Who are you?",
    onSome: ({ name }) => `Welcome back, ${name}!`
  })
})

const tests = Effect.gen(function*() {
  // A database in memory with the tables that these repositories need, gone after the test.
  const test = Effect.gen(function*() {
    const readers = yield* Readers
    yield* readers.insert({ email: "test@example.com", name: "Test" })
    return `${yield* greet("test@example.com")} And Ada? ${yield* greet("ada@example.com")}`
  })
  yield* Console.log(yield* Effect.provide(test, TestDatabase.layerOf(Readers, AuditLines)))

  // Or no database at all: a mock answers only what is asked of it.
  const mock = Layer.mock(Readers)({
    byEmail: (email) => Effect.succeedSome(Reader.make({ id: ReaderId.make("mock"), email, name: "Mock" }))
  })
  yield* Console.log(yield* Effect.provide(greet("anybody@example.com"), mock))
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Reader, Loan, AuditLine])

  yield* Console.log("1. Methods of your own, and hooks")
  const ada = yield* hooks

  yield* Console.log("\n2. Rows by key, and page by page")
  yield* lookUp(ada)

  yield* Console.log("\n3. Rows that are only read")
  yield* readOnly

  yield* Console.log("\n4. Events, after the commit")
  yield* events

  yield* Console.log("\n5. The same program in a test")
  yield* tests
})

const Library = Layer.mergeAll(Readers.layer, Loans.layer, LoanReport.layer, Borrowers.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(AuditLines.layer, LibraryEvents.layer)),
  Layer.provideMerge(DuckDb.layer({ path: ":memory:" }))
)

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(Library))

if (import.meta.main) NodeRuntime.runMain(main)
