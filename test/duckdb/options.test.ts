/**
 * Every option of the Layer has its effect.
 */
import { assert, it } from "@effect/vitest"
import { ConnectionPool, OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import * as Bare from "./laws/bare.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const within = (options: DuckDb.Options) => Effect.provide(DuckDb.layer(options), { local: true })

const setting = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      Effect.map(sql<{ readonly value: string }>`SELECT current_setting(${name}) AS value`, ([row]) => row?.value)
  )

it.live("threads, memory and the folder to spill to are those that were given", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryDirectory
    yield* Effect.gen(function*() {
      assert.strictEqual(Number(yield* setting("threads")), 1)
      assert.strictEqual(yield* setting("memory_limit"), "95.3 MiB")
      assert.strictEqual(yield* setting("temp_directory"), folder)
    }).pipe(within({ path: ":memory:", threads: 1, memoryLimit: "100MB", tempDirectory: folder }))
  }).pipe(Effect.scoped))

it.live("a value that is none is refused", () =>
  Effect.gen(function*() {
    for (const options of [{ threads: 0 }, { memoryLimit: "a lot" }]) {
      const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path: ":memory:", ...options }))))
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.include(failure.message, "A value among the options is not one")
    }
  }))

it.live("a file that is opened to be read can't be changed, and several processes can read it", () =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "one.duckdb")
    yield* within({ path })(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE TABLE notes AS SELECT 'one' AS text`)
    )
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* sql`SELECT text FROM notes`, [{ text: "one" }])
      const failure = yield* Effect.flip(sql`INSERT INTO notes VALUES ('two')`)
      assert.instanceOf(failure.reason.cause, OrmError.ReadOnly)
      const program = `
        import { DuckDBInstance } from "@duckdb/node-api"
        await DuckDBInstance.create(process.argv[1], { access_mode: "READ_ONLY" }).then(() => console.log("opened"))`
      assert.deepStrictEqual((yield* Bare.program(program, [path])).said, ["opened"])
    }).pipe(within({ path, readOnly: true }))
  }).pipe(Effect.scoped))

it.live("a file that is not there, or a database in memory, can't be opened to be read only", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryDirectory
    for (const path of [join(folder, "nothing.duckdb"), ":memory:"]) {
      const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path, readOnly: true }))))
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.isDefined(failure.hint)
    }
  }).pipe(Effect.scoped))

it.live("extensions are loaded, and nothing is loaded or downloaded unasked", () =>
  Effect.gen(function*() {
    assert.strictEqual(String(yield* setting("autoinstall_known_extensions")), "false")
    assert.strictEqual(String(yield* setting("autoload_known_extensions")), "false")
    const sql = yield* SqlClient.SqlClient
    const loaded = yield* sql`SELECT extension_name FROM duckdb_extensions() WHERE loaded AND extension_name = 'json'`
    assert.strictEqual(loaded.length, 1)
  }).pipe(within({ path: ":memory:", extensions: ["json", "parquet"] })))

it.live("further databases are attached by their names, to be read or written", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryDirectory
    const archive = join(folder, "it's the \"archive\".duckdb")
    const made = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE TABLE orders AS SELECT 7 AS id`)
    yield* within({ path: archive })(made)
    const attach = {
      "the archive": { path: archive, readOnly: true },
      copy: { path: join(folder, "copy.duckdb") },
      typed: { path: join(folder, "typed.duckdb"), type: "duckdb" }
    }
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE copy.orders AS FROM "the archive".main.orders`
      yield* sql`CREATE TABLE typed.orders AS FROM copy.orders`
      assert.deepStrictEqual(yield* sql`SELECT id FROM typed.main.orders`, [{ id: 7 }])
      const failure = yield* Effect.flip(sql`DELETE FROM "the archive".orders`)
      assert.instanceOf(failure.reason.cause, OrmError.ReadOnly)
      const databases = yield* sql`
        SELECT database_name AS name, readonly FROM duckdb_databases() WHERE NOT internal ORDER BY name`
      assert.deepStrictEqual(databases, [
        { name: "copy", readonly: false },
        { name: "orders", readonly: false },
        { name: "the archive", readonly: true },
        { name: "typed", readonly: false }
      ])
    }).pipe(within({ path: join(folder, "orders.duckdb"), attach }))
  }).pipe(Effect.scoped))

it.live("a database of another kind is left to its extension, which has to be there", () =>
  Effect.gen(function*() {
    const attach = { shop: { path: "dbname=shop", type: "postgres" } }
    const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path: ":memory:", attach }))))
    assert.instanceOf(failure, OrmError.ConnectionFailed)
    assert.include(failure.message, "postgres")
  }))

it.live("all of them come from the configuration too", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryDirectory
    const archive = join(folder, "archive.duckdb")
    const live = DuckDb.layerConfig({
      path: Config.String("PATH"),
      threads: Config.Int("THREADS"),
      memoryLimit: Config.String("MEMORY"),
      pool: {
        size: Config.Int("POOL_SIZE"),
        minimum: Config.Int("POOL_MINIMUM"),
        idleTimeout: Config.Duration("IDLE")
      },
      attach: { archive: { path: Config.String("ARCHIVE") } }
    })
    const values = {
      PATH: ":memory:",
      THREADS: "1",
      MEMORY: "100MB",
      POOL_SIZE: "1",
      POOL_MINIMUM: "0",
      IDLE: "1 second"
    }
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.strictEqual(Number(yield* setting("threads")), 1)
      assert.strictEqual(yield* setting("memory_limit"), "95.3 MiB")
      assert.deepStrictEqual(yield* sql`SELECT path FROM duckdb_databases() WHERE database_name = 'archive'`, [
        { path: archive }
      ])
      assert.strictEqual((yield* (yield* ConnectionPool.ConnectionPool).stats).size, 1)
    }).pipe(
      Effect.provide(live),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ ...values, ARCHIVE: archive })))
    )
  }).pipe(Effect.scoped))
