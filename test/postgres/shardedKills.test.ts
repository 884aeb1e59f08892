/**
 * Servers that are killed at random while several fibers write: what was acknowledged is there, what failed is not, and the pool finds
 * its way back by itself.
 */
import { assert, layer } from "@effect/vitest"
import { Repository, Session } from "andamios-orm"
import { PostgresServer } from "andamios-orm/testing"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { all, emptied, entries, Entry, prepared, Servers } from "./breakable.ts"

/** Of writes of several rows each: what was told of them, by the keys of their rows. */
interface Told {
  readonly stored: Set<number>
  readonly refused: Set<number>
  readonly unknown: Set<number>
}

layer(prepared, { timeout: "120 seconds", excludeTestServices: true })("servers that are killed under load", (it) => {
  for (const seed of ["one", "two", "three"]) {
    it.effect(`keep what they acknowledged, and nothing that they refused (${seed})`, () =>
      Effect.gen(function*() {
        yield* emptied
        const { coordinator, shards } = yield* Servers
        const repository = yield* Repository.make(Entry)
        const told: Told = { stored: new Set(), refused: new Set(), unknown: new Set() }
        let next = 1

        const write = Effect.gen(function*() {
          const rows = entries(next, yield* Random.nextIntBetween(1, 6))
          next += rows.length
          const both = Effect.andThen(repository.insertMany(rows.slice(1)), repository.insertMany(rows.slice(0, 1)))
          const isTransaction = yield* Random.nextBoolean
          const result = yield* Effect.result(isTransaction ? Session.transaction(both) : repository.insertMany(rows))
          const outcome = result._tag === "Success"
            ? told.stored
            : result.failure._tag === "CommitOutcomeUnknown"
            ? told.unknown
            : told.refused
          for (const { id } of rows) outcome.add(id)
          if (result._tag === "Failure") {
            const tags = ["CommitOutcomeUnknown", "ConnectionFailed", "TransactionAborted"]
            assert.include(tags, result.failure._tag, result.failure.message)
            yield* Effect.sleep("5 millis")
          }
        })

        let isOver = false
        const writer = Effect.whileLoop({ while: () => !isOver, body: () => write, step: () => {} })
        const writers = yield* Effect.forkChild(Effect.all(Array.makeBy(4, () => writer), { concurrency: 4 }))
        for (const round of Array.range(1, 5)) {
          yield* Effect.sleep(yield* Random.nextIntBetween(50, 400))
          const server = [coordinator, ...shards][yield* Random.nextIntBetween(0, 3)] ?? coordinator
          yield* PostgresServer.kill(server)
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 200))
          yield* PostgresServer.restart(server)
          const before = told.stored.size
          // the pool is not told, and the writers go on
          yield* Effect.suspend(() => Effect.succeed(told.stored.size)).pipe(
            Effect.delay("20 millis"),
            Effect.repeat({ until: (size) => size > before + 20 }),
            Effect.timeout("30 seconds"),
            Effect.orDie
          )
          assert.isAbove(told.stored.size, before, `after kill ${round}`)
        }
        isOver = true
        yield* Fiber.join(writers)

        const found = new Set((yield* all).map(({ id }) => id))
        assert.deepStrictEqual([...told.stored].filter((id) => !found.has(id)), [], "acknowledged, and gone")
        assert.deepStrictEqual([...told.refused].filter((id) => found.has(id)), [], "refused, and there")
        assert.isEmpty([...found].filter((id) => !told.stored.has(id) && !told.unknown.has(id)))
      }).pipe(Random.withSeed(seed)), 120_000)
  }
})
