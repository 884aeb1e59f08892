/**
 * Whoever opens a database in this process shares it or is refused, and a refusal leaves nothing locked.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import * as Bare from "./laws/bare.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const within = (path: string, options?: Omit<DuckDb.Options, "path">) =>
  Effect.provide(DuckDb.layer({ path, ...options }), { local: true })

const notes = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT text FROM notes`)

const note = (text: string) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE IF NOT EXISTS notes (text VARCHAR)`
    yield* sql`INSERT INTO notes VALUES (${text})`
  })

/** The failure of opening. */
const refusal = (options: DuckDb.Options) => Effect.flip(Effect.scoped(Layer.build(DuckDb.layer(options))))

const isRefused = Effect.fnUntraced(function*(options: DuckDb.Options, reason: string) {
  const failure = yield* refusal(options)
  assert.instanceOf(failure, OrmError.ConnectionFailed)
  assert.include(failure.message, reason)
})

const openedElsewhere = (path: string) =>
  Effect.map(
    Bare.program(
      `import { DuckDBInstance } from "@duckdb/node-api"
      await DuckDBInstance.create(process.argv[1]).then(() => console.log("opened"), (error) => console.log(error.message))`,
      [path]
    ),
    ({ said }) => said.join("\n")
  )

describe("in memory", () => {
  it.live("a database without a name is nobody else's", () =>
    Effect.gen(function*() {
      yield* note("mine")
      yield* within(":memory:")(note("another's"))
      assert.deepStrictEqual(yield* notes, [{ text: "mine" }])
    }).pipe(within(":memory:")))

  it.live("a database with a name is shared as long as anybody has it, and is no file", () =>
    Effect.gen(function*() {
      const path = ":memory:shared"
      yield* Effect.gen(function*() {
        yield* within(path)(note("from inside"))
        assert.deepStrictEqual(yield* notes, [{ text: "from inside" }])
        yield* within(":memory:other")(note("elsewhere"))
        assert.deepStrictEqual(yield* notes, [{ text: "from inside" }])
      }).pipe(within(path))
      yield* within(path)(note("anew"))
      assert.isFalse(existsSync(path))
    }))

  it.live("attached ones are private, however they are named", () =>
    Effect.gen(function*() {
      const attach = { scratch: { path: ":memory:" }, desk: { path: ":memory:desk" } }
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE scratch.notes AS SELECT 'scratch' AS text`
        yield* sql`CREATE TABLE desk.notes AS SELECT 'desk' AS text`
        yield* within(":memory:")(note("another's"))
        assert.deepStrictEqual(yield* sql`FROM scratch.notes UNION ALL FROM desk.notes ORDER BY text`, [
          { text: "desk" },
          { text: "scratch" }
        ])
      }).pipe(within(":memory:", { attach }))
      assert.isFalse(existsSync(":memory:desk"))
    }))
})

describe("a path", () => {
  it.live("that leads nowhere is refused", () =>
    Effect.gen(function*() {
      yield* isRefused({ path: "" }, "its path is empty")
      yield* isRefused({ path: "/there/is/no/such.duckdb" }, "there is no folder /there/is/no")
      yield* isRefused(
        { path: ":memory:", attach: { a: { path: "/nowhere/a.duckdb" } } },
        "there is no folder /nowhere"
      )
    }))

  it.live("through a linked folder is the same file, also before that is made", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      mkdirSync(join(folder, "real"))
      symlinkSync(join(folder, "real"), join(folder, "link"))
      yield* Effect.gen(function*() {
        yield* within(join(folder, "link", "one.duckdb"))(note("through the link"))
        yield* within(relative(process.cwd(), join(folder, "real", "one.duckdb")))(note("from here"))
        assert.strictEqual((yield* notes).length, 2)
      }).pipe(within(join(folder, "real", "one.duckdb")))
    }).pipe(Effect.scoped))

  it.live("stays the same when the program changes its folder", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      const home = process.cwd()
      yield* Effect.acquireUseRelease(
        Effect.sync(() => process.chdir(folder)),
        () =>
          Effect.gen(function*() {
            yield* note("before")
            process.chdir(home)
            yield* within(join(folder, "here.duckdb"))(note("after"))
            assert.strictEqual((yield* notes).length, 2)
          }).pipe(within("here.duckdb")),
        () => Effect.sync(() => process.chdir(home))
      )
    }).pipe(Effect.scoped))
})

describe("an attached file", () => {
  const folderOf = (folder: string) => ({ main: join(folder, "main.duckdb"), archive: join(folder, "archive.duckdb") })

  it.live("is refused by itself while it is attached, also with the same options", () =>
    Effect.gen(function*() {
      const { archive, main } = folderOf(yield* temporaryDirectory)
      const attach = { archive: { path: archive } }
      yield* isRefused({ path: archive }, "it is attached to a database").pipe(within(main, { attach }))
      yield* isRefused({ path: archive, attach }, "it is attached to a database").pipe(within(main, { attach }))
      const typed = { archive: { path: archive, type: "DUCKDB" } }
      yield* isRefused({ path: archive }, "it is attached to a database").pipe(within(main, { attach: typed }))
      yield* within(archive)(note("later"))
    }).pipe(Effect.scoped))

  it.live("is refused as an attachment while it is open by itself, by whatever path", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      const { archive, main } = folderOf(folder)
      yield* within(archive)(note("first"))
      symlinkSync(archive, join(folder, "link.duckdb"))
      for (const path of [archive, join(folder, "link.duckdb")]) {
        yield* isRefused({ path: main, attach: { archive: { path } } }, "can't be attached, because it is open").pipe(
          within(archive)
        )
      }
      assert.strictEqual(yield* openedElsewhere(main), "opened")
    }).pipe(Effect.scoped))

  it.live("is shared by all who attach it in the same way", () =>
    Effect.gen(function*() {
      const { archive, main } = folderOf(yield* temporaryDirectory)
      const attach = { archive: { path: archive } }
      const count = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT count(*) AS n FROM archive.notes`)
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE archive.notes AS SELECT 'one' AS text`
        assert.deepStrictEqual(yield* within(main, { attach })(count), [{ n: 1 }])
        assert.include(yield* openedElsewhere(archive), "Could not set lock")
      }).pipe(within(main, { attach }))
      assert.strictEqual(yield* openedElsewhere(archive), "opened")
    }).pipe(Effect.scoped))
})

describe("opening that fails", () => {
  it.live("lets go of the file at once", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "one.duckdb")
      const failure = yield* refusal({ path, extensions: ["no_such_extension"] })
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.include(failure.message, "no_such_extension")
      assert.strictEqual(yield* openedElsewhere(path), "opened")
      yield* within(path)(note("now it works"))
    }).pipe(Effect.scoped))

  it.live("says what the file is", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "text.duckdb")
      writeFileSync(path, "this is no database, but it is long enough to be taken for one\n".repeat(100))
      yield* isRefused({ path }, "not a valid DuckDB database file")
    }).pipe(Effect.scoped))
})
