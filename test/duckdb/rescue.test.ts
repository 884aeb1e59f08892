/**
 * A file whose log DuckDB can't replay, because its process was killed, is made whole when it is opened to be written.
 */
import { assert, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { SqlClient } from "effect/sql"
import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Bare from "./laws/bare.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const killed = `
  import { DuckDBInstance } from "@duckdb/node-api"
  const connection = await (await DuckDBInstance.create(process.argv[1])).connect()
  await connection.run("CREATE TABLE notes (text VARCHAR)")
  await connection.run("INSERT INTO notes VALUES ('kept')")
  await connection.run("CREATE TYPE tone AS ENUM ('kept', 'it''s lost')")
  await connection.run("CREATE MACRO shout(text) AS upper(text)")
  await connection.run("CHECKPOINT")
  await connection.run(process.argv[2])
  process.kill(process.pid, "SIGKILL")`

/** Such a file, its folder in need of quotes. */
const killedFile = Effect.fnUntraced(function*(change: string) {
  const path = join(yield* temporaryDirectory, "it's killed.duckdb")
  assert.deepStrictEqual(yield* Bare.program(killed, [path, change]), { said: [], how: "SIGKILL" })
  return path
})

const readable = "ALTER TABLE notes ADD COLUMN made TIMESTAMPTZ DEFAULT now()"

/** What DuckDB can't find when it reads the log, wherever the file is attached. */
const unreadable = "ALTER TABLE notes ALTER COLUMN text TYPE VARCHAR USING shout(text)"

it.live("its last changes are there, and that they had to be recovered is said once", () =>
  Effect.gen(function*() {
    const path = yield* killedFile(readable)
    const messages: Array<string> = []
    const logger = Logger.make(({ message }) => {
      messages.push(String(message))
    })
    const found = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`SELECT text FROM notes WHERE made IS NOT NULL`
    )
    for (let round = 0; round < 2; round++) {
      const rows = yield* found.pipe(
        Effect.provide(DuckDb.layer({ path }), { local: true }),
        Effect.provide(Logger.layer([logger]))
      )
      assert.deepStrictEqual(rows, [{ text: "kept" }])
    }
    assert.deepStrictEqual(messages, [
      `${path} could not be opened after its process had ended early; its last changes have been recovered.`
    ])
  }).pipe(Effect.scoped))

it.live("a column that has become an enum by its name is one, and nothing else is left beside the file", () =>
  Effect.gen(function*() {
    const path = yield* killedFile("ALTER TABLE notes ALTER COLUMN text TYPE tone")
    const found = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT text, typeof(text) AS type FROM notes`)
    const rows = yield* found.pipe(Effect.provide(DuckDb.layer({ path })))
    assert.deepStrictEqual(rows, [{ text: "kept", type: "ENUM('kept', 'it''s lost')" }])
    assert.deepStrictEqual(readdirSync(dirname(path)), [basename(path)])
  }).pipe(Effect.scoped))

it.live("to be read only it is not touched, and the failure says what to do", () =>
  Effect.gen(function*() {
    const path = yield* killedFile(readable)
    const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path, readOnly: true }))))
    assert.instanceOf(failure, OrmError.ConnectionFailed)
    assert.include(failure.reason, "Failure while replaying WAL file")
    assert.include(failure.hint ?? "", "Open it once without `readOnly`")
  }).pipe(Effect.scoped))

it.live("where even that fails, it is told with why, and the file is let go of as it was", () =>
  Effect.gen(function*() {
    const path = yield* killedFile(unreadable)
    for (let round = 0; round < 2; round++) {
      const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path }))))
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.include(failure.reason, "shout")
    }
    const elsewhere = yield* Bare.program(
      `import { DuckDBInstance } from "@duckdb/node-api"
      await DuckDBInstance.create(process.argv[1]).catch((error) => console.log(error.message))`,
      [path]
    )
    assert.include(elsewhere.said[0] ?? "", "Failure while replaying WAL file")
  }).pipe(Effect.scoped))
