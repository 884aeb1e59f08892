/**
 * A function that this program calls may write to any table, so no answer that was kept outlives the call, however it is made. What
 * PostgreSQL says to leave tables alone leaves answers alone, too.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, QueryCache, Repository, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { numbers, rereads, run } from "../contract/rereads.ts"

class Counter extends Model.Class<Counter>("Counter")({ id: Column.primaryKey(Column.int32), n: Column.int32 }, {
  table: "counters"
}) {}

class Other extends Model.Class<Other>("Other")({ id: Column.primaryKey(Column.int32), n: Column.int32 }, {
  table: "counter_others"
}) {}

const counting = (name: string) =>
  `CREATE FUNCTION ${name}(step INT) RETURNS INT LANGUAGE sql AS 'UPDATE counters SET n = n + step RETURNING n'`

const prepared = Layer.effectDiscard(Effect.gen(function*() {
  yield* run(
    counting("count_up"),
    "CREATE FUNCTION lower(INT) RETURNS INT LANGUAGE sql AS 'UPDATE counters SET n = n - $1 RETURNING n'",
    "CREATE FUNCTION twice(n INT) RETURNS INT LANGUAGE sql STABLE AS 'SELECT 2 * n'",
    "CREATE SEQUENCE tickets",
    "CREATE VIEW counted AS SELECT n FROM counters"
  )
  yield* Query.insert(Counter).values({ id: 1, n: 0 })
  yield* Query.insert(Other).values({ id: 1, n: 0 })
})).pipe(Layer.provideMerge(TestDatabase.layerPostgres([Counter, Other])))

const plain = <A, E, R>(use: (sql: SqlClient.SqlClient) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, use)

const value = Schema.Struct({ n: Schema.Int })
const called = Sql.expression(Schema.Int)`count_up(1)`

type Call = Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient>

const calls: Readonly<Record<string, Call>> = {
  "plain SQL": run("SELECT count_up(1)"),
  "plain SQL, by a name in quotes": run("SELECT public.\"count_up\"(1)"),
  "plain SQL, as rows": run("SELECT * FROM count_up(1)"),
  "plain SQL, beside a write": run("UPDATE counter_others SET n = count_up(1)"),
  "values of plain SQL": plain((sql) => sql`SELECT count_up(1)`.values),
  "a stream of plain SQL": plain((sql) => Stream.runDrain(sql`SELECT count_up(1)`.stream)),
  "a transaction of plain SQL": plain((sql) => sql.withTransaction(sql`SELECT count_up(1)`)),
  "a query by hand": Sql.query(value)`SELECT count_up(1) AS n`.all,
  "the columns of a query by hand": Sql.query(value)`SELECT count_up(1) AS n`.columns,
  "a stream by hand": Stream.runDrain(Sql.query(value)`SELECT count_up(1) AS n`.stream),
  "a statement by hand": Sql.statement`UPDATE counter_others SET n = count_up(1)`,
  "an expression of a query": Query.from(Other).select(() => ({ n: called })),
  "an expression of an update": Query.update(Other).set(() => ({ n: called })).where(({ id }) => id.eq(1)),
  "a condition": Query.delete(Other).where(({ id }) => Sql.expression(Schema.Boolean)`count_up(1) < 0 AND ${id} = 2`),
  "a plan that is measured": Query.from(Other).select(() => ({ n: called })).explain({ analyze: true }),
  "a transaction": Session.transaction(run("SELECT count_up(1)")),
  "a function that is called like one of PostgreSQL": run("SELECT public.lower(1)")
}

const counters = Query.from(Counter).all
const counter = Effect.flatMap(Repository.make(Counter), (all) => all.get(1))

/** Knows what functions there are, as a cache does that was asked for a view. */
const knowing = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.andThen(numbers("SELECT n FROM counted"), effect).pipe(
    QueryCache.withPolicy({ raw: true }),
    Effect.provide(QueryCache.layerMemory())
  )

layer(prepared, { timeout: "120 seconds" })("a function that writes", (it) => {
  it.effect.each(Object.keys(calls))("outdates what was read before: %s", (name) =>
    Effect.gen(function*() {
      const call = calls[name] ?? Effect.die(name)
      assert.isTrue(yield* rereads(counters, call))
      assert.isTrue(yield* rereads(counter, call))
      assert.isTrue(yield* knowing(rereads(counters, call)), "also when its name is known")
      assert.isTrue(yield* knowing(rereads(counter, call)), "also when its name is known")
    }))

  it.effect("outdates what was read before also where it was made since", () =>
    Effect.gen(function*() {
      yield* knowing(Effect.void)
      yield* run(counting("count_later"))
      assert.isTrue(yield* rereads(counters, run("SELECT count_later(1)")))
      yield* run("DROP FUNCTION count_later")
    }))

  it.effect("outdates nothing where it isn't run: in a plan that is only asked for, in a text, in a comment", () =>
    Effect.gen(function*() {
      const explained = Query.from(Other).select(() => ({ n: called })).explain()
      assert.isFalse(yield* rereads(counters, explained))
      assert.isFalse(yield* rereads(counters, run("SELECT 'count_up(1)' -- count_up(1)")))
    }))

  it.effect.each([
    "SELECT md5('a'), 1 + length('b') FROM counters",
    "SELECT pg_advisory_xact_lock(7)",
    "SELECT nextval('tickets')",
    "INSERT INTO counter_others (id, n) VALUES (2, abs(3)) ON CONFLICT (id) DO UPDATE SET n = 3"
  ])("is not one of PostgreSQL's own that leave tables alone: %s", (text) =>
    Effect.gen(function*() {
      assert.isFalse(yield* rereads(counters, run(text)))
      assert.isFalse(yield* knowing(rereads(counters, run(text))))
    }))

  it.effect.each([
    "SELECT twice(1)",
    "SELECT txid_current()",
    "SELECT has_table_privilege('counters', 'SELECT')",
    "SELECT array_ndims(ARRAY[1])"
  ])("is not one that says, once it is known, that it only reads: %s", (text) =>
    Effect.gen(function*() {
      assert.isFalse(yield* knowing(rereads(counters, run(text))))
    }))

  it.effect("that only reads may be part of a query whose answer is kept", () =>
    Effect.gen(function*() {
      const doubled = numbers("SELECT twice(n) AS n FROM counter_others WHERE id = 1")
      assert.isTrue(yield* rereads(doubled, Query.update(Other).set(() => ({ n: 5 })).everywhere()))
      assert.isFalse(yield* rereads(doubled, Effect.void))
    }))
})
