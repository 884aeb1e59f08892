/**
 * Migrations: revisions that bring a database to what its models want, planned, proved on the real rows, and undone.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Migration, MigrationProof, Migrator, Model, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, References, Schema } from "effect"
import { SqlClient } from "effect/sql"

// A revision is a value. It usually is the default export of a file that `andamios generate` writes, and its id is random then.
const books = Migration.make({
  id: "a1",
  name: "books",
  up: [
    Migration.createTable({
      name: "books",
      columns: [
        Migration.column("isbn", Type.text),
        Migration.column("title", Type.text),
        Migration.column("price", Type.decimal(12, 4)),
        Migration.column("blurb", Type.text, { nullable: true })
      ],
      primaryKey: { columns: ["isbn"] }
    }),
    Migration.createIndex("books", "books_title_index", ["title"])
  ]
})

// It says which one it follows. What undoes its steps need not be written: each knows what it changed.
const cents = Migration.make({
  id: "b2",
  name: "prices in cents",
  parents: ["a1"],
  up: [Migration.changeColumn("books", {
    from: Migration.column("price", Type.decimal(12, 4)),
    to: Migration.column("price", Type.decimal(10, 2))
  })]
})

const plain = Migration.make({
  id: "c3",
  name: "no blurbs",
  parents: ["b2"],
  up: [Migration.dropColumn("books", Migration.column("blurb", Type.text, { nullable: true }))]
})

// A Layer over that of the database: it brings the database to the heads of the graph before the program begins, or is asked to wait.
const migrator = (revisions: ReadonlyArray<Migration.Revision>, onStart: "up" | "nothing" = "nothing") =>
  Migrator.layer({ revisions, onStart })

const names = (revisions: ReadonlyArray<{ readonly id: string; readonly name: string }>) =>
  revisions.length === 0 ? "none" : revisions.map(({ id, name }) => `${id} ${name}`).join(", ")

const showStatus = Effect.gen(function*() {
  const { applied, edited, pending } = yield* Migrator.status
  yield* Console.log(`applied: ${names(applied)}; pending: ${names(pending)}; edited: ${edited.join() || "none"}`)
})

const starting = Effect.gen(function*() {
  yield* showStatus
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO books VALUES ('1', 'Emma', 9.9900, 'A comedy.'), ('2', 'Dune', 12.5050, NULL)`
}).pipe(Effect.provide(migrator([books], "up")))

const planning = Effect.gen(function*() {
  yield* showStatus

  // A plan has the statements, tells who waits for them, and what may be lost. DuckDB can't change the column of a table with a key in
  // place: it makes the table anew, with its rows, in the transaction of the revision.
  const plan = yield* Migrator.plan()
  for (const { id, steps } of plan.revisions) {
    for (const { losses, rebuilds, statements, what } of steps) {
      yield* Console.log(`${id}: ${what}, ${statements.length} statements, makes anew: ${rebuilds.join()}`)
      for (const loss of losses) yield* Console.log(`  may lose ${loss.what}: ${loss.reason}`)
    }
  }

  // So it is not run just like that.
  yield* Migrator.up().pipe(
    Effect.catchTag("LossRefused", ({ message }) => Console.log(`LossRefused: ${message}`))
  )
  yield* showStatus
})

// The first line of a report tells the plan, the database and the time.
const showProof = (proof: MigrationProof.Proof) =>
  Console.log(MigrationProof.reported(proof).split("\n").slice(2).join("\n"))

const proving = Effect.gen(function*() {
  // Whether something is lost depends on the rows. A proof runs the plan on them in a transaction, compares, and rolls back.
  yield* showProof(yield* Migrator.prove("b2"))

  // One price had half a cent. With that mended, nothing is lost, and no one has to allow anything.
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE books SET price = 12.5 WHERE isbn = '2'`
  yield* showProof(yield* Migrator.prove("b2"))
  const done = yield* Migrator.up("b2", { prove: true })
  yield* Console.log(`applied: ${names(done)}`)
})

const losing = Effect.gen(function*() {
  // The blurbs are to go. What may be lost is allowed by its name, so that nothing else is.
  const done = yield* Migrator.up("heads", { allowLoss: ["books.blurb"] })
  yield* Console.log(`applied: ${names(done)}`)

  // A target is an id or the beginning of one, `heads`, `base`, `-1`, … The way back is made of what the steps say.
  yield* Console.log(`undone: ${names(yield* Migrator.down("-2"))}`)
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly price: string; readonly blurb: string | null }>`
    SELECT price::VARCHAR AS price, blurb FROM books ORDER BY isbn`
  yield* Console.log(rows.map(({ blurb, price }) => `${price} ${blurb ?? "without a blurb"}`).join(", "))
  yield* Console.log(`again: ${names(yield* Migrator.to("heads", { prove: true, allowLoss: ["books.blurb"] }))}`)
})

// Somebody else's revision follows an old one and arrives late. What was applied is a set, so it is found missing, and applied.
const reviews = Migration.make({
  id: "a9",
  name: "reviews",
  parents: ["a1"],
  up: [Migration.createTable({
    name: "reviews",
    columns: [Migration.column("id", Type.int32), Migration.column("stars", Type.int32)],
    primaryKey: { columns: ["id"] }
  })]
})

const late = Effect.gen(function*() {
  yield* showStatus
  yield* Console.log(`applied: ${names(yield* Migrator.up())}`)
  const { heads } = yield* Migrator.status
  yield* Console.log(`heads: ${heads.join(", ")}`)
}).pipe(Effect.provide(migrator([books, reviews, cents, plain])))

// Nobody should edit what is applied. If somebody does, its checksum tells, and nothing runs until that is settled.
const edited = { ...plain, up: [Migration.execute("ALTER TABLE books DROP blurb")] }

const editing = Effect.gen(function*() {
  yield* showStatus
  yield* Migrator.up().pipe(
    Effect.catchTag("HistoryDiffers", ({ message }) => Console.log(`HistoryDiffers: ${message}`))
  )
}).pipe(Effect.provide(migrator([books, reviews, cents, edited])))

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  title: Schema.String,
  price: Column.decimal({ precision: 10, scale: 2 })
}, { table: "books", indexes: [Index.on("title")] }) {}

class Review extends Model.Class<Review>("Review")({
  id: Column.primaryKey(Column.int32),
  stars: Column.int32
}, { table: "reviews" }) {}

// The same model as somebody thinks of it who has not written a revision yet.
class LongBook extends Model.Class<LongBook>("Book")({
  isbn: Column.primaryKey(Schema.String),
  title: Schema.String,
  price: Column.decimal({ precision: 12, scale: 2 }),
  pages: Column.int32
}, { table: "books", indexes: [Index.on("title")] }) {}

const checking = Effect.gen(function*() {
  // Good in a test, and when a program starts that must not change the database itself.
  yield* Migrator.check([Book, Review])
  yield* Console.log("the database is what Book and Review want")

  yield* Migrator.check([LongBook, Review]).pipe(
    Effect.catchTag("NotUpToDate", ({ message }) => Console.log(`NotUpToDate: ${message}`))
  )
}).pipe(Effect.provide(migrator([books, reviews, cents, plain])))

const lesson = Effect.gen(function*() {
  yield* Console.log("1. On start")
  yield* starting

  yield* Console.log("\n2. What would happen")
  yield* planning.pipe(Effect.provide(migrator([books, cents, plain])))

  yield* Console.log("\n3. What does happen to these rows")
  yield* proving.pipe(Effect.provide(migrator([books, cents, plain])))

  yield* Console.log("\n4. What is allowed to go, and the way back")
  yield* losing.pipe(Effect.provide(migrator([books, cents, plain])))

  yield* Console.log("\n5. Late, and edited")
  yield* late
  yield* editing

  yield* Console.log("\n6. What the models want")
  yield* checking
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.provide(DuckDb.layer({ path: ":memory:" })),
  // each revision is a line of the log otherwise
  Effect.provideService(References.MinimumLogLevel, "Warn")
)

if (import.meta.main) NodeRuntime.runMain(main)
