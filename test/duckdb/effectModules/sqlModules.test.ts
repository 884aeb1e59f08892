/**
 * Effect's `Migrator`, `SqlModel` and `SqlResolver` on DuckDB.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { Model } from "effect/schema"
import * as Schema from "effect/Schema"
import { Migrator, SqlClient, SqlModel, SqlResolver } from "effect/sql"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const Id = Schema.Int.pipe(Schema.brand("NoteId"))

class Note extends Model.Class<Note>("Note")({
  id: Id.pipe(Model.FieldExcept(["insert"])),
  text: Schema.String
}) {}

const createNotes = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.andThen(
    sql`CREATE SEQUENCE note_ids`,
    sql`CREATE TABLE notes (id INTEGER PRIMARY KEY DEFAULT nextval('note_ids'), text TEXT NOT NULL, deleted_at TIMESTAMP)`
  ))

const migrations = Migrator.fromRecord({
  "0001_notes": createNotes,
  "0002_first": Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO notes (text) VALUES ('first')`)
})

const migrate = Migrator.make({})({ loader: migrations })

describe.each([["DuckDB as it is", plain], ["the compatibility Layer", compatible]])("on %s", (_, layer) => {
  it.live("Migrator runs each migration once, and none of those of a run that fails", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* migrate, [[1, "notes"], [2, "first"]])
      assert.deepStrictEqual(yield* migrate, [])
      const failing = Migrator.make({})({
        loader: Migrator.fromRecord({
          "0003_more": sql`CREATE TABLE more (id INTEGER)`,
          "0004_wrong": sql`INSERT INTO nowhere VALUES (1)`
        })
      })
      assert.strictEqual((yield* Effect.flip(failing))._tag, "MigrationError")
      assert.deepStrictEqual(yield* sql`SELECT name FROM sqlite_master WHERE name = 'more'`, [])
      assert.deepStrictEqual(yield* sql`SELECT migration_id AS id FROM effect_sql_migrations ORDER BY id`, [
        { id: 1 },
        { id: 2 }
      ])
    }).pipe(Effect.provide(layer)))

  it.live("SqlModel keeps rows, and marks those it deletes", () =>
    Effect.gen(function*() {
      yield* createNotes
      const notes = yield* SqlModel.makeRepository(Note, { tableName: "notes", spanPrefix: "Notes", idColumn: "id" })
      const note = yield* notes.insert({ text: "a" })
      assert.deepStrictEqual(yield* notes.findById(note.id), note)
      const updated = yield* notes.update({ id: note.id, text: "b" })
      assert.strictEqual(updated.text, "b")
      yield* notes.delete(note.id)
      assert.strictEqual((yield* Effect.flip(notes.findById(note.id)))._tag, "NoSuchElementError")
    }).pipe(Effect.provide(layer)))

  it.live("SqlResolver asks once for many", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* createNotes
      const asked: Array<number> = []
      const byId = SqlResolver.findById({
        Id,
        Result: Note,
        ResultId: (note) => note.id,
        execute: (ids) => {
          asked.push(ids.length)
          return sql`SELECT id, text FROM notes WHERE ${sql.in("id", ids)}`
        }
      })
      const insert = SqlResolver.ordered({
        Request: Note.insert,
        Result: Note,
        execute: (rows) => sql`INSERT INTO notes ${sql.insert(rows).returning("id, text")}`
      })
      const texts = ["a", "b", "c"]
      const inserted = yield* Effect.forEach(texts, (text) => SqlResolver.request({ text }, insert), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(inserted.map(({ text }) => text), texts)
      const found = yield* Effect.forEach(inserted, ({ id }) => SqlResolver.request(id, byId), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(found, inserted)
      assert.deepStrictEqual(asked, [3])
    }).pipe(Effect.provide(layer)))
})

describe("Migrator with the compatibility Layer", () => {
  it.live("takes over a file that it migrated without the Layer", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const below = Effect.provide(migrate, DuckDb.layer({ path }), { local: true })
      assert.strictEqual((yield* below).length, 2)
      assert.deepStrictEqual(yield* Effect.provide(migrate, compatibleAt(path), { local: true }), [])
    }).pipe(Effect.scoped))

  it.live("runs once, of many that start at once", () =>
    Effect.gen(function*() {
      const runs = yield* Effect.replicateEffect(migrate, 5, { concurrency: "unbounded" })
      assert.deepStrictEqual(runs.filter(({ length }) => length > 0), [[[1, "notes"], [2, "first"]]])
    }).pipe(Effect.provide(compatible)))
})
