/**
 * Connections that are cut off while a stream or a write is on its way: between a program and the coordinator, and between that and a shard.
 */
import { assert, layer } from "@effect/vitest"
import { ConnectionPool, Query, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { vi } from "vitest"
import { all, emptied, entries, Entry, on, prepared, Servers } from "./breakable.ts"

vi.setConfig({ testTimeout: 120_000 })

const who = {
  "the coordinator's": ({ coordinator }: Servers["Service"]) => coordinator,
  "a shard's": ({ shards: [, shard] }: Servers["Service"]) => shard
}

layer(prepared, { timeout: "120 seconds", excludeTestServices: true })("connections that are cut off", (it) => {
  /** Ends all that others do on a server, and waits until it has ended. */
  const cutAt = (server: Parameters<typeof on>[0]) =>
    on(server)(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )

  for (const [name, serverOf] of Object.entries(who)) {
    const given = Effect.gen(function*() {
      yield* emptied
      const cut = cutAt(serverOf(yield* Servers))
      return { cut, repository: yield* Repository.make(Entry) }
    })

    it.effect(`${name} in the middle of a stream fail it, which never ends with fewer rows`, () =>
      Effect.gen(function*() {
        const { cut, repository } = yield* given
        yield* repository.insertMany(entries(1, 60_000))
        let count = 0
        const failure = yield* Query.from(Entry).stream.pipe(
          Stream.runForEach(() => ++count === 3_000 ? cut : Effect.void),
          Effect.flip
        )
        assert.strictEqual(failure._tag, "StreamBroken", failure.message)
        assert.isBelow(count, 60_000)
        assert.strictEqual(yield* Stream.runFold(Query.from(Entry).stream, () => 0, (sum) => sum + 1), 60_000)
      }))

    it.effect(`${name} between the statements of a transaction fail it, with nothing stored`, () =>
      Effect.gen(function*() {
        const { cut, repository } = yield* given
        const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
          yield* repository.insertMany(entries(1, 100))
          yield* cut
          yield* repository.insertMany(entries(101, 100))
        })))
        assert.strictEqual(failure._tag, "ConnectionFailed", failure.message)
        assert.deepStrictEqual(yield* all, [])
      }))

    it.effect(`${name} before a commit store nothing, or leave it unknown`, () =>
      Effect.gen(function*() {
        const { cut, repository } = yield* given
        const failure = yield* Effect.flip(Session.transaction(
          Effect.andThen(repository.insertMany(entries(1, 100)), cut)
        ))
        assert.include(["ConnectionFailed", "CommitOutcomeUnknown"], failure._tag, failure.message)
        if (failure._tag === "ConnectionFailed") assert.deepStrictEqual(yield* all, [])
      }))

    it.effect(`${name} while nobody uses them are made again by who needs them`, () =>
      Effect.gen(function*() {
        const { cut, repository } = yield* given
        yield* repository.insertMany(entries(1, 100))
        yield* Effect.forEach(entries(1, 10), ({ id }) => repository.get(id), { concurrency: "unbounded" })
        yield* cut
        const results = yield* Effect.forEach(entries(1, 30), ({ id }) => Effect.result(repository.get(id)))
        for (const result of results) {
          if (result._tag === "Failure") {
            assert.strictEqual(result.failure._tag, "ConnectionFailed", result.failure.message)
          }
        }
        const failed = results.filter(({ _tag }) => _tag === "Failure").length
        const pool = yield* ConnectionPool.ConnectionPool
        assert.isAtMost(failed, (yield* pool.stats).size)
        assert.strictEqual(yield* Query.from(Entry).count, 100)
      }))
  }
})
