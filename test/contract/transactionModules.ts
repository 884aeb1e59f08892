/**
 * What Effect's own modules do in a transaction, they do in a session's, whoever began it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type ConnectionPool, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schema from "effect/Schema"
import { SqlClient, SqlResolver } from "effect/sql"
import type { Database } from "./Subject.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String
}, { table: "module_notes" }) {}

class Refused extends Data.TaggedError("Refused") {}

const insert = (id: number) =>
  Effect.flatMap(Repository.make(Note), (notes) => notes.insert({ id, text: `note ${id}` }))

const stored = Effect.map(
  Query.from(Note).orderBy((note) => note.id.asc()).all,
  (notes) => notes.map(({ id }) => id)
)

const fresh = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM module_notes`)

/** Fails, and is caught: a nested transaction that is undone. */
const undone = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.ignore(Session.transaction(Effect.andThen(effect, new Refused())))

/** Notes when it runs. */
const noting = Effect.map(SqlClient.SqlClient, (sql) => {
  const noted: Array<string> = []
  const note = (text: string) => sql.afterCommit(Effect.sync(() => void noted.push(text)))
  return { noted, note }
})

export const transactionModules = (name: string, database: Database) => {
  const reactive: Layer.Layer<
    Session.Session | SqlClient.SqlClient | ConnectionPool.ConnectionPool | Reactivity.Reactivity,
    unknown
  > = Layer.merge(TestDatabase.layerOn(database, [Note]), Reactivity.layer)

  layer(reactive, { timeout: "60 seconds" })(`${name}: Effect's modules in a transaction`, (it) => {
    it.effect("runs what is to come after the commit then, and in order", () =>
      Effect.gen(function*() {
        yield* fresh
        const { note, noted } = yield* noting
        const seen: Array<ReadonlyArray<number>> = []
        const sql = yield* SqlClient.SqlClient
        const see = Effect.map(Effect.orDie(stored), (ids) => void seen.push(ids))
        yield* Session.transaction(Effect.gen(function*() {
          yield* insert(1)
          yield* note("outer")
          yield* Session.transaction(Effect.andThen(insert(2), note("nested")))
          yield* sql.afterCommit(see)
          yield* note("end")
          assert.deepStrictEqual(noted, [])
        }))
        assert.deepStrictEqual(noted, ["outer", "nested", "end"])
        assert.deepStrictEqual(seen, [[1, 2]])
      }))

    it.effect("forgets it with what is rolled back, and only that", () =>
      Effect.gen(function*() {
        yield* fresh
        const { note, noted } = yield* noting
        yield* undone(note("rolled back"))
        yield* Session.transaction(Effect.gen(function*() {
          yield* insert(1)
          yield* note("kept")
          yield* undone(Effect.andThen(insert(2), note("undone")))
          yield* note("kept too")
        }))
        assert.deepStrictEqual(noted, ["kept", "kept too"])
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("forgets it where the commit fails", () =>
      Effect.gen(function*() {
        yield* fresh
        yield* insert(1)
        const { note, noted } = yield* noting
        const aborted = Session.transaction(Effect.andThen(note("never"), Effect.ignore(insert(1))))
        assert.instanceOf(yield* Effect.flip(aborted), OrmError.TransactionAborted)
        assert.deepStrictEqual(noted, [])
      }))

    it.effect("tells reactive queries of a change when it is committed, and of none that is undone", () =>
      Effect.gen(function*() {
        yield* fresh
        const reactivity = yield* Reactivity.Reactivity
        const told: Array<string> = []
        yield* Effect.forEach(["kept", "undone"], (key) =>
          Effect.acquireRelease(
            Effect.sync(() => reactivity.registerUnsafe([key], () => void told.push(key))),
            (unregister) => Effect.sync(unregister)
          ))
        yield* undone(Reactivity.mutation(insert(1), ["undone"]))
        yield* Session.transaction(Effect.gen(function*() {
          yield* Reactivity.mutation(insert(1), ["kept"])
          yield* undone(Reactivity.mutation(insert(2), ["undone"]))
          assert.deepStrictEqual(told, [])
        }))
        assert.deepStrictEqual(told, ["kept"])
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("batches the requests of a transaction, on its connection", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const batches: Array<ReadonlyArray<number>> = []
        const byId = SqlResolver.findById({
          Id: Schema.Int,
          Result: Schema.Struct({ id: Schema.Int, text: Schema.String }),
          ResultId: ({ id }) => id,
          execute: (ids) => {
            batches.push(ids)
            return sql`SELECT CAST(id AS INTEGER) AS id, text FROM module_notes WHERE ${sql.in("id", ids)}`
          }
        })
        const texts = (ids: ReadonlyArray<number>) =>
          Effect.map(
            Effect.forEach(ids, (id) => SqlResolver.request(id, byId), { concurrency: "unbounded" }),
            (found) => found.map(({ text }) => text)
          )
        yield* Session.transaction(Effect.gen(function*() {
          yield* Effect.forEach([1, 2, 3], insert)
          assert.deepStrictEqual(yield* texts([3, 1, 2]), ["note 3", "note 1", "note 2"])
          yield* undone(Effect.gen(function*() {
            yield* insert(4)
            assert.deepStrictEqual(yield* texts([4, 1]), ["note 4", "note 1"])
          }))
          assert.strictEqual((yield* Effect.flip(texts([4])))._tag, "NoSuchElementError")
        }))
        assert.deepStrictEqual(batches.map((ids) => ids.length), [3, 2, 1])
      }))

    it.effect("keeps the requests of a transaction apart from those outside", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        yield* insert(1)
        const ids = SqlResolver.ordered({
          Request: Schema.Int,
          Result: Schema.Struct({ id: Schema.Int, found: Schema.Int }),
          execute: (requests) =>
            Effect.forEach(requests, (id) =>
              Effect.map(sql<{ readonly found: number }>`SELECT CAST(count(*) AS INTEGER) AS found FROM module_notes`, (
                [row]
              ) => ({ id, found: row?.found })))
        })
        const found = (id: number) =>
          Effect.map(SqlResolver.request(id, ids), (answer) =>
            answer.found)
        const inserted = yield* Deferred.make<void>()
        const answered = yield* Deferred.make<void>()
        const inside = Session.transaction(Effect.gen(function*() {
          yield* insert(2)
          yield* Deferred.succeed(inserted, undefined)
          const own = yield* found(1)
          yield* Deferred.await(answered)
          return own
        }))
        const outside = Effect.andThen(
          Deferred.await(inserted),
          Effect.all([found(2), found(3)], { concurrency: "unbounded" })
        )
        const told = Effect.ensuring(outside, Deferred.succeed(answered, undefined))
        assert.deepStrictEqual(yield* Effect.all([inside, told], { concurrency: "unbounded" }), [2, [1, 1]])
      }))

    it.effect("is one transaction, whether the session or plain SQL began it, at any depth", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const plain = (id: number) => sql`INSERT INTO module_notes (id, text) VALUES (${id}, 'plain')`
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* plain(1)
          yield* Session.transaction(Effect.gen(function*() {
            yield* insert(2)
            yield* Effect.ignore(sql.withTransaction(Effect.andThen(plain(3), insert(1))))
            yield* plain(4)
            assert.deepStrictEqual(yield* stored, [1, 2, 4])
          }))
          yield* undone(Effect.andThen(plain(5), insert(6)))
          assert.deepStrictEqual(yield* stored, [1, 2, 4])
        }))
        assert.deepStrictEqual(yield* stored, [1, 2, 4])
        yield* undone(Effect.andThen(sql.withTransaction(plain(7)), insert(8)))
        assert.deepStrictEqual(yield* stored, [1, 2, 4])
      }))
  })
}
