/**
 * Transactions: all or nothing, kept apart from others, tried again, nested, and in time.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { Console, Data, Deferred, Effect, Layer, Schedule, Schema } from "effect"

class Account extends Model.Class<Account>("Account")({
  owner: Column.primaryKey(Schema.NonEmptyString),
  cents: Column.int32
}, { table: "accounts" }) {}

class TooLittle extends Data.TaggedError("TooLittle")<{ readonly owner: string; readonly cents: number }> {}

const balances = Effect.map(
  Query.from(Account).orderBy((account) => account.owner.asc()).all,
  (accounts) => accounts.map(({ cents, owner }) => `${owner} ${cents}`).join(", ")
)

const book = (owner: string, cents: number) =>
  Effect.flatMap(Repository.make(Account), (all) => all.patch({ owner, cents }))

/** Moves money. `meanwhile` is what happens between reading and writing: nothing, in a program that shows nothing. */
const move = (from: string, to: string, cents: number, meanwhile: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function*() {
    const accounts = yield* Repository.make(Account)
    const [giver, taker] = yield* Effect.all([accounts.get(from), accounts.get(to)])
    yield* meanwhile
    yield* book(to, taker.cents + cents)
    if (giver.cents < cents) return yield* new TooLittle({ owner: from, cents: giver.cents })
    yield* book(from, giver.cents - cents)
  })

const fresh = Effect.gen(function*() {
  yield* Session.createTables([Account])
  yield* Query.delete(Account).everywhere()
  const accounts = yield* Repository.make(Account)
  yield* accounts.insertMany([{ owner: "Ada", cents: 100 }, { owner: "Grace", cents: 100 }])
})

// The failure is found after a row was changed. In a transaction that doesn't matter: nothing of it is stored.
const allOrNothing = Effect.gen(function*() {
  yield* Session.transaction(move("Ada", "Grace", 70))
  yield* Console.log(`70 from Ada:      ${yield* balances}`)
  yield* Session.transaction(move("Ada", "Grace", 70)).pipe(
    Effect.catchTag("TooLittle", ({ cents, owner }) => Console.log(`70 more:          ${owner} has only ${cents}`))
  )
  yield* Console.log(`and so it stays:  ${yield* balances}`)
})

// Somebody else changes an account between our reading and writing it. Ours then fails with Conflict, and the remedy is to run all of
// it again: `retry` is a Schedule that is asked after a Conflict, and after nothing else.
const tryAgain = Effect.gen(function*() {
  let attempt = 0
  const seen = yield* Deferred.make<void>()
  const changed = yield* Deferred.make<void>()
  const ours = Session.transaction(
    Effect.gen(function*() {
      attempt += 1
      yield* Console.log(`attempt ${attempt}`)
      yield* Session.afterRollback(Console.log("  met somebody, and is rolled back"))
      yield* Session.afterCommit(Console.log("  is committed"))
      yield* move("Grace", "Ada", 10, Effect.andThen(Deferred.succeed(seen, undefined), Deferred.await(changed)))
    }),
    { isolation: "repeatable read", retry: Schedule.recurs(5) }
  )
  const theirs = Deferred.await(seen).pipe(
    Effect.andThen(Session.transaction(move("Grace", "Ada", 1))),
    Effect.andThen(Deferred.succeed(changed, undefined))
  )
  yield* Effect.all([ours, theirs], { concurrency: 2 })
  yield* Console.log(`11 from Grace:    ${yield* balances}`)
})

// A part that may fail goes into a transaction of its own. What it did is undone, and the outer one goes on.
const nested = Effect.gen(function*() {
  yield* Session.transaction(Effect.gen(function*() {
    yield* move("Grace", "Ada", 5)
    yield* Session.transaction(move("Ada", "Grace", 1_000)).pipe(
      Effect.catchTag("TooLittle", () => Console.log("the second part is undone"))
    )
    yield* move("Grace", "Ada", 5)
  }))
  yield* Console.log(`10 from Grace:    ${yield* balances}`)
})

// A report reads several times. In a read-only transaction of one moment its numbers fit, and nothing can be changed by mistake.
const report = Effect.gen(function*() {
  const reading = Effect.all([Query.from(Account).count, balances])
  const [count, all] = yield* Session.transaction(reading, { isolation: "repeatable read", readOnly: true })
  yield* Console.log(`${count} accounts:       ${all}`)
  yield* Session.transaction(book("Ada", 0), { readOnly: true }).pipe(
    Effect.catchTag("ReadOnly", () => Console.log("a write in it is ReadOnly"))
  )
})

// All of it has so much time: the wait for a connection, the work, and each further run.
const inTime = Session.transaction(Effect.andThen(book("Ada", 0), Effect.never), { timeout: "50 millis" }).pipe(
  Effect.catchTag("TimedOut", ({ what }) => Console.log(`the ${what} took too long`)),
  Effect.andThen(balances),
  Effect.flatMap((now) => Console.log(`and is undone:    ${now}`))
)

/** May take all that one has, as long as both together stay above zero. */
const takeAll = (owner: string, meanwhile: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function*() {
    const accounts = yield* Query.from(Account).all
    const sum = accounts.reduce((total, { cents }) => total + cents, 0)
    yield* meanwhile
    if (sum >= 150) yield* book(owner, -50)
  })

// Two that decide by the same rows, and each change another one: neither changes what the other does, so snapshots let both pass. Only
// `serializable` sees it, which PostgreSQL has and DuckDB hasn't.
const skew = Effect.fn("skew")(function*(isolation: Session.Isolation) {
  yield* fresh
  const seen = yield* Deferred.make<void>()
  const done = yield* Deferred.make<void>()
  const one = Session.transaction(
    takeAll("Ada", Effect.andThen(Deferred.succeed(seen, undefined), Deferred.await(done))),
    { isolation }
  )
  const other = Effect.andThen(Deferred.await(seen), Session.transaction(takeAll("Grace"), { isolation }))
  yield* Effect.all([one, Effect.ensuring(other, Deferred.succeed(done, undefined))], { concurrency: 2 }).pipe(
    Effect.catchTag("Conflict", () => Console.log("  Conflict: one of them has to run again")),
    Effect.catchTag("Unsupported", ({ feature }) => Console.log(`  Unsupported: ${feature}`))
  )
  yield* Console.log(`  ${isolation}: ${yield* balances}`)
})

const apart = Effect.all([skew("repeatable read"), skew("serializable")], { discard: true })

const lesson = Effect.gen(function*() {
  yield* fresh
  yield* Console.log("1. All or nothing")
  yield* allOrNothing
  yield* Console.log("\n2. Again, where somebody else was faster")
  yield* tryAgain
  yield* Console.log("\n3. A part by itself")
  yield* nested
  yield* Console.log("\n4. Reading only")
  yield* report
  yield* Console.log("\n5. In time")
  yield* inTime
  yield* Console.log("\n6. How far apart\nDuckDB")
  yield* apart
})

// A server of its own for this example, gone with the Layer.
const postgres = Layer.unwrap(Effect.map(PostgresServer.start(), Postgres.layer))

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* Effect.provide(lesson, DuckDb.layer({ path: ":memory:" }))
  yield* Console.log("PostgreSQL")
  yield* Effect.provide(apart, postgres).pipe(
    Effect.catchTag("PostgresUnavailable", ({ problem }) => Console.log(`  skipped. ${problem}`))
  )
})

if (import.meta.main) NodeRuntime.runMain(main)
