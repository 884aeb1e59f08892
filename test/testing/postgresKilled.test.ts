/**
 * A server for tests can be killed and started again, and nothing of it is left in the end, whatever was done to it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import { existsSync } from "node:fs"

const asked = (server: PostgresServer.PostgresServer, sql: string) =>
  Effect.flatMap(SqlClient.SqlClient, (client) => client.unsafe(sql)).pipe(
    Effect.provide(Postgres.layer({ ...server, pool: { size: 1 } }), { local: true })
  )

/** A server whose scope is closed by the test itself. */
const started = Effect.gen(function*() {
  const scope = yield* Effect.acquireRelease(Scope.make(), (own, exit) => Scope.close(own, exit))
  const server = yield* Scope.provide(PostgresServer.start(), scope)
  return { server, close: Scope.close(scope, Exit.void) }
})

describe("a server that is killed", () => {
  it.effect("answers nobody until it is started again, and has what was committed then", () =>
    Effect.gen(function*() {
      const server = yield* PostgresServer.start({ settings: { synchronous_commit: "on" } })
      yield* asked(server, "CREATE TABLE kept AS SELECT 1 AS n")
      for (const n of [1, 2]) {
        yield* PostgresServer.kill(server)
        yield* PostgresServer.kill(server)
        assert.strictEqual((yield* Effect.flip(asked(server, "SELECT 1")))._tag, "ConnectionFailed")
        yield* PostgresServer.restart(server)
        assert.deepStrictEqual<unknown>(yield* asked(server, "SELECT count(*)::int AS n FROM kept"), [{ n }])
        yield* asked(server, "INSERT INTO kept VALUES (1)")
      }
    }), 60_000)

  it.effect("leaves nothing behind, also where it is not started again", () =>
    Effect.gen(function*() {
      const { close, server } = yield* started
      yield* PostgresServer.kill(server)
      yield* close
      assert.isFalse(existsSync(server.host))
    }), 60_000)

  it.live("leaves nothing behind where it ends when it is just being started again", () =>
    Effect.gen(function*() {
      const { close, server } = yield* started
      yield* PostgresServer.kill(server)
      yield* Effect.forkChild(PostgresServer.restart(server), { startImmediately: true })
      yield* Effect.sleep("12 millis")
      yield* close
      assert.isFalse(existsSync(server.host))
    }), 60_000)
})

describe("a server that is paused", () => {
  it.live("answers when it goes on", () =>
    Effect.gen(function*() {
      const server = yield* PostgresServer.start()
      yield* PostgresServer.pause(server)
      assert.strictEqual((yield* Effect.timeoutOption(asked(server, "SELECT 1"), "200 millis"))._tag, "None")
      yield* PostgresServer.resume(server)
      assert.deepStrictEqual<unknown>(yield* asked(server, "SELECT 1 AS n"), [{ n: 1 }])
    }), 60_000)

  it.effect("leaves nothing behind", () =>
    Effect.gen(function*() {
      const { close, server } = yield* started
      yield* PostgresServer.pause(server)
      yield* close
      assert.isFalse(existsSync(server.host))
    }), 60_000)
})
