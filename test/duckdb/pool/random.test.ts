/**
 * Whatever its users do, and whenever they are interrupted, a pool lends each connection to one at a time, never opens more than
 * its size, and has all of them back in the end.
 */
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Connection from "../../../src/duckdb/connection/connection.ts"
import { Failure } from "../../../src/duckdb/failure/failure.ts"
import { open } from "../../../src/duckdb/connection/instance.ts"
import * as ConnectionLender from "../../../src/duckdb/connection/pool.ts"

const statement = (sql: string): Connection.Statement => ({ sql, keep: true, bind: () => undefined })

const below = (size: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: size - 1 }))

/** What somebody does with a connection, after how many turns it begins, and after how many it is interrupted. */
const Use = Schema.Struct({
  how: Schema.Literals(["lend", "lease"]),
  what: Schema.Literals(["ask", "spoil", "fail", "die", "wait", "begin", "replaceAll", "impatient"]),
  begins: below(6),
  isInterrupted: Schema.Boolean,
  ends: below(40)
})

const turns = (count: number) => Effect.replicateEffect(Effect.yieldNow, count, { discard: true })

it.live.prop(
  "random uses, failures and interrupts",
  { size: below(4), minimum: below(5), uses: Schema.Array(Use).check(Schema.isMaxLength(24)) },
  ({ minimum, size: largest, uses }) =>
    Effect.gen(function*() {
      const size = largest + 1
      const scope = yield* Scope.make()
      // each lease has an object of its own; this function is the connection's
      const lent = new Set<Connection.Connection["isSpent"]>()
      let connections = 0
      let most = 0
      const pool = yield* Scope.provide(
        Effect.gen(function*() {
          const instance = yield* open(":memory:", { config: { threads: "1" }, prepare: [], attached: [] })
          const connect = Effect.acquireRelease(
            Effect.map(instance.connect, (native) => Connection.make(native, instance, "replay")),
            (connection) => connection.close
          )
          return yield* ConnectionLender.make({
            database: "random",
            size,
            minimum: Math.min(minimum, size),
            idleTimeout: Duration.millis(2),
            acquireTimeout: Duration.seconds(20),
            open: Effect.acquireRelease(
              Effect.tap(connect, () => Effect.sync(() => most = Math.max(most, ++connections))),
              () => Effect.sync(() => connections--)
            )
          })
        }),
        scope
      )

      const doWith = (what: typeof Use.Type["what"]) => (connection: Connection.Connection) => {
        const run = (sql: string) => connection.run(statement(sql), () => Effect.void)
        const done: Record<typeof what, Effect.Effect<void, Failure>> = {
          ask: run("SELECT 1"),
          spoil: run("SET VARIABLE spoilt = 1"),
          fail: run("SELECT error('no')"),
          die: Effect.die("a bug"),
          wait: turns(20),
          begin: Effect.acquireUseRelease(
            connection.begin(undefined),
            () => run("SELECT 1"),
            () => connection.rollback
          ),
          replaceAll: Effect.andThen(pool.replaceAll, run("SELECT 1")),
          impatient: Effect.fail(new Failure({ kind: "Interrupted", reason: "no", sql: "" }))
        }
        return Effect.acquireUseRelease(
          Effect.sync(() => {
            assert.isFalse(lent.has(connection.isSpent), "lent to one at a time")
            assert.isFalse(connection.isSpent(), "nobody is lent what another has spoilt")
            lent.add(connection.isSpent)
          }),
          () => done[what],
          () => Effect.sync(() => lent.delete(connection.isSpent))
        )
      }

      const fibers = yield* Effect.forEach(uses, ({ begins, ends, how, isInterrupted, what }) =>
        Effect.gen(function*() {
          yield* turns(begins)
          const use = how === "lend"
            ? pool.lend(doWith(what))
            : Effect.scoped(Effect.flatMap(pool.lease, doWith(what)))
          const fiber = yield* Effect.forkChild(use, { startImmediately: true })
          if (!isInterrupted) return yield* Fiber.await(fiber)
          yield* turns(ends)
          yield* Fiber.interrupt(fiber)
          return yield* Fiber.await(fiber)
        }).pipe(Effect.forkChild))
      const exits = yield* Fiber.joinAll(fibers)

      exits.forEach((exit, index) => {
        const { isInterrupted, what } = uses[index] ?? assert.fail()
        const isSound = Exit.isSuccess(exit) || isInterrupted || ["fail", "die", "impatient"].includes(what)
        assert.isTrue(isSound, `${what}: ${String(exit)}`)
      })
      const { acquired, idle, waiting } = yield* pool.stats
      assert.deepStrictEqual({ acquired, waiting }, { acquired: 0, waiting: 0 })
      assert.isAtMost(idle, size)
      assert.isAtMost(most, size)
      assert.strictEqual(lent.size, 0)

      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(connections, 0)
      assert.deepInclude(yield* pool.stats, { acquired: 0, idle: 0, waiting: 0 })
    }),
  { arbitrary: { runs: 150 }, timeout: 60_000 }
)
