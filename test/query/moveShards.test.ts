/**
 * Moves to and from PostgreSQL whose rows are spread over shards, where a batch and its mark are not stored together.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Move } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { duckDbInMemory, sharded } from "../databases.ts"
import { customTypes } from "./moving/customTypes.ts"
import { moves } from "./moving/moves.ts"
import { filled, shop, told } from "./moving/shop.ts"

moves("DuckDB to shards", duckDbInMemory, sharded)
customTypes("DuckDB to shards", duckDbInMemory, sharded)

/** Spread by its key, whose order is not the same in both databases. */
class Word extends Model.Class<Word>("Word")({
  word: Column.primaryKey(Schema.String),
  count: Column.int32
}, { table: "move_words", distribution: { by: "word" } }) {}

/** Spread, by a key that no mark tells. */
class Print extends Model.Class<Print>("Print")({
  page: Column.primaryKey(Column.int32),
  hash: Column.primaryKey(Column.blob)
}, { table: "move_prints", distribution: { by: "page" } }) {}

/** Everywhere, with references to its own rows. */
class Kind extends Model.Class<Kind>("Kind")({
  id: Column.primaryKey(Column.int32),
  of: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Kind, "id")
}, { table: "move_kinds", distribution: "reference" }) {}

const asked = (services: Context.Context<SqlClient.SqlClient>, text: string) =>
  Effect.provideContext(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text)),
    services
  )

const fingerprints = (report: ReadonlyArray<Move.Moved>) =>
  report.map(({ columns, rows, table }) => ({ table, rows, columns }))

const words = ["b", "A", "ä", "a", "C", "B", "Z", "z", "é", "e", "_", "1"]

const models = [Word, Print, Kind]

/** DuckDB with rows of all of them, and shards with none. */
const opened = Effect.gen(function*() {
  const both = {
    from: yield* Layer.build(TestDatabase.layer(models)),
    to: yield* Layer.build(TestDatabase.layerSharded(models))
  }
  yield* asked(both.from, `INSERT INTO move_words VALUES ${words.map((word, at) => `('${word}', ${at})`).join(", ")}`)
  yield* asked(both.from, "INSERT INTO move_prints SELECT range % 3, encode('print ' || range) FROM range(9)")
  yield* asked(both.from, "INSERT INTO move_kinds VALUES (1, NULL)")
  for (const id of [2, 3, 4, 5, 6]) yield* asked(both.from, `INSERT INTO move_kinds VALUES (${id}, ${id - 1})`)
  return both
})

/** Moves so many batches of one model. */
const begun = (model: Model.Stored, batches: number, both: Effect.Success<typeof opened>) => {
  let left = batches
  const onProgress = () => Effect.suspend(() => --left <= 0 ? Effect.interrupt : Effect.void)
  return Effect.exit(Move.run([model], { ...both, batchSize: 3, onProgress }))
}

/** Moves it to its end, and looks whether it is as a move that nothing has disturbed. */
const ended = Effect.fnUntraced(function*(model: Model.Stored, both: Effect.Success<typeof opened>) {
  const report = yield* Move.run([model], { ...both, batchSize: 2 })
  const undisturbed = yield* Layer.build(TestDatabase.layer([model]))
  const other = yield* Move.run([model], { from: both.from, to: undisturbed })
  assert.deepStrictEqual(fingerprints(report), fingerprints(other))
  return report
})

describe("a move to shards that was cut off in the middle of a commit", { timeout: 120_000 }, () => {
  it.effect("begins a table anew that has rows behind its mark", () =>
    Effect.gen(function*() {
      const both = yield* opened
      yield* begun(Word, 2, both)
      const found = yield* asked(both.to, "SELECT word FROM move_words")
      assert.lengthOf(found, 6)
      const torn = words.filter((word) => !found.some((row) => row["word"] === word)).slice(0, 2)
      for (const word of torn) {
        yield* asked(both.to, `INSERT INTO move_words VALUES ('${word}', ${words.indexOf(word)})`)
      }
      assert.deepInclude((yield* Move.plan([Word], both)).tables[0], { rows: 12, moved: 0, state: "waiting" })
      assert.deepInclude((yield* ended(Word, both))[0], { rows: 12, resumedAt: 0 })
      assert.lengthOf(yield* asked(both.to, "SELECT * FROM move_words"), 12)
    }))

  it.effect("goes on behind the mark where there are none", () =>
    Effect.gen(function*() {
      const both = yield* opened
      yield* begun(Word, 2, both)
      assert.deepInclude((yield* ended(Word, both))[0], { rows: 12, resumedAt: 6 })
    }))

  it.effect("begins a table anew whose key no mark tells", () =>
    Effect.gen(function*() {
      const both = yield* opened
      yield* begun(Print, 1, both)
      yield* asked(both.to, "INSERT INTO move_prints VALUES (0, 'print 0'), (1, 'print 1')")
      assert.deepInclude((yield* ended(Print, both))[0], { rows: 9, resumedAt: 0 })
    }))

  it.effect("replaces copies of rows that the coordinator does not have", () =>
    Effect.gen(function*() {
      const both = yield* opened
      yield* begun(Kind, 1, both)
      for (const shard of [0, 1]) {
        yield* asked(
          both.to,
          `INSERT INTO andamios.door_${shard} (path, run) VALUES ('public', 'INSERT INTO move_kinds VALUES (4, 3), (5, 4)')`
        )
      }
      assert.deepInclude((yield* ended(Kind, both))[0], { rows: 6, resumedAt: 3 })
      for (const shard of [0, 1]) {
        const [row] = yield* asked(
          both.to,
          `INSERT INTO andamios.door_${shard} (path, ask) VALUES ('public', 'SELECT * FROM move_kinds') RETURNING answer`
        )
        assert.lengthOf(Array.isArray(row?.["answer"]) ? row["answer"] : [], 6)
      }
    }))

  it.effect("is refused where rows are missing, or a table is moved that has more", () =>
    Effect.gen(function*() {
      const both = yield* opened
      yield* begun(Word, 2, both)
      yield* asked(both.to, "DELETE FROM move_words WHERE count = (SELECT min(count) FROM move_words)")
      assert.deepInclude(yield* Effect.flip(Move.run([Word], both)), { _tag: "MoveRefused", rows: 5 })
      yield* Move.run([Word], { ...both, restart: true })
      yield* asked(both.to, "INSERT INTO move_words VALUES ('new', 1)")
      assert.deepInclude(yield* Effect.flip(Move.run([Word], both)), { _tag: "MoveRefused", rows: 13 })
    }))
})

it.effect("the shop goes to shards and back", () =>
  Effect.gen(function*() {
    const first = yield* Layer.build(TestDatabase.layerOn(duckDbInMemory, shop))
    const second = yield* Layer.build(TestDatabase.layerSharded(shop, { undeclared: "automatic" }))
    const third = yield* Layer.build(TestDatabase.layerOn(duckDbInMemory, shop))
    yield* Effect.provideContext(
      filled({ customers: 30, folders: [undefined, 0, 1, 0], orders: 50, visits: 40 }),
      first
    )
    const there = yield* Move.run(shop, { from: first, to: second, batchSize: 7 })
    const back = yield* Move.run(shop, { from: second, to: third, batchSize: 11 })
    assert.deepStrictEqual(fingerprints(back), fingerprints(there))
    assert.deepStrictEqual(yield* Effect.provideContext(told, third), yield* Effect.provideContext(told, first))
  }), { timeout: 120_000 })
