/**
 * A transaction is kept apart from others at least as strictly as it asks for, or is refused.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Doctor extends Model.Class<Doctor>("Doctor")({
  name: Column.primaryKey(Schema.String),
  onCall: Schema.Boolean
}, { table: "isolation_doctors" }) {}

const isolations: ReadonlyArray<Session.Isolation> = ["read committed", "repeatable read", "serializable"]

const onCall = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    Effect.map(
      sql<{ readonly name: string }>`SELECT name FROM isolation_doctors WHERE "onCall" ORDER BY name`,
      (rows) => rows.map(({ name }) => name)
    )
)

const fresh = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const doctors = yield* Repository.make(Doctor)
  yield* sql`DELETE FROM isolation_doctors`
  yield* doctors.insertMany([{ name: "Ada", onCall: true }, { name: "Grace", onCall: true }])
})

const call = (name: string, isOnCall: boolean) =>
  Query.update(Doctor).set(() => ({ onCall: isOnCall })).where((doctor) => doctor.name.eq(name))

/** Goes off call if another doctor stays; `meanwhile` is done between the look and the change. */
const leave = (name: string, meanwhile: Effect.Effect<unknown>) =>
  Effect.gen(function*() {
    const doctors = yield* Repository.make(Doctor)
    const others = yield* doctors.query.where((doctor) => doctor.onCall.eq(true).and(doctor.name.ne(name))).count
    yield* meanwhile
    if (others > 0) yield* call(name, false)
  })

/** Something that runs in no transaction, whoever asks for it. */
const elsewhere = Effect.fnUntraced(
  function*<A, E>(effect: Effect.Effect<A, E, Session.Session | SqlClient.SqlClient>) {
    const services = yield* Effect.context<Session.Session | SqlClient.SqlClient>()
    return Effect.promise(() => Effect.runPromiseWith(services)(effect))
  }
)

const once = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  let isDone = false
  return Effect.suspend(() => {
    if (isDone) return Effect.void
    isDone = true
    return Effect.asVoid(effect)
  })
}

export const isolation = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Doctor]), { timeout: "60 seconds" })(`${name}: isolation`, (it) => {
    it.effect("is what the database says it is", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        if (sql.driver !== "pg") return
        for (const level of isolations) {
          for (const readOnly of [true, false]) {
            const told = Session.transaction(
              Effect.all([sql`SHOW transaction_isolation`.values, sql`SHOW transaction_read_only`.values]),
              { isolation: level, readOnly }
            )
            assert.deepStrictEqual(yield* told, [[[level]], [[readOnly ? "on" : "off"]]])
          }
        }
      }))

    it.effect("of one moment sees the same rows again, whatever others commit", () =>
      Effect.gen(function*() {
        yield* fresh
        const doctors = yield* Repository.make(Doctor)
        const hired = yield* elsewhere(doctors.insert({ name: "Jean", onCall: true }))
        const twice = Session.transaction(
          Effect.all([onCall, Effect.andThen(hired, onCall)]),
          { isolation: "repeatable read" }
        )
        assert.deepStrictEqual(yield* twice, [["Ada", "Grace"], ["Ada", "Grace"]])
        assert.deepStrictEqual(yield* onCall, ["Ada", "Grace", "Jean"])
      }))

    it.effect("makes a change of what others changed a conflict, which is retried", () =>
      Effect.gen(function*() {
        yield* fresh
        const doctors = yield* Repository.make(Doctor)
        const meanwhile = once(
          yield* elsewhere(call("Ada", false))
        )
        let runs = 0
        const change = Effect.gen(function*() {
          runs += 1
          yield* doctors.get("Ada")
          yield* meanwhile
          yield* call("Ada", true)
        })
        yield* Session.transaction(change, { isolation: "repeatable read", retry: Schedule.recurs(3) })
        assert.strictEqual(runs, 2)
        assert.deepStrictEqual(yield* onCall, ["Ada", "Grace"])
      }))

    it.effect("lets two transactions decide by what the other changes, where it is no more than repeatable read", () =>
      Effect.gen(function*() {
        yield* fresh
        const other = yield* elsewhere(
          Session.transaction(leave("Grace", Effect.void), { isolation: "repeatable read" })
        )
        yield* Session.transaction(leave("Ada", other), { isolation: "repeatable read" })
        assert.deepStrictEqual(yield* onCall, [])
      }))

    it.effect("is as if they came one after another where it is serializable, or that is refused", () =>
      Effect.gen(function*() {
        yield* fresh
        const options = { isolation: "serializable" } as const
        const other = yield* elsewhere(Session.transaction(leave("Grace", Effect.void), options))
        const failure = yield* Effect.flip(Session.transaction(leave("Ada", other), options))
        if (failure._tag === "Unsupported") {
          assert.strictEqual(failure.feature, "a transaction that is serializable")
          assert.deepStrictEqual(yield* onCall, ["Ada", "Grace"])
          return
        }
        assert.instanceOf(failure, OrmError.Conflict)
        assert.deepStrictEqual(yield* onCall, ["Ada"])

        yield* fresh
        const again = once(yield* elsewhere(Session.transaction(leave("Grace", Effect.void), options)))
        yield* Session.transaction(leave("Ada", again), { ...options, retry: Schedule.recurs(3) })
        assert.deepStrictEqual(yield* onCall, ["Ada"])
      }))

    for (const outer of isolations) {
      for (const inner of isolations) {
        it.effect(`is kept or refused where ${inner} is asked for inside ${outer}`, () =>
          Effect.gen(function*() {
            yield* fresh
            const sql = yield* SqlClient.SqlClient
            const nested = Effect.result(
              Session.transaction(sql`DELETE FROM isolation_doctors`, { isolation: inner })
            )
            const both = yield* Effect.result(Session.transaction(nested, { isolation: outer }))
            if (both._tag === "Failure") {
              assert.instanceOf(both.failure, OrmError.Unsupported)
              assert.strictEqual(outer, "serializable")
              return
            }
            const given = sql.driver === "pg" ? isolations.indexOf(outer) : 1
            if (isolations.indexOf(inner) <= given) {
              assert.strictEqual(both.success._tag, "Success")
              assert.deepStrictEqual(yield* onCall, [])
            } else {
              assert.strictEqual(both.success._tag, "Failure")
              if (both.success._tag === "Success") return
              assert.instanceOf(both.success.failure, OrmError.Unsupported)
              assert.match(both.success.failure.message, new RegExp(`a transaction that is ${inner}`))
              // the outer one goes on
              assert.deepStrictEqual(yield* onCall, ["Ada", "Grace"])
            }
          }))
      }
    }

    it.effect("is asked of the database where plain SQL began the outer one", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const nested = Session.transaction(onCall, { isolation: "repeatable read" })
        const twice = Effect.all([nested, nested])
        const strictly = sql.withTransaction(twice).pipe(
          sql.driver === "pg"
            ? Effect.provideService(SqlClient.BeginTransaction, "BEGIN ISOLATION LEVEL SERIALIZABLE")
            : (effect) => effect
        )
        assert.deepStrictEqual(yield* strictly, [["Ada", "Grace"], ["Ada", "Grace"]])
        const loosely = yield* Effect.result(Session.transaction(nested))
        if (loosely._tag === "Success") return assert.deepStrictEqual(loosely.success, ["Ada", "Grace"])
        assert.instanceOf(loosely.failure, OrmError.Unsupported)
        assert.include(
          loosely.failure.message,
          "PostgreSQL does not do this: a transaction that is repeatable read inside one that is read committed. Ask for it"
        )
      }))

    it.effect("can't be asked in a transaction that a failure has ended", () =>
      Effect.gen(function*() {
        yield* fresh
        const doctors = yield* Repository.make(Doctor)
        const broken = Effect.gen(function*() {
          yield* Effect.ignore(doctors.insert({ name: "Ada", onCall: false }))
          yield* Session.transaction(onCall, { isolation: "repeatable read" })
        })
        assert.instanceOf(yield* Effect.flip(Session.transaction(broken)), OrmError.TransactionAborted)
      }))

    it.effect("says nothing about transactions that begin later, or elsewhere", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        if (sql.driver !== "pg") return
        const level = sql`SHOW transaction_isolation`.values
        const inside = Effect.all([level, yield* elsewhere(sql.withTransaction(level))])
        assert.deepStrictEqual(
          yield* Session.transaction(inside, { isolation: "serializable" }),
          [[["serializable"]], [["read committed"]]]
        )
        assert.deepStrictEqual(yield* Session.transaction(level), [["read committed"]])
      }))
  })
