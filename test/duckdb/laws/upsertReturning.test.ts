/**
 * An upsert that gives rows back uses MERGE: law 9, and row 11 of what DuckDB does in silence.
 */
import { assert, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const count = 200_000

const halfStored = [
  "CREATE TABLE keyed (key BIGINT PRIMARY KEY, version INTEGER)",
  `INSERT INTO keyed SELECT range, 0 FROM range(0, ${count}, 2)`
]

const upsert = `INSERT INTO keyed SELECT range, 1 FROM range(${count})
  ON CONFLICT (key) DO UPDATE SET version = excluded.version RETURNING key`

const merge = `MERGE INTO keyed USING (SELECT range AS key, 1 AS version FROM range(${count})) AS given USING (key)
  WHEN MATCHED THEN UPDATE SET version = given.version
  WHEN NOT MATCHED THEN INSERT VALUES (given.key, given.version) RETURNING key`

/** How many rows a statement gives back, on two threads, and how many there are that it wrote. */
const counted = Effect.fnUntraced(function*(sql: string) {
  const connection = yield* Effect.flatMap(Bare.instance({ threads: "2" }), Bare.connect)
  yield* Bare.run(connection, ...halfStored)
  const returned = yield* Bare.rows(connection, sql)
  const written = yield* Bare.rows(connection, "SELECT count(*)::INTEGER FROM keyed WHERE version = 1")
  return { returned: returned.length, written: written[0]?.[0] }
}, Effect.scoped)

it.live("the bare binding: ON CONFLICT … RETURNING writes all rows and gives back fewer", () =>
  Effect.gen(function*() {
    const { returned, written } = yield* Bare.until((answer) => answer.returned < count, 10, counted(upsert))
    assert.isBelow(returned, count)
    assert.strictEqual(written, count)
  }))

it.live("the bare binding: MERGE … RETURNING gives back what it writes", () =>
  Effect.gen(function*() {
    assert.deepStrictEqual(yield* counted(merge), { returned: count, written: count })
  }))

it.live("ours: MERGE … RETURNING, as plain SQL, gives back every row", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.forEach(halfStored, (statement) => sql.unsafe(statement), { discard: true })
    const keys = yield* sql.unsafe<{ readonly key: number }>(merge)
    assert.strictEqual(new Set(keys.map(({ key }) => key)).size, count)
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:", threads: 2 }))))
