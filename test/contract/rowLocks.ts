/**
 * Rows that are read can be locked until the transaction ends.
 */
import { assert, layer } from "@effect/vitest"
import { Query, Repository, Session } from "andamios-orm"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { byId, idsOf, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

export const rowLocks = (name: string, database: Database) =>
  layer(withPeople(database), { timeout: "60 seconds" })(`${name}: row locks`, (it) => {
    /** Runs an effect while another transaction has locked the first person. */
    const besideLock = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.gen(function*() {
        const locked = yield* Deferred.make<void>()
        const done = yield* Deferred.make<void>()
        const holder = yield* Effect.forkChild(Session.transaction(
          Query.from(Person).where((person) => person.id.eq(1)).lock("update").one.pipe(
            Effect.andThen(Deferred.succeed(locked, undefined)),
            Effect.andThen(Deferred.await(done))
          )
        ))
        yield* Deferred.await(locked)
        const answer = yield* effect
        yield* Deferred.succeed(done, undefined)
        yield* Fiber.join(holder)
        return answer
      })

    it.effect("are skipped by who doesn't want to wait for them", () =>
      Effect.gen(function*() {
        const free = Query.from(Person).orderBy(byId).lock("update", "skipLocked")
        assert.deepStrictEqual(idsOf(yield* besideLock(free.all)), [2, 3, 4, 5])
      }))

    it.effect("are a conflict for who doesn't wait", () =>
      Effect.gen(function*() {
        const refused = yield* besideLock(Effect.flip(Query.from(Person).lock("share", "noWait").all))
        assert.strictEqual(refused._tag, "Conflict")
      }))

    it.effect("can be read by everybody", () =>
      Effect.gen(function*() {
        const people = yield* Repository.make(Person)
        assert.strictEqual((yield* besideLock(people.get(1))).name, "Ada")
      }))
  })

/** A database without row locks says so, and sends nothing. */
export const noRowLocks = (name: string, database: Database) =>
  layer(withPeople(database), { timeout: "60 seconds" })(`${name}: row locks`, (it) => {
    it.effect("are refused by name", () =>
      Effect.gen(function*() {
        const refused = yield* Effect.flip(Query.from(Person).lock("update").all)
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "locking the rows of a read")
        assert.include(refused.message, "Conflict")
      }))
  })
