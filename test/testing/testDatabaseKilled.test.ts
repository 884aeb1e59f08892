/**
 * Nothing of a test's databases outlives the process that has opened them, however it ends.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
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
  ...readdirSync(path),
  ...execFileSync("ps", ["-wwAo", "args"], { encoding: "utf8" }).split("\n").filter((line) => line.includes(path))
]

const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("20 seconds")
  )

/** Another process, which opens a database of either kind, writes a row, says which databases the server has, and goes on or ends. */
const program = (next: string) => `
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { Column, Model } from "${new URL("../../src/index.ts", import.meta.url).href}"
import { TestDatabase } from "${new URL("../../src/testing.ts", import.meta.url).href}"

class Note extends Model.Class("Note")({ text: Column.primaryKey(Schema.String) }, { table: "notes" }) {}

const written = Effect.flatMap(SqlClient.SqlClient, (sql) => sql\`INSERT INTO notes (text) VALUES ('kept?')\`)
const databases = Effect.flatMap(SqlClient.SqlClient, (sql) => sql\`SELECT datname FROM pg_database ORDER BY oid\`)
const say = (rows) => Effect.sync(() => console.log(rows.map(({ datname }) => datname).join(" ")))

const duckDb = (inside) => Effect.andThen(written, inside).pipe(Effect.provide(TestDatabase.layer([Note])))
const postgres = Effect.andThen(written, databases).pipe(
  Effect.tap(say),
  Effect.andThen(${next}),
  Effect.provide(TestDatabase.layerPostgres([Note]))
)
await Effect.runPromise(duckDb(postgres))
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

describe("a process with a test's databases", () => {
  it.live("leaves nothing behind when it is killed, and the next finds nothing of it", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const opened = "postgres template1 template0 template_1 copy_2"
      const killed = Effect.gen(function*() {
        const child = yield* running(path, "Effect.never")
        assert.sameMembers((yield* said(child)).split(" "), opened.split(" "))
        assert.isAbove(traces(path).length, 1)
        child.kill("SIGKILL")
        yield* eventually(() => traces(path).length === 0)
      })
      yield* killed
      yield* killed
    }))

  it.live("ends when it has nothing else to do, and the server with it", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const child = yield* running(path, "Effect.void")
      assert.strictEqual(yield* ended(child), 0)
      yield* eventually(() => traces(path).length === 0)
    }))
})
