/**
 * A session is a conversation with a database: it opens with its Layer, keeps what succeeds, and gives everything back.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, ConnectionPool, Model, Query, Repository, Session, Sql } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Data, Effect, Layer, Logger, References, Schema } from "effect"

class Note extends Model.Class<Note>("Note")({
  title: Column.primaryKey(Schema.NonEmptyString),
  stars: Column.withDefault(Column.int32, 0)
}, { table: "notes" }) {}

// The session is a Layer. What a program does with it, and which database that is, are said apart: this is the one place that knows.
const Database = DuckDb.layer({ path: ":memory:" })

const write = (title: string) => Effect.flatMap(Repository.make(Note), (notes) => notes.insert({ title }))

const notes = Effect.map(
  Query.from(Note).orderBy((note) => note.title.asc()).all,
  (all) => all.length === 0 ? "none" : all.map(({ title }) => title).join(", ")
)

const lent = Effect.gen(function*() {
  const pool = yield* ConnectionPool.ConnectionPool
  const { acquired, size } = yield* pool.stats
  return `${acquired} of ${size} connections lent`
})

// A statement by itself takes a connection for as long as it runs, and what it changes is stored when it has succeeded.
const statements = Effect.gen(function*() {
  yield* Session.createTables([Note])
  yield* write("Buy bread")
  yield* Console.log(`notes: ${yield* notes}; ${yield* lent}`)
})

class ChangedMyMind extends Data.TaggedError("ChangedMyMind") {}

// Several belong together in a transaction: it has one connection, and all of it is stored or nothing. However it ends, the connection
// is given back, and the failure is the one of the effect inside.
const together = Effect.gen(function*() {
  yield* Session.transaction(Effect.gen(function*() {
    yield* write("Call Ada")
    yield* write("Call Grace")
    yield* Console.log(`inside:      ${yield* notes}; ${yield* lent}`)
  }))
  yield* Console.log(`committed:   ${yield* notes}; ${yield* lent}`)

  const ending = <A, E, R>(how: string, end: Effect.Effect<A, E, R>) =>
    Session.transaction(Effect.andThen(write("Fly to the moon"), end)).pipe(
      Effect.exit,
      Effect.andThen(notes),
      Effect.flatMap((now) => Console.log(`${how} ${now}`))
    )
  yield* ending("failed:     ", new ChangedMyMind())
  yield* ending("died:       ", Effect.die("a bug"))
  yield* ending("interrupted:", Effect.interrupt)
})

// What happens outside of the database can't be rolled back, so it waits for the end: a letter for the commit, an apology for the
// rollback. Both run when the connection is free again.
const afterwards = Effect.gen(function*() {
  const publish = (title: string, end: Effect.Effect<void, ChangedMyMind>) =>
    Session.transaction(Effect.gen(function*() {
      yield* Session.afterCommit(Console.log(`  ${title} is published`))
      yield* Session.afterRollback(Console.log(`  ${title} stays a secret`))
      yield* write(title)
      yield* Console.log(`  ${title} is written`)
      yield* end
    }))
  yield* publish("Memoirs", Effect.void)
  yield* Effect.ignore(publish("Diary", new ChangedMyMind()))
})

// A statement can be given a time. The database itself ends it, so nothing runs on where nobody waits.
const inTime = Effect.gen(function*() {
  const endless = Sql.query(Schema.Struct({ many: Schema.Int }))`
    SELECT count(*)::INTEGER AS many FROM range(1000000) AS a, range(1000000) AS b WHERE a.range * b.range = -1
  `
  yield* endless.one.pipe(
    Session.statementTimeout("50 millis"),
    Effect.catchTag(
      "TimedOut",
      ({ milliseconds, what }) => Console.log(`the ${what} was ended after ${milliseconds} millis`)
    )
  )
  yield* Console.log(`the session goes on: ${yield* lent}`)
})

// On whose behalf it all happens is said once, around it. Spans and logs tell it, and on PostgreSQL policies and triggers can ask for it.
const onBehalfOf = Effect.gen(function*() {
  const request = Effect.gen(function*() {
    yield* write("Feed the cat")
    yield* Effect.log("a note was written")
    return yield* Session.context
  })
  const logger = Logger.make<unknown, void>(({ fiber, message }) => {
    const { "andamios.who": who, "andamios.trace": trace } = fiber.getRef(References.CurrentLogAnnotations)
    fiber.getRef(Console.Console).log(`log: ${String(message)} (who: ${String(who)}, trace: ${String(trace)})`)
  })
  const context = yield* request.pipe(
    Session.withContext({ trace: "7f3a" }),
    Session.withContext({ who: "ada", tenant: "acme" }),
    Effect.provide(Logger.layer([logger]))
  )
  yield* Console.log(`context: ${Object.entries(context).map(([name, value]) => `${name} ${value}`).join(", ")}`)
})

const lesson = Effect.gen(function*() {
  yield* Console.log("1. Statements")
  yield* statements
  yield* Console.log("\n2. Transactions")
  yield* together
  yield* Console.log("\n3. What comes afterwards")
  yield* afterwards
  yield* Console.log("\n4. In time")
  yield* inTime
  yield* Console.log("\n5. On whose behalf")
  yield* onBehalfOf
  yield* Console.log("\n6. The end")
})

// The Layer closes after its program: what runs may finish, then the connections are closed, and the database is.
const closing = Layer.effectDiscard(Effect.addFinalizer(() => Console.log("the Layer closes, and the session with it")))

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(Layer.provideMerge(closing, Database)))

if (import.meta.main) NodeRuntime.runMain(main)
