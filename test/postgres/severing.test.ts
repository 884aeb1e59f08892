/**
 * A connection that is cut off is closed, also when another one has cancelled a statement of it before.
 */
import { assert, it } from "@effect/vitest"
import { PostgresServer } from "andamios-orm/testing"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { make } from "../../src/postgres/pool.ts"

it.live("a connection that was cut off is closed", () =>
  Effect.scoped(Effect.gen(function*() {
    const { host, port, username } = yield* PostgresServer.start()
    const pool = yield* make({
      config: { host, port, username, database: "postgres", password: Redacted.make("") },
      address: { host, port },
      database: "postgres",
      size: 1,
      acquireTimeout: Duration.seconds(5)
    })
    const { connection, sever } = yield* pool.severable
    yield* Effect.timeoutOption(connection.query("SELECT pg_sleep(600)"), "50 millis")
    assert.deepStrictEqual(yield* connection.queryValues("SELECT 1"), [[1]])
    yield* sever
    yield* Effect.flip(connection.query("SELECT 1"))
  })), 30_000)
