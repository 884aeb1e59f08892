/**
 * Events reach their subscribers after the commit of what they tell of, in order, and never where it was rolled back.
 */
import { assert, layer } from "@effect/vitest"
import { Column, DomainEvents, Model, OrmError, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import type { Database } from "./Subject.ts"

class Loan extends Model.Class<Loan>("Loan")({
  book: Column.primaryKey(Schema.String),
  reader: Schema.String
}, { table: "event_loans" }) {}

const Lent = Schema.TaggedStruct("Lent", { book: Schema.NonEmptyString, at: Schema.Date })
const Returned = Schema.TaggedStruct("Returned", { book: Schema.NonEmptyString })
const LibraryEvent = Schema.Union([Lent, Returned])

class LibraryEvents extends DomainEvents.Service<LibraryEvents>()("test/LibraryEvents", LibraryEvent) {}

class LatestEvents extends DomainEvents.Service<LatestEvents>()("test/LatestEvents", Schema.Int, { capacity: 4 }) {}

class Refused extends Data.TaggedError("Refused") {}

const returned = (book: string) => ({ _tag: "Returned", book }) as const

const publish = (book: string) => Effect.flatMap(LibraryEvents, (events) => events.publish(returned(book)))

/** Stores a loan, and tells of it. */
const lend = Effect.fnUntraced(function*(book: string) {
  const loans = yield* Repository.make(Loan)
  yield* publish(book)
  yield* loans.insert({ book, reader: "Ada" })
})

/** The books of the events that an effect publishes, up to a last one that is published after it. */
const booksOf = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const events = yield* LibraryEvents
  const mine = yield* events.subscribe
  const exit = yield* Effect.exit(effect)
  yield* publish("the last")
  const books = yield* mine.pipe(
    Stream.map(({ book }) => book),
    Stream.takeWhile((book) => book !== "the last"),
    Stream.runCollect
  )
  return { books, exit }
}, Effect.scoped)

const stored = (start: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ book: string }>`SELECT book FROM event_loans WHERE book LIKE ${`${start}%`} ORDER BY book`,
      (rows) => rows.map(({ book }) => book)
    ))

/** What happens in a transaction: a loan, or a transaction in it, which fails in the end or doesn't. */
type Step = { readonly lends: true } | { readonly fails: boolean; readonly steps: ReadonlyArray<Step> }

const Step: Schema.Codec<Step> = Schema.Union([
  Schema.Struct({ lends: Schema.Literal(true) }),
  Schema.Struct({ fails: Schema.Boolean, steps: Schema.Array(Schema.suspend(() => Step)).check(Schema.isMaxLength(4)) })
])

/** Runs steps, and tells the books that are lent if all around them is committed. */
const running = (prefix: string) => {
  let count = 0
  const run = (steps: ReadonlyArray<Step>): Effect.Effect<
    ReadonlyArray<string>,
    Effect.Error<ReturnType<typeof lend>> | OrmError.TransactionError,
    LibraryEvents | Session.Session
  > =>
    Effect.map(
      Effect.forEach(steps, (step) => {
        if ("lends" in step) {
          const book = `${prefix} ${String(count++).padStart(3, "0")}`
          return Effect.as(lend(book), [book])
        }
        const all = Effect.flatMap(run(step.steps), (books) => step.fails ? new Refused() : Effect.succeed(books))
        return Effect.catchTag(Session.transaction(all), "Refused", () => Effect.succeed([]))
      }),
      (books) => books.flat()
    )
  return run
}

export const domainEvents = (name: string, database: Database) => {
  const live = Layer.mergeAll(TestDatabase.layerOn(database, [Loan]), LibraryEvents.layer, LatestEvents.layer)

  layer(live, { timeout: "60 seconds" })(`${name}: domain events`, (it) => {
    it.effect("are published at once where there is no transaction, in order", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const lent = Lent.make({ book: "now 2", at: new Date(0) })
        const mine = yield* events.subscribe
        yield* events.publish(returned("now 1"))
        yield* events.publishMany([lent, returned("now 3")])
        yield* events.publishMany([])
        assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(mine, 3)), [
          returned("now 1"),
          lent,
          returned("now 3")
        ])
      }).pipe(Effect.scoped))

    it.effect("wait for the commit, after which who hears of a row finds it", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const told = yield* Deferred.make<void>()
        const checked = yield* Deferred.make<void>()
        const mine = yield* events.subscribe
        const heard: Array<string> = []
        const subscriber = yield* mine.pipe(
          Stream.take(2),
          Stream.mapEffect(({ book }) => Effect.tap(stored(book), (found) => Effect.sync(() => heard.push(...found)))),
          Stream.runDrain,
          Effect.forkChild
        )
        const writer = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
          yield* lend("waiting 1")
          yield* lend("waiting 2")
          yield* Deferred.succeed(told, undefined)
          yield* Deferred.await(checked)
        })))
        yield* Deferred.await(told)
        yield* Effect.yieldNow
        assert.deepStrictEqual(heard, [])
        yield* Deferred.succeed(checked, undefined)
        yield* Fiber.join(writer)
        yield* Fiber.join(subscriber)
        assert.deepStrictEqual(heard, ["waiting 1", "waiting 2"])
      }).pipe(Effect.scoped))

    it.effect("are published after plain SQL's own transactions, too", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const kept = yield* booksOf(sql.withTransaction(lend("plain 1")))
        assert.deepStrictEqual(kept.books, ["plain 1"])
        const lost = yield* booksOf(sql.withTransaction(Effect.andThen(lend("plain 2"), new Refused())))
        assert.deepStrictEqual([lost.books, yield* stored("plain")], [[], ["plain 1"]])
      }))

    it.effect("are never published where the transaction is rolled back: by a failure, a defect or an interrupt", () =>
      Effect.gen(function*() {
        for (const [index, end] of [new Refused(), Effect.die("a bug"), Effect.interrupt].entries()) {
          const { books, exit } = yield* booksOf(
            Session.transaction(Effect.andThen(lend(`undone ${index}`), end))
          )
          assert.isTrue(Exit.isFailure(exit))
          assert.deepStrictEqual(books, [])
        }
        assert.deepStrictEqual(yield* stored("undone"), [])
      }))

    it.effect("of a nested transaction wait for the outermost, and go with the part that is rolled back", () =>
      Effect.gen(function*() {
        const { books } = yield* booksOf(Session.transaction(Effect.gen(function*() {
          yield* lend("nested 1")
          yield* Session.transaction(lend("nested 2"))
          yield* Effect.ignore(Session.transaction(Effect.gen(function*() {
            yield* lend("nested 3")
            yield* Session.transaction(lend("nested 4"))
            return yield* new Refused()
          })))
          yield* lend("nested 5")
        })))
        assert.deepStrictEqual(books, ["nested 1", "nested 2", "nested 5"])
        assert.deepStrictEqual(yield* stored("nested"), books)

        const { books: none } = yield* booksOf(
          Session.transaction(Effect.andThen(Session.transaction(lend("outer 1")), new Refused()))
        )
        assert.deepStrictEqual([none, yield* stored("outer")], [[], []])
      }))

    it.effect("are those of the attempt that committed, where a transaction runs again", () =>
      Effect.gen(function*() {
        let attempts = 0
        const body = Effect.gen(function*() {
          attempts += 1
          yield* lend(`attempt ${attempts}`)
          if (attempts < 3) return yield* new OrmError.Conflict({ reason: "somebody else was faster" })
          yield* publish("done")
        })
        const { books } = yield* booksOf(Session.transaction(body, { retry: Schedule.recurs(5) }))
        assert.deepStrictEqual(books, ["attempt 3", "done"])
        assert.deepStrictEqual(yield* stored("attempt"), ["attempt 3"])
      }))

    it.effect("are published by hooks of a repository with what the repository has written", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const loans = yield* Repository.make(Loan, {
          hooks: { afterInsert: (rows) => events.publishMany(rows.map(({ book }) => returned(book))) }
        })
        const row = (book: string) => ({ book, reader: "Ada" })
        const kept = yield* booksOf(loans.insertMany([row("hook 1"), row("hook 2")]))
        assert.deepStrictEqual(kept.books, ["hook 1", "hook 2"])
        const taken = yield* booksOf(loans.insertMany([row("hook 3"), row("hook 1")]))
        assert.deepStrictEqual([taken.books, Exit.isFailure(taken.exit)], [[], true])
        const undone = yield* booksOf(Session.transaction(Effect.andThen(loans.insert(row("hook 4")), new Refused())))
        assert.deepStrictEqual([undone.books, yield* stored("hook")], [[], kept.books])
      }))

    it.effect("are refused where they are none of their schema, all of them", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const lost = { _tag: "Lent", book: "", at: new Date(Number.NaN) } as const
        const wrong = [returned("fitting"), returned(""), lost]
        const { books, exit } = yield* booksOf(
          Session.transaction(Effect.andThen(lend("wrong 1"), events.publishMany(wrong)))
        )
        assert.deepStrictEqual([books, yield* stored("wrong")], [[], []])
        const failure = yield* Effect.flip(exit)
        assert(failure instanceof OrmError.Invalid)
        assert.deepInclude(failure, { model: "test/LibraryEvents", rows: 2 })
        assert.deepStrictEqual(failure.issues.map(({ path, row }) => [row, ...path]), [
          [1, "book"],
          [2, "book"],
          [2, "at"]
        ])
        assert.strictEqual((yield* Effect.flip(events.publish(returned("")))).row, 0)
      }))

    it.effect("reach every subscriber, from when it has subscribed until its scope is closed", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const books = (stream: typeof events.stream, count: number) =>
          Stream.runCollect(Stream.map(Stream.take(stream, count), ({ book }) => book))
        yield* publish("before")
        const first = yield* events.subscribe
        yield* publish("between")
        const second = yield* events.subscribe
        yield* publish("after")
        assert.deepStrictEqual(yield* books(first, 2), ["between", "after"])
        assert.deepStrictEqual(yield* books(second, 1), ["after"])

        // a stream subscribes when it is run
        const reading = yield* Effect.forkChild(books(events.stream, 1), { startImmediately: true })
        yield* publish("later")
        assert.deepStrictEqual(yield* Fiber.join(reading), ["later"])

        const closed = yield* Effect.scoped(events.subscribe)
        assert.deepStrictEqual(yield* Stream.runCollect(closed), [])
      }).pipe(Effect.scoped))

    it.effect("end with their Layer, after the last that is due", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const events = yield* Effect.provide(
          LibraryEvents,
          yield* Layer.buildWithScope(Layer.fresh(LibraryEvents.layer), scope)
        )
        const mine = yield* events.subscribe
        yield* events.publishMany([returned("due 1"), returned("due 2")])
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(yield* Stream.runCollect(mine), [returned("due 1"), returned("due 2")])
        yield* events.publish(returned("too late"))
        assert.deepStrictEqual(yield* Stream.runCollect(events.stream), [])
      }).pipe(Effect.scoped))

    it.effect("are kept for a subscriber that takes none, and delay nobody", () =>
      Effect.gen(function*() {
        const events = yield* LibraryEvents
        const idle = yield* events.subscribe
        yield* Session.transaction(
          Effect.forEach(Array.from({ length: 1_000 }, (_, index) => index), (index) => publish(`many ${index}`))
        )
        const books = yield* Stream.runCollect(Stream.map(Stream.take(idle, 1_000), ({ book }) => book))
        assert.deepStrictEqual([books.length, books[0], books[999]], [1_000, "many 0", "many 999"])
      }).pipe(Effect.scoped))

    it.effect("with a capacity tell a subscriber that it has missed some, and how many", () =>
      Effect.gen(function*() {
        const events = yield* LatestEvents
        const slow = yield* events.subscribe
        yield* events.publishMany([1, 2, 3, 4])
        const fast = yield* events.subscribe
        yield* Session.transaction(events.publishMany([5, 6, 7]))
        const heard: Array<number> = []
        const missed = yield* Effect.flip(Stream.runForEach(slow, (event) => Effect.sync(() => heard.push(event))))
        assert.deepStrictEqual(heard, [])
        assert.deepInclude(missed, { _tag: "EventsMissed", events: "test/LatestEvents", missed: 3 })
        assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(fast, 3)), [5, 6, 7])

        // more at once than are kept
        const overrun = yield* events.subscribe
        yield* events.publishMany([8, 9, 10, 11, 12, 13])
        assert.strictEqual((yield* Effect.flip(Stream.runDrain(overrun))).missed, 2)
      }).pipe(Effect.scoped))

    let runs = 0
    it.effect.prop(
      "are those of the parts of a transaction that are committed, whatever is nested in it",
      { steps: Schema.Array(Step).check(Schema.isMaxLength(5)) },
      ({ steps }) =>
        Effect.gen(function*() {
          const prefix = `random ${++runs}:`
          const { books, exit } = yield* booksOf(Session.transaction(running(prefix)(steps)))
          assert.deepStrictEqual(books, yield* exit)
          assert.deepStrictEqual(yield* stored(prefix), books)
        }),
      { arbitrary: { runs: 60 } }
    )
  })
}
