/**
 * The commands beside the real Alembic on PostgreSQL: each tells what the other did, whoever ran.
 */
import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { readdirSync } from "node:fs"
import { program, project as python, unlessThere, type Written } from "../alembic.ts"
import { project } from "./command.ts"

const table = (name: string) => ({
  up: [`op.create_table("${name}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))`],
  down: [`op.drop_table("${name}")`]
})

/** Two branches and a merge, and a second base that depends on one of them. */
const revisions: ReadonlyArray<Written> = [
  { id: "a1f0", message: "accounts", labels: ["main"], ...table("accounts") },
  { id: "b2f0", parents: ["a1f0"], message: "left", ...table("left_things") },
  { id: "c3f0", parents: ["a1f0"], message: "right", ...table("right_things") },
  { id: "d4f0", parents: ["b2f0", "c3f0"], message: "merge" },
  { id: "e5f0", message: "bills", labels: ["billing"], dependsOn: ["c3f0"], ...table("bills") }
]

const ids = revisions.map(({ id }) => id)

/** Alembic and a project of ours on the same database, where nothing is yet. */
const both = Effect.fnUntraced(function*(alembic: string, files: Readonly<Record<string, string>>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP SCHEMA IF EXISTS public CASCADE`
  const theirs = yield* python("public", revisions)
  const address = yield* TestDatabase.address
  const config = (options: string) => `
import { defineConfig } from "andamios-orm/cli"
import { Postgres } from "andamios-orm/postgres"

export default defineConfig({
  database: Postgres.layer(${JSON.stringify(address)}),
  models: [],
  ${options}
})
`
  const options = (said: string) => `alembic: { ini: ${JSON.stringify(theirs.ini)}${said} }`
  const { json, path, read, run, write } = project({
    "andamios.config.ts": config(options(alembic)),
    "migrations/README.md": "",
    ...files
  })
  const done = Effect.fnUntraced(function*(code: number, ...args: ReadonlyArray<string>) {
    const ran = yield* Effect.promise(() => run(...args))
    assert.strictEqual(ran.code, code, ran.stdout + ran.stderr)
    return ran.stdout + ran.stderr
  })
  const document = (...args: ReadonlyArray<string>) =>
    Effect.map(Effect.promise(() => json(...args)), ({ document: told }) => told)
  const share = (said: string | undefined) =>
    write("andamios.config.ts", config(said === undefined ? "" : options(said)))
  const tables = Effect.map(
    sql<{ readonly name: string }>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    (rows) => rows.map(({ name }) => name).filter((name) => !/alembic_version|andamios_migrations/.test(name))
  )
  return { ...theirs, done, document, path, read, share, sql, tables, write }
})

const prices = `import { Migration } from "andamios-orm"

export default Migration.make({
  id: "f6f0",
  name: "prices",
  parents: ["d4f0"],
  up: [Migration.execute("CREATE TABLE prices (id INTEGER)", "DROP TABLE prices")]
})
`

const stringsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : []

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

const listed = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** Whether each revision comes behind all that it follows or depends on. */
const isInOrder = (order: ReadonlyArray<string>): boolean =>
  revisions.every(({ dependsOn = [], id, parents = [] }) =>
    [...parents, ...dependsOn].every((before) => order.indexOf(before) < order.indexOf(id))
  )

const sorted = (names: Iterable<string>) => [...names].toSorted()

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })(`andamios beside Alembic${unlessThere}`, (it) => {
  const effect = program === undefined ? it.effect.skip : it.effect

  effect("shows one graph, waits for Alembic, and sees what it does", () =>
    Effect.gen(function*() {
      const { alembic, document, done, listed: versions, share, tables, write } = yield* both("", {})
      const history = listed(field(yield* document("migrate", "history"), "revisions"))
      const order = (yield* alembic("history")).trim().split("\n").map((line) => /-> (\w+)/.exec(line)?.[1] ?? "")
      assert.deepStrictEqual(sorted(history.map((one) => String(field(one, "id")))), sorted(order))
      const heads = listed(field(yield* document("migrate", "heads"), "heads")).map((one) => String(field(one, "id")))
      assert.deepStrictEqual(sorted(heads), yield* versions("heads"))
      assert.isTrue(isInOrder(history.map((one) => String(field(one, "id")))))
      assert.isTrue(isInOrder(order.toReversed()))
      assert.include(yield* done(0, "migrate", "history"), "○ e5f0  bills  (billing, Alembic, head)  needs c3f0\n")

      write("migrations/prices.ts", prices)
      assert.match(
        yield* done(2, "migrate", "status", "--check"),
        /pending {2}f6f0 +prices\npending {2}e5f0 +bills +Alembic\n/
      )
      const refused = yield* done(3, "migrate", "up")
      assert.include(refused, "Run: alembic upgrade d4f0\nRun: alembic upgrade e5f0\n")
      assert.strictEqual(field(field(yield* document("migrate", "up"), "error"), "_tag"), "AlembicPending")

      yield* alembic("upgrade", "d4f0")
      const status = yield* document("migrate", "status")
      assert.deepStrictEqual(sorted(stringsIn(field(status, "elsewhere"))), ["a1f0", "b2f0", "c3f0", "d4f0"])
      assert.deepStrictEqual(sorted(stringsIn(field(status, "pending"))), ["e5f0", "f6f0"])
      assert.deepStrictEqual(sorted(stringsIn(field(status, "alembic"))), ids)
      assert.include(yield* done(3, "migrate", "up"), "only Alembic can: e5f0.\n")
      yield* alembic("upgrade", "heads")
      assert.match(yield* done(0, "migrate", "up"), /^applied {2}f6f0 {2}prices/)
      assert.deepStrictEqual(yield* tables, ["accounts", "bills", "left_things", "prices", "right_things"])
      assert.deepStrictEqual(yield* versions("current"), ["d4f0", "e5f0"])
      assert.match(
        yield* done(0, "migrate", "status"),
        /: 6 revisions applied, 0 pending\n[^]*applied {2}a1f0 +accounts +Alembic\n/
      )
      assert.lengthOf((yield* done(0, "migrate", "history")).match(/●/g) ?? [], 6)
      assert.match(yield* done(0, "migrate", "heads"), /f6f0 +prices +applied\ne5f0 +bills +billing +applied\n/)
      assert.match(yield* done(0, "doctor"), /ok +Alembic +5 revisions applied/)
      assert.match(yield* done(3, "migrate", "squash", "d4f0:f6f0"), /Only Alembic can run these, .*d4f0/)
      const script = yield* done(0, "migrate", "sql")
      assert.match(script, /^-- Applies f6f0 on PostgreSQL/)

      assert.match(yield* done(0, "migrate", "down", "--allow-loss", "everything"), /^undone +f6f0/)
      assert.include(yield* done(3, "migrate", "down", "a1f0", "--allow-loss", "everything"), "Run: alembic downgrade")
      yield* alembic("downgrade", "billing@base")
      assert.match(
        yield* done(2, "migrate", "status", "--check"),
        /pending {2}f6f0 +prices\npending {2}e5f0 +bills +Alembic\n/
      )
      assert.match(
        yield* done(0, "doctor"),
        /warn +Alembic +not applied: e5f0\n.*Run `alembic upgrade heads` before ours/
      )
      yield* done(3, "migrate", "stamp", "e5f0")
      share(", versionTable: \"elsewhere\"")
      assert.match(yield* done(0, "migrate", "status"), /: 0 revisions applied, 6 pending/)
      share(", section: \"nowhere\"")
      assert.match(yield* done(4, "migrate", "status"), /alembic\.ini: it has no section \[nowhere\]/)
      share(", writes: true")
      assert.match(yield* done(4, "migrate", "status"), /Its default export is no config/)
    }), 240_000)

  effect("imports what it prints, and moves its version table from then on", () =>
    Effect.gen(function*() {
      const { alembic, done, listed: versions, path, read, share, sql, tables, write } = yield* both("", {})
      const made = sql`
        SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT IN ('alembic_version', 'andamios_migrations') ORDER BY 1, 2`
      write("up.sql", yield* alembic("upgrade", "heads", "--sql"))
      const downs = yield* Effect.forEach(["d4f0", "e5f0"], (head) => alembic("downgrade", `${head}:base`, "--sql"))
      write("down.sql", downs.join("\n"))
      const said = yield* done(0, "alembic", "import", "up.sql", "--down", "down.sql")
      assert.match(said, /^wrote migrations\/a1f0_accounts\.up\.sql\nwrote migrations\/a1f0_accounts\.down\.sql\n/)
      assert.match(said, /\n5 revisions\./)
      assert.deepStrictEqual(readdirSync(path("migrations")).length, 11)
      assert.include(read("migrations/e5f0_bills.up.sql"), "-- labels: billing\n-- depends-on: c3f0\n")
      write("migrations/a1f0_accounts.down.sql", "-- mine\nDROP TABLE accounts")
      assert.match(yield* done(4, "alembic", "import", "up.sql", "--down", "down.sql"), /there already: a1f0, /)
      assert.strictEqual(read("migrations/a1f0_accounts.down.sql"), "-- mine\nDROP TABLE accounts")

      assert.match(yield* done(4, "migrate", "up"), /Say `write: true`/)
      share(", write: true")
      assert.include(
        yield* done(0, "migrate", "sql"),
        "warning a1f0: Alembic's version table is not in the script: run alembic stamp when it has run\n"
      )
      yield* done(0, "migrate", "up", "c3f0")
      assert.deepStrictEqual([yield* versions("current"), yield* tables], [["c3f0"], ["accounts", "right_things"]])
      yield* alembic("upgrade", "heads")
      const theirs = yield* made
      assert.match(yield* done(0, "migrate", "status"), /: 5 revisions applied, 0 pending/)
      yield* done(0, "migrate", "to", "b2f0", "--allow-loss", "everything")
      assert.deepStrictEqual([yield* versions("current"), yield* tables], [["b2f0"], ["accounts", "left_things"]])
      yield* done(0, "migrate", "stamp", "heads")
      assert.deepStrictEqual(yield* versions("current"), ["d4f0", "e5f0"])
      yield* done(0, "migrate", "stamp", "b2f0", "--purge")
      assert.deepStrictEqual(yield* versions("current"), ["b2f0"])
      yield* alembic("upgrade", "heads")
      yield* alembic("downgrade", "base")
      assert.deepStrictEqual(yield* tables, [])
      assert.match(yield* done(0, "migrate", "status"), /: 0 revisions applied, 5 pending/)

      // without Python: where Alembic was, and on an empty database
      yield* alembic("upgrade", "heads")
      share(undefined)
      yield* done(0, "migrate", "stamp", "heads")
      assert.match(yield* done(0, "migrate", "up"), /^Nothing to do/)
      assert.deepStrictEqual(yield* tables, ["accounts", "bills", "left_things", "right_things"])
      yield* sql`DROP SCHEMA public CASCADE`
      yield* sql`CREATE SCHEMA public`
      yield* done(0, "migrate", "up")
      assert.deepStrictEqual(yield* made, theirs)
      yield* done(0, "migrate", "down", "base", "--allow-loss", "everything")
      assert.deepStrictEqual(yield* tables, [])
    }), 240_000)
})
