/**
 * Every way in which an operation of a repository can fail is told by its name, with the key that it is about, and changes nothing.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Failing, failing } from "./failingOperations.ts"
import type { Database } from "./Subject.ts"
import { CurrentTenant, key, type Repositories, repositories, seat, stored, withTheatre } from "./theatre.ts"

/** What a failure tells beside its name, as far as the table asks for it. */
const toldBy = (error: unknown): unknown => {
  if (error instanceof OrmError.UniqueViolation) return error.key
  if (error instanceof OrmError.ForeignKeyViolation) return error.columns
  if (error instanceof OrmError.CheckViolation) return error.columns
  if (error instanceof OrmError.Invalid) return error.issues.map(({ path }) => path)
  if (error instanceof OrmError.QueryFailed) return /Column\.\w+/.exec(error.hint ?? "")?.[0]
  return undefined
}

/** What every write does where nothing may be written. */
const writes = (
  { customers, members, seats }: Repositories
): ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string; readonly message: string }, CurrentTenant>> => [
  seats.insert(seat(9)),
  seats.insertMany([seat(9)]),
  seats.importFrom(Stream.make(seat(9))),
  seats.upsert(seat(2)),
  seats.patch({ ...key, version: 1, price: 11 }),
  seats.patchMany([{ ...key, version: 1, price: 11 }]),
  seats.update({ ...seat(2), version: 1, price: 11 }),
  seats.increment(key, { price: 1 }),
  seats.save(seat(9)),
  seats.delete(key),
  seats.deleteMany([key]),
  members.delete(1),
  members.restore(3),
  members.purge(1),
  customers.insert({ id: 9, email: "z" })
]

export const failures = (name: string, database: Database) =>
  layer(withTheatre(database), {
    timeout: "120 seconds"
  })(
    `${name}: failures`,
    (it) => {
      const asAcme = Effect.provideService(CurrentTenant, "acme")

      const failed = Effect.fnUntraced(function*({ run, tag, told }: Failing, inside: boolean) {
        const before = yield* stored
        const operation = run(yield* repositories)
        const failure = yield* Effect.flip(asAcme(inside ? Session.transaction(operation) : operation))
        assert.strictEqual(failure._tag, tag, failure.message)
        if (told !== undefined) assert.deepStrictEqual(toldBy(failure), told, failure.message)
        assert.deepStrictEqual(yield* stored, before)
      })

      for (const operation of failing) {
        it.effect(`${operation.tag}: ${operation.what}`, () => failed(operation, false))
        it.effect(`${operation.tag}: ${operation.what}, in a transaction`, () => failed(operation, true))
      }

      it.effect("UniqueViolation: what was stored in the same transaction is told by its key, too", () =>
        Effect.gen(function*() {
          const before = yield* stored
          const { seats } = yield* repositories
          const keys = [
            [{ label: "label 8" }, "label"],
            [{ ticket: 108 }, "ticket"],
            [{ place: 8 }, "rowName, place"],
            [{ seatNumber: 8 }, "primary key"]
          ] as const
          for (const [change, taken] of keys) {
            const twice = Effect.andThen(seats.insert(seat(8)), seats.insert({ ...seat(9), ...change }))
            const failure = yield* Effect.flip(Session.transaction(twice))
            assert.strictEqual(toldBy(failure), taken, failure.message)
            if (taken === "primary key") continue
            const patched = Effect.andThen(
              seats.insertMany([seat(8), seat(9)]),
              seats.patch({ hallId: 1, seatNumber: 9, version: 1, ...change })
            )
            const late = yield* Effect.flip(Session.transaction(patched))
            assert.strictEqual(toldBy(late), taken, late.message)
          }
          assert.deepStrictEqual(yield* stored, before)
        }))

      it.effect("UniqueViolation: is caught by its key, and left as it is where it is of another, or something else", () =>
        Effect.gen(function*() {
          const before = yield* stored
          const { seats } = yield* repositories
          const caught = (change: Partial<ReturnType<typeof seat>>) =>
            seats.insert({ ...seat(9), ...change }).pipe(
              Effect.as("stored"),
              Repository.catchKey("label", (taken) => Effect.succeed(`caught ${taken.key}`)),
              Repository.catchKey("primary key", (taken) => Effect.fail(`${taken.key}`)),
              Effect.catch((error) => Effect.succeed(typeof error === "string" ? `failed ${error}` : error._tag))
            )
          assert.strictEqual(yield* caught({ label: "label 1" }), "caught label")
          assert.strictEqual(yield* caught(key), "failed primary key")
          assert.strictEqual(yield* caught({ ticket: 101 }), "UniqueViolation")
          assert.strictEqual(yield* caught({ price: 0 }), "Invalid")
          assert.deepStrictEqual(yield* stored, before)
        }))

      it.effect("ReadOnly: nothing writes in a transaction that only reads", () =>
        Effect.gen(function*() {
          const before = yield* stored
          for (const write of writes(yield* repositories)) {
            const failure = yield* Effect.flip(Session.transaction(asAcme(write), { readOnly: true }))
            assert.strictEqual(failure._tag, "ReadOnly", failure.message)
          }
          assert.deepStrictEqual(yield* stored, before)
        }))
    }
  )
