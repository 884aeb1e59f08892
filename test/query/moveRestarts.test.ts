/**
 * A move that begins anew does so also when it is cut off while it empties tables.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Move } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { duckDbInMemory, postgres } from "../databases.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Column.int32),
  below: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Shelf, "id")
}, { table: "move_shelves" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  shelf: Column.references(Column.int32, () => Shelf, "id")
}, { table: "move_books" }) {}

class Reader extends Model.Class<Reader>("Reader")({ id: Column.primaryKey(Column.int32) }, {
  table: "move_readers"
}) {}

const models = [Shelf, Book]

const asked = (services: Context.Context<SqlClient.SqlClient>, text: string) =>
  Effect.provideContext(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text)),
    services
  )

/** Both databases, and a move of which two rows of the last table are moved. */
const begun = (to: typeof postgres) =>
  Effect.gen(function*() {
    const from = yield* Layer.build(TestDatabase.layerOn(postgres, models))
    const both = { from, to: yield* Layer.build(TestDatabase.layerOn(to, models)) }
    yield* asked(from, "INSERT INTO move_shelves VALUES (1, NULL), (2, 1), (3, 2)")
    yield* asked(from, "INSERT INTO move_books VALUES (1, 1), (2, 2), (3, 3)")
    let left = 6
    const onProgress = () => Effect.suspend(() => --left === 0 ? Effect.interrupt : Effect.void)
    yield* Effect.exit(Move.run(models, { ...both, batchSize: 1, onProgress }))
    assert.lengthOf(yield* asked(both.to, "SELECT * FROM move_books"), 2)
    return both
  })

const isWhole = (both: Effect.Success<ReturnType<typeof begun>>) =>
  Effect.gen(function*() {
    for (const text of ["SELECT * FROM move_shelves ORDER BY id", "SELECT * FROM move_books ORDER BY id"]) {
      assert.deepStrictEqual(yield* asked(both.to, text), yield* asked(both.from, text))
    }
  })

for (const [label, to] of [["DuckDB", duckDbInMemory], ["PostgreSQL", postgres]] as const) {
  describe(`a move to ${label} that begins anew`, { timeout: 120_000 }, () => {
    for (const restart of [false, true]) {
      it.effect(`is gone on with where it was cut off while it emptied tables, restart: ${restart}`, () =>
        Effect.gen(function*() {
          const both = yield* begun(to)
          // somebody else's row keeps one of the shelves from going
          yield* asked(both.to, "CREATE TABLE pinned (shelf INTEGER REFERENCES move_shelves (id))")
          yield* asked(both.to, "INSERT INTO pinned VALUES (2)")
          const stopped = yield* Effect.flip(Move.run(models, { ...both, restart: true }))
          assert.strictEqual(stopped._tag, "MoveStopped")
          assert.lengthOf(yield* asked(both.to, "SELECT * FROM move_books"), 0)
          assert.lengthOf(yield* asked(both.to, "SELECT * FROM move_shelves WHERE id < 3"), 2)
          yield* asked(both.to, "DROP TABLE pinned")
          const plan = yield* Move.plan(models, { ...both, restart })
          assert.deepStrictEqual(plan.tables.map(({ moved, state }) => [moved, state])[0], [0, "waiting"])
          const report = yield* Move.run(models, { ...both, restart })
          assert.deepStrictEqual(report.map(({ resumedAt }) => resumedAt), [0, 0])
          yield* isWhole(both)
        }))
    }

    it.effect("takes models along that are new, if their tables are empty", () =>
      Effect.gen(function*() {
        const both = yield* begun(to)
        for (const place of [both.from, both.to]) {
          yield* asked(place, "CREATE TABLE move_readers (id INTEGER PRIMARY KEY)")
          yield* asked(place, "INSERT INTO move_readers VALUES (7)")
        }
        const all = [...models, Reader]
        const refused = yield* Effect.flip(Move.run(all, { ...both, restart: true }))
        assert.deepInclude(refused, { _tag: "MoveRefused", table: "move_readers", rows: 1 })
        assert.match(refused.message, /no move has put them there/)
        yield* asked(both.to, "DELETE FROM move_readers")
        yield* Move.run(models, { ...both, restart: true })
        const over = yield* Effect.flip(Move.run(all, { ...both, restart: true }))
        assert.deepInclude(over, { _tag: "MoveRefused", table: "move_readers" })
        assert.match(over.message, /move_readers was no part of it.*Leave out `restart`/)
        assert.sameMembers((yield* Move.run(all, both)).map(({ rows }) => rows), [1, 3, 3])
        yield* isWhole(both)
      }))
  })
}
