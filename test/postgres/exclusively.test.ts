/**
 * One at a time on one database, be they in one process or in several, and however it ends.
 */
import { assert, layer } from "@effect/vitest"
import { PostgresServer, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { Database } from "../../src/session/Database.ts"
import { StatementTimeout } from "../../src/session/StatementTimeout.ts"

/** A pool of one connection, which is the only one that the effect has. */
const pool = Effect.gen(function*() {
  const built = yield* Layer.build(Postgres.layer({ ...yield* TestDatabase.address, pool: { size: 1 } }))
  return { database: Context.get(built, Database), sql: Context.get(built, SqlClient) }
})

/** Waits until so many ask for the lock, and how many have it. */
const locks = (sql: SqlClient, waiting: number): Effect.Effect<void, unknown> =>
  Effect.gen(function*() {
    const [row] = yield* sql<{ readonly count: number }>`
      SELECT CAST(count(*) AS INTEGER) AS count FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
    if (row?.count !== waiting) yield* locks(sql, waiting)
  })

const free = Effect.fnUntraced(function*(sql: SqlClient) {
  const held = yield* sql`SELECT * FROM pg_locks WHERE locktype = 'advisory'`
  if (held.length > 0) yield* Effect.fail("somebody still has the lock")
})

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("exclusively on PostgreSQL", (it) => {
  it.effect("runs an effect that has the pool's only connection, also in a transaction", () =>
    Effect.gen(function*() {
      const { database, sql } = yield* pool
      const found = yield* database.exclusively(database.transaction(sql<{ readonly one: number }>`SELECT 1 AS one`))
      assert.deepStrictEqual(found, [{ one: 1 }])
      const failed = yield* Effect.flip(database.exclusively(Effect.fail("no")))
      assert.strictEqual(failed, "no")
      yield* Effect.eventually(free(sql))
    }))

  it.effect("lets two pools do their work one after the other", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* pool, yield* pool]
      yield* one.sql`CREATE TABLE turns (id INTEGER GENERATED ALWAYS AS IDENTITY, who TEXT)`
      const turn = ({ database, sql }: typeof one, who: string) =>
        database.exclusively(
          sql`INSERT INTO turns (who) VALUES (${who}), (${who})`.pipe(
            Effect.andThen(sql`INSERT INTO turns (who) VALUES (${who})`),
            Effect.andThen(Effect.yieldNow)
          )
        )
      const turns = Array.from({ length: 5 }, () => [turn(one, "one"), turn(other, "other")])
      yield* Effect.all(turns.flat(), { concurrency: "unbounded" })
      const rows = yield* one.sql<{ readonly who: string }>`SELECT who FROM turns ORDER BY id`
      assert.lengthOf(rows, 30)
      rows.forEach(({ who }, index) => assert.strictEqual(who, rows[index - index % 3]?.who))
    }))

  it.effect("lets go of who does not want to wait any longer, and gives a waiter all the time", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* pool, yield* pool]
      const end = yield* Deferred.make<void>()
      const holder = yield* Effect.forkChild(one.database.exclusively(Deferred.await(end)))
      yield* Effect.eventually(Effect.flip(free(other.sql)))
      const impatient = yield* Effect.forkChild(other.database.exclusively(Effect.die("it had no turn")))
      const patient = yield* Effect.forkChild(
        Effect.provideService(other.database.exclusively(Effect.succeed("done")), StatementTimeout, Duration.millis(1))
      )
      yield* locks(other.sql, 2)
      yield* Fiber.interrupt(impatient)
      yield* locks(other.sql, 1)
      yield* Deferred.succeed(end, undefined)
      assert.strictEqual(yield* Fiber.join(patient), "done")
      yield* Fiber.join(holder)
      yield* Effect.eventually(free(other.sql))
    }))

  it.effect("is free again when the holder's connection or process is gone", () =>
    Effect.gen(function*() {
      const { database, sql } = yield* pool
      const address = JSON.stringify(yield* TestDatabase.address)
      const holder = yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(process.execPath, [
            "--conditions=andamios-source",
            fileURLToPath(new URL("holdLock.ts", import.meta.url)),
            address
          ], { stdio: ["ignore", "pipe", "inherit"] })
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      yield* Effect.callback<void>((resume) => {
        holder.stdout.once("data", () => resume(Effect.void))
      })
      const waiter = yield* Effect.forkChild(database.exclusively(Effect.succeed("my turn")))
      yield* locks(sql, 1)
      holder.kill("SIGKILL")
      assert.strictEqual(yield* Fiber.join(waiter), "my turn")
    }))

  it.effect("fails where there is no server any more", () =>
    Effect.gen(function*() {
      const left = yield* Effect.scoped(Effect.gen(function*() {
        const built = yield* Layer.build(Postgres.layer(yield* PostgresServer.start()))
        return Context.get(built, Database)
      }))
      const error = yield* Effect.flip(left.exclusively(Effect.void))
      assert.strictEqual(error._tag, "ConnectionFailed")
    }))
})
