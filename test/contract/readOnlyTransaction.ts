/**
 * A read-only transaction reads, and writes nothing.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String
}, { table: "read_only_entries" }) {}

class Other extends Model.Class<Other>("Other")({ id: Column.primaryKey(Schema.Int) }, { table: "read_only_others" }) {}

const insert = (id: number) =>
  Effect.flatMap(Repository.make(Entry), (entries) => entries.insert({ id, text: "an entry" }))

const stored = Effect.map(
  Query.from(Entry).orderBy((entry) => entry.id.asc()).all,
  (entries) => entries.map(({ id }) => id)
)

const fresh = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM read_only_entries`)

/** The ORM's error behind one of plain SQL; PostgreSQL's own code where there is none. */
const reasonOf = (error: unknown): unknown => Reflect.get(Object(Reflect.get(Object(error), "reason")), "cause")

export const readOnlyTransaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Entry]), { timeout: "60 seconds" })(`${name}: read-only transaction`, (it) => {
    it.effect("answers with what its effect read", () =>
      Effect.gen(function*() {
        yield* fresh
        yield* insert(1)
        assert.deepStrictEqual(yield* Session.transaction(stored, { readOnly: true }), [1])
      }))

    const writes: Readonly<
      Record<
        string,
        Effect.Effect<unknown, OrmError.InsertError | OrmError.WriteError | OrmError.NotFound, Session.Session>
      >
    > = {
      "an insert": insert(2),
      "a bulk insert": Effect.flatMap(
        Repository.make(Entry),
        (entries) => entries.insertMany(Array.from({ length: 100 }, (_, id) => ({ id: 10 + id, text: "of many" })))
      ),
      "a delete": Effect.flatMap(Repository.make(Entry), (entries) => entries.delete(1)),
      "the creation of a table": Session.createTables([Other])
    }
    for (const [kind, write] of Object.entries(writes)) {
      it.effect(`refuses ${kind} with ReadOnly`, () =>
        Effect.gen(function*() {
          yield* fresh
          yield* insert(1)
          const failure = yield* Effect.flip(Session.transaction(write, { readOnly: true }))
          assert.instanceOf(failure, OrmError.ReadOnly)
          assert.include(failure.message, "write outside of the read-only transaction")
          assert.deepStrictEqual(yield* stored, [1])
        }))
    }

    it.effect("refuses plain SQL that writes", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const update = sql`INSERT INTO read_only_entries (id, text) VALUES (1, 'plain')`
        const failure = reasonOf(yield* Effect.flip(Session.transaction(update, { readOnly: true })))
        assert.isTrue(failure instanceof OrmError.ReadOnly || Reflect.get(Object(failure), "code") === "25006")
        assert.deepStrictEqual(yield* stored, [])
      }))

    it.effect("never succeeds with a write in it that was refused and forgotten", () =>
      Effect.gen(function*() {
        yield* fresh
        const caught = Session.transaction(Effect.ignore(insert(1)), { readOnly: true })
        assert.instanceOf(yield* Effect.flip(caught), OrmError.TransactionAborted)
      }))

    it.effect("is over with its effect: the connection writes again", () =>
      Effect.gen(function*() {
        yield* fresh
        yield* Effect.replicateEffect(Session.transaction(stored, { readOnly: true }), 10)
        yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], (id) => Session.transaction(insert(id)))
        assert.strictEqual((yield* stored).length, 8)
      }))

    it.effect("says nothing about transactions that begin later, or elsewhere", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const started = yield* Deferred.make<void>()
        yield* Session.transaction(
          Effect.andThen(stored, sql.afterCommit(Effect.orDie(Effect.asVoid(Session.transaction(insert(1)))))),
          { readOnly: true }
        )
        const detached = yield* Session.transaction(
          Effect.forkDetach(Effect.andThen(
            Deferred.await(started),
            SqlClient.BeginTransaction
          )),
          { readOnly: true }
        )
        yield* Deferred.succeed(started, undefined)
        assert.isUndefined(yield* Fiber.join(detached))
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("keeps how transactions are begun otherwise", () =>
      Effect.gen(function*() {
        yield* fresh
        const refused = yield* Session.transaction(insert(1), { readOnly: true }).pipe(
          Effect.flip,
          Effect.provideService(SqlClient.BeginTransaction, "BEGIN")
        )
        assert.strictEqual(refused._tag, "ReadOnly")
      }))

    it.effect("makes the transactions in it read-only, too", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const nested = (options?: Session.TransactionOptions) =>
          Session.transaction(Session.transaction(insert(1), options), { readOnly: true })
        assert.instanceOf(yield* Effect.flip(nested()), OrmError.ReadOnly)
        assert.instanceOf(yield* Effect.flip(nested({ readOnly: true })), OrmError.ReadOnly)
        assert.instanceOf(yield* Effect.flip(nested({ readOnly: false })), OrmError.ReadOnly)
        const reading = Session.transaction(sql.withTransaction(Session.transaction(stored, { readOnly: true })), {
          readOnly: true
        })
        assert.deepStrictEqual(yield* reading, [])
      }))

    it.effect("reads on after a nested transaction that tried to write", () =>
      Effect.gen(function*() {
        yield* fresh
        yield* insert(1)
        const tried = Effect.gen(function*() {
          assert.deepStrictEqual(yield* stored, [1])
          assert.strictEqual((yield* Effect.flip(Session.transaction(insert(2))))._tag, "ReadOnly")
          return yield* stored
        })
        assert.deepStrictEqual(yield* Session.transaction(tried, { readOnly: true }), [1])
      }))

    it.effect("can't be inside one that may write", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const inside = Session.transaction(stored, { readOnly: true })
        const outside = [
          Session.transaction(inside),
          sql.withTransaction(inside),
          Session.transaction(Session.transaction(inside))
        ]
        for (const both of outside) {
          const failure = yield* Effect.flip(both)
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.match(failure.message, /^(DuckDB|PostgreSQL) does not do this: a read-only transaction inside one/)
          assert.include(failure.message, "Leave out `readOnly` there, or begin it outside of the other.")
        }
        const goesOn = Effect.andThen(Effect.ignore(inside), insert(1))
        yield* Session.transaction(goesOn)
        assert.deepStrictEqual(yield* stored, [1])
      }))
  })
