/**
 * A lock of a program's is had by one at a time, in whatever process, and by nobody when its holder is gone.
 */
import { assert, layer } from "@effect/vitest"
import { Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"

/** A pool of one connection, as another program has it. */
const program = Effect.map(
  Effect.flatMap(
    TestDatabase.address,
    (address) => Layer.build(Layer.fresh(Postgres.layer({ ...address, pool: { size: 1 } })))
  ),
  (services) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, services)
)

/** How many locks are held, and how many are waited for. */
const locks = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly held: number; readonly awaited: number }>`
    SELECT count(*) FILTER (WHERE granted)::int AS held, count(*) FILTER (WHERE NOT granted)::int AS awaited
    FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  return [row?.held, row?.awaited]
})

const eventually = (held: number, awaited: number) =>
  Effect.eventually(
    Effect.flatMap(locks, (found) => found[0] === held && found[1] === awaited ? Effect.void : Effect.fail("not yet"))
  )

const terminate = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
})

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds", excludeTestServices: true })("advisory locks", (it) => {
  it.effect("are had by one at a time, by text or number, and are free when their scope closes", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* program, yield* program]
      for (const key of ["report", 7n, -1n, ""]) {
        yield* Effect.scoped(Effect.gen(function*() {
          yield* one(Postgres.advisoryLock(key))
          assert.isTrue(Option.isNone(yield* other(Postgres.tryAdvisoryLock(key))))
          // the same program has no more right to it than another
          assert.isTrue(Option.isNone(yield* one(Postgres.tryAdvisoryLock(key))))
          assert.isTrue(Option.isSome(yield* other(Postgres.tryAdvisoryLock("another"))))
        }))
        assert.isTrue(Option.isSome(yield* Effect.scoped(other(Postgres.tryAdvisoryLock(key)))), String(key))
      }
      assert.deepStrictEqual(yield* locks, [0, 0])
    }))

  it.effect("are the server's, by the number that it makes of a text", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const one = yield* program
      const tried = sql`SELECT pg_try_advisory_lock(hashtextextended('report', 0)) AS has`
      assert.deepStrictEqual(yield* one(Postgres.withAdvisoryLock("report")(tried)), [{ has: false }])
    }))

  it.effect("let many in who share, and none of them beside one who doesn't", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* program, yield* program]
      yield* Effect.scoped(Effect.gen(function*() {
        yield* one(Postgres.advisoryLock("shared", { shared: true }))
        yield* other(Postgres.advisoryLock("shared", { shared: true }))
        assert.isTrue(Option.isNone(yield* other(Postgres.tryAdvisoryLock("shared"))))
      }))
      assert.deepStrictEqual(yield* locks, [0, 0])
    }))

  it.effect("make programs take turns, each with its pool's only connection", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE turns (count INTEGER)`
      yield* sql`INSERT INTO turns VALUES (0)`
      const programs = [yield* program, yield* program]
      const turn = Effect.gen(function*() {
        const own = yield* SqlClient.SqlClient
        const [row] = yield* own<{ readonly count: number }>`SELECT count FROM turns`
        yield* Effect.sleep("2 millis")
        yield* own`UPDATE turns SET count = ${(row?.count ?? 0) + 1}`
      }).pipe(Postgres.withAdvisoryLock("turns"))
      yield* Effect.all(Array.from({ length: 5 }, () => programs.map((of) => of(turn))).flat(), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(yield* sql`SELECT count FROM turns`, [{ count: 10 }])
    }))

  it.effect("let go of who does not want to wait, and give a waiter all the time", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* program, yield* program]
      const end = yield* Deferred.make<void>()
      const holder = yield* Effect.forkChild(one(Postgres.withAdvisoryLock("wait")(Deferred.await(end))))
      yield* eventually(1, 0)
      const impatient = yield* Effect.forkChild(other(Postgres.withAdvisoryLock("wait")(Effect.die("it had no turn"))))
      const patient = yield* Effect.forkChild(
        other(Session.statementTimeout("1 millis")(Postgres.withAdvisoryLock("wait")(Effect.succeed("done"))))
      )
      yield* eventually(1, 2)
      yield* Fiber.interrupt(impatient)
      yield* eventually(1, 1)
      yield* Deferred.succeed(end, undefined)
      assert.strictEqual(yield* Fiber.join(patient), "done")
      yield* Fiber.join(holder)
      yield* eventually(0, 0)
    }))

  it.effect(
    "take no connection with them where there is none, however long the scope is open",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const [one, other] = [yield* program, yield* program]
        // the last that a holder's connection was asked is something else
        const left = sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND query ~ '^SELECT pg_(try_)?advisory_lock\\('`
        yield* Effect.scoped(Effect.gen(function*() {
          yield* one(
            Postgres.withAdvisoryLock("report")(Effect.gen(function*() {
              yield* Effect.replicateEffect(other(Postgres.tryAdvisoryLock("report")), 3)
              const waiter = yield* Effect.forkChild(other(Postgres.advisoryLock("report")))
              yield* eventually(1, 1)
              yield* Fiber.interrupt(waiter)
              yield* Effect.flip(other(Postgres.advisoryLock(2n ** 64n)))
              yield* Effect.eventually(
                Effect.flatMap(left, (found) => found.length === 0 ? Effect.void : Effect.fail("not yet"))
              )
            }))
          )
          yield* eventually(0, 0)
        }))
      }),
    20_000
  )

  it.effect("are free where the holder fails, is interrupted, or its process is killed", () =>
    Effect.gen(function*() {
      const one = yield* program
      assert.strictEqual(yield* Effect.flip(one(Postgres.withAdvisoryLock("report")(Effect.fail("mine")))), "mine")
      const interrupted = yield* Effect.forkChild(one(Postgres.withAdvisoryLock("report")(Effect.never)))
      yield* eventually(1, 0)
      yield* Fiber.interrupt(interrupted)
      yield* eventually(0, 0)

      const address = JSON.stringify(yield* TestDatabase.address)
      const script = fileURLToPath(new URL("holdAdvisoryLock.ts", import.meta.url))
      const holder = yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(process.execPath, ["--conditions=andamios-source", script, address], {
            stdio: ["ignore", "pipe", "inherit"]
          })
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      yield* Effect.callback<void>((resume) => {
        holder.stdout.once("data", () => resume(Effect.void))
      })
      const waiter = yield* Effect.forkChild(one(Postgres.withAdvisoryLock("report")(Effect.succeed("my turn"))))
      yield* eventually(1, 1)
      holder.kill("SIGKILL")
      assert.strictEqual(yield* Fiber.join(waiter), "my turn")
    }))

  it.effect("end what runs under them when they are lost", () =>
    Effect.gen(function*() {
      const one = yield* program
      const [begun, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const endless = Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
      )
      const running = yield* Effect.forkChild(one(Postgres.withAdvisoryLock("lost")(endless)))
      yield* Deferred.await(begun)
      yield* terminate
      yield* Deferred.await(ended)
      const failure = yield* Effect.flip(Fiber.join(running))
      assert.strictEqual(failure._tag, "ConnectionFailed")
      assert.isTrue(Option.isSome(yield* Effect.scoped(one(Postgres.tryAdvisoryLock("lost")))))
    }))

  it.effect("of a transaction are free when it ends, however it ends", () =>
    Effect.gen(function*() {
      const [one, other] = [yield* program, yield* program]
      const tried = (options?: Postgres.LockOptions) =>
        other(Session.transaction(Postgres.tryTransactionLock("customer 5", options)))
      const within = one(Session.transaction(Effect.gen(function*() {
        yield* Postgres.transactionLock("customer 5")
        assert.isTrue(yield* Postgres.tryTransactionLock("customer 5"))
        return yield* tried()
      })))
      assert.isFalse(yield* within)
      assert.isTrue(yield* tried())
      const failed = one(Session.transaction(Effect.andThen(Postgres.transactionLock(5n), Effect.fail("undone"))))
      assert.strictEqual(yield* Effect.flip(failed), "undone")
      assert.deepStrictEqual(yield* locks, [0, 0])
      const sharing = one(
        Session.transaction(
          Effect.andThen(Postgres.transactionLock("customer 5", { shared: true }), tried({ shared: true }))
        )
      )
      assert.isTrue(yield* sharing)
    }))

  it.effect("of a transaction fail with a conflict where two wait for each other, and outside of one", () =>
    Effect.gen(function*() {
      const outside = yield* Effect.flip(Postgres.transactionLock("nothing")).pipe(yield* program)
      assert.strictEqual(outside._tag, "Unsupported")
      const programs = [yield* program, yield* program]
      const ready = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const exits = yield* Effect.forEach(
        programs,
        (of, index) =>
          Effect.exit(of(Session.transaction(Effect.gen(function*() {
            yield* Postgres.transactionLock(BigInt(index))
            yield* Deferred.succeed(ready[index] ?? (yield* Effect.die("two")), undefined)
            yield* Effect.forEach(ready, (one) => Deferred.await(one))
            yield* Postgres.transactionLock(BigInt(1 - index))
          })))),
        { concurrency: 2 }
      )
      const failures = exits.filter(Exit.isFailure)
      assert.lengthOf(failures, 1)
      assert.include(String(failures[0]?.cause), "Conflict")
    }))

  it.effect("fail with what is wrong with the key", () =>
    Effect.gen(function*() {
      const one = yield* program
      const error = yield* Effect.flip(Effect.scoped(one(Postgres.advisoryLock(2n ** 64n))))
      assert.strictEqual(error._tag, "QueryFailed")
    }))
})
