/**
 * Tests say what tables hold, and put back what they have changed.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Profiler, Repository } from "andamios-orm"
import { expectState, State, TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as TestClock from "effect/testing/TestClock"
import { type Database, duckDbInMemory, postgres } from "../databases.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.serial(Schema.Int),
  name: Schema.String,
  inside: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Shelf, "id")
}, { table: "state_shelves" }) {}

class Volume extends Model.Class<Volume>("Volume")({
  isbn: Column.primaryKey(Schema.String),
  shelf: Column.references(Schema.Int, () => Shelf, "id"),
  price: Column.decimal({ precision: 10, scale: 2 }),
  read: Schema.NullOr(Column.timestamp),
  cover: Schema.NullOr(Schema.Uint8Array)
}, { table: "state_volumes" }) {}

class Mail extends Model.Class<Mail>("Mail")({
  id: Column.primaryKey(Schema.Int),
  subject: Schema.String,
  ...Mixin.timestamps,
  ...Mixin.softDelete
}, { table: "state_mails" }) {}

const price = BigDecimal.fromStringUnsafe

const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM state_volumes`
  for (const depth of [3, 2, 1]) yield* sql`DELETE FROM state_shelves WHERE name = ${`depth ${depth}`}`
  const shelves = yield* Repository.make(Shelf)
  const one = yield* shelves.insert({ name: "depth 1", inside: null })
  const two = yield* shelves.insert({ name: "depth 2", inside: one.id })
  yield* shelves.insert({ name: "depth 3", inside: two.id })
  const volumes = yield* Repository.make(Volume)
  yield* volumes.insertMany([
    { isbn: "1", shelf: one.id, price: price("1.10"), read: null, cover: Uint8Array.of(1, 2) },
    { isbn: "2", shelf: two.id, price: price("2"), read: DateTime.makeUnsafe("2024-02-29T12:00:00Z"), cover: null }
  ])
  return { shelves, volumes, one, two }
})

const plainly = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* Effect.all([
    sql`SELECT * FROM state_shelves ORDER BY id`,
    sql`SELECT * FROM state_volumes ORDER BY isbn`
  ])
})

/** All rows are deleted, by transactions that every database can do. */
const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM state_volumes`
  yield* sql`DELETE FROM state_shelves WHERE name = 'depth 3'`
  yield* sql`DELETE FROM state_shelves WHERE name = 'depth 2'`
  yield* sql`DELETE FROM state_shelves`
})

const states = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Shelf, Volume, Mail]), { timeout: "60 seconds" })(`${name}: a state`, (it) => {
    it.effect("is put back in one transaction where no table refers to another", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const mails = yield* Repository.make(Mail)
        yield* mails.insertMany(Array.from({ length: 5_000 }, (_, id) => ({ id, subject: `mail ${id}` })))
        const before = yield* State.snapshot([Mail])
        yield* sql`UPDATE state_mails SET subject = 'other' WHERE id > 100`
        yield* sql`DELETE FROM state_mails WHERE id < 50`
        const [, profile] = yield* Profiler.profile(State.restore(before))
        assert.deepStrictEqual(profile.transactions, { committed: 1, rolledBack: 0 })
        assert.deepStrictEqual(
          yield* sql`SELECT CAST(count(*) AS INTEGER) AS n FROM state_mails WHERE subject = 'mail ' || id`,
          [{ n: 5_000 }]
        )
        const [deletes] = profile.statements.filter(({ operation }) => operation === "DELETE")
        assert.strictEqual(deletes?.calls, 1)
        yield* sql`DELETE FROM state_mails`
      }))

    it.effect("is put back as it was, whatever was done to it", () =>
      Effect.gen(function*() {
        const { shelves, two, volumes } = yield* stored
        const before = yield* plainly
        const snapshot = yield* State.snapshot([Volume, Shelf])

        yield* volumes.delete("1")
        yield* volumes.patch({ isbn: "2", price: price("99") })
        const more = yield* shelves.insert({ name: "depth 4", inside: two.id })
        yield* State.restore(snapshot)
        assert.deepStrictEqual(yield* plainly, before)

        yield* emptied
        yield* State.restore(snapshot)
        assert.deepStrictEqual(yield* plainly, before)

        // numbers go on behind those that were given
        const next = yield* shelves.insert({ name: "depth 4", inside: null })
        assert.isAbove(next.id, more.id)
        yield* shelves.delete(next.id)
      }))

    it.effect("is put back after an effect, and after its failure", () =>
      Effect.gen(function*() {
        const { volumes } = yield* stored
        const before = yield* plainly
        assert.strictEqual(yield* volumes.delete("1").pipe(Effect.as(7), State.restoring([Volume])), 7)
        assert.deepStrictEqual(yield* plainly, before)
        const failed = yield* volumes.delete("2").pipe(
          Effect.andThen(Effect.fail("no")),
          State.restoring([Volume]),
          Effect.flip
        )
        assert.strictEqual(failed, "no")
        assert.deepStrictEqual(yield* plainly, before)
      }))

    it.effect("stays as it is where it can't be put back", () =>
      Effect.gen(function*() {
        const { one, shelves, volumes } = yield* stored
        const snapshot = yield* State.snapshot([Shelf])
        yield* shelves.insert({ name: "depth 1", inside: null })
        const before = yield* plainly
        // volumes refer to shelves, and are not in the snapshot
        const exit = yield* Effect.exit(State.restore(snapshot))
        assert.isTrue(Exit.isFailure(exit))
        assert.deepStrictEqual(yield* plainly, before)
        assert.strictEqual((yield* volumes.get("1")).shelf, one.id)
      }))

    it.effect("is what is expected, in any order and by some fields", () =>
      Effect.gen(function*() {
        const { one, two } = yield* stored
        yield* expectState(
          [Volume, [
            { shelf: two.id, read: DateTime.makeUnsafe("2024-02-29T12:00:00Z") },
            { isbn: "1", shelf: one.id, price: price("1.1"), read: null, cover: Uint8Array.of(1, 2) }
          ]],
          [Shelf, [{}, { name: "depth 2" }, { inside: null }]]
        )
      }))

    it.effect("is drawn where it differs", () =>
      Effect.gen(function*() {
        const { one } = yield* stored
        const error = yield* Effect.flip(expectState(
          [Shelf, [{ name: "depth 1" }, { name: "depth 2" }, { name: "depth 3" }]],
          [Volume, [{ isbn: "1", shelf: one.id, price: price("3") }, { isbn: "7" }]],
          [Mail, []]
        ))
        if (error._tag !== "StateDiffers") return assert.fail(error.message)
        assert.deepStrictEqual(error.differences.length, 1)
        const lines = error.message.split("\n").map((line) => line.replaceAll(/ {2,}/g, "|"))
        assert.strictEqual(lines[0], "state_volumes: 1 differ, 1 missing, 1 unexpected, 0 as expected")
        assert.match(lines[1] ?? "", /^\|?isbn\|shelf\|price\|read\|cover$/)
        assert.match(lines[2] ?? "", /^differs\|"1"\|\d+\|.*1\.1.*\(expected .*3.*\)\|null\|/)
        assert.match(lines[3] ?? "", /^missing\|"7"$/)
        assert.match(lines[4] ?? "", /^unexpected\|"2"\|\d+\|/)
      }))

    it.effect("is drawn by what is most alike, where no key is told", () =>
      Effect.gen(function*() {
        yield* stored
        const error = yield* Effect.flip(expectState([Shelf, [
          { name: "depth 1", inside: 77 },
          { name: "depth 2" },
          { name: "nowhere" }
        ]]))
        assert.include(error.message, "state_shelves: 1 differ, 1 missing, 1 unexpected, 1 as expected")
        assert.include(error.message, "null (expected 77)")
      }))

    it.effect("has times that the test's clock tells, and rows that are deleted softly", () =>
      Effect.gen(function*() {
        const mails = yield* Repository.make(Mail)
        yield* TestClock.adjust("1 minute")
        yield* mails.insert({ id: 1, subject: "Hello" })
        yield* TestClock.adjust("1 hour")
        yield* mails.delete(1)
        assert.deepStrictEqual(yield* mails.all, [])
        yield* expectState([Mail, [{
          subject: "Hello",
          createdAt: DateTime.makeUnsafe("1970-01-01T00:01:00Z"),
          deletedAt: DateTime.makeUnsafe("1970-01-01T01:01:00Z")
        }]])
        yield* (yield* SqlClient.SqlClient)`DELETE FROM state_mails`
      }))
  })

states("DuckDB", duckDbInMemory)
states("PostgreSQL", postgres)
