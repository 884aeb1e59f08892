/**
 * Every way in which DuckDB fails, provoked on a real one: plain SQL gets Effect's reason for it, with our own error behind, which
 * says with what it happened and what to do.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import type { SqlError } from "effect/sql/SqlError"
import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  failureOf,
  storing,
  toOpenError,
  toSqlError,
  toTransactionError,
  toWriteError
} from "../../src/duckdb/failure/failure.ts"
import { meetings } from "./failures/conflicts.ts"
import { constraints } from "./failures/constraints.ts"
import { hostile } from "./failures/hostile.ts"
import type { FailingStatement, Outcome } from "./failures/outcome.ts"
import { statements, values } from "./failures/statements.ts"
import { resources, structure, transactions } from "./failures/surroundings.ts"
import { madeElsewhere } from "./madeElsewhere.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** The reasons that Effect counts as worth another try. */
const retryable = ["ConnectionError", "SerializationError", "LockTimeoutError", "StatementTimeoutError"]

const assertOutcome = (error: SqlError, { cause, constraint, hint, reason, says }: Outcome) => {
  assert.isTrue(error.message.startsWith(says), error.message)
  assert.strictEqual(error.reason._tag, reason, error.message)
  assert.strictEqual(error.isRetryable, retryable.includes(reason))
  const behind: unknown = error.reason.cause
  assert.instanceOf(behind, Error)
  assert.deepInclude<object>(behind, cause)
  const told: unknown = Reflect.get(behind, "hint")
  if (hint === undefined) {
    assert.isUndefined(told)
  } else {
    assert.include(told, hint)
    assert.include(error.message, hint)
  }
  if (error.reason._tag === "UniqueViolation") assert.strictEqual(error.reason.constraint, constraint)
}

const failures: Readonly<Record<string, ReadonlyArray<FailingStatement>>> = {
  "a broken constraint": constraints,
  "words that look like its own": hostile,
  "a statement": statements,
  "a value": values,
  "a change of structure": structure,
  "a transaction": transactions,
  "a resource": resources
}

for (const [kind, cases] of Object.entries(failures)) {
  describe(`DuckDB refuses ${kind}`, () => {
    for (const { before = [], found, name, options, parameters = [], sql: statement, ...outcome } of cases) {
      it.live(name, () =>
        Effect.gen(function*() {
          const folder = yield* temporaryDirectory
          const path = found === undefined ? ":memory:" : join(folder, "found.duckdb")
          if (found !== undefined) yield* madeElsewhere(path, found)
          yield* Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            const connection = yield* sql.reserve
            const run = (text: string, bound: ReadonlyArray<unknown>) =>
              connection.execute(text.replaceAll("{folder}", folder), bound, undefined)
            for (const text of before) yield* run(text, [])
            assertOutcome(yield* Effect.flip(run(statement, parameters)), outcome)
          }).pipe(Effect.scoped, Effect.provide(DuckDb.layer({ ...options, path })))
        }).pipe(Effect.scoped))
    }
  })
}

describe("two transactions meet:", () => {
  for (const { before, name, steps, ...outcome } of meetings) {
    it.live(name, () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        for (const text of before) yield* sql.unsafe(text)
        const connections = { first: yield* sql.reserve, second: yield* sql.reserve }
        const run = ([who, text]: (typeof steps)[number]) => connections[who].execute(text, [], undefined)
        for (const step of steps.slice(0, -1)) yield* run(step)
        for (const step of steps.slice(-1)) assertOutcome(yield* Effect.flip(run(step)), outcome)
      }).pipe(Effect.scoped, Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }))))
  }
})

describe("a transaction", () => {
  it.live("does not commit after a failure that was caught, and names the first statement that failed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const both = Effect.andThen(Effect.exit(sql`SELECT error('first')`), Effect.exit(sql`SELECT error('second')`))
      assertOutcome(yield* Effect.flip(sql.withTransaction(both)), {
        says: "Invalid Input Error: first",
        reason: "UnknownError",
        cause: { _tag: "TransactionAborted", statement: "SELECT error('first')" }
      })
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))

  it.live("that was ended by a failure runs nothing more", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const both = Effect.andThen(Effect.exit(sql`SELECT error('caught')`), sql`SELECT 1`)
      assertOutcome(yield* Effect.flip(sql.withTransaction(both)), {
        says: "Invalid Input Error: caught",
        reason: "UnknownError",
        cause: { _tag: "TransactionAborted", statement: "SELECT error('caught')" }
      })
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
})

/** What the binding itself fails with. */
const refused = <A>(run: () => Promise<A>) => Effect.flip(Effect.tryPromise({ try: run, catch: (error) => error }))

const native = Effect.acquireRelease(
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:")
    return { instance, connection: await instance.connect() }
  }),
  ({ connection, instance }) =>
    Effect.sync(() => {
      connection.closeSync()
      instance.closeSync()
    })
)

const assertFailure = (error: unknown, outcome: Outcome) =>
  assertOutcome(toSqlError(failureOf(error, "the statement"), "books.duckdb"), outcome)

describe("the binding fails", () => {
  it.live("with a statement that is interrupted", () =>
    Effect.gen(function*() {
      const { connection } = yield* native
      const endless = "SELECT sum(sin(x.range * y.range)) FROM range(1000000) x, range(1000000) y"
      const running = yield* Effect.forkChild(refused(() => connection.run(endless)), { startImmediately: true })
      const insist = setInterval(() => connection.interrupt(), 5)
      const error = yield* Effect.ensuring(Fiber.join(running), Effect.sync(() => clearInterval(insist)))
      assertFailure(error, {
        says: "INTERRUPT Error: Interrupted!",
        reason: "StatementTimeoutError",
        cause: { _tag: "QueryFailed", sql: "the statement" },
        hint: "it can be run again"
      })
    }).pipe(Effect.scoped))

  it.live("with everything once the database has broken down", () =>
    Effect.gen(function*() {
      const { connection, instance } = yield* native
      yield* Effect.promise(async () => {
        await connection.run("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        await connection.run("CREATE TABLE children (id INTEGER, parent INTEGER REFERENCES parents (id))")
        await connection.run("INSERT INTO parents VALUES (1)")
        await connection.run("CREATE OR REPLACE TABLE children (id INTEGER)")
      })
      const internal = yield* refused(() => connection.run("DELETE FROM parents"))
      assert.include(String(internal), "Stack Trace")
      const outcome = { reason: "ConnectionError", hint: "run it again" } as const
      const brokeDown = (reason: string) =>
        ({ _tag: "ConnectionFailed", reason: `DuckDB broke down: ${reason}` }) as const
      const assertion = "INTERNAL Error: Attempted to access index 1 within vector of size 1"
      assertFailure(internal, { says: assertion, cause: brokeDown(assertion), ...outcome })

      const other = yield* Effect.promise(() => instance.connect())
      const fatal = yield* refused(() => other.run("SELECT 1"))
      const says = "FATAL Error: Failed: database has been invalidated because of a previous fatal error."
      assertFailure(fatal, { says, cause: { _tag: "ConnectionFailed" }, ...outcome })
      other.closeSync()

      // of what is to be stored when it breaks down nobody knows; what comes later is not even tried
      const stored = (error: unknown) => toWriteError(storing(failureOf(error, "COMMIT")), "books.duckdb")
      assert.deepInclude(stored(internal), { _tag: "CommitOutcomeUnknown", sql: "COMMIT", database: "books.duckdb" })
      assert.strictEqual(stored(fatal)._tag, "ConnectionFailed")
      const plain = toSqlError(storing(failureOf(internal, "COMMIT")), "books.duckdb")
      assert.instanceOf(toTransactionError(plain), OrmError.CommitOutcomeUnknown)
      assert.isFalse(plain.isRetryable)
    }).pipe(Effect.scoped))

  it.live("with a connection or database that is closed", () =>
    Effect.gen(function*() {
      const { connection, instance } = yield* native
      const prepared = yield* Effect.promise(() => connection.prepare("SELECT 1"))
      connection.closeSync()
      const outcome = {
        reason: "ConnectionError",
        cause: { _tag: "ConnectionFailed", database: "books.duckdb" }
      } as const
      const closed = "connection disconnected"
      assertFailure(yield* refused(() => connection.run("SELECT 1")), {
        says: `Failed to query: ${closed}`,
        ...outcome
      })
      assertFailure(yield* refused(() => connection.prepare("SELECT 1")), {
        says: `Failed to prepare: ${closed}`,
        ...outcome
      })
      assertFailure(yield* refused(() => prepared.run()), { says: "Failed to execute prepared statement", ...outcome })
      instance.closeSync()
      assertFailure(yield* refused(() => instance.connect()), {
        says: "Failed to connect: instance closed",
        ...outcome
      })
    }).pipe(Effect.scoped))

  it.live("with a disk that is full, which is no conflict although it is found at commit", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "full.duckdb")
      const message = yield* inProcess(
        `const connection = await (await DuckDBInstance.create(${JSON.stringify(path)})).connect()
         await connection.run("CREATE TABLE notes (text VARCHAR)")
         await connection.run("BEGIN")
         await connection.run("INSERT INTO notes SELECT repeat('x', 1000) || random() FROM range(20000)")
         await connection.run("COMMIT").catch((error) => console.log(error.message))
         process.exit()`,
        "trap '' XFSZ; ulimit -f 1000; "
      )
      assertFailure(new Error(message), {
        says: "TransactionContext Error: Failed to commit: Could not write file",
        reason: "UnknownError",
        cause: { _tag: "QueryFailed" },
        hint: "Make room on the disk"
      })
    }).pipe(Effect.scoped))

  it("with what nobody knows, which is told whole", () => {
    const words = "Brand New Error: the moon is full\n\nCome back tomorrow"
    const outcome = { reason: "UnknownError", cause: { _tag: "QueryFailed", reason: words } } as const
    assertFailure(new Error(words), { says: words, ...outcome })
    assertFailure(words, { says: words, ...outcome })
    assert.strictEqual(failureOf(words, "").kind, "Execution")
  })
})

/** A process with a DuckDB of its own. */
const child = (program: string, limits = "") =>
  Effect.acquireRelease(
    Effect.sync((): ChildProcess => {
      const text = `import { DuckDBInstance } from "@duckdb/node-api"\n${program}`
      const command = `${limits}exec "$0" --input-type=module --eval "$1"`
      return spawn("bash", ["-c", command, process.execPath, text], { stdio: ["ignore", "pipe", "inherit"] })
    }),
    (started) => Effect.sync(() => started.kill("SIGKILL"))
  )

/** What a process prints until it ends. */
const inProcess = (program: string, limits = "") =>
  Effect.flatMap(child(program, limits), (started) =>
    Effect.callback<string>((resume) => {
      let output = ""
      started.stdout?.on("data", (part) => output += String(part))
      started.once("close", () => resume(Effect.succeed(output.trim())))
    }))

/** A process that has a file open. */
const holding = Effect.fnUntraced(function*(path: string, options: Readonly<Record<string, string>> = {}) {
  const started = yield* child(
    `globalThis.held = await DuckDBInstance.create(${JSON.stringify(path)}, ${JSON.stringify(options)})
     console.log("held")
     setInterval(() => {}, 1000)`
  )
  yield* Effect.callback<void>((resume) => {
    started.stdout?.once("data", () => resume(Effect.void))
  })
  return started.pid
})

/** Why a database is not opened. */
const refusal = (options: DuckDb.Options) => Effect.flip(Effect.scoped(Layer.build(DuckDb.layer(options))))

const written = (path: string, text: string) => Effect.sync(() => writeFileSync(path, text))

describe("a database is not opened", () => {
  it.live("when another process has the file, whichever way", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "held (PID 1). .duckdb")
      const pid = yield* holding(path)
      for (const readOnly of [true, false]) {
        const error = yield* refusal({ path, readOnly })
        assert.instanceOf(error, OrmError.DatabaseLocked)
        assert.strictEqual(error.database, path)
        assert.strictEqual(error.pid, pid)
        assert.isTrue(error.reason.startsWith("IO Error: Could not set lock on file"), error.reason)
      }
    }).pipe(Effect.scoped))

  it.live("for writing when another process reads it", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "read.duckdb")
      yield* Effect.void.pipe(Effect.provide(DuckDb.layer({ path })))
      const pid = yield* holding(path, { access_mode: "READ_ONLY" })
      const error = yield* refusal({ path })
      assert.instanceOf(error, OrmError.DatabaseLocked)
      assert.strictEqual(error.pid, pid)
      assert.include(error.reason, "you would be able to open this database in read-only mode")
      yield* Effect.void.pipe(Effect.provide(DuckDb.layer({ path, readOnly: true })))
    }).pipe(Effect.scoped))

  it.live("nor attached when another process has the file", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "attached.duckdb")
      const pid = yield* holding(path)
      const sql = yield* SqlClient.SqlClient
      const error = yield* Effect.flip(sql.unsafe(`ATTACH '${path}' AS other`))
      assertOutcome(error, {
        says: "IO Error: Could not set lock on file",
        reason: "LockTimeoutError",
        cause: { _tag: "ConnectionFailed" }
      })
      assert.include(String(error.reason.cause), `is open in process ${pid}`)
    }).pipe(Effect.scoped, Effect.provide(DuckDb.layer({ path: ":memory:" }))))

  it.live("when the file is something else, is not there, or is a folder", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      const cases = [
        [
          "letter.duckdb",
          { readOnly: false },
          "it is not a valid DuckDB database file!",
          "Give the path of a DuckDB file"
        ],
        [
          "none.duckdb",
          { readOnly: true },
          "in read-only mode: database does not exist",
          "Open it once without `readOnly`"
        ],
        [".", {}, "Is a directory", undefined]
      ] as const
      yield* written(join(folder, "letter.duckdb"), "Dear Emma, this is no database. ".repeat(1000))
      for (const [name, options, reason, hint] of cases) {
        const error = yield* refusal({ path: join(folder, name), ...options })
        assert.instanceOf(error, OrmError.ConnectionFailed)
        assert.include(error.reason, reason)
        if (hint === undefined) assert.isUndefined(error.hint)
        else assert.include(error.hint, hint)
      }
    }).pipe(Effect.scoped))

  it.live("with options that DuckDB does not take", () =>
    Effect.gen(function*() {
      const cases = [
        [{ threads: 0 }, "Failed to set config", "`threads` is at least 1"],
        [{ memoryLimit: "lots" }, "Failed to set config", "`memoryLimit` reads like \"2GB\""],
        [{ readOnly: true }, "Cannot launch in-memory database in read-only mode!", "Only a file"]
      ] as const
      for (const [options, reason, hint] of cases) {
        const error = yield* refusal({ path: ":memory:", ...options })
        assert.instanceOf(error, OrmError.ConnectionFailed)
        assert.include(error.reason, reason)
        assert.include(error.hint, hint)
      }
      const unknown = yield* refused(() => DuckDBInstance.create(":memory:", { nonsense: "1" }))
      assert.deepInclude(toOpenError(unknown, ":memory:"), {
        _tag: "ConnectionFailed",
        reason: "Invalid Input Error: The following options were not recognized: nonsense"
      })
    }))

  it.live("while the binding has it open in another way", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "cached.duckdb")
      const first = yield* Effect.promise(() => DuckDBInstance.fromCache(path, { threads: "1" }))
      const error = yield* refused(() => DuckDBInstance.fromCache(path, { threads: "2" }))
      first.closeSync()
      const says = "Connection Error: Can't open a connection to same database file with a different configuration"
      assertFailure(error, { says, reason: "ConnectionError", cause: { _tag: "ConnectionFailed" } })
    }).pipe(Effect.scoped))

  it.live("read-only, after a change of structure that was not checkpointed: that one is rescued by who may write", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "killed.duckdb")
      yield* inProcess(
        `const connection = await (await DuckDBInstance.create(${JSON.stringify(path)})).connect()
         await connection.run("CREATE TABLE notes (id INTEGER)")
         await connection.run("INSERT INTO notes VALUES (1)")
         await connection.run("ALTER TABLE notes ADD COLUMN made TIMESTAMP DEFAULT now()")
         process.kill(process.pid, "SIGKILL")`
      )
      const error = yield* refusal({ path, readOnly: true })
      assert.instanceOf(error, OrmError.ConnectionFailed)
      assert.include(error.reason, "INTERNAL Error: Failure while replaying WAL file")
      assert.include(error.hint, "Open it once without `readOnly`, which recovers it.")

      const notes = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM notes`)
      assert.deepStrictEqual(yield* notes.pipe(Effect.provide(DuckDb.layer({ path }))), [{ id: 1 }])
    }).pipe(Effect.scoped))
})
