/**
 * A data migration: names are taken apart by code, in the transaction of their revision, and put together again on the way back.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Migration, Migrator, Model, Query, Repository, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Data, Effect, References, Schema } from "effect"
import { SqlClient } from "effect/sql"

const first = Migration.column("first", Type.text, { nullable: true })
const last = Migration.column("last", Type.text, { nullable: true })
const always = <A extends object>(column: A) => ({ ...column, nullable: false })

const people = Migration.make({
  id: "a1",
  name: "people",
  up: [
    Migration.createTable({
      name: "people",
      columns: [Migration.column("id", Type.int32), Migration.column("name", Type.text)],
      primaryKey: { columns: ["id"] }
    })
  ]
})

// The model as it is between this revision and the next. It stays in the file of the revision: the model of the program goes on, and
// must not take the revision with it.
class Person extends Model.Class<Person>("Person")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String,
  first: Schema.NullOr(Schema.String),
  last: Schema.NullOr(Schema.String)
}, { table: "people" }) {}

class OneName extends Data.TaggedError("OneName")<{ readonly name: string }> {
  override get message() {
    return `"${this.name}" has no last name`
  }
}

/** The new fields of a person, of what the name says. */
const split = Effect.fnUntraced(function*({ id, name }: Person) {
  const [, given, family] = /^(\S+) (.+)$/.exec(name) ?? []
  return given === undefined || family === undefined ? yield* new OneName({ name }) : { id, first: given, last: family }
})

// A hundred at a time, so that a table of any size fits into memory. All of them are one transaction.
const splitBatch = Effect.gen(function*() {
  const found = yield* Query.from(Person).where((person) => person.first.isNull()).limit(100).all
  const repository = yield* Repository.make(Person)
  yield* repository.patchMany(yield* Effect.forEach(found, split))
  return found.length
})

const splitAll = Effect.gen(function*() {
  let count = 0
  yield* Effect.repeat(Effect.tap(splitBatch, (done) => Effect.sync(() => (count += done))), {
    while: (done) => done > 0
  })
  yield* Console.log(`  ${count} names are taken apart`)
})

// The columns come empty, are filled, and then are never null. The step that is an effect says how it is undone: here there is nothing
// to do, for its columns are dropped.
const apart = Migration.make({
  id: "b2",
  name: "first and last names",
  parents: ["a1"],
  up: [
    Migration.addColumn("people", first),
    Migration.addColumn("people", last),
    Migration.run("take names apart", splitAll, Effect.void),
    Migration.changeColumn("people", { from: first, to: always(first) }),
    Migration.changeColumn("people", { from: last, to: always(last) })
  ]
})

// What would undo a dropped column is an added one, which is never null and has no values: so the way back is written by hand. SQL is
// enough for it.
const name = Migration.column("name", Type.text, { nullable: true })

const without = Migration.make({
  id: "c3",
  name: "no whole names",
  parents: ["b2"],
  up: [Migration.dropColumn("people", always(name))],
  down: [
    Migration.addColumn("people", name),
    Migration.execute("UPDATE people SET name = first || ' ' || last"),
    Migration.changeColumn("people", { from: name, to: always(name) })
  ]
})

const showPeople = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT * FROM people ORDER BY id`
  yield* Console.log(`  ${rows.length} people, such as ${JSON.stringify(rows[0])}`)
})

const failing = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO people SELECT i::INTEGER, 'Ada Lovelace ' || i FROM range(1, 251) t(i)`
  yield* sql`INSERT INTO people VALUES (251, 'Plato')`

  // Two hundred names were taken apart when the last batch met one that can't be. Nothing of it is stored, not even the columns.
  yield* Migrator.up("b2").pipe(
    Effect.catchTag("MigrationFailed", ({ message }) => Console.log(message))
  )
  yield* showPeople
})

const planning = Effect.gen(function*() {
  // DuckDB can't alter a table whose rows the transaction has changed. So the table is made anew, once for both columns.
  const plan = yield* Migrator.plan("b2")
  for (const { rebuilds, what } of plan.revisions.flatMap(({ steps }) => steps)) {
    yield* Console.log(`  ${what}${rebuilds.length === 0 ? "" : ` (makes anew: ${rebuilds.join()})`}`)
  }
})

const mending = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE people SET name = 'Plato of Athens' WHERE id = 251`
  yield* Migrator.up("b2")
  yield* showPeople

  yield* Migrator.up("c3", { allowLoss: ["people.name"] })
  yield* showPeople
})

const goingBack = Effect.gen(function*() {
  // UPDATE is SQL by hand that takes something away, as far as anybody can tell, so it is allowed by the name `SQL`.
  yield* Migrator.down("b2", { allowLoss: ["SQL"] })
  yield* showPeople
  yield* Migrator.down("a1", { allowLoss: ["people.first", "people.last"] })
  yield* showPeople
})

const lesson = Effect.gen(function*() {
  yield* Migrator.up("a1")

  yield* Console.log("1. What fails in the middle")
  yield* failing

  yield* Console.log("\n2. What will run")
  yield* planning

  yield* Console.log("\n3. Mended, and run again")
  yield* mending

  yield* Console.log("\n4. Back")
  yield* goingBack
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  // the effects of revisions get what they need when the Layer is built: a session here, and whatever else they say
  Effect.provide(Migrator.layer({ revisions: [people, apart, without], onStart: "nothing" })),
  Effect.provide(DuckDb.layer({ path: ":memory:" })),
  Effect.provideService(References.MinimumLogLevel, "Warn")
)

if (import.meta.main) NodeRuntime.runMain(main)
