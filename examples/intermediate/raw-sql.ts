/**
 * SQL by hand where the builder has no word for it: still typed, still safe, and together with other queries.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Plan, Query, Session, Sql } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema } from "effect"

class Author extends Model.Class<Author>("Author")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.NonEmptyString
}, { table: "authors" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  title: Schema.NonEmptyString,
  authorId: Column.references(Schema.Int, () => Author, "id"),
  pages: Column.int32
}, { table: "books" }) {}

const fill = Effect.gen(function*() {
  yield* Session.createTables([Author, Book])
  yield* Query.insert(Author).values([{ id: 1, name: "Hugo" }, { id: 2, name: "Verne" }])
  yield* Query.insert(Book).values([
    { isbn: "1", title: "Les Misérables", authorId: 1, pages: 1232 },
    { isbn: "2", title: "The Hunchback", authorId: 1, pages: 940 },
    { isbn: "3", title: "Around the World", authorId: 2, pages: 252 }
  ])
})

// Names come from models: `book` is the columns to be named, and the rows to be read from.
const book = Sql.columns(Book)

const Long = Schema.Struct({ title: Schema.String, pages: Schema.Int })

const longerThan = (pages: number) =>
  Sql.query(Long)`
    SELECT ${book.title}, ${book.pages}
    FROM ${book}
    WHERE ${book.pages} > ${pages}
    ORDER BY ${book.pages} DESC
  `

const reads = Effect.gen(function*() {
  // It has the verbs of every query, and its rows are decoded by the schema.
  for (const { pages, title } of yield* longerThan(500)) yield* Console.log(`${title}, ${pages} pages`)
  yield* Console.log(`count: ${yield* longerThan(500).count}, longest: ${(yield* longerThan(0).limit(1).one).title}`)

  // A value is a parameter, whatever it holds. There is no way to put text into a statement.
  const hostile = "x' OR '1'='1"
  const { parameters, sql } = yield* Sql.query(Long)`SELECT * FROM ${Book} WHERE ${book.title} = ${hostile}`.toSql
  yield* Console.log(sql.trim())
  yield* Console.log(`parameters: ${parameters.join(", ")}`)
})

const together = Effect.gen(function*() {
  // A query by hand is read from by the builder …
  const totals = Sql.query(Schema.Struct({ authorId: Schema.Int, pages: Schema.Int }))`
    SELECT "authorId", sum(pages) AS pages FROM ${Book} GROUP BY ALL
  `
  const authors = yield* Query.from(Author, "author")
    .join(totals, "total", ({ author, total }) => author.id.eq(total.authorId))
    .orderBy(({ total }) => total.pages.desc())
  yield* Console.log(authors.map(({ author, total }) => `${author.name}: ${total.pages}`).join(", "))

  // … a fragment is an expression of it …
  const shouted = yield* Query.from(Book)
    .where((row) => row.pages.lt(500))
    .select((row) => ({ title: Sql.expression(Schema.String)`upper(${row.title})` }))
  yield* Console.log(shouted.map(({ title }) => title).join(", "))

  // … and the builder's queries stand in SQL by hand.
  const verne = Query.from(Author).where((author) => author.name.eq("Verne")).select((author) => ({ id: author.id }))
  const found = yield* Sql.query(Long)`SELECT title, pages FROM ${Book} WHERE "authorId" IN ${verne}`
  yield* Console.log(found.map(({ title }) => title).join(", "))
})

const writes = Effect.gen(function*() {
  const pages = Sql.identifier(Book, "pages")
  const thicker = Sql.statement`UPDATE ${Book} SET ${pages} = ${pages} + ${1} WHERE ${book.authorId} = ${1}`
  yield* Console.log(`${yield* thicker} rows changed`)
  const gone = yield* Sql.statement`DELETE FROM ${Book} WHERE isbn = ${"3"}`.returning(
    Schema.Struct({ title: Schema.String })
  )
  yield* Console.log(`deleted: ${gone.map(({ title }) => title).join(", ")}`)
})

const checks = Effect.gen(function*() {
  // A test can check every statement of a program against the migrated tables: nothing is run.
  yield* Sql.check(longerThan(0), { readOnly: true })
  yield* Console.log("longerThan is what its schema says")

  const outdated = Sql.query(
    Schema.Struct({ title: Schema.Int, rating: Schema.Number })
  )`SELECT * FROM ${Book} AS books`
  yield* Sql.check(outdated).pipe(
    Effect.catchTag("SqlMismatch", ({ differences }) =>
      Console.log(
        differences.map(({ expected, found, name }) => `${name}: expected ${expected}, found ${found}`).join("\n")
      ))
  )
})

const plan = Effect.gen(function*() {
  const drawn = Plan.draw(yield* longerThan(500).explain())
  // Behind each step stand its rows and details, which would fill the page here.
  yield* Console.log(drawn.replace(/(\S) {2,}.*$/gm, "$1"))
})

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* fill
  yield* Console.log("1. Read")
  yield* reads
  yield* Console.log("\n2. Together with the builder")
  yield* together
  yield* Console.log("\n3. Write")
  yield* writes
  yield* Console.log("\n4. Check")
  yield* checks
  yield* Console.log("\n5. The plan, as a tree")
  yield* plan
}).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
