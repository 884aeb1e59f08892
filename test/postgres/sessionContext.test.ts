/**
 * What is known of who asks is a setting of the transaction on PostgreSQL, where policies and triggers find it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Invoice extends Model.Class<Invoice>("Invoice")({
  number: Column.primaryKey(Column.int32),
  tenant: Schema.String
}, { table: "context_invoices" }) {}

/** Rows that only their tenant sees, also for those who own the table, and a record of who changed them. */
const guarded = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const invoices = yield* Repository.make(Invoice)
  yield* invoices.insertMany([
    { number: 1, tenant: "acme" },
    { number: 2, tenant: "acme" },
    { number: 3, tenant: "umbrella" }
  ])
  yield* sql`CREATE TABLE context_changes (number INTEGER, who TEXT)`
  yield* sql`CREATE FUNCTION context_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO context_changes VALUES (NEW.number, current_setting('andamios.who', true));
      RETURN NEW;
    END $$`
  yield* sql`CREATE TRIGGER noted AFTER INSERT ON context_invoices FOR EACH ROW EXECUTE FUNCTION context_note()`
  yield* sql`ALTER TABLE context_invoices ENABLE ROW LEVEL SECURITY`
  yield* sql`CREATE POLICY own ON context_invoices USING (tenant = current_setting('andamios.tenant', true))`
  yield* sql`CREATE ROLE clerk NOLOGIN`
  yield* sql`GRANT SELECT, INSERT ON context_invoices, context_changes TO clerk`
}))

const acme = Session.withContext({ who: "ada", tenant: "acme" })

const umbrella = Session.withContext({ who: "grace", tenant: "umbrella" })

/** Who owns the server sees all rows, so the transaction is somebody else's. */
const asClerk = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => Session.transaction(Effect.andThen(sql`SET LOCAL ROLE clerk`, effect)))

const numbers = Effect.map(
  Query.from(Invoice).orderBy((invoice) => invoice.number.asc()).all,
  (rows) => rows.map(({ number }) => number)
)

const setting = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => Effect.map(sql`SELECT current_setting(${`andamios.${name}`}, true)`.values, ([row]) => row?.[0])
  )

layer(guarded.pipe(Layer.provideMerge(TestDatabase.layerPostgres([Invoice]))), { timeout: "60 seconds" })(
  "PostgreSQL: session context",
  (it) => {
    it.effect("shows each tenant its own rows, by a policy", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* acme(asClerk(numbers)), [1, 2])
        assert.deepStrictEqual(yield* umbrella(asClerk(numbers)), [3])
        assert.deepStrictEqual(yield* asClerk(numbers), [])
        assert.deepStrictEqual(yield* numbers, [1, 2, 3])
      }))

    it.effect("lets nobody write what belongs to another tenant", () =>
      Effect.gen(function*() {
        const invoices = yield* Repository.make(Invoice)
        const failure = yield* Effect.flip(acme(asClerk(invoices.insert({ number: 9, tenant: "umbrella" }))))
        assert.instanceOf(failure, OrmError.QueryFailed)
        assert.include(failure.message, "row-level security policy")
      }))

    it.effect("tells triggers who it was", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const invoices = yield* Repository.make(Invoice)
        yield* acme(asClerk(invoices.insert({ number: 10, tenant: "acme" })))
        yield* umbrella(asClerk(invoices.insert({ number: 11, tenant: "umbrella" })))
        assert.deepStrictEqual(yield* sql`SELECT number, who FROM context_changes ORDER BY number`.values, [
          [10, "ada"],
          [11, "grace"]
        ])
        yield* sql`DELETE FROM context_invoices WHERE number >= 10`
      }))

    it.effect("is that of each statement, where it changes in a transaction", () =>
      Effect.gen(function*() {
        const who = setting("who")
        const seen = acme(
          Session.transaction(
            Effect.all([
              who,
              umbrella(who),
              who,
              Session.withContext({ trace: "7" })(Effect.all([who, setting("tenant"), setting("trace")])),
              setting("trace")
            ])
          )
        )
        assert.deepStrictEqual(yield* seen, ["ada", "grace", "ada", ["ada", "acme", "7"], ""])
      }))

    it.effect("is that of its fiber, where several run in one transaction", () =>
      Effect.gen(function*() {
        const both = Session.transaction(
          Effect.forEach(
            Array.from({ length: 40 }, (_, index) => String(index % 3)),
            (who) => Effect.map(Session.withContext({ who })(setting("who")), (found) => found === who),
            { concurrency: "unbounded" }
          )
        )
        assert.deepStrictEqual(yield* both, Array.from({ length: 40 }, () => true))
      }))

    it.effect("is right again after a nested transaction, committed or rolled back", () =>
      Effect.gen(function*() {
        const seen = acme(Session.transaction(Effect.gen(function*() {
          const first = yield* setting("who")
          const committed = yield* umbrella(Session.transaction(setting("who")))
          const second = yield* setting("who")
          yield* Effect.ignore(umbrella(Session.transaction(Effect.andThen(setting("who"), Effect.fail("no")))))
          return [first, committed, second, yield* setting("who")]
        })))
        assert.deepStrictEqual(yield* seen, ["ada", "grace", "ada", "ada"])
        const late = Session.transaction(Effect.gen(function*() {
          yield* Effect.ignore(Session.transaction(Effect.andThen(acme(setting("who")), Effect.fail("no"))))
          return [yield* setting("who"), yield* acme(setting("who"))]
        }))
        assert.deepStrictEqual(yield* late, ["", "ada"])
      }))

    it.effect("is that of plain SQL's transactions, too, and of none after them", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        assert.strictEqual(yield* acme(sql.withTransaction(setting("who"))), "ada")
        const after = yield* Effect.all(Array.from({ length: 8 }, () => setting("who")), { concurrency: 4 })
        assert.deepStrictEqual(after.filter((who) => who !== null && who !== ""), [])
      }))

    it.effect("is not taken over by another transaction on the same connection", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const one = yield* Effect.forkChild(
          acme(Session.transaction(Effect.andThen(setting("who"), Deferred.await(gate))))
        )
        const others = yield* Effect.all(Array.from({ length: 9 }, () => Session.transaction(setting("who"))), {
          concurrency: 3
        })
        assert.deepStrictEqual(others.filter((who) => who !== null && who !== ""), [])
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(one)
      }))

    it.effect("is told once in a transaction, and not at all where there is none", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const overwritten = Effect.andThen(sql`SELECT set_config('andamios.who', 'another', true)`, setting("who"))
        assert.strictEqual(yield* acme(Session.transaction(Effect.andThen(numbers, overwritten))), "another")
        // a setting that nobody has ever set is null
        assert.isNull(yield* Effect.provide(Session.transaction(setting("who")), TestDatabase.layerPostgres([])))
      }))

    it.effect("takes any text as a value, and fails at a name that can't be a setting's", () =>
      Effect.gen(function*() {
        const odd = "O'Hara \\ \"; DROP TABLE context_invoices; -- ü"
        assert.strictEqual(
          yield* Session.withContext({ who: odd })(Session.transaction(setting("who"))),
          odd
        )
        const failure = yield* Effect.flip(Session.withContext({ "not a name": "1" })(Session.transaction(numbers)))
        assert.instanceOf(failure, OrmError.QueryFailed)
        assert.include(failure.message, "invalid configuration parameter name \"andamios.not a name\"")
      }))
  }
)
