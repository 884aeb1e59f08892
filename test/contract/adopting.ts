/**
 * A database that another migrator managed is recognised, with all that was applied to it.
 */
import { assert, layer } from "@effect/vitest"
import { Adopting, Migrator as Ours, Structure } from "andamios-orm"
import * as Effect from "effect/Effect"
import { Migrator, SqlClient } from "effect/sql"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Database } from "./Subject.ts"

/** A directory of Drizzle's with this journal. */
const drizzleDirectory = (journal: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const directory = mkdtempSync(join(tmpdir(), "andamios-drizzle-"))
      mkdirSync(join(directory, "meta"))
      writeFileSync(join(directory, "meta", "_journal.json"), journal)
      return directory
    }),
    (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
  )

export const adopting = (name: string, database: Database) =>
  layer(database, { timeout: "60 seconds" })(`${name}: adopting`, (it) => {
    it.effect("finds nothing where nobody was", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Adopting.adopting(), [])
      }))

    it.effect("recognises what Effect's migrator applied, whose names are the ids of our revisions", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const loader = Migrator.fromRecord({
          "0002_add_books": sql`CREATE TABLE adopted_books (id INTEGER PRIMARY KEY)`,
          "0001_create_users": sql`CREATE TABLE adopted_users (id INTEGER PRIMARY KEY)`,
          "10_seed": sql`INSERT INTO adopted_users VALUES (1)`
        })
        yield* Migrator.make({})({ loader })
        yield* Migrator.make({})({
          loader: Migrator.fromRecord({ "1_nothing": Effect.void }),
          table: "other_migrations"
        })
        assert.deepStrictEqual(yield* Adopting.adopting(), [{
          by: "Effect",
          table: { name: "effect_sql_migrations" },
          applied: ["1_create_users", "2_add_books", "10_seed"],
          unfinished: []
        }])
        const [other] = yield* Adopting.adopting({ effectTable: "other_migrations" })
        assert.deepStrictEqual(other?.table, { name: "other_migrations" })
        yield* sql`DROP TABLE effect_sql_migrations`
        yield* sql`DROP TABLE other_migrations`
        yield* sql`DROP TABLE adopted_users`
        yield* sql`DROP TABLE adopted_books`
      }))

    it.effect("goes on with the loader of Effect's migrator where that has stopped, and needs its table no more", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const creating = (table: string) => sql`CREATE TABLE ${sql(table)} (id INTEGER)`
        yield* Migrator.make({})({
          loader: Migrator.fromRecord({ "1_old": creating("counted_one"), "3_three": creating("counted_three") }),
          table: "counted"
        })
        // the first has another name since, and the second came late
        const loader = Migrator.fromRecord({
          "1_one": creating("counted_one"),
          "2_two": creating("counted_two"),
          "3_three": creating("counted_three"),
          "4_four": creating("counted_four")
        })
        const counting = Ours.layer({ loader, effectTable: "counted", table: "counted_by_ours", onStart: "nothing" })
        yield* Effect.gen(function*() {
          const { elsewhere, pending } = yield* Ours.status
          assert.deepStrictEqual([elsewhere, pending.map(({ id }) => id)], [["1_one", "3_three"], ["2_two", "4_four"]])
          assert.deepStrictEqual((yield* Ours.up()).map(({ id }) => id), ["2_two", "4_four"])
          yield* sql`DROP TABLE counted`
          const after = yield* Ours.status
          assert.deepStrictEqual(after.applied.map(({ id, manner }) => [id, manner]), [
            ["1_one", "stamped"],
            ["3_three", "stamped"],
            ["2_two", "run"],
            ["4_four", "run"]
          ])
          assert.deepStrictEqual([after.elsewhere, after.pending], [[], []])
        }).pipe(Effect.provide(counting))
        for (const table of ["one", "two", "three", "four", "by_ours"]) {
          yield* sql`DROP TABLE ${sql(`counted_${table}`)}`
        }
      }))

    it.effect("recognises what Drizzle applied, by the names of its journal", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE SCHEMA drizzle`
        yield* sql`CREATE TABLE drizzle.__drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at bigint)`
        yield* sql`INSERT INTO drizzle.__drizzle_migrations VALUES
          (1, 'a0f1', 1767323045678), (2, 'b2c3', 1767323045999), (3, 'c4d5', 1767323046000)`
        const entries = [
          { idx: 0, version: "7", when: 1767323045678, tag: "0000_lazy_hulk", breakpoints: true },
          { idx: 1, version: "7", when: 1767323045999, tag: "0001_next", breakpoints: true }
        ]
        const directory = yield* drizzleDirectory(JSON.stringify({ version: "7", dialect: "postgresql", entries }))
        const table = { schema: "drizzle", name: "__drizzle_migrations" }
        assert.deepStrictEqual(yield* Adopting.adopting({ drizzleDirectory: directory }), [
          { by: "Drizzle", table, applied: ["0000_lazy_hulk", "0001_next", "c4d5"], unfinished: [] }
        ])
        assert.deepStrictEqual(yield* Adopting.adopting(), [
          { by: "Drizzle", table, applied: ["a0f1", "b2c3", "c4d5"], unfinished: [] }
        ])
        const missing = yield* Effect.flip(Adopting.adopting({ drizzleDirectory: join(directory, "nowhere") }))
        assert.include(missing.message, join("nowhere", "meta", "_journal.json"))
        const broken = yield* drizzleDirectory("{}")
        const unread = yield* Effect.flip(Adopting.adopting({ drizzleDirectory: broken }))
        assert.include(unread.message, "entries")
        yield* sql`DROP TABLE drizzle.__drizzle_migrations`
        yield* sql`DROP SCHEMA drizzle`
      }))

    it.effect("recognises what Prisma applied, undid, and never finished", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE _prisma_migrations (
          id VARCHAR(36) PRIMARY KEY NOT NULL,
          checksum VARCHAR(64) NOT NULL,
          finished_at TIMESTAMPTZ,
          migration_name VARCHAR(255) NOT NULL,
          logs TEXT,
          rolled_back_at TIMESTAMPTZ,
          started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
          applied_steps_count INTEGER NOT NULL DEFAULT 0
        )`
        const insert = (
          id: string,
          migration: string,
          started: string,
          finished: string | null,
          undone: string | null
        ) =>
          sql`INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, rolled_back_at)
            VALUES (${id}, 'c', ${migration}, ${started}::TIMESTAMPTZ, ${finished}::TIMESTAMPTZ, ${undone}::TIMESTAMPTZ)`
        yield* insert("1", "20260101_init", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", null)
        yield* insert("2", "20260102_books", "2026-01-02T00:00:00Z", null, "2026-01-02T00:01:00Z")
        yield* insert("3", "20260102_books", "2026-01-02T00:02:00Z", "2026-01-02T00:02:01Z", null)
        yield* insert("4", "20260103_broken", "2026-01-03T00:00:00Z", null, null)
        yield* sql`CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)`
        yield* sql`INSERT INTO alembic_version VALUES ('b1'), ('a1')`
        assert.deepStrictEqual(yield* Adopting.adopting(), [
          {
            by: "Prisma",
            table: { name: "_prisma_migrations" },
            applied: ["20260101_init", "20260102_books"],
            unfinished: ["20260103_broken"]
          },
          { by: "Alembic", table: { name: "alembic_version" }, applied: ["a1", "b1"], unfinished: [] }
        ])
        yield* sql`DROP TABLE _prisma_migrations`
        yield* sql`DROP TABLE alembic_version`
      }))

    it.effect("takes a table of the same name for no history if it has other columns", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE _prisma_migrations (id INTEGER)`
        assert.deepStrictEqual(yield* Adopting.adopting(), [])
        yield* sql`DROP TABLE _prisma_migrations`
      }))

    it.effect("makes a first revision of what is there, which creates it elsewhere", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Migrator.make({})({
          loader: Migrator.fromRecord({
            "1_shelves":
              sql`CREATE TABLE adopted_shelves (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL DEFAULT 'new')`,
            "2_cards": sql`CREATE TABLE adopted_cards (shelf INTEGER NOT NULL REFERENCES adopted_shelves (id))`
          })
        })
        const managed = yield* Adopting.adopting()
        const revision = yield* Adopting.baseline(managed, { id: "8f2c41d09a7b" })
        assert.deepStrictEqual([revision.id, revision.name, revision.down], [
          "8f2c41d09a7b",
          "what was there",
          undefined
        ])
        const created = revision.up.flatMap((step) => step._tag === "CreateTable" ? [step.table.name] : [])
        assert.deepStrictEqual(created.filter((table) => table.endsWith("_migrations")), [])
        const own = created.filter((table) => ["adopted_shelves", "adopted_cards"].includes(table))
        assert.deepStrictEqual(own, ["adopted_shelves", "adopted_cards"])
        assert.include(Adopting.rendered(revision), "name: \"adopted_shelves\",")
        const named = yield* Adopting.baseline(managed, { id: "1", name: "shelves" })
        assert.strictEqual(named.name, "shelves")
        yield* sql`DROP TABLE adopted_cards`
        yield* sql`DROP TABLE adopted_shelves`
        yield* sql`DROP TABLE effect_sql_migrations`
      }))

    it("leaves the histories out of a structure, and the schema that held nothing else", () => {
      const table = (place: Structure.Place): Structure.TableStructure => ({
        ...place,
        columns: [],
        uniques: [],
        checks: [],
        foreignKeys: [],
        indexes: []
      })
      const history = { schema: "drizzle", name: "__drizzle_migrations" }
      const managed: ReadonlyArray<Adopting.Managed> = [{ by: "Drizzle", table: history, applied: [], unfinished: [] }]
      const kept = [table({ name: "books" }), table({ schema: "shop", name: "__drizzle_migrations" })]
      const structure = { ...Structure.empty, schemas: ["drizzle", "shop"], tables: [...kept, table(history)] }
      assert.deepStrictEqual(Adopting.withoutHistories(structure, managed), {
        ...Structure.empty,
        schemas: ["shop"],
        tables: kept
      })
      const sequence = { schema: "drizzle", name: "n", start: 1, increment: 1 }
      assert.deepStrictEqual(
        Adopting.withoutHistories({ ...structure, sequences: [sequence] }, managed).schemas,
        ["drizzle", "shop"]
      )
    })
  })
