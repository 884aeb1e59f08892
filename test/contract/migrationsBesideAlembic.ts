/**
 * Ours and Alembic's revisions in one graph, on one database: each of them knows what the other has done.
 */
import { assert, layer } from "@effect/vitest"
import { Migrator } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { emptied, ids, losing, making, migrating, recorded, tables } from "./migrationRuns.ts"
import type { Database } from "./Subject.ts"

/** A directory of Alembic's with two revisions, p2 after p1, and nothing in the database. */
const python = Effect.gen(function*() {
  yield* emptied
  const sql = yield* SqlClient.SqlClient
  yield* Effect.addFinalizer(() => Effect.orDie(Effect.andThen(emptied, sql`DROP TABLE IF EXISTS alembic_version`)))
  return yield* Effect.acquireRelease(
    Effect.sync(() => {
      const directory = mkdtempSync(join(tmpdir(), "andamios-alembic-"))
      writeFileSync(join(directory, "p1_.py"), "\"\"\"first\"\"\"\nrevision = 'p1'\ndown_revision = None\n")
      writeFileSync(join(directory, "p2_.py"), "\"\"\"second\"\"\"\nrevision = 'p2'\ndown_revision = 'p1'\n")
      return directory
    }),
    (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
  )
})

/** What Alembic does when it goes somewhere. */
const went = Effect.fnUntraced(function*(version: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)`
  yield* sql`DELETE FROM alembic_version`
  yield* sql`INSERT INTO alembic_version VALUES (${version})`
})

const versions = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly version: string }>`SELECT version_num AS version FROM alembic_version`
  return found.map(({ version }) => version)
})

export const migrationsBesideAlembic = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: migrations beside Alembic`, (it) => {
    it.effect("wait for what only Alembic can run, and see what it has run", () =>
      Effect.gen(function*() {
        const directory = yield* python
        const ours = [making("o1", { parents: ["p1"] }), making("o2", { parents: ["o1"], dependsOn: ["p2"] })]
        yield* Effect.gen(function*() {
          const before = yield* Migrator.status
          assert.deepStrictEqual([before.elsewhere, ids(before.pending)], [[], ["p1", "o1", "p2", "o2"]])
          const refused = yield* Effect.flip(Migrator.up("o1"))
          assert.strictEqual(refused._tag, "AlembicPending")
          assert.include(refused.message, "alembic upgrade p1")
          yield* went("p1")
          assert.deepStrictEqual(ids(yield* Migrator.up("o1")), ["o1"])
          assert.strictEqual((yield* Effect.flip(Migrator.up()))._tag, "AlembicPending")
          yield* went("p2")
          assert.deepStrictEqual(ids(yield* Migrator.up()), ["o2"])
          const { elsewhere, pending } = yield* Migrator.status
          assert.deepStrictEqual([elsewhere, pending], [["p1", "p2"], []])
          assert.deepStrictEqual([yield* recorded, yield* tables], [["o1", "o2"], ["o1", "o2"]])
          assert.deepStrictEqual(ids(yield* Migrator.down(undefined, losing)), ["o2"])
          assert.strictEqual((yield* Effect.flip(Migrator.down("base", losing)))._tag, "AlembicPending")
          assert.deepStrictEqual(yield* versions, ["p2"])
        }).pipe(migrating(ours, { alembic: { directory, refuse: "needed" } }))
      }).pipe(Effect.scoped))

    it.effect("with the same ids move its version table, and see where it has gone itself", () =>
      Effect.gen(function*() {
        const directory = yield* python
        yield* went("p1")
        const ours = [making("p2", { parents: ["p1"] }), making("o1", { parents: ["p2"] })]
        yield* Effect.gen(function*() {
          assert.deepStrictEqual(ids(yield* Migrator.up()), ["p2", "o1"])
          assert.deepStrictEqual([yield* versions, yield* recorded], [["p2"], ["p2", "o1"]])
          assert.deepStrictEqual(ids(yield* Migrator.down("p1", losing)), ["o1", "p2"])
          assert.deepStrictEqual([yield* versions, yield* recorded], [["p1"], []])
          // Python goes up, and down again after ours wrote a row
          yield* went("p2")
          assert.deepStrictEqual((yield* Migrator.status).elsewhere, ["p1", "p2"])
          assert.deepStrictEqual(yield* Migrator.stamp(["p2"]), [])
          yield* went("p1")
          assert.deepStrictEqual(ids(yield* Migrator.up("p2")), ["p2"])
          yield* went("p1")
          assert.deepStrictEqual(ids((yield* Migrator.status).pending), ["p2", "o1"])
          assert.deepStrictEqual(yield* Migrator.stamp(["p2"]), ["p2"])
          assert.deepStrictEqual([yield* versions, yield* recorded], [["p2"], ["p2"]])
        }).pipe(migrating(ours, { alembic: { directory, write: true } }))
      }).pipe(Effect.scoped))
  })
