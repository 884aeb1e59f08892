/**
 * Every way PostgreSQL fails is one of our errors, with the server's own words.
 */
import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { BeginTransaction, SqlClient } from "effect/sql/SqlClient"
import { Database } from "../../src/session/Database.ts"
import { prepared, query, rows, statement } from "./family.ts"
import { tableOf } from "./madeTable.ts"

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
      assert.strictEqual(expression._tag, "QueryFailed")
      assert.include(expression.message, "hint: The table has a key that its model doesn't declare")
    }))

  it.effect("tells a foreign key from other constraints, at inserts and deletes", () =>
    Effect.gen(function*() {
      const { execute, insert } = yield* Database
      const orphan = yield* Effect.flip(insert(rows("children", { id: [3], parent: [99] })))
      assert.deepInclude(orphan, { _tag: "ForeignKeyViolation", table: "children", columns: ["parent"], key: "99" })
      assert.match(orphan.message, /Key \(parent\)=\(99\) is not present in table "parents"/)

      const parent = yield* Effect.flip(execute(statement("DELETE FROM parents WHERE id = 1"), tableOf("parents")))
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
      const headless = yield* Effect.flip(execute(statement("UPDATE members SET id = 5"), tableOf("members")))
      assert.deepInclude(headless, { _tag: "StillReferenced", table: "members", key: "1" })

      yield* sql`CREATE ROLE writer`
      yield* sql`GRANT INSERT ON children TO writer`
      yield* sql`GRANT DELETE ON parents TO writer`
      const asWriter = <A, E, R>(write: Effect.Effect<A, E, R>) =>
        Effect.flip(transaction(Effect.andThen(sql`SET LOCAL ROLE writer`, write)))
      const hidden = yield* asWriter(insert(rows("children", { id: [3], parent: [99] })))
      assert.deepInclude(hidden, { _tag: "ForeignKeyViolation", table: "children", columns: [], key: "" })
      const held = yield* asWriter(execute(statement("DELETE FROM parents"), tableOf("parents")))
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
      assert.deepInclude(refused, { _tag: "CheckViolation", columns: ["age"], constraint: "children_age_check" })
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

      const syntax = yield* Effect.flip(execute(statement("SELEC 1"), tableOf("children")))
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
      const change = execute(statement("UPDATE counters SET value = value + 1 WHERE id = 1"), tableOf("counters"))
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
        execute(statement(`UPDATE counters SET value = value + 1 WHERE id = ${id}`), tableOf("counters"))
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
      assert.match(after.message, /division by zero.*\nin: SELECT 1 \/ 0/s)
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
})
