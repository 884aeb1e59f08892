/**
 * Databases that other migrators managed are taken over, and what was read of them makes the same elsewhere.
 */
import { assert, describe, it } from "@effect/vitest"
import { Adopting, Migrator as Ours } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Migrator, SqlClient } from "effect/sql"
import { readdirSync } from "node:fs"
import { diff } from "../../src/migration/comparing/diff.ts"
import * as Database from "../../src/session/Database.ts"
import type { Database as AnyDatabase } from "../databases.ts"
import { project } from "./command.ts"

/** A database that processes can open as well, and what their config says of it. */
interface Site {
  readonly database: AnyDatabase
  readonly code: string
}

const duckDb = (path: string): Site => ({
  database: Layer.fresh(DuckDb.layer({ path })),
  code: `DuckDb.layer({ path: ${JSON.stringify(path)} })`
})

const postgres = Effect.gen(function*() {
  const services = yield* Layer.build(TestDatabase.layerPostgres([]))
  const options = { ...yield* Effect.provide(TestDatabase.address, services), pool: { size: 2 } }
  return {
    database: Layer.succeedContext(services),
    code: `Postgres.layer(${JSON.stringify(options)})`
  } satisfies Site
})

const config = ({ code }: Site, said = "") => `
import { defineConfig } from "andamios-orm/cli"
import { ${code.split(".")[0]} } from "andamios-orm/${code.startsWith("DuckDb") ? "duckdb" : "postgres"}"

export default defineConfig({ database: ${code}, models: [], ${said} })
`

/** A project, and its commands with the exit codes that they are to end with. */
const commands = (files: Readonly<Record<string, string>>) => {
  const { path, run, runWith, json, ...more } = project({ "migrations/README.md": "", ...files })
  const done = Effect.fnUntraced(function*(code: number, ...args: ReadonlyArray<string>) {
    const ran = yield* Effect.promise(() => run(...args))
    assert.strictEqual(ran.code, code, ran.stdout + ran.stderr)
    return ran.stdout + ran.stderr
  })
  const files_ = () => readdirSync(path("migrations")).filter((name) => name !== "README.md")
  const document = (...args: ReadonlyArray<string>) => Effect.promise(() => json(...args))
  return { ...more, path, done, revisions: files_, document }
}

const statements = (sql: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (client) => Effect.forEach(sql.split(";\n"), (one) => client.unsafe(one), { discard: true })
  )

/** What a database has, but for the histories of migrators. */
const structure = Effect.gen(function*() {
  const { introspect } = yield* Database.Database
  const live = Adopting.withoutHistories(yield* introspect, yield* Adopting.adopting())
  return { ...live, tables: live.tables.filter(({ name }) => name !== "andamios_migrations") }
})

/** Tables with all that a database can say of them. */
const shop = `CREATE SCHEMA sales;
CREATE SEQUENCE tickets START 5;
CREATE TYPE mood AS ENUM ('good', 'it''s "fine"');
CREATE TABLE shelves (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT 'new', feels mood, CHECK (length(name) > 0));
CREATE TABLE books (id INTEGER DEFAULT nextval('tickets') PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelves (id), price DECIMAL(12, 2), UNIQUE (shelf, price));
CREATE INDEX books_price ON books (price);
CREATE TABLE sales.orders (id INTEGER PRIMARY KEY, placed TIMESTAMP NOT NULL);
COMMENT ON TABLE books IS 'What''s read';
CREATE VIEW cheap AS SELECT id, price FROM books WHERE price < 10`

const drizzle = `CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at bigint);
INSERT INTO drizzle.__drizzle_migrations VALUES (1, 'a0f1', 1767323045678), (2, 'b2c3', 1767323045999)`

const journal = JSON.stringify({ entries: [{ when: 1767323045678, tag: "0000_hulk" }] })

/** A database that Drizzle made is adopted, and the revision makes an empty one the same. */
const takesOver = Effect.fnUntraced(function*(old: Site, fresh: Site) {
  yield* Effect.provide(Effect.andThen(statements(shop), statements(drizzle)), old.database)
  const { done, document, revisions } = commands({
    "andamios.config.ts": config(old, "ignore: [\"books.nothing\"]"),
    "fresh.config.ts": config(fresh),
    "drizzle/meta/_journal.json": journal
  })
  assert.match(yield* done(1, "migrate", "adopt", "--drizzle", "nowhere"), /nowhere.*_journal\.json/)
  assert.deepStrictEqual(revisions(), [])
  const said = yield* done(0, "migrate", "adopt", "--drizzle", "drizzle", "--name", "the old shop")
  assert.match(
    said,
    /^Drizzle applied 2 migrations, the last of them b2c3 \(drizzle\.__drizzle_migrations\)\nwrote migrations\/\d+_[0-9a-f]+_the_old_shop\.ts, with \d+ steps\nstamped [0-9a-f]+\n/
  )
  assert.lengthOf(revisions(), 1)
  assert.match(yield* done(0, "migrate", "status"), /1 revision applied, 0 pending\n[^]*the old shop .*\(stamped\)/)
  assert.match(yield* done(3, "migrate", "adopt"), /There are revisions already/)
  assert.match(yield* done(0, "migrate", "up"), /^Nothing to do/)

  yield* done(0, "migrate", "up", "--config", "fresh.config.ts")
  const made = yield* Effect.provide(structure, fresh.database)
  const { dialect } = yield* Effect.provide(Database.Database, fresh.database)
  const before = yield* Effect.provide(structure, old.database)
  assert.isNotEmpty(made.tables)
  assert.deepStrictEqual([diff(before, made, { dialect }), diff(made, before, { dialect })], [[], []])
  const again = yield* document("migrate", "adopt", "--config", "fresh.config.ts")
  assert.strictEqual(again.code, 3)
  assert.deepNestedPropertyVal(again.document, "error._tag", "AdoptionRefused")
})

describe("andamios migrate adopt", () => {
  it.effect("reads a DuckDB file, which makes the same elsewhere", () => {
    const { path } = project({})
    return takesOver(duckDb(path("old.duckdb")), duckDb(path("new.duckdb")))
  }, 240_000)

  it.effect("reads a PostgreSQL database, which makes the same elsewhere", () =>
    Effect.gen(function*() {
      yield* takesOver(yield* postgres, yield* postgres)
    }), 240_000)

  it.effect("takes over what Effect's migrator did, whose loader can go on as well", () => {
    const { path } = project({})
    const site = duckDb(path("app.duckdb"))
    const { document, revisions, done } = commands({ "andamios.config.ts": config(site) })
    const create = (name: string) =>
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE TABLE ${sql(name)} (id INTEGER)`)
    const first = { "0001_users": create("users"), "0002_books": create("books") }
    const more = { ...first, "0003_shelves": create("shelves") }
    return Effect.gen(function*() {
      yield* Effect.provide(Migrator.make({})({ loader: Migrator.fromRecord(first) }), site.database)
      const told = yield* document("migrate", "adopt")
      assert.strictEqual(told.code, 0)
      assert.deepNestedPropertyVal(told.document, "managed.0.by", "Effect")
      assert.deepNestedPropertyVal(told.document, "managed.0.applied.1", "2_books")
      assert.deepNestedPropertyVal(told.document, "stamped.length", 1)
      assert.lengthOf(revisions(), 1)
      assert.match(yield* done(0, "migrate", "status"), /1 revision applied, 0 pending/)

      const loader = Migrator.fromRecord(more)
      const counting = Ours.layer({ loader, table: "counted", onStart: "nothing" })
      const [before, ran, after] = yield* Effect.provide(
        Effect.all([Ours.status, Ours.up(), Ours.status]),
        counting.pipe(Layer.provideMerge(site.database))
      )
      assert.deepStrictEqual([before.elsewhere, before.pending.map(({ id }) => id)], [["1_users", "2_books"], [
        "3_shelves"
      ]])
      assert.deepStrictEqual(ran.map(({ id }) => id), ["3_shelves"])
      assert.deepStrictEqual([after.elsewhere, after.applied.map(({ id }) => id), after.pending], [
        [],
        ["1_users", "2_books", "3_shelves"],
        []
      ])
    })
  }, 240_000)

  it.effect(
    "refuses what is empty, unfinished, or Alembic's still; and takes what nobody managed",
    () =>
      Effect.gen(function*() {
        const site = yield* postgres
        const { done, revisions, write } = commands({
          "andamios.config.ts": config(site),
          "py/a1.py": "revision = 'a1'\ndown_revision = None\n"
        })
        assert.match(yield* done(3, "migrate", "adopt"), /the database is empty\.\n.*`andamios generate`/)
        yield* Effect.provide(
          statements(`CREATE TABLE books (id INTEGER);
CREATE TABLE _prisma_migrations (id INTEGER, migration_name TEXT, started_at TIMESTAMP, finished_at TIMESTAMP, rolled_back_at TIMESTAMP);
INSERT INTO _prisma_migrations VALUES (1, '1_init', now(), NULL, NULL)`),
          site.database
        )
        assert.match(yield* done(3, "migrate", "adopt"), /Prisma began what it never finished: 1_init\.\n/)
        write("andamios.config.ts", config(site, "alembic: { directory: \"py\" }"))
        assert.match(yield* done(3, "migrate", "adopt"), /shares this database with Alembic/)
        assert.deepStrictEqual(revisions(), [])

        write("andamios.config.ts", config(site, "table: \"applied\""))
        yield* Effect.provide(statements("DROP TABLE _prisma_migrations"), site.database)
        const said = yield* done(0, "migrate", "adopt")
        assert.match(
          said,
          /^No migrator that is known has managed this database\.\nwrote .*what_was_there\.ts, with 1 step\n/
        )
        assert.match(yield* done(0, "migrate", "status"), /1 revision applied/)
      }),
    240_000
  )
})
