/**
 * Chaos: a program meets conflicts, a full disk and a lost connection in a test, before it meets them at night.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { Chaos, TestDatabase } from "andamios-orm/testing"
import { Console, Effect, Layer, Option, Schedule, Schema } from "effect"

class Account extends Model.Class<Account>("Account")({
  owner: Column.primaryKey(Schema.NonEmptyString),
  cents: Column.int32
}, { table: "accounts" }) {}

// Each payment has a number that whoever pays makes up, so that it can be asked for afterwards.
class Payment extends Model.Class<Payment>("Payment")({
  number: Column.primaryKey(Schema.NonEmptyString),
  from: Schema.String,
  to: Schema.String,
  cents: Column.int32
}, { table: "payments" }) {}

// This is the program that is tested. It knows nothing of Chaos: it is run again after a conflict, as any transaction should be.
const pay = Effect.fn("pay")(function*(number: string, from: string, to: string, cents: number) {
  yield* Session.transaction(
    Effect.gen(function*() {
      const accounts = yield* Repository.make(Account)
      const payments = yield* Repository.make(Payment)
      const giver = yield* accounts.get(from)
      yield* accounts.patch({ owner: from, cents: giver.cents - cents })
      const taker = yield* accounts.get(to)
      yield* accounts.patch({ owner: to, cents: taker.cents + cents })
      yield* payments.insert({ number, from, to, cents })
    }),
    { retry: Schedule.recurs(3) }
  )
})

// After a lost answer nobody can say whether a payment was made, so this one looks, and pays only if it wasn't.
const paySurely = (number: string, from: string, to: string, cents: number) =>
  pay(number, from, to, cents).pipe(
    Effect.catchTag("CommitOutcomeUnknown", () =>
      Effect.gen(function*() {
        const payments = yield* Repository.make(Payment)
        const isThere = Option.isSome(yield* payments.findById(number))
        yield* Console.log(`  no answer; ${number} is ${isThere ? "there" : "not there, so it is paid again"}`)
        if (!isThere) yield* pay(number, from, to, cents)
      }))
  )

// What is looked at, and not tested, is calm: nothing happens to it, and no rule counts it.
const balances = Chaos.calm(Query.from(Account).orderBy((account) => account.owner.asc()).all).pipe(
  Effect.map((accounts) => accounts.map(({ cents, owner }) => `${owner} ${cents}`).join(", "))
)

const open = Chaos.calm(
  Effect.flatMap(
    Repository.make(Account),
    (accounts) => accounts.insertMany([{ owner: "Ada", cents: 100 }, { owner: "Grace", cents: 100 }])
  )
)

const reported = Effect.flatMap(
  Chaos.report,
  (report) =>
    Console.log(
      `  ${report.length} faults: ${report.map(({ fault, place }) => `${fault._tag} at ${place}`).join(", ")}`
    )
)

// The rules are a Layer over that of a database, so what a test meets is said where it is run.
const under = (...rules: ReadonlyArray<Chaos.Rule>) =>
  Chaos.layer({ rules, seed: 7 }).pipe(Layer.provideMerge(TestDatabase.layer([Account, Payment])))

// Two conflicts at the commit, and the third time it is stored. A program without `retry` would fail here.
const conflicts = Effect.gen(function*() {
  yield* open
  yield* pay("p1", "Ada", "Grace", 30)
  yield* Console.log(`  ${yield* balances}`)
  yield* reported
}).pipe(Effect.provide(under(Chaos.first(2, Chaos.conflict, { at: "commit" }))))

// The disk is full at the second write: the first is undone with it. No retry mends that, so the program is told.
const diskFull = Effect.gen(function*() {
  yield* open
  yield* pay("p1", "Ada", "Grace", 30).pipe(
    Effect.catchTag("QueryFailed", ({ reason }) => Console.log(`  ${reason}`))
  )
  yield* Console.log(`  ${yield* balances}`)
}).pipe(Effect.provide(under(Chaos.nth(2, Chaos.diskFull, { at: "write", model: Account }))))

// The worst case: the connection is lost while the commit is on its way. Both outcomes are possible, and both are tried here.
const noAnswer = Effect.fn("noAnswer")(function*(stored: boolean) {
  const test = Effect.gen(function*() {
    yield* open
    yield* paySurely("p1", "Ada", "Grace", 30)
    yield* Console.log(`  ${yield* balances}`)
  })
  yield* Effect.provide(test, under(Chaos.once(Chaos.answerLost({ stored }))))
})

// And everything at random. Whatever happens, no cent is lost; the same seed gives the same faults, so that a failure can be looked at.
const atRandom = Effect.gen(function*() {
  yield* open
  let paid = 0
  for (let number = 1; number <= 50; number++) {
    yield* pay(`p${number}`, "Ada", "Grace", 1).pipe(
      Effect.tap(() => Effect.sync(() => paid += 1)),
      Effect.catchTag(["Conflict", "QueryFailed", "PoolTimeout"], () => Effect.void)
    )
  }
  const payments = yield* Chaos.calm(Query.from(Payment).count)
  const total = yield* Chaos.calm(Query.from(Account).select((account) => ({ cents: account.cents })).all)
  yield* Console.log(`  ${(yield* Chaos.report).length > 0 ? "some" : "no"} faults`)
  yield* Console.log(`  as many payments are stored as were made: ${payments === paid}`)
  yield* Console.log(`  in all accounts: ${total.reduce((sum, { cents }) => sum + cents, 0)}`)
}).pipe(Effect.provide(under(
  Chaos.sometimes(0.1, Chaos.conflict),
  Chaos.sometimes(0.02, Chaos.diskFull),
  Chaos.sometimes(0.05, Chaos.poolExhausted())
)))

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* Console.log("1. Somebody else was faster, twice")
  yield* conflicts
  yield* Console.log("\n2. The disk is full")
  yield* diskFull
  yield* Console.log("\n3. No answer to the commit, which was done")
  yield* noAnswer(true)
  yield* Console.log("\n4. No answer to the commit, which was not done")
  yield* noAnswer(false)
  yield* Console.log("\n5. At random")
  yield* atRandom
})

if (import.meta.main) NodeRuntime.runMain(main)
