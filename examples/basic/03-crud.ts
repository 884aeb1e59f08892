/**
 * The everyday operations on rows, how each of them can fail, and a repository as a service that tests can replace.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Layer, Option, Schema } from "effect"

const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))
const Email = Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/, { message: "not an e-mail address" }))

class Author extends Model.Class<Author>("Author")({
  id: Column.id(AuthorId),
  email: Column.unique(Email),
  name: Schema.NonEmptyString,
  books: Column.withDefault(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)), 0)
}, { table: "authors" }) {
  get initials() {
    return this.name.split(" ").map((word) => word.charAt(0)).join("")
  }
}

// A draft that is deleted stays in its table, hidden, until it is restored or purged. An author has each title once.
class Draft extends Model.Class<Draft>("Draft")({
  id: Column.serial(Schema.Int),
  author: Column.references(AuthorId, () => Author, "id"),
  title: Schema.NonEmptyString,
  ...Mixin.softDelete
}, { table: "drafts", indexes: [Index.unique("author", "title")] }) {}

// A repository with methods of its own is a service: whoever needs it says so in the type and gets it from a Layer.
class Authors extends Repository.Service<Authors>()("app/Authors", Author, (repository) => ({
  byEmail: (email: string) => repository.findOne((author) => author.email.eq(email)),
  mostProlific: (atMost: number) =>
    repository.query.where((author) => author.books.gt(0)).orderBy((author) => author.books.desc()).limit(atMost)
})) {}

const show = (author: Author) => `${author.initials} ${author.name} <${author.email}>, books: ${author.books}`

const create = Effect.gen(function*() {
  const authors = yield* Authors
  const ada = yield* authors.insert({ email: "ada@example.com", name: "Ada Lovelace", books: 1 })
  yield* Console.log(`inserted  ${show(ada)}`)

  // All or none, however many: a thousand rows take hardly longer than one.
  const more = yield* authors.insertMany([
    { email: "victor@example.com", name: "Victor Hugo", books: 20 },
    { email: "jules@example.com", name: "Jules Verne", books: 62 },
    { email: "nobody@example.com", name: "Nobody Yet" }
  ])
  const initials = more.map((author) => author.initials).join(", ")
  yield* Console.log(`inserted  ${more.length} more, in the order given: ${initials}`)
  return ada
})

const read = Effect.fn("read")(function*(ada: Author) {
  const authors = yield* Authors

  // One row by its key: as an Option where it may be missing, as the row itself where it may not.
  const found = yield* authors.findById(ada.id)
  yield* Console.log(`findById  ${Option.match(found, { onNone: () => "nobody", onSome: show })}`)
  yield* Console.log(`get       ${show(yield* authors.get(ada.id))}`)
  yield* Console.log(`byEmail   ${Option.isNone(yield* authors.byEmail("who@example.com")) ? "nobody" : "somebody"}`)

  // Many rows by their keys: one statement, and each at the place of its key.
  const nobody = AuthorId.make("00000000-0000-7000-8000-000000000000")
  const both = yield* authors.findMany([nobody, ada.id])
  yield* Console.log(
    `findMany  ${both.map(Option.match({ onNone: () => "nobody", onSome: ({ name }) => name })).join(", ")}`
  )
})

const filter = Effect.gen(function*() {
  const authors = yield* Authors

  // A condition is typed by the column: `author.books.gt("many")` does not compile.
  const unpublished = yield* authors.find((author) => author.books.eq(0).and(author.name.startsWith("N")))
  yield* Console.log(`find      ${unpublished.map(show).join("; ")}`)

  // A query is a value. Until it is yielded nothing runs, so it can be refined and kept.
  const byName = Query.from(Author).where((author) => author.books.gte(1)).orderBy((author) => author.name.asc())
  const two = yield* byName.limit(2)
  yield* Console.log(`query     ${two.map((author) => author.name).join(", ")}, of ${yield* byName.count}`)
  yield* Console.log(`own       ${(yield* authors.mostProlific(1)).map(show).join("; ")}`)
  const many = yield* authors.count((author) => author.books.gt(10))
  yield* Console.log(
    `count     ${many} with more than ten books; anybody without: ${yield* authors.exists((author) =>
      author.books.eq(0)
    )}`
  )
})

const update = Effect.fn("update")(function*(ada: Author) {
  const authors = yield* Authors

  // A patch changes what it gives. A field that the database makes, or that there isn't, does not compile.
  yield* Console.log(`patch     ${show(yield* authors.patch({ id: ada.id, name: "Ada King" }))}`)

  // An increment adds to what is stored by then, so that nobody's count is lost, whoever counts at the same time.
  yield* Console.log(`increment ${show(yield* authors.increment(ada.id, { books: 2 }))}`)

  // `save` stores an instance over the row that it was read from, and inserts anything else.
  const { books, email, id } = yield* authors.get(ada.id)
  const saved = yield* authors.save(new Author({ id, email, books, name: ada.name }))
  yield* Console.log(`save      ${show(saved)}`)
})

const failures = Effect.fn("failures")(function*(ada: Author) {
  const authors = yield* Authors

  yield* authors.insert({ email: ada.email, name: "Another Ada" }).pipe(
    Effect.catchTag("UniqueViolation", (taken) => Console.log(`UniqueViolation: the ${taken.key} is taken`))
  )

  // Which key it is, is in the type: `catchKey("name", …)` does not compile. What is caught is none of the failures any more.
  const known = yield* authors.insert({ email: ada.email, name: "Another Ada" }).pipe(
    Repository.catchKey("email", () => authors.query.where((author) => author.email.eq(ada.email)).one)
  )
  yield* Console.log(`catchKey: that is ${known.name}, who is known already`)
  yield* authors.insert({ email: "no address", name: "" }).pipe(
    Effect.catchTag("Invalid", (invalid) => Console.log(`Invalid: ${invalid.message}`))
  )
  yield* authors.get(AuthorId.make("00000000-0000-7000-8000-000000000000")).pipe(
    Effect.catchTag("NotFound", (missing) => Console.log(`NotFound: ${missing.message}`))
  )
})

const remove = Effect.fn("remove")(function*(ada: Author) {
  const authors = yield* Authors
  yield* authors.delete(ada.id)
  yield* Console.log(`deleted, ${yield* authors.query.count} are left`)
  yield* authors.delete(ada.id).pipe(
    Effect.catchTag("NotFound", () => Console.log("deleting again is a NotFound: a delete never pretends"))
  )
})

const softDelete = Effect.fn("softDelete")(function*(author: Author) {
  const drafts = yield* Repository.make(Draft)
  const first = yield* drafts.insert({ author: author.id, title: "Notes" })

  // The row stays, and nobody sees it who does not ask for what is deleted.
  yield* drafts.delete(first.id)
  yield* Console.log(
    `deleted, ${yield* drafts.count()} are left; with what is hidden ${yield* drafts.withDeleted.count}`
  )
  yield* Console.log(`restored: ${(yield* drafts.restore(first.id)).title}`)

  // Its keys are free while it is deleted, so that somebody may have taken one when it is to come back.
  yield* drafts.delete(first.id)
  const second = yield* drafts.insert({ author: author.id, title: "Notes" })
  yield* drafts.restore(first.id).pipe(
    Repository.catchKey(
      "author, title",
      (taken) => Console.log(`not restored: ${taken.columns.join(" and ")} are taken`)
    )
  )

  // For good, deleted before or not. Only a model with `Mixin.softDelete` has these two verbs.
  yield* drafts.purge(first.id)
  yield* drafts.purge(second.id)
  yield* Console.log(`purged, with what is hidden ${yield* drafts.withDeleted.count}`)
})

// What fails inside a transaction undoes all of it, and the failure comes out as it was, typed.
const rollBack = Effect.gen(function*() {
  const authors = yield* Authors
  const both = Effect.gen(function*() {
    yield* authors.insert({ email: "george@example.com", name: "George Sand" })
    yield* Console.log(`inside the transaction there are ${yield* authors.query.count}`)
    yield* authors.insert({ email: "jules@example.com", name: "Jules Again" })
  })
  yield* Session.transaction(both).pipe(
    Effect.catchTag("UniqueViolation", (taken) => Console.log(`rolled back: the ${taken.key} is taken`))
  )
  yield* Console.log(`after it there are ${yield* authors.query.count}, none of them George`)
})

// This part needs `Authors` and knows of no database, which is what makes it easy to test.
const greet = Effect.fn("greet")(function*(email: string) {
  const authors = yield* Authors
  const author = yield* authors.byEmail(email)
  return Option.match(author, { onNone: () => "Who are you?", onSome: ({ name }) => `Welcome back, ${name}!` })
})

// A replacement answers only what is asked of it. To test the queries themselves there is a DuckDB in memory, ready in milliseconds.
const someoneElse = Layer.mock(Authors)({ byEmail: () => Effect.succeedNone })

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Author, Draft])

  yield* Console.log("1. Create")
  const ada = yield* create

  yield* Console.log("\n2. Read")
  yield* read(ada)

  yield* Console.log("\n3. Filter")
  yield* filter

  yield* Console.log("\n4. Update")
  yield* update(ada)

  yield* Console.log("\n5. Failures have names")
  yield* failures(ada)

  yield* Console.log("\n6. Delete, and get it back")
  yield* softDelete(ada)

  yield* Console.log("\n7. Delete for good")
  yield* remove(ada)

  yield* Console.log("\n8. A transaction")
  yield* rollBack

  yield* Console.log("\n9. The same program with another Layer")
  yield* Console.log(`Authors.layer  ${yield* greet("victor@example.com")}`)
  yield* Console.log(`someoneElse    ${yield* Effect.provide(greet("victor@example.com"), someoneElse)}`)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(Authors.layer), Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
