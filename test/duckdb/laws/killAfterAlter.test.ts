/**
 * A file opens after a kill, also one that came right after a change of a table: law 8, and row 4 of what DuckDB does.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import * as Bare from "./bare.ts"
import { temporaryDirectory } from "../../temporaryDirectory.ts"

const tables = [
  "CREATE SEQUENCE numbering",
  "CREATE TYPE size AS ENUM ('small', 'big')",
  "CREATE TYPE finer_size AS ENUM ('small', 'middle', 'big')",
  "CREATE TABLE boxes (name VARCHAR, size size, label VARCHAR, edges STRUCT(width INTEGER))",
  "INSERT INTO boxes VALUES ('first', 'small', '{}', {width: 1})",
  "CHECKPOINT"
]

/** Each needs a function when the log is read again, before there is a database to find it in; and how it is seen later. */
const changes = {
  "a default that asks the clock": ["ADD COLUMN made TIMESTAMPTZ DEFAULT now()", "made IS NOT NULL"],
  "a default that makes a key": ["ADD COLUMN id UUID DEFAULT uuid()", "id IS NOT NULL"],
  "a default from a sequence": ["ADD COLUMN number BIGINT DEFAULT nextval('numbering')", "number = 2"],
  "a default that is a list": ["ADD COLUMN tags VARCHAR[] DEFAULT ['new']", "tags = ['new']"],
  "a later default": ["ALTER COLUMN name SET DEFAULT upper('box')", "name = 'BOX'"],
  "a type whose values are computed": ["ALTER COLUMN name TYPE VARCHAR USING upper(name)", "name = 'FIRST'"],
  "a type that is checked": ["ALTER COLUMN label TYPE JSON", "json_valid(label)"],
  "another enum": ["ALTER COLUMN size TYPE finer_size", "size < 'middle'::finer_size"],
  "a field of a struct": ["ADD COLUMN edges.height INTEGER", "edges.width = 1 AND edges.height IS NULL"]
} as const

/** Runs statements on the bare binding, and is killed before it can close the file. */
const bare = `
  import { DuckDBInstance } from "@duckdb/node-api"
  const [path, ...statements] = process.argv.slice(1)
  const connection = await (await DuckDBInstance.create(path)).connect()
  for (const statement of statements) await connection.run(statement)
  process.kill(process.pid, "SIGKILL")`

/** The same through a Layer. */
const ours = `
  import { DuckDb } from "andamios-orm/duckdb"
  import * as Effect from "effect/Effect"
  import { SqlClient } from "effect/sql"
  const [path, ...statements] = process.argv.slice(1)
  await Effect.runPromise(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
    process.kill(process.pid, "SIGKILL")
  }).pipe(Effect.provide(DuckDb.layer({ path }))))`

for (const [name, [change, isSeen]] of Object.entries(changes)) {
  const alter = `ALTER TABLE boxes ${change}`

  describe(`killed after ${name}`, () => {
    it.live("the bare binding: the file can't be opened any more", () =>
      Effect.gen(function*() {
        const path = join(yield* temporaryDirectory, "boxes.duckdb")
        assert.deepStrictEqual(yield* Bare.program(bare, [path, ...tables, alter]), { said: [], how: "SIGKILL" })
        const opening = Effect.tryPromise({ try: () => DuckDBInstance.create(path), catch: String })
        assert.include(yield* Effect.flip(opening), "Failure while replaying WAL file")
      }).pipe(Effect.scoped))

    it.live("ours: it opens, and has the row and the change", () =>
      Effect.gen(function*() {
        const path = join(yield* temporaryDirectory, "boxes.duckdb")
        const insert = "INSERT INTO boxes (size) VALUES ('big')"
        const killed = yield* Bare.program(ours, [path, ...tables, alter, insert])
        assert.deepStrictEqual(killed, { said: [], how: "SIGKILL" })
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          assert.deepStrictEqual(yield* sql`SELECT size FROM boxes ORDER BY size`, [{ size: "small" }, { size: "big" }])
          assert.isNotEmpty(yield* sql.unsafe(`SELECT * FROM boxes WHERE ${isSeen}`))
        }).pipe(Effect.provide(DuckDb.layer({ path })))
      }).pipe(Effect.scoped))
  })
}
