/**
 * Each test has a database of its own, with all that its migrations have made.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Migration, Model, Repository, Session, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Array from "effect/Array"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { dialect } from "../../src/duckdb/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { Database } from "../../src/session/Database.ts"
import { telling } from "../../src/sql/asking.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { empty } from "../../src/sql/Structure.ts"
import { scriptOf } from "../../src/testing/duckDbScript.ts"
import { inserts, structures } from "../migration/randomStructure.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "notes" }) {}

class Author extends Context.Service<Author, string>()("test/Author") {}

/** How often the revisions below have run. */
let runs = 0

const revisions = [
  Migration.make({
    id: "000000000001",
    up: [
      Migration.createTable({
        name: "notes",
        columns: [Migration.column("id", Type.int32), Migration.column("text", Type.text)],
        primaryKey: { columns: ["id"] }
      })
    ]
  }),
  Migration.make({
    id: "000000000002",
    parents: ["000000000001"],
    up: [
      Migration.run(
        "a note of the author",
        Effect.gen(function*() {
          runs += 1
          const sql = yield* SqlClient.SqlClient
          const author = yield* Author
          yield* sql`INSERT INTO notes (id, text) VALUES (1, ${author})`
        })
      )
    ]
  })
]
const migrations = { revisions }

const texts = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id, text FROM notes ORDER BY id`)
const write = (id: number, text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO notes (id, text) VALUES (${id}, ${text})`)
const history = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM andamios_migrations ORDER BY place`)

/** What every test's database provides. */
type Tested<R = never> = Layer.Layer<SqlClient.SqlClient | Session.Session, unknown, R>

interface Layers {
  readonly models: Tested
  readonly migrated: Tested<Author>
  readonly shared: Tested<Author>
  readonly failing: (source: TestDatabase.Migrations) => ReadonlyArray<Tested>
}

const duckDb: Layers = {
  models: TestDatabase.layer([Note]),
  migrated: TestDatabase.layer({ migrations }),
  shared: TestDatabase.layerShared({ migrations }),
  failing: (source) => [TestDatabase.layerShared(source), TestDatabase.layer(source)]
}

const postgres: Layers = {
  models: TestDatabase.layerPostgres([Note]),
  migrated: TestDatabase.layerPostgres({ migrations }),
  shared: TestDatabase.layerSharedPostgres({ migrations }),
  failing: (source) => [TestDatabase.layerSharedPostgres(source), TestDatabase.layerPostgres(source)]
}

describe.each([["DuckDB", duckDb], ["PostgreSQL", postgres]])("%s", (_, { failing, migrated, models, shared }) => {
  const author = Layer.succeed(Author, "Ada")

  it.effect("gives each test that runs beside others a database of its own", () =>
    Effect.gen(function*() {
      const one = (id: number) =>
        Effect.andThen(write(id, `note ${id}`), texts).pipe(Effect.provide(models, { local: true }))
      const found = yield* Effect.forEach(Array.range(0, 199), one, { concurrency: "unbounded" })
      assert.deepStrictEqual<unknown>(found, Array.range(0, 199).map((id) => [{ id, text: `note ${id}` }]))
    }), 120_000)

  it.effect("gives a test all of its database after another was interrupted, while it waited or later", () =>
    Effect.gen(function*() {
      const one = Effect.andThen(write(1, "of one test"), texts).pipe(Effect.provide(models, { local: true }))
      for (const wait of [Effect.void, Effect.yieldNow, Effect.sleep("5 millis"), Effect.sleep("30 millis")]) {
        const fiber = yield* Effect.forkChild(Effect.forever(one), { startImmediately: true })
        yield* wait
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual<unknown>(yield* one, [{ id: 1, text: "of one test" }])
      }
    }).pipe(TestClock.withLive))

  it.effect("runs migrations once, and copies their rows and history", () =>
    Effect.gen(function*() {
      const before = runs
      const one = Effect.gen(function*() {
        const rows = [yield* texts, yield* history]
        yield* write(2, "of one test")
        return rows
      }).pipe(Effect.provide(migrated, { local: true }))
      const found = yield* Effect.all([one, one, one], { concurrency: 3 })
      const expected = [[{ id: 1, text: "Ada" }], revisions.map(({ id }) => ({ id }))]
      assert.deepStrictEqual(found, [expected, expected, expected])
      assert.strictEqual(runs, before + 1)
    }).pipe(Effect.provide(author)))

  it.effect("shares a database whose transaction is rolled back after each test", () =>
    Effect.gen(function*() {
      const once = Effect.gen(function*() {
        yield* write(2, "of one test")
        yield* Session.transaction(write(3, "nested"))
        const undone = yield* Effect.flip(
          Session.transaction(Effect.andThen(write(4, "undone"), Effect.fail("undone")))
        )
        assert.strictEqual(undone, "undone")
        const notes = yield* Repository.make(Note)
        return (yield* notes.all).map(({ id }) => id).toSorted((one, other) => one - other)
      }).pipe(Effect.provide(shared, { local: true }))
      assert.deepStrictEqual(yield* once, [1, 2, 3])
      assert.deepStrictEqual(yield* once, [1, 2, 3])
    }).pipe(Effect.provide(author)))

  it.effect("tells what a migration failed with, and tries it again for the next", () =>
    Effect.gen(function*() {
      let tries = 0
      const once = Migration.make({
        id: "000000000003",
        up: [Migration.run("luck", Effect.suspend(() => ++tries === 1 ? Effect.fail("no luck") : Effect.void))]
      })
      const built = failing({ migrations: { revisions: [once] } }).map((database) =>
        Effect.scoped(Layer.build(database))
      )
      const errors = yield* Effect.forEach([...built, ...built], (build) => Effect.exit(build))
      assert.deepStrictEqual(errors.map(Exit.isSuccess), [false, true, true, true])
      assert.strictEqual(tries, 2)
    }))
})

describe("a PostgreSQL template", () => {
  it.effect("is dropped where a migration has failed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const templates = sql`SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY datname`
      const before = yield* templates
      const failing = Migration.make({ id: "000000000009", up: [Migration.run("never", Effect.fail("never"))] })
      const database = TestDatabase.layerPostgres({ migrations: { revisions: [failing] } })
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(database)))
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(yield* templates, before)
    }).pipe(Effect.provide(TestDatabase.layerPostgres([]), { local: true })))
})

const memory = DuckDb.layer({ path: ":memory:" })

const executed = (statements: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { execute } = yield* Database
    yield* Effect.forEach(statements, (sql) => execute(telling(sql), undefined), { discard: true })
  })

const answers = Effect.fnUntraced(function*(questions: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  return yield* Effect.forEach(questions, (question) => sql.unsafe(question))
})

describe("a DuckDB as a script", () => {
  it.effect.prop(
    "is the same again, rows and all, whatever its structure",
    { structure: structures(dialect) },
    ({ structure }) =>
      Effect.gen(function*() {
        const making = diff(empty, structure, { dialect }).flatMap((operation) => compileOperation(operation, dialect))
        yield* executed([...making, ...inserts(structure, dialect, 3)])
        const { introspect } = yield* Database
        const script = yield* scriptOf
        const questions = structure.tables.map((table) =>
          `SELECT * FROM ${table.schema === undefined ? "" : `"${table.schema}".`}"${
            table.name.replaceAll("\"", "\"\"")
          }" ORDER BY ALL`
        )
        const made = [yield* introspect, yield* answers(questions)]
        assert.isDefined(script)
        const again = Effect.gen(function*() {
          return [yield* (yield* Database).introspect, yield* answers(questions)]
        }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:", script: script ?? "" }), { local: true }))
        assert.deepStrictEqual(yield* again, made)
      }).pipe(Effect.provide(memory, { local: true })),
    { arbitrary: { runs: 50 }, timeout: 240_000 }
  )

  it.effect("keeps what no structure tells: hard texts, where a sequence is, comments, rows that refer to their own table", () =>
    Effect.gen(function*() {
      yield* executed([
        "CREATE SEQUENCE numbers START 5 INCREMENT 2",
        `CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY DEFAULT nextval('numbers'), parent INTEGER REFERENCES "odd ""name" (id), ` +
        `"a;b" VARCHAR, bytes BLOB, nested STRUCT(a VARCHAR[], b DOUBLE), twice INTEGER GENERATED ALWAYS AS (id * 2))`,
        `INSERT INTO "odd ""name" ("a;b", bytes, nested) VALUES ('it''s; "x"' || chr(0) || chr(10) || 'é', '\\x00\\xFF'::BLOB, ` +
        `{'a': ['a, b''', NULL, 'NULL', ''], 'b': 0.1})`,
        `INSERT INTO "odd ""name" (parent) VALUES (5)`,
        `COMMENT ON TABLE "odd ""name" IS 'it''s'`,
        `COMMENT ON COLUMN "odd ""name"."a;b" IS 'hard'`,
        `CREATE INDEX second ON "odd ""name" ("a;b")`,
        `CREATE VIEW doubled AS SELECT twice FROM "odd ""name"`,
        "COMMENT ON VIEW doubled IS 'seen'"
      ])
      const script = yield* scriptOf
      const questions = [
        `SELECT * FROM "odd ""name" ORDER BY id`,
        "SELECT * FROM doubled ORDER BY ALL",
        "SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL",
        "SELECT comment FROM duckdb_tables()",
        "SELECT comment FROM duckdb_views() WHERE comment IS NOT NULL",
        "SELECT nextval('numbers')"
      ]
      const again = answers(questions).pipe(
        Effect.provide(DuckDb.layer({ path: ":memory:", script: script ?? "" }), { local: true })
      )
      assert.deepStrictEqual(yield* again, yield* answers(questions))
    }).pipe(Effect.provide(memory, { local: true })))

  /** How often a migration runs for two tests that ask a question of what it has made. */
  const runsForTwo = Effect.fnUntraced(function*(id: string, making: ReadonlyArray<string>, question: string) {
    let times = 0
    const counted = Effect.suspend(() => {
      times += 1
      return executed(making)
    })
    const revision = Migration.make({ id, up: [Migration.run("counts", counted)] })
    const asked = answers([question]).pipe(
      Effect.provide(TestDatabase.layer({ migrations: { revisions: [revision] } }), { local: true })
    )
    assert.deepStrictEqual(yield* Effect.all([asked, asked]), [[[{ answer: 4 }]], [[{ answer: 4 }]]])
    return times
  })

  it.effect("is not told where it holds a macro, and each test's database is migrated then", () =>
    Effect.gen(function*() {
      const macro = ["CREATE MACRO plus(a, b := 3) AS a + b"]
      assert.strictEqual(yield* runsForTwo("000000000004", macro, "SELECT plus(1) AS answer"), 3)
    }))

  it.effect("is not used where it doesn't make the same: a view over what is gone can't be made again", () =>
    Effect.gen(function*() {
      const making = [
        "CREATE TABLE kept AS SELECT 4 AS answer",
        "CREATE TABLE gone (id INTEGER)",
        "CREATE VIEW seen AS SELECT id FROM gone",
        "DROP TABLE gone"
      ]
      assert.strictEqual(yield* runsForTwo("000000000005", making, "SELECT answer FROM kept"), 3)
    }))

  it.effect("has nothing in it without models", () =>
    Effect.gen(function*() {
      const tables = answers(["SELECT table_name FROM duckdb_tables()"])
      assert.deepStrictEqual(yield* Effect.provide(tables, TestDatabase.layer([]), { local: true }), [[]])
    }))

  it.effect("inserts many rows in the order in which they are", () =>
    Effect.gen(function*() {
      yield* executed([
        "CREATE TABLE many (id INTEGER PRIMARY KEY, text VARCHAR, again INTEGER REFERENCES many (id))",
        "CREATE TABLE lines AS SELECT id::INTEGER AS id, 'line ' || id AS text FROM range(25000) AS rows (id) ORDER BY hash(id)",
        "INSERT INTO many VALUES (3, 'three', NULL)",
        "INSERT INTO many VALUES (1, 'one', 3)",
        "INSERT INTO many VALUES (2, 'two', 1)"
      ])
      const questions = ["SELECT id, text FROM lines", "SELECT * FROM many"]
      const again = answers(questions).pipe(
        Effect.provide(DuckDb.layer({ path: ":memory:", script: (yield* scriptOf) ?? "" }), { local: true })
      )
      assert.deepStrictEqual(yield* again, yield* answers(questions))
    }).pipe(Effect.provide(memory, { local: true })))
})

describe("a test's PostgreSQL server", () => {
  const place = Effect.map(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ readonly host: string }>`SHOW unix_socket_directories`),
    ([row]) => Object.values(row ?? {})[0] ?? ""
  )

  it.live(
    "is started again where it has ended meanwhile, and migrated again, also after it couldn't be started",
    () =>
      Effect.gen(function*() {
        const source = { migrations: { revisions: revisions.slice(0, 1) } }
        const host = yield* place.pipe(Effect.provide(TestDatabase.layerPostgres(source), { local: true }))
        const [server = ""] = readFileSync(join(host, "data/postmaster.pid"), "utf8").split("\n")
        process.kill(Number(server), "SIGINT")
        yield* Effect.sync(() => existsSync(host)).pipe(
          Effect.repeat({ until: (isThere) => !isThere, schedule: Schedule.spaced("20 millis") }),
          Effect.timeout("20 seconds")
        )
        const again = Effect.all([place, texts]).pipe(
          Effect.provide(TestDatabase.layerPostgres(source), { local: true })
        )
        const nowhere = ConfigProvider.layer(ConfigProvider.fromUnknown({ PG_BIN: "/nowhere" }))
        const error = yield* Effect.flip(Effect.provide(again, nowhere, { local: true }))
        assert.strictEqual(error._tag, "PostgresUnavailable")
        const [next, rows] = yield* again
        assert.notStrictEqual(next, host)
        assert.deepStrictEqual(rows, [])
      }).pipe(Effect.provideService(Author, "Ada")),
    60_000
  )
})
