/**
 * Alembic's version table moves with our revisions, on every database: other than PostgreSQL's is only known to us by what Alembic does.
 */
import { assert, layer } from "@effect/vitest"
import { Alembic, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { writeRevisions, type Written } from "../../alembic.ts"
import type { Database } from "../../contract/Subject.ts"
import { temporaryDirectory } from "../../temporaryDirectory.ts"

const revisions: ReadonlyArray<Written> = [
  { id: "a1" },
  { id: "a2", parents: ["a1"] },
  { id: "a3", parents: ["a1"] },
  { id: "a4", parents: ["a2", "a3"] }
]

export const alembicVersions = (name: string, database: Database) =>
  layer(database, { timeout: "60 seconds" })(`${name}: the version table of Alembic`, (it) => {
    it.effect("says at each moment what was applied, each revision in its transaction or all in one", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const directory = yield* temporaryDirectory
        writeRevisions(directory, revisions)
        const { applied, moved } = yield* Alembic.companion({ directory, write: true }, [])
        const table = Effect.map(
          sql<{ version_num: string }>`SELECT version_num FROM alembic_version ORDER BY 1`,
          (rows) => rows.map((row) => row.version_num)
        )
        const move = (direction: "up" | "down", id: string) => Session.transaction(moved(id, direction))
        yield* move("up", "a1")
        yield* move("up", "a2")
        yield* move("up", "a3")
        assert.deepStrictEqual(yield* table, ["a2", "a3"])
        yield* move("up", "a4")
        assert.deepStrictEqual(yield* table, ["a4"])
        yield* move("down", "a4")
        assert.deepStrictEqual(yield* table, ["a2", "a3"])
        yield* Session.transaction(Effect.gen(function*() {
          yield* moved("a4", "up")
          yield* moved("a4", "down")
          yield* moved("a3", "down")
          yield* moved("a2", "down")
          yield* moved("a2", "up")
        }))
        assert.deepStrictEqual(yield* table, ["a2"])
        assert.deepStrictEqual([...yield* applied].toSorted(), ["a1", "a2"])
        yield* move("down", "a1")
        assert.deepStrictEqual(yield* table, [])
      }))
  })
