/**
 * What is to run after a commit or a rollback runs after that one, once, and when the connection is free.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestConsole } from "effect/testing"
import { busy, nobody, stats } from "./busy.ts"
import type { Database } from "./Subject.ts"

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Column.int32)
}, { table: "afterwards_orders" }) {}

class Refused extends Data.TaggedError("Refused") {}

class Postman extends Context.Service<Postman, { readonly send: (letter: string) => Effect.Effect<void> }>()(
  "test/Postman"
) {}

const insert = (id: number) => Effect.flatMap(Repository.make(Order), (orders) => orders.insert({ id }))

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly id: number }>`SELECT id FROM afterwards_orders ORDER BY id`,
    (rows) => rows.map(({ id }) => id)
  ))

const fresh = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM afterwards_orders`)

/** A book of what ran, and how to say what is to run. */
const diary = () => {
  const said: Array<string> = []
  const say = (what: string) => Effect.sync(() => said.push(what))
  const both = (name: string) =>
    Effect.andThen(
      Session.afterCommit(say(`${name} committed`)),
      Session.afterRollback(say(`${name} rolled back`))
    )
  return { said, say, both }
}

/** What a program of nested transactions does: each has a name, a part, and an end. */
interface Part {
  readonly name: string
  readonly parts: ReadonlyArray<Part>
  readonly fails: boolean
}

const Part: Schema.Codec<Part> = Schema.Struct({
  name: Schema.Literals(["a", "b", "c"]),
  parts: Schema.Array(Schema.suspend(() => Part)).check(Schema.isMaxLength(3)),
  fails: Schema.Boolean
})

/** What is said by a program, in the order in which it was registered: what is kept, and what is not. */
const modelled = (part: Part, isKept: boolean): ReadonlyArray<readonly [name: string, isKept: boolean]> => {
  const keeps = isKept && !part.fails
  return [[part.name, keeps], ...part.parts.flatMap((inner) => modelled(inner, keeps))]
}

type Run = Effect.Effect<void, unknown, Session.Session | SqlClient.SqlClient>

const perform = (part: Part, both: (name: string) => Run): Run =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const body = Effect.gen(function*() {
      yield* both(part.name)
      yield* Effect.forEach(part.parts, (inner) => Effect.ignore(perform(inner, both)), { discard: true })
      if (part.fails) return yield* new Refused()
    })
    // plain SQL's transactions are the same
    yield* part.name === "b" ? sql.withTransaction(body) : Session.transaction(body)
  })

export const afterwards = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Order]), { timeout: "60 seconds" })(`${name}: afterwards`, (it) => {
    it.effect("a commit runs what waits for it, when its rows are there and its connection is free", () =>
      Effect.gen(function*() {
        yield* fresh
        const seen: Array<unknown> = []
        const look = Effect.gen(function*() {
          const { size } = yield* stats
          // all connections are free, also that of the transaction
          const all = Effect.all(Array.from({ length: size }, () => Session.transaction(stored)), {
            concurrency: "unbounded"
          })
          seen.push(yield* Effect.orDie(all), yield* busy)
          return "ignored"
        })
        const { size } = yield* stats
        const answer = yield* Session.transaction(Effect.gen(function*() {
          yield* Session.afterCommit(look)
          yield* insert(1)
          assert.deepStrictEqual(seen, [])
          return "the answer"
        }))
        assert.strictEqual(answer, "the answer")
        assert.deepStrictEqual(seen, [Array.from({ length: size }, () => [1]), nobody])
      }))

    it.effect("a rollback runs what waits for it, when its rows are gone and its connection is free", () =>
      Effect.gen(function*() {
        yield* fresh
        const seen: Array<unknown> = []
        const look = Effect.gen(function*() {
          seen.push(yield* Effect.orDie(Session.transaction(stored)), yield* busy)
        })
        const work = Effect.gen(function*() {
          yield* Session.afterRollback(look)
          yield* insert(1)
          return yield* new Refused()
        })
        assert.instanceOf(yield* Effect.flip(Session.transaction(work)), Refused)
        assert.deepStrictEqual(seen, [[], nobody])
      }))

    it.effect("comes at once, or never, outside of a transaction", () =>
      Effect.gen(function*() {
        const { both, said } = diary()
        yield* both("nothing")
        assert.deepStrictEqual(said, ["nothing committed"])
        yield* Session.transaction(Effect.void)
        yield* Effect.ignore(Session.transaction(new Refused()))
        assert.deepStrictEqual(said, ["nothing committed"])
      }))

    it.effect.prop(
      "belongs to its own transaction, and to those around it",
      { part: Part },
      ({ part }) =>
        Effect.gen(function*() {
          const { both, said } = diary()
          yield* Effect.ignore(perform(part, both))
          const expected = modelled(part, true)
          assert.deepStrictEqual(said, [
            ...expected.filter(([, isKept]) => isKept).map(([which]) => `${which} committed`),
            ...expected.filter(([, isKept]) => !isKept).map(([which]) => `${which} rolled back`)
          ])
          assert.deepStrictEqual(yield* busy, nobody)
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("waits for the end of the outermost transaction", () =>
      Effect.gen(function*() {
        const { both, said } = diary()
        yield* Session.transaction(Effect.gen(function*() {
          yield* Effect.ignore(Session.transaction(Effect.andThen(both("inner"), new Refused())))
          assert.deepStrictEqual(said, [])
        }))
        assert.deepStrictEqual(said, ["inner rolled back"])
      }))

    it.effect("comes after each attempt that was rolled back, and after the one that committed", () =>
      Effect.gen(function*() {
        const { both, said } = diary()
        let runs = 0
        const work = Effect.suspend(() => {
          runs += 1
          const attempt = both(`attempt ${runs}`)
          return runs < 3 ? Effect.andThen(attempt, new OrmError.Conflict({ reason: "mine" })) : attempt
        })
        yield* Session.transaction(work, { retry: Schedule.recurs(5) })
        assert.deepStrictEqual(said, ["attempt 1 rolled back", "attempt 2 rolled back", "attempt 3 committed"])
      }))

    it.effect("takes a commit that fails for a rollback", () =>
      Effect.gen(function*() {
        yield* fresh
        yield* insert(1)
        const { both, said } = diary()
        const work = Effect.andThen(both("caught"), Effect.ignore(insert(1)))
        assert.instanceOf(yield* Effect.flip(Session.transaction(work)), OrmError.TransactionAborted)
        assert.deepStrictEqual(said, ["caught rolled back"])
      }))

    it.effect("comes where the fiber is interrupted, or dies", () =>
      Effect.gen(function*() {
        const { both, said } = diary()
        const begun = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          Session.transaction(
            Effect.andThen(both("interrupted"), Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
          )
        )
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(fiber)
        yield* Effect.exit(Session.transaction(Effect.andThen(both("dead"), Effect.die("a bug"))))
        assert.deepStrictEqual(said, ["interrupted rolled back", "dead rolled back"])
      }))

    it.effect("comes where the fiber is interrupted while it commits", () =>
      Effect.gen(function*() {
        yield* fresh
        const { both, said } = diary()
        const committed = yield* Deferred.make<void>()
        const gate = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
          yield* insert(1)
          yield* Session.afterCommit(Effect.andThen(Deferred.succeed(committed, undefined), Deferred.await(gate)))
          yield* both("committing")
        })))
        yield* Deferred.await(committed)
        const interrupted = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* Effect.yieldNow
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(interrupted)
        assert.deepStrictEqual(said, ["committing committed"])
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("logs a defect, which stops neither the others nor the answer", () =>
      Effect.gen(function*() {
        const { said, say } = diary()
        const answer = yield* Session.transaction(Effect.gen(function*() {
          yield* Session.afterCommit(say("first"))
          yield* Session.afterCommit(Effect.die("a bug after a commit"))
          yield* Session.afterCommit(say("third"))
          return 42
        }))
        assert.strictEqual(answer, 42)
        const refused = Session.transaction(Effect.gen(function*() {
          yield* Session.afterRollback(say("fourth"))
          yield* Session.afterRollback(Effect.die("a bug after a rollback"))
          yield* Session.afterRollback(say("sixth"))
          return yield* new Refused()
        }))
        assert.instanceOf(yield* Effect.flip(refused), Refused)
        yield* Session.afterCommit(Effect.die("a bug after nothing"))
        assert.deepStrictEqual(said, ["first", "third", "fourth", "sixth"])
        const logged = (yield* TestConsole.logLines).join("\n")
        for (const what of ["a commit", "a rollback", "nothing"]) assert.include(logged, `a bug after ${what}`)
      }))

    it.effect("has the services of where it was said, and none of the transaction", () =>
      Effect.gen(function*() {
        yield* fresh
        const { said, say } = diary()
        const letter = (text: string) => Effect.flatMap(Postman, ({ send }) => send(text))
        const work = Effect.gen(function*() {
          yield* insert(1)
          yield* Session.afterCommit(Effect.andThen(letter("thank you"), Effect.orDie(insert(2))))
          yield* Session.afterRollback(Effect.andThen(letter("sorry"), Effect.orDie(insert(3))))
        }).pipe(Effect.provideService(Postman, { send: (text) => say(`sent: ${text}`) }))
        yield* Session.transaction(work)
        yield* Effect.ignore(Session.transaction(Effect.andThen(work, new Refused())))
        assert.deepStrictEqual(said, ["sent: thank you"])
        yield* fresh
        yield* Effect.ignore(Session.transaction(Effect.andThen(work, new Refused())))
        assert.deepStrictEqual(said, ["sent: thank you", "sent: sorry"])
        assert.deepStrictEqual(yield* stored, [3])
      }))

    it.effect("is the same in a transaction of plain SQL, and beside its own afterCommit", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { both, said, say } = diary()
        const work = Effect.all([both("plain"), sql.afterCommit(Effect.asVoid(say("client committed")))])
        yield* sql.withTransaction(work)
        assert.deepStrictEqual(said, ["plain committed", "client committed"])
        yield* Effect.ignore(sql.withTransaction(Effect.andThen(work, new Refused())))
        assert.deepStrictEqual(said, ["plain committed", "client committed", "plain rolled back"])
      }))

    it.effect("can be said in what runs afterwards", () =>
      Effect.gen(function*() {
        const { both, said } = diary()
        yield* Session.transaction(Session.afterCommit(both("outside")))
        yield* Effect.ignore(
          Session.transaction(
            Effect.andThen(Session.afterRollback(Effect.orDie(Session.transaction(both("inside")))), new Refused())
          )
        )
        assert.deepStrictEqual(said, ["outside committed", "inside committed"])
      }))
  })
