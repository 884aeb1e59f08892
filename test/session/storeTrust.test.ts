/**
 * What a cache believes of its store while it has not been told all: nothing is taken for told that was owed anew meanwhile.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { identity } from "effect/Function"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import { BackingPersistence, layerBackingMemory, PersistenceError } from "effect/persistence/Persistence"
import type { Answers } from "../../src/session/AnswerStore.ts"
import * as persisted from "../../src/session/persistedAnswers.ts"
import { storeTrust } from "../../src/session/storeTrust.ts"

/** Trust in answers that are kept in memory, but for what is put around them. */
const trusting = (around: (answers: Answers) => Answers, patience = 20_000) =>
  Effect.gen(function*() {
    const answers = around(yield* persisted.make(yield* BackingPersistence)("a database"))
    let failures = 0
    const trust = storeTrust({
      answers,
      patience,
      lease: 60_000,
      apart: identity,
      failed: () => failures++,
      scope: yield* Effect.scope
    })
    return { trust, answers, failures: () => failures }
  }).pipe(Effect.provide(layerBackingMemory))

describe("a store that is told late", () => {
  it.effect("is told again of what has changed again meanwhile, before it is asked", () =>
    Effect.gen(function*() {
      const told = [Latch.makeUnsafe(false), Latch.makeUnsafe(false)]
      let tellings = 0
      const { trust } = yield* trusting((answers) => ({
        ...answers,
        end: (names, write) => Effect.andThen(told[tellings++]?.await ?? Effect.void, answers.end(names, write))
      }))
      const changed = Effect.forkChild(trust.changed(["books"]), { startImmediately: true })
      const first = yield* changed
      const second = yield* changed
      yield* told[0]?.open ?? Effect.void
      yield* Fiber.join(first)
      assert.isTrue(Option.isSome(yield* trust.ask(Effect.succeed("an answer"))))
      assert.strictEqual(tellings, 3)
      yield* told[1]?.open ?? Effect.void
      yield* Fiber.join(second)
    }))

  it.effect("is not asked while the end of a write is owed, which could not be told", () =>
    Effect.gen(function*() {
      const { failures, trust } = yield* trusting((answers) => ({
        ...answers,
        end: () => Effect.fail(new PersistenceError({ message: "out of reach" }))
      }))
      const over = yield* trust.watcher(["books"])
      yield* over
      assert.isTrue(Option.isNone(yield* trust.ask(Effect.succeed("an answer"))))
      assert.strictEqual(failures(), 1)
    }))

  it.effect("is not asked while something is written that it does not know of", () =>
    Effect.gen(function*() {
      let isReached = false
      const { failures, trust } = yield* trusting((answers) => ({
        ...answers,
        begin: () => Effect.fail(new PersistenceError({ message: "out of reach" })),
        end: (names, write) => {
          isReached = true
          return answers.end(names, write)
        }
      }))
      const over = yield* trust.watcher(["books"])
      assert.isTrue(Option.isNone(yield* trust.ask(Effect.succeed("an answer"))))
      assert.deepStrictEqual([failures(), isReached], [1, false])
      yield* over
    }))

  it.effect("is out of reach for all who ask at the same time, where it fails or takes too long", () =>
    Effect.gen(function*() {
      const together = <A>(use: Effect.Effect<A, PersistenceError>) =>
        Effect.gen(function*() {
          const { failures, trust } = yield* trusting(identity, 20)
          const found = yield* Effect.all([trust.ask(use), trust.ask(use)], { concurrency: 2 })
          assert.deepStrictEqual(found, [Option.none(), Option.none()])
          assert.strictEqual(failures(), 2)
        })
      yield* together(Effect.never)
      yield* together(Effect.andThen(Effect.yieldNow, Effect.fail(new PersistenceError({ message: "out of reach" }))))
    }))

  it.effect("waits for no write that it could not be told of", () =>
    Effect.gen(function*() {
      let isDown = true
      const backing = yield* BackingPersistence
      const failing: BackingPersistence["Service"] = {
        make: (store) =>
          Effect.map(backing.make(store), (its) => ({
            ...its,
            setMany: (entries) =>
              isDown ? Effect.fail(new PersistenceError({ message: "out of reach" })) : its.setMany(entries)
          }))
      }
      const answers = yield* persisted.make(failing)("a database")
      yield* Effect.flip(answers.begin(["books"], "write", 60_000))
      isDown = false
      assert.isDefined((yield* answers.look("key", ["books"], undefined)).token)
    }).pipe(Effect.provide(layerBackingMemory)))

  it.effect("takes nothing for certain that begins to be written while its mark is made", () =>
    Effect.gen(function*() {
      const marked = Latch.makeUnsafe(false)
      const backing = yield* BackingPersistence
      const slow: BackingPersistence["Service"] = {
        make: (store) =>
          Effect.map(backing.make(store), (its) => ({
            ...its,
            setMany: (entries) => Effect.andThen(marked.await, its.setMany(entries))
          }))
      }
      const answers = yield* persisted.make(slow)("a database")
      const before = yield* Effect.forkChild(answers.end(["other"], "earlier"), { startImmediately: true })
      const looking = yield* Effect.forkChild(answers.look("key", ["books"], undefined), { startImmediately: true })
      const writing = yield* Effect.forkChild(answers.begin(["books"], "write", 60_000), { startImmediately: true })
      yield* marked.open
      yield* Fiber.join(before)
      assert.deepStrictEqual(yield* Fiber.join(looking), { token: undefined, answer: undefined })
      yield* Fiber.join(writing)
      yield* answers.end(["books"], "write")
      assert.isDefined((yield* answers.look("key", ["books"], undefined)).token)
    }).pipe(Effect.provide(layerBackingMemory)))
})
