/**
 * Nothing of a test's databases outlives the process that has opened them, however it ends.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** A directory that a process uses for all its temporary files. */
const temporary = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "andamios-test-"))
    chmodSync(path, 0o777)
    return path
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** What is left of it: files, and processes that were started with its path. */
const traces = (path: string) => [
  ...existsSync(path) ? readdirSync(path) : [],
  ...execFileSync("ps", ["-wwAo", "args"], { encoding: "utf8" }).split("\n").filter((line) => line.includes(path))
]

const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("20 seconds")
  )

/** Another process, which opens a database of either kind, writes a row, says where the server is and what it has, and goes on or ends. */
const program = (next: string) => `
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { Column, Model } from "${new URL("../../src/index.ts", import.meta.url).href}"
import { TestDatabase } from "${new URL("../../src/testing.ts", import.meta.url).href}"

class Note extends Model.Class("Note")({ text: Column.primaryKey(Schema.String) }, { table: "notes" }) {}

const written = Effect.flatMap(SqlClient.SqlClient, (sql) => sql\`INSERT INTO notes (text) VALUES ('kept?')\`)
const names = "SELECT current_setting('unix_socket_directories') AS name UNION ALL SELECT datname FROM pg_database"
const databases = Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(names))
const say = (rows) => Effect.sync(() => console.log(rows.map(({ name }) => name).join(" ")))

const duckDb = (inside) => Effect.andThen(written, inside).pipe(Effect.provide(TestDatabase.layer([Note])))
const postgres = Effect.andThen(written, databases).pipe(
  Effect.tap(say),
  Effect.andThen(${next}),
  Effect.provide(TestDatabase.layerPostgres([Note]))
)
await Effect.runPromise(Effect.all([duckDb(postgres), duckDb(Effect.void), duckDb(Effect.void)]))
`

const running = (path: string, next: string) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--input-type=module", "--eval", program(next)], {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        env: { ...process.env, TMPDIR: path },
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** What the process says, once it has opened everything. */
const said = (child: ChildProcess) =>
  Effect.callback<string>((resume) => {
    child.stdout?.setEncoding("utf8").once("data", (text: string) => resume(Effect.succeed(text.trim())))
  })

const ended = (child: ChildProcess) =>
  Effect.callback<number | null>((resume) => {
    child.once("exit", (code) => resume(Effect.succeed(code)))
  })

/** What a process says, as soon as it has opened everything. */
const opened = Effect.fnUntraced(function*(child: ChildProcess) {
  const [host = "", ...databases] = (yield* said(child)).split(" ")
  return { host, databases }
})

const expected = ["copy_2", "postgres", "template0", "template1", "template_1"]

describe("a process with a test's databases", () => {
  const killed = Effect.fnUntraced(function*(path: string) {
    const child = yield* running(path, "Effect.never")
    const { databases, host } = yield* opened(child)
    assert.deepStrictEqual(databases.toSorted(), expected)
    assert.isAbove(traces(host).length, 1)
    child.kill("SIGKILL")
    yield* eventually(() => traces(host).length === 0)
    return host
  })

  it.live("leaves nothing behind when it is killed, and the next finds nothing of it", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      yield* killed(path)
      yield* killed(path)
      assert.deepStrictEqual(traces(path), [])
    }), 60_000)

  it.live("leaves nothing in memory either, where the server keeps its files there", () =>
    Effect.gen(function*() {
      const hosts = [yield* killed("/tmp"), yield* killed("/tmp")]
      for (const host of hosts) assert.isFalse(existsSync(host))
    }), 60_000)

  it.live("keeps out of the way of another that runs at the same time", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const children = [yield* running(path, "Effect.never"), yield* running(path, "Effect.never")]
      const [one, other] = yield* Effect.forEach(children, opened, { concurrency: 2 })
      assert.deepStrictEqual(one?.databases.toSorted(), expected)
      assert.deepStrictEqual(other?.databases.toSorted(), expected)
      assert.notStrictEqual(one?.host, other?.host)
      children[0]?.kill("SIGKILL")
      yield* eventually(() => readdirSync(path).length === 1)
      assert.isTrue(existsSync(join(other?.host ?? "", ".s.PGSQL.5432")))
      children[1]?.kill("SIGKILL")
      yield* eventually(() => traces(path).length === 0)
    }), 60_000)

  it.live(
    "ends when it has nothing else to do, and the server with it, though another DuckDB is in the making",
    () =>
      Effect.gen(function*() {
        const path = yield* temporary
        const child = yield* running(path, "Effect.void")
        assert.strictEqual(yield* ended(child), 0)
        yield* eventually(() => traces(path).length === 0)
      }),
    60_000
  )
})
