/**
 * A file is opened once in a process, never in a worker, and let go of when the last who used it is done.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, OrmError, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { execFile, spawn } from "node:child_process"
import { symlinkSync } from "node:fs"
import { join, relative } from "node:path"
import { Worker } from "node:worker_threads"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const inFile = (path: string, options?: Omit<DuckDb.Options, "path">) =>
  Effect.provide(DuckDb.layer({ path, ...options }))

/** Opens a file in another process: what it says, `opened` or DuckDB's message. */
const openedElsewhere = (path: string) =>
  Effect.callback<string>((resume) => {
    const program = `import("@duckdb/node-api").then(({ DuckDBInstance }) => DuckDBInstance.create(process.argv[1]))
      .then(() => console.log("opened"), (error) => console.log(error.message))`
    execFile(process.execPath, ["--eval", program, path], (_, output) => resume(Effect.succeed(output.trim())))
  })

it.live("a file has one instance, however its path is spelt", () =>
  Effect.gen(function*() {
    const folder = yield* temporaryDirectory
    const path = join(folder, "one.duckdb")
    const link = join(folder, "link.duckdb")
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* sql`CREATE TABLE notes (text VARCHAR)`
      symlinkSync(path, link)
      for (const spelling of [link, relative(process.cwd(), path), `${folder}/./one.duckdb`]) {
        yield* Effect.flatMap(SqlClient, (other) => other`INSERT INTO notes VALUES (${spelling})`).pipe(
          inFile(spelling)
        )
      }
      assert.deepStrictEqual(yield* sql`SELECT count(*) AS notes FROM notes`, [{ notes: 3 }])
    }).pipe(inFile(path))
    assert.strictEqual(yield* openedElsewhere(path), "opened")
  }).pipe(Effect.scoped))

class Note extends Model.Class<Note>("Note")({ text: Column.primaryKey(Schema.String) }, { table: "notes" }) {}

class Notes extends Repository.Service<Notes>()("test/Notes", Note) {}

it.live("a database that is opened within another one's program has a session and repositories of its own", () =>
  Effect.gen(function*() {
    const inMemory = <A, E>(effect: Effect.Effect<A, E, Notes | Session.Session>) =>
      effect.pipe(Effect.provide(Notes.layer), Effect.provide(DuckDb.layer({ path: ":memory:" })))
    const kept = Effect.fnUntraced(function*(text: string) {
      yield* Session.createTables([Note])
      const notes = yield* Notes
      yield* notes.insert({ text })
      return (yield* notes.all).map((note) => note.text)
    })
    const both = Effect.gen(function*() {
      const outer = yield* kept("outer")
      const inner = yield* inMemory(kept("inner"))
      const notes = yield* Notes
      return [outer, inner, yield* notes.query.count]
    })
    assert.deepStrictEqual(yield* inMemory(both), [["outer"], ["inner"], 1])
  }))

it.live("one file is not opened with different settings", () =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "settings.duckdb")
    const second = Layer.build(DuckDb.layer({ path, threads: 1 })).pipe(Effect.scoped, Effect.flip)
    const failure = yield* second.pipe(inFile(path))
    assert.instanceOf(failure, OrmError.ConnectionFailed)
    assert.include(failure.message, "with other settings")
  }).pipe(Effect.scoped))

it.live("a file that another process holds is told with who holds it", () =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "held.duckdb")
    const program = `import("@duckdb/node-api").then(({ DuckDBInstance }) => DuckDBInstance.create(process.argv[1]))
      .then((instance) => { globalThis.held = instance; console.log("held"); setInterval(() => {}, 1000) })`
    const holder = yield* Effect.acquireRelease(
      Effect.callback<ReturnType<typeof spawn>>((resume) => {
        const child = spawn(process.execPath, ["--eval", program, path], { stdio: ["ignore", "pipe", "inherit"] })
        child.stdout.once("data", () => resume(Effect.succeed(child)))
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const failure = yield* Layer.build(DuckDb.layer({ path })).pipe(Effect.scoped, Effect.flip)
    assert.instanceOf(failure, OrmError.DatabaseLocked)
    assert.strictEqual(failure.pid, holder.pid)
  }).pipe(Effect.scoped))

it.live("a stream that ends early lets go of the file", () =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "stream.duckdb")
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* sql`CREATE TABLE numbers AS SELECT range AS number FROM range(1000000)`
      const first = yield* Stream.runCollect(Stream.take(sql`SELECT number FROM numbers`.stream, 3))
      assert.strictEqual(first.length, 3)
    }).pipe(inFile(path))
    assert.strictEqual(yield* openedElsewhere(path), "opened")
  }).pipe(Effect.scoped))

it.live("a worker thread is refused", () =>
  Effect.gen(function*() {
    const outcome = yield* Effect.callback<unknown>((resume) => {
      const worker = new Worker(new URL("openInWorker.ts", import.meta.url), {
        execArgv: ["--conditions=andamios-source"]
      })
      worker.once("message", (message) => resume(Effect.succeed(message)))
      worker.once("error", (error) => resume(Effect.die(error)))
    })
    assert.include(String(outcome), "can't be opened in a worker thread")
  }))

it.live("an interrupted statement is quiet before its connection is lent again", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient
    const endless = sql`SELECT sum(sin(x.range * y.range)) FROM range(1000000) x, range(1000000) y`
    const interrupted = Effect.flip(Effect.timeout(endless, "50 millis"))
    yield* Effect.repeat(interrupted, Schedule.recurs(4))
    const answers = yield* Effect.all(Array.from({ length: 8 }, (_, n) => sql`SELECT ${n} AS n`), {
      concurrency: "unbounded"
    })
    assert.deepStrictEqual(answers.flat(), Array.from({ length: 8 }, (_, n) => ({ n })))
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))

it.live("SQL text with a NUL is refused, and one in a parameter is kept", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient
    const failure = yield* Effect.flip(sql.unsafe("SELECT 1 AS one\0; DROP TABLE nothing"))
    assert.include(failure.message, "NUL")
    assert.deepStrictEqual(yield* sql`SELECT ${"a\0b"} AS text`, [{ text: "a\0b" }])
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
