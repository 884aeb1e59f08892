/**
 * Whichever statement of a migration fails: nothing of its revision is stored, those before it are, and a second run completes.
 */
import { assert, layer } from "@effect/vitest"
import { Migrator, OrmError } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import * as Service from "../../../src/session/Database.ts"
import { emptied, losing, recorded } from "../../contract/migrationRuns.ts"
import type { Database } from "../../contract/Subject.ts"
import { brokenAt, go, revisions, seeded } from "../longWay.ts"

/** The database, of which one statement that changes it fails: the one of this number. */
const failingAt = (number: number) =>
  Layer.effect(
    Service.Database,
    Effect.map(Service.Database, (database) => {
      let count = 0
      return {
        ...database,
        execute: (...statement: Parameters<typeof database.execute>) =>
          count++ === number
            ? Effect.fail(new OrmError.QueryFailed({ sql: statement[0].sql, reason: "the disk is full" }))
            : database.execute(...statement)
      }
    })
  )

/** Goes one way with a statement that fails; whether there were so many. */
const faulty = Effect.fnUntraced(function*(direction: "up" | "down", number: number) {
  const way = direction === "up" ? Migrator.up() : Migrator.down("base", losing)
  return yield* way.pipe(
    Effect.provide(Layer.provide(Migrator.layer({ revisions, onStart: "nothing" }), failingAt(number)), {
      local: true
    }),
    Effect.as(false),
    Effect.catchTag("MigrationFailed", (failure) =>
      Effect.sync(() => {
        assert.isTrue(failure.undone)
        assert.strictEqual(failure.reason, "the disk is full")
        return true
      }))
  )
})

const applied = Effect.orElseSucceed(recorded, (): ReadonlyArray<string> => [])

export const migrationFaults = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: faults of migrations`, (it) => {
    it.effect("fails at every statement, on the way up and on the way down", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* seeded
        for (const direction of ["up", "down"] as const) {
          let number = 0
          while (yield* faulty(direction, number)) {
            assert.strictEqual(yield* brokenAt(yield* applied), "", `${direction} ${number}`)
            yield* go(direction)
            assert.strictEqual(yield* brokenAt(yield* applied), "")
            yield* go(direction === "up" ? "down" : "up")
            number++
          }
          assert.isAbove(number, 3)
        }
        const sql = yield* SqlClient.SqlClient
        assert.lengthOf(yield* sql`SELECT id FROM mig_kept`, 100)
        yield* emptied
      }), { timeout: 90_000 })
  })
