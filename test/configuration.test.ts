/**
 * A database's options come from the configuration as well as from the program.
 */
import { assert, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"

const configured = (values: Readonly<Record<string, string>>) =>
  Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(values)))

const duckDb = DuckDb.layerConfig({
  path: Config.String("DATABASE_PATH"),
  threads: Config.Int("DATABASE_THREADS")
})

it.live("DuckDB opens what the configuration says", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient
    assert.deepStrictEqual(yield* sql`SELECT current_setting('threads') AS threads`, [{ threads: 1 }])
  }).pipe(Effect.provide(duckDb), configured({ DATABASE_PATH: ":memory:", DATABASE_THREADS: "1" })))

it.live("an option that is missing fails with its name", () =>
  Effect.gen(function*() {
    const failure = yield* Effect.flip(Effect.scoped(Layer.build(duckDb)))
    assert.strictEqual(failure._tag, "ConfigError")
    assert.include(failure.message, "DATABASE_THREADS")
  }).pipe(configured({ DATABASE_PATH: ":memory:" })))

it.live("a server that is not there fails the Layer, and the password is not told", () =>
  Effect.gen(function*() {
    const postgres = Postgres.layerConfig({ url: Config.Redacted("DATABASE_URL") })
    const failure = yield* Effect.flip(Effect.scoped(Layer.build(postgres)))
    assert.instanceOf(failure, OrmError.ConnectionFailed)
    assert.notInclude(`${failure.message} ${JSON.stringify(failure)}`, "open sesame")
  }).pipe(configured({ DATABASE_URL: "postgres://ada:open%20sesame@127.0.0.1:1/books" })))
