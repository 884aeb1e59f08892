/**
 * A session opens with its Layer, keeps what succeeds and nothing else, and gives every connection back.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, ConnectionPool, Model, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import { busy, nobody } from "./busy.ts"
import type { Database } from "./Subject.ts"

class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Column.int32)
}, { table: "lifecycle_items" }) {}

class Refused extends Data.TaggedError("Refused") {}

const insert = (id: number) => Effect.flatMap(Repository.make(Item), (items) => items.insert({ id }))

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly id: number }>`SELECT id FROM lifecycle_items ORDER BY id`,
    (rows) => rows.map(({ id }) => id)
  ))

/** How the work in a transaction can end, and whether it is kept then. */
const endings: ReadonlyArray<readonly [how: string, end: Effect.Effect<void, Refused>, isKept: boolean]> = [
  ["succeeds", Effect.void, true],
  ["fails", new Refused(), false],
  ["dies", Effect.die("a bug"), false],
  ["is interrupted from within", Effect.interrupt, false]
]

export const lifecycle = (name: string, database: Database) =>
  describe(`${name}: lifecycle`, () => {
    const opened = Layer.effectDiscard(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM lifecycle_items`)
    ).pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Item])))

    for (const [how, end, isKept] of endings) {
      it.live(`keeps ${isKept ? "all" : "nothing"} of a transaction that ${how}, and has its connection again`, () =>
        Effect.gen(function*() {
          const exit = yield* Effect.exit(Session.transaction(Effect.andThen(insert(1), end)))
          assert.strictEqual(Exit.isSuccess(exit), isKept)
          assert.deepStrictEqual(yield* stored, isKept ? [1] : [])
          assert.deepStrictEqual(yield* busy, nobody)
          yield* Session.transaction(insert(2))
          assert.deepStrictEqual(yield* stored, isKept ? [1, 2] : [2])
        }).pipe(Effect.provide(opened)))
    }

    it.live("keeps nothing of a transaction whose fiber is interrupted, and has its connection again", () =>
      Effect.gen(function*() {
        const written = yield* Deferred.make<void>()
        const work = Effect.andThen(insert(1), Effect.andThen(Deferred.succeed(written, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(Session.transaction(work))
        yield* Deferred.await(written)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* stored, [])
        assert.deepStrictEqual(yield* busy, nobody)
      }).pipe(Effect.provide(opened)))

    it.live("lets a transaction end before it closes, and nobody begin one after", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const services = yield* Layer.buildWithScope(opened, scope)
        const session = Context.get(services, Session.Session)
        const { stats } = Context.get(services, ConnectionPool.ConnectionPool)
        const written = yield* Deferred.make<void>()
        const gate = yield* Deferred.make<void>()
        const work = Effect.gen(function*() {
          yield* insert(1)
          yield* Deferred.succeed(written, undefined)
          yield* Deferred.await(gate)
          yield* insert(2)
          return yield* stored
        })
        const fiber = yield* Effect.forkChild(Effect.provide(session.transaction(work), services))
        yield* Deferred.await(written)
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
        yield* Effect.yieldNow
        assert.isUndefined(closing.pollUnsafe())
        yield* Deferred.succeed(gate, undefined)
        assert.deepStrictEqual(yield* Fiber.join(fiber), [1, 2])
        yield* Fiber.join(closing)
        assert.strictEqual((yield* stats).acquired, 0)
        assert.strictEqual((yield* Effect.flip(session.transaction(Effect.void)))._tag, "ConnectionFailed")
      }))

    it.live("rolls back what is at work when its program is interrupted, and closes after it", () =>
      Effect.gen(function*() {
        const said: Array<string> = []
        const say = (what: string) => Effect.sync(() => said.push(what))
        const begun = yield* Deferred.make<void>()
        const program = Effect.gen(function*() {
          yield* Effect.addFinalizer(() => say("the scope around the transaction closes"))
          yield* Session.transaction(Effect.gen(function*() {
            yield* Session.afterRollback(say("it is rolled back"))
            yield* insert(1)
            yield* Deferred.succeed(begun, undefined)
            return yield* Effect.never
          }))
        }).pipe(
          Effect.scoped,
          Effect.provide(
            Layer.effectDiscard(Effect.addFinalizer(() => say("the Layer closes"))).pipe(Layer.provideMerge(opened))
          )
        )
        const fiber = yield* Effect.forkChild(program)
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
        assert.deepStrictEqual(said, [
          "it is rolled back",
          "the scope around the transaction closes",
          "the Layer closes"
        ])
      }))
  })
