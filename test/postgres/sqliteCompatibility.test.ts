/**
 * The Layer for SQLite's SQL on a database that has no need of it.
 */
import { assert, it } from "@effect/vitest"
import { SqliteCompatibility } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PersistedQueue } from "effect/persistence"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

it.live("hands the client of PostgreSQL through, so that a program may stand on either database", () =>
  Effect.gen(function*() {
    const client = yield* SqlClient.SqlClient
    const through = yield* Effect.provide(SqlClient.SqlClient, SqliteCompatibility.layer)
    assert.strictEqual(through, client)

    const queues = PersistedQueue.layer.pipe(
      Layer.provide(PersistedQueue.layerStoreSql()),
      Layer.provide(SqliteCompatibility.layer)
    )
    yield* Effect.gen(function*() {
      const queue = yield* PersistedQueue.make({ name: "numbers", schema: Schema.Int })
      yield* queue.offer(42)
      assert.strictEqual(yield* queue.take(Effect.succeed), 42)
    }).pipe(Effect.provide(queues))
  }).pipe(Effect.provide(TestDatabase.layerPostgres([]))))
