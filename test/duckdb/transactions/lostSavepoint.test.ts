/**
 * Where an outer transaction can't be done again as it was, it is lost, says so, and stores nothing.
 */
import { assert, it } from "@effect/vitest"
import { Column, type ConnectionPool, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient, type SqlError } from "effect/sql"
import { join } from "node:path"
import { ended, undone } from "./nested.ts"
import { temporaryDirectory } from "../../temporaryDirectory.ts"

class Row extends Model.Class<Row>("Row")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.NullOr(Schema.String)
}, { table: "outer_rows" }) {}

const database = TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }), [Row])

const query = <A extends object>(text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(text))

const structure = Effect.gen(function*() {
  yield* query("CREATE SEQUENCE ids")
  yield* query("CREATE TABLE numbered (id INTEGER DEFAULT nextval('ids'), name VARCHAR)")
  yield* query("CREATE TABLE keyed (id UUID DEFAULT uuid(), name VARCHAR)")
  yield* query("CREATE TABLE timed (made TIMESTAMPTZ DEFAULT now(), name VARCHAR)")
  yield* query("CREATE TABLE drawn (n DOUBLE DEFAULT random(), name VARCHAR)")
  yield* query("CREATE TABLE nested_rows (id INTEGER PRIMARY KEY)")
})

const insert = (id: number) => Effect.flatMap(Repository.make(Row), (rows) => rows.insert({ id, name: "outer" }))

type Used = Session.Session | SqlClient.SqlClient | ConnectionPool.ConnectionPool

/** Runs the outer and then a nested transaction that fails, and returns what the outer is told of that, in all ways. */
const lost = Effect.fnUntraced(function*<E>(
  outer: Effect.Effect<unknown, E, Used>,
  nested: Effect.Effect<unknown, unknown, Used> = Effect.fail("refused")
) {
  const told: Array<unknown> = []
  const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
    yield* outer
    yield* undone(Effect.andThen(query("INSERT INTO nested_rows VALUES (1)"), nested))
    told.push(yield* Effect.flip(Query.from(Row).all))
    told.push(yield* Effect.flip(insert(99)))
    told.push(causeOf(yield* Effect.flip(query("SELECT 1"))))
    told.push(yield* Effect.flip(Session.transaction(Effect.void)))
  })))
  for (const one of [...told, failure]) assert.instanceOf(one, OrmError.SavepointLost)
  assert.instanceOf(failure, OrmError.SavepointLost)
  // nothing of it is stored, and its connection works on
  assert.deepStrictEqual(yield* Query.from(Row).all, [])
  assert.deepStrictEqual(yield* query("SELECT * FROM nested_rows"), [])
  yield* Session.transaction(insert(1))
  assert.strictEqual(yield* Query.from(Row).count, 1)
  return failure
})

const causeOf = ({ reason }: SqlError.SqlError): unknown => reason.cause

const differing: Readonly<Record<string, string>> = {
  "the next number of a sequence": "SELECT nextval('ids')",
  "a number that the database gave to its row": "INSERT INTO numbered (name) VALUES ('a') RETURNING id",
  "an id that the database gave to its row": "INSERT INTO keyed (name) VALUES ('a') RETURNING id",
  "the time that its row was made": "INSERT INTO timed (name) VALUES ('a') RETURNING made",
  "a number drawn for its row": "INSERT INTO drawn (name) VALUES ('a') RETURNING n",
  "the time": "SELECT now()",
  "chance": "SELECT random()",
  "a new id": "SELECT uuid()",
  "a sum over chance": "SELECT sum(random()) FROM range(1000)"
}

for (const [kind, statement] of Object.entries(differing)) {
  it.live(`it has seen ${kind}, which is another when it runs again`, () =>
    Effect.gen(function*() {
      yield* structure
      const failure = yield* lost(Effect.andThen(insert(1), query(statement)))
      assert.include(failure.message, "a statement of it gave another answer when it ran again")
      assert.strictEqual(failure.statement, statement)
    }).pipe(Effect.provide(database)))
}

for (const [kind, end] of Object.entries(ended)) {
  it.live(`it is lost alike when the nested one ends in ${kind}`, () =>
    Effect.gen(function*() {
      yield* structure
      yield* lost(query("SELECT uuid()"), end)
    }).pipe(Effect.provide(database)))
}

it.live("what a nested one has read of it before it wrote is another, too", () =>
  Effect.gen(function*() {
    yield* structure
    let seen: ReadonlyArray<object> = []
    const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
      yield* query("INSERT INTO keyed (name) VALUES ('a')")
      yield* undone(Effect.gen(function*() {
        seen = yield* query("SELECT id FROM keyed")
        yield* query("INSERT INTO nested_rows VALUES (1)")
        return yield* Effect.fail("refused")
      }))
    })))
    assert.strictEqual(seen.length, 1)
    assert.instanceOf(failure, OrmError.SavepointLost)
    assert.strictEqual(failure.statement, "SELECT id FROM keyed")
    assert.deepStrictEqual(yield* query("SELECT id FROM keyed"), [])
  }).pipe(Effect.provide(database)))

it.live("another transaction has changed what it read", () =>
  Effect.gen(function*() {
    yield* structure
    yield* query("INSERT INTO numbered VALUES (1, 'before')")
    const elsewhere = Effect.flatMap(SqlClient.SqlClient, (sql) =>
      Effect.promise(() => Effect.runPromise(sql`UPDATE numbered SET name = 'after'`)))
    const failure = yield* lost(
      Effect.andThen(query("SELECT name FROM numbered"), insert(1)),
      Effect.andThen(elsewhere, Effect.fail("refused"))
    )
    assert.strictEqual(failure.statement, "SELECT name FROM numbered")
  }).pipe(Effect.provide(database)))

it.live("another transaction has taken its key", () =>
  Effect.gen(function*() {
    yield* structure
    const elsewhere = Effect.flatMap(SqlClient.SqlClient, (sql) =>
      Effect.promise(() => Effect.runPromise(sql`INSERT INTO numbered VALUES (1, 'theirs')`)))
    yield* query("CREATE UNIQUE INDEX numbers ON numbered (id)")
    const mine = "INSERT INTO numbered VALUES (1, 'mine')"
    const failure = yield* lost(query(mine), Effect.andThen(elsewhere, Effect.fail("refused")))
    assert.include(failure.reason, "Duplicate key")
    assert.strictEqual(failure.statement, mine)
  }).pipe(Effect.provide(database)))

it.live("it has written a file", () =>
  Effect.gen(function*() {
    yield* structure
    const path = join(yield* temporaryDirectory, "copied.csv")
    const copy = `COPY (SELECT 1) TO '${path}'`
    const failure = yield* lost(query(copy))
    assert.include(failure.message, "it has run a statement that can't be done twice")
    assert.strictEqual(failure.statement, copy)
  }).pipe(Effect.provide(database)))

const unrecorded: Readonly<Record<string, Effect.Effect<unknown, unknown, Used>>> = {
  "run more statements": Effect.replicateEffect(query("SELECT 1"), 1_001),
  "seen more rows": query("SELECT * FROM range(100001)"),
  "inserted more rows at once": Effect.flatMap(
    Repository.make(Row),
    (rows) => rows.insertMany(Array.from({ length: 100_001 }, (_, index) => ({ id: index + 100, name: null })))
  )
}

for (const [kind, outer] of Object.entries(unrecorded)) {
  it.live(`it has ${kind} than are recorded`, () =>
    Effect.gen(function*() {
      yield* structure
      const failure = yield* lost(outer)
      assert.include(failure.message, "it has run more statements, or seen more rows, than are recorded")
      assert.isUndefined(failure.statement)
    }).pipe(Effect.provide(database)))
}

it.live("a nested one has read more of it than is recorded", () =>
  Effect.gen(function*() {
    yield* structure
    const failure = yield* Effect.flip(Session.transaction(Effect.andThen(
      insert(1),
      undone(Effect.andThen(query("SELECT * FROM range(100001)"), query("SELECT error('on purpose')")))
    )))
    assert.instanceOf(failure, OrmError.SavepointLost)
    assert.deepStrictEqual(yield* Query.from(Row).all, [])
  }).pipe(Effect.provide(database)))

for (
  const setting of [
    "SET VARIABLE answer = 42",
    "SET TimeZone = 'UTC'",
    "PRAGMA enable_profiling = 'no_output'",
    "PREPARE p AS SELECT 1"
  ]
) {
  it.live(`a nested one has changed what no rollback undoes: ${setting}`, () =>
    Effect.gen(function*() {
      yield* structure
      const failure = yield* lost(insert(1), Effect.andThen(query(setting), Effect.fail("refused")))
      assert.include(failure.message, "the nested one has changed what no rollback undoes, such as a setting")
    }).pipe(Effect.provide(database)))
}

it.live("it is lost at every depth", () =>
  Effect.gen(function*() {
    yield* structure
    const told: Array<unknown> = []
    const note = Effect.tapError((error: unknown) => Effect.sync(() => told.push(error)))
    const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
      yield* insert(1)
      yield* query("SELECT uuid()")
      yield* Effect.ignore(note(Session.transaction(Effect.gen(function*() {
        yield* undone(Effect.andThen(insert(2), Effect.fail("refused")))
        yield* insert(3)
      }))))
      yield* undone(Effect.fail("refused"))
    })))
    assert.deepStrictEqual(told, [failure])
    assert.instanceOf(failure, OrmError.SavepointLost)
    assert.deepStrictEqual(yield* Query.from(Row).all, [])
  }).pipe(Effect.provide(database)))

it.live("its own failure comes through, when it fails after it was lost", () =>
  Effect.gen(function*() {
    yield* structure
    const body = Effect.gen(function*() {
      yield* query("SELECT uuid()")
      yield* undone(Effect.andThen(insert(2), Effect.fail("refused")))
      return yield* Effect.fail("mine")
    })
    assert.strictEqual(yield* Effect.flip(Session.transaction(body)), "mine")
    assert.deepStrictEqual(yield* Query.from(Row).all, [])
  }).pipe(Effect.provide(database)))
