/**
 * Each fault by itself is the error that the real one is, and has its end; a program without faults notices nothing.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ConnectionPool, Model, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { Chaos, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { type Database, duckDbInMemory, postgres } from "../databases.ts"

class Account extends Model.Class<Account>("Account")({
  owner: Column.primaryKey(Schema.String),
  cents: Column.int32
}, { table: "chaos_accounts" }) {}

class Note extends Model.Class<Note>("Note")({ text: Column.primaryKey(Schema.String) }, { table: "chaos_notes" }) {}

/** Runs an effect over a database with these rules, in which nothing is stored at first. */
const under = (rules: ReadonlyArray<Chaos.Rule>, seed?: number) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`DELETE FROM chaos_accounts`
    yield* sql`DELETE FROM chaos_notes`
    return yield* Effect.provide(effect, Chaos.layer({ rules, ...(seed !== undefined && { seed }) }))
  })

const add = (owner: string) => Effect.flatMap(Repository.make(Account), (all) => all.insert({ owner, cents: 1 }))

const note = (text: string) => Effect.flatMap(Repository.make(Note), (all) => all.insert({ text }))

/** The owners that are stored, in the words of plain SQL. */
const stored = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ owner: string }>`SELECT owner FROM chaos_accounts ORDER BY owner`
).pipe(Chaos.calm, Effect.map((rows) => rows.map(({ owner }) => owner)))

const tagOf = <E extends { readonly _tag: string }, A, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.result(effect), (result) => Result.isSuccess(result) ? "success" : result.failure._tag)

const chaos = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Account, Note]), { timeout: "60 seconds" })(`${name}: chaos`, (it) => {
    it.effect("changes nothing without rules", () =>
      Effect.gen(function*() {
        yield* Session.transaction(add("Ada"))
        yield* Session.unitOfWork(
          Effect.flatMap(UnitOfWork.UnitOfWork, (work) => work.add(Account, { owner: "Grace", cents: 2 }))
        )
        assert.deepStrictEqual(yield* stored, ["Ada", "Grace"])
        assert.deepStrictEqual(yield* Chaos.report, [])
      }).pipe(under([])))

    it.effect("a conflict at the commit is tried again as its schedule says", () =>
      Effect.gen(function*() {
        const ended: Array<string> = []
        yield* Session.transaction(
          Effect.gen(function*() {
            yield* Session.afterCommit(Effect.sync(() => ended.push("committed")))
            yield* Session.afterRollback(Effect.sync(() => ended.push("rolled back")))
            yield* add("Ada")
          }),
          { retry: Schedule.recurs(2) }
        )
        assert.deepStrictEqual(ended, ["rolled back", "rolled back", "committed"])
        assert.deepStrictEqual(yield* stored, ["Ada"])
        assert.deepStrictEqual(
          (yield* Chaos.report).map(({ fault, place, sql }) => `${fault._tag} ${place} ${sql}`),
          ["Conflict commit COMMIT", "Conflict commit COMMIT"]
        )
      }).pipe(under([Chaos.first(2, Chaos.conflict, { at: "commit" })])))

    it.effect("a fault that is caught ends its transaction nevertheless", () =>
      Effect.gen(function*() {
        const caught = Session.transaction(Effect.gen(function*() {
          yield* add("Ada")
          assert.strictEqual(yield* tagOf(add("Grace")), "QueryFailed")
        }))
        assert.strictEqual(yield* tagOf(caught), "TransactionAborted")
        assert.deepStrictEqual(yield* stored, [])
      }).pipe(under([Chaos.nth(2, Chaos.diskFull, { at: "write", model: Account })])))

    it.effect("a nested transaction keeps its failure to itself, but for a connection that is lost", () =>
      Effect.gen(function*() {
        yield* Session.transaction(Effect.gen(function*() {
          yield* add("Ada")
          assert.strictEqual(yield* tagOf(Session.transaction(add("Grace"))), "Conflict")
          yield* add("Edsger")
        }))
        assert.deepStrictEqual(yield* stored, ["Ada", "Edsger"])
        const lost = Session.transaction(Effect.gen(function*() {
          yield* add("Barbara")
          assert.strictEqual(yield* tagOf(Session.transaction(note("lost"))), "ConnectionFailed")
        }))
        assert.strictEqual(yield* tagOf(lost), "ConnectionFailed")
        assert.deepStrictEqual(yield* stored, ["Ada", "Edsger"])
      }).pipe(under([
        Chaos.nth(2, Chaos.conflict, { at: "write" }),
        Chaos.once(Chaos.connectionLost, { model: Note })
      ])))

    it.effect("a connection that is lost between two statements takes the transaction with it", () =>
      Effect.gen(function*() {
        const seen: Array<string> = []
        const both = Session.transaction(Effect.gen(function*() {
          yield* add("Ada")
          seen.push(yield* tagOf(add("Grace")), yield* tagOf(Query.from(Account).count))
        }))
        assert.strictEqual(yield* tagOf(both), "ConnectionFailed")
        assert.deepStrictEqual(seen, ["ConnectionFailed", "ConnectionFailed"])
        assert.deepStrictEqual(yield* stored, [])
        yield* add("Ada")
        assert.deepStrictEqual(yield* stored, ["Ada"])
      }).pipe(under([Chaos.nth(2, Chaos.connectionLost, { at: "write" })])))

    it.effect("a full disk at a write by itself, and at a commit, stores nothing", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* tagOf(add("Ada")), "QueryFailed")
        assert.strictEqual(yield* tagOf(Session.transaction(add("Ada"))), "QueryFailed")
        assert.deepStrictEqual(yield* stored, [])
      }).pipe(under([
        Chaos.once(Chaos.diskFull, { at: "write" }),
        Chaos.once(Chaos.diskFull, { at: "commit" })
      ])))

    for (const isStored of [true, false]) {
      it.effect(`an answer to a commit that is lost, which was ${isStored ? "" : "not "}stored`, () =>
        Effect.gen(function*() {
          const ended: Array<string> = []
          const one = Session.transaction(Effect.gen(function*() {
            yield* Session.afterCommit(Effect.sync(() => ended.push("committed")))
            yield* Session.afterRollback(Effect.sync(() => ended.push("rolled back")))
            yield* add("Ada")
          }))
          assert.strictEqual(yield* tagOf(one), "CommitOutcomeUnknown")
          assert.deepStrictEqual(ended, ["rolled back"])
          assert.deepStrictEqual(yield* stored, isStored ? ["Ada"] : [])
          yield* Session.afterRollback(Effect.die("outside of a transaction it never runs"))
          yield* Session.afterCommit(Effect.sync(() => ended.push("at once")))
          assert.deepStrictEqual(ended, ["rolled back", "at once"])
        }).pipe(under([Chaos.once(Chaos.answerLost({ stored: isStored }))])))
    }

    it.effect("an answer to a write by itself that is lost, and not to one in a transaction", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* tagOf(add("Ada")), "CommitOutcomeUnknown")
        assert.strictEqual(yield* tagOf(add("Grace")), "CommitOutcomeUnknown")
        assert.deepStrictEqual(yield* stored, ["Ada"])
        yield* Session.transaction(add("Edsger"))
        assert.deepStrictEqual(yield* stored, ["Ada", "Edsger"])
      }).pipe(under([
        Chaos.nth(1, Chaos.answerLost({ stored: true }), { at: "write" }),
        Chaos.nth(2, Chaos.answerLost({ stored: false }), { at: "write" })
      ])))

    it.effect("plain SQL meets its faults as SqlError, and a transaction with one can't commit", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const plain = (owner: string) => sql`INSERT INTO chaos_accounts (owner, cents) VALUES (${owner}, 1)`
        const met = (effect: Effect.Effect<unknown, SqlError>) =>
          Effect.map(
            Effect.flip(effect),
            ({ reason }) => [reason._tag, Predicate.hasProperty(reason.cause, "_tag") ? reason.cause._tag : undefined]
          )
        assert.deepStrictEqual(yield* met(plain("Ada")), ["UnknownError", "QueryFailed"])
        assert.deepStrictEqual(yield* met(plain("Ada")), ["SerializationError", "Conflict"])
        assert.deepStrictEqual(yield* met(plain("Ada")), ["ConnectionError", "ConnectionFailed"])
        assert.deepStrictEqual(yield* met(plain("Ada")), ["UnknownError", "CommitOutcomeUnknown"])
        assert.deepStrictEqual(yield* stored, [])
        assert.deepStrictEqual(yield* met(plain("Ada")), ["UnknownError", "CommitOutcomeUnknown"])
        assert.deepStrictEqual(yield* stored, ["Ada"])
        assert.deepStrictEqual(yield* met(sql`SELECT 1`), ["ConnectionError", "PoolTimeout"])
        const late = sql`SELECT 1`.pipe(Session.statementTimeout("1 second"), met)
        const fiber = yield* Effect.forkChild(late, { startImmediately: true })
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), ["StatementTimeoutError", "TimedOut"])

        const caught = Session.transaction(Effect.andThen(plain("Grace"), Effect.ignore(plain("Edsger"))))
        assert.strictEqual(yield* tagOf(caught), "TransactionAborted")
        const lost = Session.transaction(
          Effect.andThen(Effect.ignore(plain("Grace")), Effect.ignore(sql`SELECT 1`))
        )
        assert.strictEqual(yield* tagOf(lost), "ConnectionFailed")
        assert.deepStrictEqual(yield* stored, ["Ada"])
        const [first] = yield* Chaos.report
        assert.strictEqual(first?.table, undefined)
        assert.match(first?.sql ?? "", /^INSERT INTO chaos_accounts/)
      }).pipe(under([
        Chaos.nth(1, Chaos.diskFull, { at: "write" }),
        Chaos.nth(2, Chaos.conflict, { at: "write" }),
        Chaos.nth(3, Chaos.connectionLost, { at: "write" }),
        Chaos.nth(4, Chaos.answerLost({ stored: false }), { at: "write" }),
        Chaos.nth(5, Chaos.answerLost({ stored: true }), { at: "write" }),
        Chaos.nth(1, Chaos.poolExhausted(), { at: "read" }),
        Chaos.nth(2, Chaos.slow("1 minute"), { at: "read" }),
        Chaos.nth(7, Chaos.diskFull, { at: "write" }),
        Chaos.nth(8, Chaos.connectionLost, { at: "write" })
      ])))

    it.effect("a pool that is used up is told wherever a connection is asked for, after the wait", () =>
      Effect.gen(function*() {
        const pool = yield* ConnectionPool.ConnectionPool
        const asking: ReadonlyArray<Effect.Effect<string, never, Session.Session>> = [
          tagOf(Query.from(Account).count),
          tagOf(Stream.runDrain(Query.from(Account).stream)),
          tagOf(pool.check)
        ]
        const fiber = yield* Effect.forkChild(Effect.all(asking, { concurrency: "unbounded" }))
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(yield* Fiber.join(fiber), ["PoolTimeout", "PoolTimeout", "PoolTimeout"])
        assert.strictEqual(yield* tagOf(Session.transaction(add("Ada"))), "PoolTimeout")
        assert.strictEqual((yield* pool.stats).acquired, 0)
        assert.deepStrictEqual(yield* stored, [])
      }).pipe(under([
        Chaos.always(Chaos.poolExhausted(), { at: "begin" }),
        Chaos.always(Chaos.poolExhausted("30 seconds"))
      ])))

    it.effect("the pool says that a connection was lost, and then that all is well", () =>
      Effect.gen(function*() {
        const { check } = yield* ConnectionPool.ConnectionPool
        assert.strictEqual(yield* tagOf(check), "ConnectionFailed")
        assert.strictEqual(yield* tagOf(check), "success")
      }).pipe(under([Chaos.once(Chaos.connectionLost, { at: "check" })])))

    it.effect("a health check that takes too long says so", () =>
      Effect.gen(function*() {
        const { check } = yield* ConnectionPool.ConnectionPool
        const fiber = yield* Effect.forkChild(Effect.flip(Session.statementTimeout("1 second")(check)))
        yield* TestClock.adjust("1 second")
        const failure = yield* Fiber.join(fiber)
        assert.strictEqual(failure._tag, "ConnectionFailed")
        assert.include(failure.message, "took longer than 1000 ms")
      }).pipe(under([Chaos.always(Chaos.slow("1 hour"))])))

    it.effect("what is slow takes its time by the clock, and no more than a statement is given", () =>
      Effect.gen(function*() {
        const slow = yield* Effect.forkChild(add("Ada"))
        yield* TestClock.adjust("59 minutes")
        assert.deepStrictEqual(yield* stored, [])
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(slow)
        assert.deepStrictEqual(yield* stored, ["Ada"])
        const ended = yield* Effect.forkChild(tagOf(Session.statementTimeout("1 second")(add("Grace"))))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* Fiber.join(ended), "TimedOut")
        const late = yield* Effect.forkChild(tagOf(Session.transaction(add("Grace"), { timeout: "30 minutes" })))
        yield* TestClock.adjust("30 minutes")
        assert.strictEqual(yield* Fiber.join(late), "TimedOut")
        assert.deepStrictEqual(yield* stored, ["Ada"])
      }).pipe(under([Chaos.always(Chaos.slow("1 hour"), { at: "write" })])))

    it.effect("a stream breaks half-way", () =>
      Effect.gen(function*() {
        const accounts = yield* Repository.make(Account)
        yield* accounts.insertMany(["a", "b", "c", "d"].map((owner) => ({ owner, cents: 1 })))
        const seen: Array<string> = []
        const rows = Stream.tap(Query.from(Account).orderBy((row) => row.owner.asc()).stream, ({ owner }) =>
          Effect.sync(() => seen.push(owner)))
        assert.strictEqual(yield* tagOf(Stream.runDrain(rows)), "StreamBroken")
        assert.deepStrictEqual(seen, ["a", "b"])
        yield* Stream.runDrain(rows)
        assert.deepStrictEqual(seen, ["a", "b", "a", "b", "c", "d"])
      }).pipe(under([Chaos.always(Chaos.slow(0)), Chaos.once(Chaos.streamBroken({ after: 2 }))])))

    it.effect("a calm part meets nothing and is not counted", () =>
      Effect.gen(function*() {
        yield* Chaos.calm(add("Ada"))
        yield* add("Grace")
        assert.strictEqual(yield* tagOf(add("Edsger")), "Conflict")
        const [struck] = yield* Chaos.report
        assert.deepInclude(struck, { fault: Chaos.conflict, place: "write", table: "chaos_accounts" })
        assert.include(struck?.sql ?? "", "INSERT INTO")
      }).pipe(under([Chaos.nth(2, Chaos.conflict)])))

    it.effect("every kind of read, write and stream is met", () =>
      Effect.gen(function*() {
        const accounts = yield* Repository.make(Account)
        yield* accounts.insertMany(Array.from({ length: 20 }, (_, index) => ({ owner: `${index}`, cents: index })))
        yield* accounts.patchMany([{ owner: "1", cents: 7 }, { owner: "2", cents: 8 }])
        yield* accounts.upsertMany([{ owner: "1", cents: 7 }, { owner: "new", cents: 8 }])
        yield* Query.update(Account).set(() => ({ cents: 3 })).where((row) => row.owner.eq("3"))
        yield* Query.from(Account).columns
        yield* Query.from(Account).all
        yield* Query.delete(Account).everywhere().returning()
        yield* Session.createTables([Account])
        const places = (yield* Chaos.report).map(({ place }) => place)
        assert.includeMembers(places, ["begin", "read", "write"])
        assert.isTrue((yield* Chaos.report).every(({ place, table }) =>
          place === "begin" || place === "commit" ||
          table === "chaos_accounts"
        ))
      }).pipe(under([Chaos.always(Chaos.slow(0))])))

    it.effect("the same seed gives the same faults, and another one others", () =>
      Effect.gen(function*() {
        const rules = [Chaos.sometimes(0.3, Chaos.conflict), Chaos.sometimes(0.2, Chaos.diskFull, { at: "commit" })]
        const program = Effect.forEach(
          Array.from({ length: 30 }, (_, index) => `${index}`),
          (owner) => tagOf(Session.transaction(add(owner)))
        )
        const first = yield* under(rules, 1)(program)
        assert.deepStrictEqual(yield* under(rules, 1)(program), first)
        assert.notDeepEqual(yield* under(rules, 2)(program), first)
        assert.includeMembers(first, ["success", "Conflict", "QueryFailed"])
      }))

    it.effect("the commit of plain SQL's own transaction is not reached", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql.withTransaction(sql`INSERT INTO chaos_accounts VALUES ('Grace', 1)`)
        const around = Session.transaction(sql`INSERT INTO chaos_accounts VALUES ('Edsger', 1)`)
        assert.strictEqual(yield* tagOf(around), "Conflict")
        assert.deepStrictEqual(yield* stored, ["Grace"])
      }).pipe(under([Chaos.always(Chaos.conflict, { at: "commit" })])))

    it.effect("is put over a database's Layer", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* tagOf(add("Layered")), "Conflict")
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1`)
      }).pipe(Effect.provide(
        Chaos.layer({ rules: [Chaos.once(Chaos.conflict)] }).pipe(
          Layer.provideMerge(TestDatabase.layerOn(database, [Account, Note]))
        )
      )))
  })

chaos("DuckDB", duckDbInMemory)
chaos("PostgreSQL", postgres)
