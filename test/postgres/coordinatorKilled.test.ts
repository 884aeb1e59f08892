/**
 * The coordinator that is killed in the middle of what it does: what is told of it is true, and the pool finds its way back.
 */
import { assert, layer } from "@effect/vitest"
import { Query, Repository, Session } from "andamios-orm"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { vi } from "vitest"
import { all, emptied, entries, Entry, killedIn, on, prepared, Servers } from "./breakable.ts"

vi.setConfig({ testTimeout: 120_000 })

layer(prepared, { timeout: "120 seconds", excludeTestServices: true })("the coordinator that is killed", (it) => {
  const given = Effect.gen(function*() {
    yield* emptied
    const { coordinator, shards } = yield* Servers
    return { coordinator, shards, repository: yield* Repository.make(Entry) }
  })

  it.effect("before a transaction's next statement fails it, with nothing stored", () =>
    Effect.gen(function*() {
      const { coordinator, repository } = yield* given
      const failure = yield* Session.transaction(Effect.gen(function*() {
        yield* repository.insertMany(entries(1, 100))
        yield* PostgresServer.kill(coordinator)
        yield* repository.insertMany(entries(101, 100))
      })).pipe(Effect.flip, killedIn(coordinator))
      assert.strictEqual(failure._tag, "ConnectionFailed", failure.message)
      assert.deepStrictEqual(yield* all, [])
    }))

  it.effect("during a commit leaves it unknown, and nobody runs it again; the pool works when it is back", () =>
    Effect.gen(function*() {
      const { coordinator, repository, shards } = yield* given
      for (const shard of shards) {
        yield* on(shard)(
          "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'"
        )
        yield* on(shard)(
          "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED " +
            "FOR EACH ROW WHEN (NEW.text = 'slow') EXECUTE FUNCTION slowly()"
        )
      }
      const isCommitting = Effect.map(
        Effect.forEach(
          shards,
          (shard) =>
            on(shard)("SELECT FROM pg_stat_activity WHERE query = 'COMMIT TRANSACTION' AND wait_event = 'PgSleep'")
        ),
        (found) => found.flat().length > 0
      )
      let runs = 0
      const running = yield* Effect.forkChild(Effect.flip(Session.transaction(
        Effect.suspend(() => {
          runs += 1
          return repository.insertMany([{ id: 0, text: "slow" }, ...entries(1, 10)])
        }),
        { retry: Schedule.recurs(3) }
      )))
      yield* Effect.repeat(isCommitting, { until: (is) => is, schedule: Schedule.spaced("20 millis") })
      const failure = yield* Effect.andThen(PostgresServer.kill(coordinator), Fiber.join(running)).pipe(
        killedIn(coordinator)
      )
      assert.strictEqual(failure._tag, "CommitOutcomeUnknown", failure.message)
      assert.strictEqual(runs, 1)
      const found = yield* Effect.forEach(Array.from({ length: 20 }), () => Query.from(Entry).count, {
        concurrency: "unbounded"
      })
      assert.lengthOf(found, 20)
      yield* repository.insert({ id: 1_000, text: "after" })
      assert.include((yield* all).map(({ id }) => id), 1_000)
    }))

  for (const wait of [0, 40, 120]) {
    it.effect(`${wait} ms after a write by itself has begun leaves it unknown, whole or in parts`, () =>
      Effect.gen(function*() {
        const { coordinator, repository } = yield* given
        yield* repository.insertMany(entries(1, 20_000))
        const result = yield* Effect.gen(function*() {
          const running = yield* Effect.forkChild(Effect.result(Effect.gen(function*() {
            yield* Query.update(Entry).set(() => ({ text: "second" })).everywhere()
          })))
          yield* Effect.sleep(wait)
          yield* PostgresServer.kill(coordinator)
          return yield* Fiber.join(running)
        }).pipe(killedIn(coordinator))
        const texts = new Set((yield* all).map(({ text }) => text))
        if (result._tag === "Success") return assert.deepStrictEqual(texts, new Set(["second"]))
        assert.include(["ConnectionFailed", "CommitOutcomeUnknown"], result.failure._tag, result.failure.message)
        if (result.failure._tag === "ConnectionFailed") assert.deepStrictEqual(texts, new Set(["first"]))
      }))
  }

  it.effect("in the middle of a stream fails it, which never ends with fewer rows", () =>
    Effect.gen(function*() {
      const { coordinator, repository } = yield* given
      yield* repository.insertMany(entries(1, 60_000))
      let count = 0
      const failure = yield* Query.from(Entry).stream.pipe(
        Stream.runForEach(() => ++count === 5_000 ? PostgresServer.kill(coordinator) : Effect.void),
        Effect.flip,
        killedIn(coordinator)
      )
      assert.strictEqual(failure._tag, "StreamBroken", failure.message)
      assert.isBelow(count, 60_000)
      assert.strictEqual(yield* Stream.runFold(Query.from(Entry).stream, () => 0, (sum) => sum + 1), 60_000)
    }))
})
