/**
 * Every way PostgreSQL fails is one of our errors, with the server's own words.
 */
import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { BeginTransaction, SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import process from "node:process"
import type { ColumnType } from "../../src/model/ColumnType.ts"
import * as Model from "../../src/model/Model.ts"
import type { TableColumn } from "../../src/model/Table.ts"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { ConnectionPool } from "../../src/session/ConnectionPool.ts"
import { Database, type NewRows } from "../../src/session/Database.ts"
import type { CompiledQuery, ResultColumn } from "../../src/sql/CompiledQuery.ts"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"

const database = Layer.unwrap(
  Effect.map(
    PostgresServer.start(),
    (server) => Postgres.layer({ ...server, pool: { size: 3, acquireTimeout: "100 millis" } })
  )
)

class Value extends Model.Class<Value>("Value")({ value: Schema.String }, { table: "values" }) {}

const integer: ColumnType = { _tag: "Int32" }

const columnOf = (name: string, type: ColumnType = integer): TableColumn => ({
  field: name,
  name,
  type,
  nullable: true,
  generated: false,
  default: undefined,
  reference: undefined,
  schema: Schema.String,
  codec: undefined
})

/** NewRows of integers, or of one text. */
const rows = (table: string, values: Record<string, ReadonlyArray<number | string | null>>): NewRows => {
  const columns = Object.entries(values).map(([name, [first]]) =>
    columnOf(name, typeof first === "string" ? { _tag: "Text" } : integer)
  )
  return {
    table: { name: table, model: Value, columns, primaryKey: [], uniques: [], indexes: [], decode: "trusted" },
    columns,
    values: Object.values(values),
    count: Object.values(values)[0]?.length ?? 0,
    returning: undefined
  }
}

const statement = (sql: string): CompiledQuery<never> => ({ sql, parameters: [], columns: [], shape: undefined })

const query = (sql: string): CompiledQuery<unknown> => {
  const column: ResultColumn = {
    index: 0,
    name: "value",
    type: integer,
    nullable: true,
    field: undefined,
    checked: false
  }
  return { sql, parameters: [], columns: [column], shape: { _tag: "Value", column } }
}

const tables = [
  "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
  `CREATE TABLE children (
    id INTEGER NOT NULL, "The ""Name""" INTEGER, name VARCHAR(3), age INTEGER CHECK (age > 0),
    parent INTEGER REFERENCES parents, later INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (id, "The ""Name""")
  )`,
  "CREATE UNIQUE INDEX ON children (abs(age))",
  "CREATE TABLE counters (id INTEGER PRIMARY KEY, value INTEGER)",
  "INSERT INTO counters VALUES (1, 0), (2, 0)",
  "INSERT INTO parents VALUES (1)",
  "INSERT INTO children (id, \"The \"\"Name\"\"\", age, parent) VALUES (1, 1, 7, 1)"
]

const prepared = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient
  for (const table of tables) yield* sql.unsafe(table)
})).pipe(Layer.provideMerge(database))

/** The process that serves this fiber's connection. */
const backend = Effect.flatMap(SqlClient, (sql) => sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`).pipe(
  Effect.map(([row]) => row?.pid ?? 0)
)

/** Ends a connection from the server's side, in a moment. */
const terminate = (pid: number) =>
  Effect.andThen(Effect.sleep("50 millis"), Effect.sync(() => process.kill(pid, "SIGTERM")))

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL failures", (it) => {
  it.effect("names the columns of a unique key, as the table names them", () =>
    Effect.gen(function*() {
      const { insert } = yield* Database
      const error = yield* Effect.flip(insert(rows("children", { id: [1], "The \"Name\"": [1] })))
      assert.strictEqual(error._tag, "UniqueViolation")
      if (error._tag !== "UniqueViolation") return
      assert.deepStrictEqual([error.table, error.columns], ["children", ["id", "The \"Name\""]])
      assert.match(
        error.reason,
        /duplicate key value violates unique constraint ".*"\. Key \(.*\)=\(1, 1\) already exists/
      )

      const many = yield* Effect.flip(insert(rows("parents", { id: [5, 6, 1] })))
      assert.deepInclude(many, { _tag: "UniqueViolation", columns: ["id"] })

      const expression = yield* Effect.flip(insert(rows("children", { id: [2], age: [7] })))
      assert.strictEqual(expression._tag, "UniqueViolation")
    }))

  it.effect("tells a foreign key from other constraints, at inserts and deletes", () =>
    Effect.gen(function*() {
      const { execute, insert } = yield* Database
      const orphan = yield* Effect.flip(insert(rows("children", { id: [3], parent: [99] })))
      assert.deepInclude(orphan, { _tag: "ForeignKeyViolation", table: "children", columns: ["parent"], key: "99" })
      assert.match(orphan.message, /Key \(parent\)=\(99\) is not present in table "parents"/)

      const parent = yield* Effect.flip(execute(statement("DELETE FROM parents WHERE id = 1"), "parents"))
      assert.deepInclude(parent, { _tag: "StillReferenced", table: "parents", key: "1" })
      assert.match(parent.message, /still referenced from table "children"/)
    }))

  it.effect("tells the ends of a foreign key apart also where the server hides the key, or where they are one table", () =>
    Effect.gen(function*() {
      const { execute, insert, transaction } = yield* Database
      const sql = yield* SqlClient
      yield* sql`CREATE TABLE members (id INTEGER PRIMARY KEY, head INTEGER REFERENCES members)`
      yield* insert(rows("members", { id: [1], head: [1] }))
      const orphan = yield* Effect.flip(insert(rows("members", { id: [2], head: [99] })))
      assert.deepInclude(orphan, { _tag: "ForeignKeyViolation", table: "members", columns: ["head"], key: "99" })
      const headless = yield* Effect.flip(execute(statement("UPDATE members SET id = 5"), "members"))
      assert.deepInclude(headless, { _tag: "StillReferenced", table: "members", key: "1" })

      yield* sql`CREATE ROLE writer`
      yield* sql`GRANT INSERT ON children TO writer`
      yield* sql`GRANT DELETE ON parents TO writer`
      const asWriter = <A, E, R>(write: Effect.Effect<A, E, R>) =>
        Effect.flip(transaction(Effect.andThen(sql`SET LOCAL ROLE writer`, write)))
      const hidden = yield* asWriter(insert(rows("children", { id: [3], parent: [99] })))
      assert.deepInclude(hidden, { _tag: "ForeignKeyViolation", table: "children", columns: [], key: "" })
      const held = yield* asWriter(execute(statement("DELETE FROM parents"), "parents"))
      assert.deepInclude(held, { _tag: "StillReferenced", table: "parents" })
    }))

  it.effect("refuses writes in a read-only transaction", () =>
    Effect.gen(function*() {
      const { insert, read, transaction } = yield* Database
      const readOnly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.flip(transaction(effect)).pipe(Effect.provideService(BeginTransaction, "BEGIN TRANSACTION READ ONLY"))
      const refused = yield* readOnly(insert(rows("parents", { id: [7] })))
      assert.strictEqual(refused._tag, "ReadOnly")
      assert.match(refused.message, /can only be read here: cannot execute INSERT in a read-only transaction/)
      const written = yield* readOnly(read(query("INSERT INTO parents VALUES (8) RETURNING id")))
      assert.strictEqual(written._tag, "QueryFailed")
    }))

  it.effect("gives a missing, a refused and an overlong value as a check", () =>
    Effect.gen(function*() {
      const { insert } = yield* Database
      const missing = yield* Effect.flip(insert(rows("children", { id: [null] })))
      assert.deepInclude(missing, {
        _tag: "CheckViolation",
        table: "children",
        columns: ["id"],
        constraint: "NOT NULL"
      })
      assert.match(missing.message, /null value in column "id".*not-null constraint/s)

      const refused = yield* Effect.flip(insert(rows("children", { id: [4], age: [-1] })))
      assert.deepInclude(refused, { _tag: "CheckViolation", columns: [], constraint: "children_age_check" })
      assert.match(refused.message, /violates check constraint "children_age_check"/)

      const overlong = yield* Effect.flip(insert(rows("children", { name: ["four"] })))
      assert.strictEqual(overlong._tag, "CheckViolation")
      assert.match(overlong.message, /too long for type character varying\(3\)/)
    }))

  it.effect("keeps what the server says of a statement it refuses, with its hint", () =>
    Effect.gen(function*() {
      const { execute, read } = yield* Database
      const sql = yield* SqlClient
      const hinted = yield* Effect.flip(read(query("SELECT nam FROM children")))
      assert.strictEqual(hinted._tag, "QueryFailed")
      assert.match(
        hinted.message,
        /column "nam" does not exist\nhint: Perhaps you meant.*"children\.name".*\nin: SELECT nam FROM/s
      )

      const missing = yield* Effect.flip(read(query("SELECT 1 FROM nowhere")))
      assert.match(
        missing.message,
        /relation "nowhere" does not exist\nhint: Create it before: by Session\.createTables/
      )

      const syntax = yield* Effect.flip(execute(statement("SELEC 1"), "children"))
      assert.strictEqual(syntax._tag, "QueryFailed")
      assert.match(syntax.message, /syntax error at or near "SELEC"/)

      const failed = yield* Effect.flip(read(query("SELECT 1 / 0")))
      assert.strictEqual(failed._tag, "QueryFailed")
      assert.match(failed.message, /division by zero/)

      const constraint = yield* Effect.flip(read(query("INSERT INTO parents VALUES (1) RETURNING id")))
      assert.strictEqual(constraint._tag, "QueryFailed")
      assert.match(constraint.message, /duplicate key/)

      const slow = sql.withTransaction(
        Effect.andThen(sql`SET LOCAL statement_timeout = 50`, read(query("SELECT pg_sleep(5)")))
      )
      const late = yield* Effect.flip(slow)
      assert.strictEqual(late._tag, "QueryFailed")
      assert.match(late.message, /canceling statement due to statement timeout/)

      const unsent = yield* Effect.flip(read({
        ...query("SELECT $1"),
        parameters: [{ type: { _tag: "Uuid" }, value: "no uuid" }]
      }))
      assert.strictEqual(unsent._tag, "QueryFailed")
      assert.match(unsent.message, /Expected a UUID/)
    }))

  it.effect("gives a serialization failure as a conflict, which is worth a retry", () =>
    Effect.gen(function*() {
      const { execute, read, transaction } = yield* Database
      const change = execute(statement("UPDATE counters SET value = value + 1 WHERE id = 1"), "counters")
      const begun = yield* Deferred.make<void>()
      const changed = yield* Deferred.make<void>()
      yield* Effect.forkChild(Effect.gen(function*() {
        yield* Deferred.await(begun)
        yield* change
        yield* Deferred.succeed(changed, undefined)
      }))
      const error = yield* Effect.flip(
        transaction(Effect.gen(function*() {
          yield* read(query("SELECT value FROM counters"))
          yield* Deferred.succeed(begun, undefined)
          yield* Deferred.await(changed)
          return yield* change
        })).pipe(Effect.provideService(BeginTransaction, "BEGIN ISOLATION LEVEL REPEATABLE READ"))
      )
      assert.strictEqual(error._tag, "Conflict")
      if (error._tag === "Conflict") assert.isTrue(error.isRetryable)
      assert.match(error.message, /could not serialize access/)
    }))

  it.effect("gives a deadlock as a conflict of one of the two", () =>
    Effect.gen(function*() {
      const { execute, transaction } = yield* Database
      const bump = (id: number) =>
        execute(statement(`UPDATE counters SET value = value + 1 WHERE id = ${id}`), "counters")
      const holds = [yield* Deferred.make<void>(), yield* Deferred.make<void>()] as const
      const cross = (own: 0 | 1, other: 0 | 1) =>
        transaction(Effect.gen(function*() {
          yield* bump(own + 1)
          yield* Deferred.succeed(holds[own], undefined)
          yield* Deferred.await(holds[other])
          yield* bump(other + 1)
        })).pipe(Effect.exit)
      const exits = yield* Effect.all([cross(0, 1), cross(1, 0)], { concurrency: 2 })
      const errors = exits.flatMap((exit) => Exit.isFailure(exit) ? [Cause.squash(exit.cause)] : [])
      assert.deepStrictEqual(errors.map((error) => error instanceof Error ? error.name : error), ["Conflict"])
    }))

  it.effect("fails a transaction in which a failure was caught, and stores nothing of it", () =>
    Effect.gen(function*() {
      const { insert, read, transaction } = yield* Database
      const failure = Effect.exit(read(query("SELECT 1 / 0")))
      const caught = yield* Effect.flip(transaction(Effect.andThen(insert(rows("parents", { id: [50] })), failure)))
      assert.strictEqual(caught._tag, "TransactionAborted")

      const nested = yield* Effect.flip(transaction(transaction(failure)))
      assert.strictEqual(nested._tag, "TransactionAborted")

      const after = yield* Effect.flip(transaction(Effect.andThen(failure, read(query("SELECT 1")))))
      assert.strictEqual(after._tag, "TransactionAborted")
      assert.match(after.message, /current transaction is aborted/)
      assert.deepStrictEqual(yield* read(query("SELECT id FROM parents WHERE id = 50")), [])
    }))

  it.effect("goes on after a nested transaction that failed", () =>
    Effect.gen(function*() {
      const { insert, read, transaction } = yield* Database
      const outer = Effect.gen(function*() {
        yield* insert(rows("parents", { id: [60] }))
        yield* Effect.exit(
          transaction(Effect.andThen(insert(rows("parents", { id: [61] })), read(query("SELECT 1 / 0"))))
        )
        yield* insert(rows("parents", { id: [62] }))
      })
      yield* transaction(outer)
      assert.deepStrictEqual(yield* read(query("SELECT id FROM parents WHERE id >= 60 ORDER BY id")), [60, 62])
    }))

  it.effect("tells at commit of constraints that are checked only then", () =>
    Effect.gen(function*() {
      const { insert, transaction } = yield* Database
      const deferred = yield* Effect.flip(transaction(insert(rows("children", { id: [70], later: [99] }))))
      assert.deepInclude(deferred, { _tag: "ForeignKeyViolation", table: "children" })
    }))

  it.effect("hands on the failures of what runs inside a transaction as they are", () =>
    Effect.gen(function*() {
      const { transaction } = yield* Database
      const sql = yield* SqlClient
      assert.strictEqual(yield* Effect.flip(transaction(Effect.fail("mine"))), "mine")
      const plain = yield* Effect.flip(transaction(sql`SELECT 1 / 0`))
      assert.strictEqual(plain._tag, "SqlError")
    }))

  it.effect("says that a connection was lost, also in a transaction", () =>
    Effect.gen(function*() {
      const { insert, read, transaction } = yield* Database
      const lost = yield* Effect.flip(transaction(Effect.gen(function*() {
        const pid = yield* backend
        yield* insert(rows("parents", { id: [80] }))
        yield* Effect.forkChild(terminate(pid))
        return yield* read(query("SELECT pg_sleep(5)"))
      })))
      assert.strictEqual(lost._tag, "ConnectionFailed")

      const own = yield* Effect.flip(transaction(Effect.gen(function*() {
        yield* terminate(yield* backend)
        yield* Effect.sleep("50 millis")
        return yield* Effect.fail("mine")
      })))
      assert.strictEqual(own, "mine")
      assert.deepStrictEqual(yield* read(query("SELECT count(*)::int FROM parents WHERE id = 80")), [0])
    }))

  it.effect("ends a stream that is cut off with a failure, never with fewer rows", () =>
    Effect.gen(function*() {
      const { read, stream, transaction } = yield* Database
      const sql = yield* SqlClient
      const many = query("SELECT i FROM generate_series(1, 300000) AS i")
      const whole = yield* Stream.runFold(stream(many), () => 0, (sum) => sum + 1)
      assert.strictEqual(whole, 300_000)

      const cut = yield* stream(many).pipe(
        Stream.runForEachArray(() =>
          Effect.andThen(
            sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%"rows" (c0)%'
            AND pid <> pg_backend_pid()`,
            Effect.sleep("20 millis")
          )
        ),
        Effect.flip
      )
      assert.strictEqual(cut._tag, "StreamBroken")

      const late = yield* Effect.flip(
        Stream.runCollect(stream(query("SELECT 1 / (20000 - i) FROM generate_series(1, 30000) AS i")))
      )
      assert.strictEqual(late._tag, "StreamBroken")
      assert.match(late.message, /division by zero/)

      const early = yield* Effect.flip(Stream.runCollect(stream(query("SELECT x"))))
      assert.strictEqual(early._tag, "QueryFailed")

      const odd = yield* Effect.flip(Stream.runCollect(stream(query("SELECT 'text'"))))
      assert.strictEqual(odd._tag, "Undecodable")

      const inside = yield* transaction(Effect.gen(function*() {
        yield* sql`INSERT INTO parents VALUES (90)`
        return yield* Stream.runCollect(stream(query("SELECT id FROM parents WHERE id = 90")))
      }))
      assert.deepStrictEqual(inside, [90])
      assert.deepStrictEqual(yield* read(query("SELECT 1")), [1])
    }))

  it.effect("waits for a free connection no longer than told, and knows how many there are", () =>
    Effect.gen(function*() {
      const { read, transaction } = yield* Database
      const { stats } = yield* ConnectionPool
      const sql = yield* SqlClient
      const release = yield* Deferred.make<void>()
      const hold = Effect.forkChild(transaction(Effect.andThen(read(query("SELECT 1")), Deferred.await(release))))
      const holders = [yield* hold, yield* hold, yield* hold]
      yield* Effect.sleep("50 millis")
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 3, idle: 0, waiting: 0 })

      const waiting = yield* Effect.forkChild(Effect.flip(read(query("SELECT 1"))), { startImmediately: true })
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 3, idle: 0, waiting: 1 })
      const error = yield* Fiber.join(waiting)
      assert.deepInclude(error, { _tag: "PoolTimeout", size: 3, milliseconds: 100 })
      const transactional = yield* Effect.flip(transaction(Effect.void))
      assert.strictEqual(transactional._tag, "PoolTimeout")
      const plain = yield* Effect.flip(sql`SELECT 1`)
      assert.strictEqual(plain.reason._tag, "ConnectionError")
      assert.match(plain.message, /was free within 100 ms/)

      const interrupted = yield* Effect.forkChild(read(query("SELECT 1")), { startImmediately: true })
      yield* Fiber.interrupt(interrupted)
      yield* Deferred.succeed(release, undefined)
      yield* Effect.forEach(holders, Fiber.join)
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 0, idle: 3, waiting: 0 })

      const sleeping = yield* Effect.forkChild(read(query("SELECT pg_sleep(5)")), { startImmediately: true })
      yield* Effect.sleep("50 millis")
      assert.strictEqual((yield* stats).acquired, 1)
      yield* Fiber.interrupt(sleeping)
      assert.strictEqual((yield* stats).acquired, 0)
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => read(query("SELECT 1")), { concurrency: "unbounded" })
      assert.deepInclude(yield* stats, { acquired: 0, waiting: 0 })
    }))

  it.effect("says at the start when there is no such database, server or url", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient
      const [row] = yield* sql<{ place: string }>`SELECT current_setting('unix_socket_directories') AS place`
      const host = row?.place ?? ""
      const opened = (options: Postgres.Options) => Effect.flip(Effect.scoped(Layer.build(Postgres.layer(options))))
      const missing = yield* opened({ host, username: "postgres", database: "nowhere" })
      assert.strictEqual(missing._tag, "ConnectionFailed")
      assert.match(missing.message, /No connection to nowhere at .*:5432: database "nowhere" does not exist/)

      const server = yield* opened({ host: "127.0.0.1", port: 1, username: "postgres" })
      assert.match(server.message, /ECONNREFUSED/)

      const url = yield* opened({ url: Redacted.make("postgres://secret@:nonsense:/") })
      assert.match(url.message, /url is not valid/)
      assert.notMatch(url.message, /secret/)

      const encoded = Redacted.make(`postgres://postgres@${encodeURIComponent(host)}/postgres`)
      const reached = yield* Effect.exit(Effect.scoped(Layer.build(Postgres.layer({ url: encoded }))))
      assert.isTrue(Exit.isSuccess(reached))
    }))
})
