/**
 * A shard that is killed in the middle of what it does: what is told of it is true, and what was acknowledged is there when it is back.
 */
import { assert, layer } from "@effect/vitest"
import { Plan, Query, Repository, Session } from "andamios-orm"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { vi } from "vitest"
import { all, emptied, entries, Entry, keys, killedIn, on, prepared, Servers, stored } from "./breakable.ts"

vi.setConfig({ testTimeout: 120_000 })

layer(prepared, { timeout: "120 seconds", excludeTestServices: true })("a shard that is killed", (it) => {
  /** The first shard goes on, and the second is the one that is killed. */
  const given = Effect.gen(function*() {
    const { shards: [, shard] } = yield* Servers
    const [kept, lost] = yield* keys
    return { shard, kept, lost, repository: yield* Repository.make(Entry) }
  })

  it.effect("is told in a plan, with what is known without it", () =>
    Effect.gen(function*() {
      const { shard } = yield* given
      const plan = yield* Effect.andThen(PostgresServer.kill(shard), Query.from(Entry).explain()).pipe(killedIn(shard))
      const [answering, silent] = Plan.stepsOf(plan).filter(({ shards }) => shards !== undefined)
      assert.isDefined(answering?.children[0])
      assert.deepStrictEqual(silent?.children, [])
      assert.match(silent?.details["Remote Plan"] ?? "", /^not told: /)
      assert.deepStrictEqual(yield* all, [])
    }))

  it.effect("before a transaction's next statement fails it, with nothing stored", () =>
    Effect.gen(function*() {
      const { kept: [kept = 0], lost: [lost = 0, other = 0], repository, shard } = yield* given
      const failure = yield* Session.transaction(Effect.gen(function*() {
        yield* repository.insertMany([{ id: kept, text: "a" }, { id: lost, text: "b" }])
        yield* PostgresServer.kill(shard)
        yield* repository.insert({ id: other, text: "c" })
      })).pipe(Effect.flip, killedIn(shard))
      assert.strictEqual(failure._tag, "ConnectionFailed", failure.message)
      assert.deepStrictEqual(yield* all, [])
    }))

  it.effect("before a commit that spans shards leaves it unknown, and nobody runs it again", () =>
    Effect.gen(function*() {
      const { kept: [kept = 0], lost: [lost = 0], repository, shard } = yield* given
      let runs = 0
      const failure = yield* Session.transaction(
        Effect.gen(function*() {
          runs += 1
          yield* repository.insertMany([{ id: kept, text: "a" }, { id: lost, text: "b" }])
          yield* PostgresServer.kill(shard)
        }),
        { retry: Schedule.recurs(3) }
      ).pipe(Effect.flip, killedIn(shard))
      assert.strictEqual(failure._tag, "CommitOutcomeUnknown", failure.message)
      assert.strictEqual(runs, 1)
      const [ofKept, ofLost] = yield* stored
      assert.include([0, 1], ofKept?.length)
      assert.deepStrictEqual(ofLost, [])
    }))

  it.effect("during a commit that spans shards leaves it unknown, also where a part is stored", () =>
    Effect.gen(function*() {
      const { kept: [kept = 0], lost: [lost = 0], repository, shard } = yield* given
      yield* on(shard)(
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'"
      )
      yield* on(shard)(
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly()"
      )
      const isCommitting = Effect.map(
        on(shard)("SELECT FROM pg_stat_activity WHERE query = 'COMMIT TRANSACTION' AND wait_event = 'PgSleep'"),
        ({ length }) => length > 0
      )
      const attempt = <A, E extends { readonly _tag: string; readonly message: string }, R>(
        write: Effect.Effect<A, E, R>
      ) =>
        Effect.gen(function*() {
          const running = yield* Effect.forkChild(Effect.flip(write))
          yield* Effect.repeat(isCommitting, { until: (is) => is, schedule: Schedule.spaced("20 millis") })
          yield* PostgresServer.kill(shard)
          const failure = yield* Fiber.join(running)
          assert.strictEqual(failure._tag, "CommitOutcomeUnknown", failure.message)
        }).pipe(killedIn(shard))

      const write = repository.insertMany([{ id: kept, text: "a" }, { id: lost, text: "b" }])
      yield* attempt(write)
      assert.deepStrictEqual(yield* stored, [[{ id: kept, text: "a" }], []])
      yield* emptied
      yield* attempt(Session.transaction(write, { retry: Schedule.recurs(3) }))
      assert.deepStrictEqual(yield* stored, [[{ id: kept, text: "a" }], []])
      yield* on(shard)("DROP FUNCTION slowly CASCADE")
    }))

  it.effect("leaves the other's rows to be read and written, and all of them when it is back, with the same connections", () =>
    Effect.gen(function*() {
      const { kept, lost, repository, shard } = yield* given
      yield* repository.insertMany([...kept, ...lost].map((id) => ({ id, text: "first" })))
      yield* Effect.gen(function*() {
        yield* PostgresServer.kill(shard)
        assert.strictEqual((yield* repository.get(kept[0] ?? 0)).text, "first")
        yield* repository.patch({ id: kept[0] ?? 0, text: "second" })
        for (const id of lost.slice(0, 4)) {
          const failure = yield* Effect.flip(repository.get(id))
          assert.strictEqual(failure._tag, "ConnectionFailed", failure.message)
          const unwritten = yield* Effect.flip(repository.patch({ id, text: "second" }))
          assert.strictEqual(unwritten._tag, "ConnectionFailed", unwritten.message)
        }
        const counted = yield* Effect.flip(Query.from(Entry).count)
        assert.strictEqual(counted._tag, "ConnectionFailed", counted.message)
      }).pipe(killedIn(shard))
      const found = yield* Effect.forEach(
        Array.from({ length: 20 }),
        () => Query.from(Entry).count,
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(new Set(found), new Set([100]))
      yield* repository.patch({ id: lost[0] ?? 0, text: "second" })
      const changed = (yield* all).filter(({ text }) => text === "second").map(({ id }) => id)
      assert.sameMembers(changed, [kept[0], lost[0]])
    }))

  for (const wait of [0, 30, 80, 150]) {
    it.effect(`${wait} ms after a write of many rows has begun has stored none, or it is unknown`, () =>
      Effect.gen(function*() {
        const { repository, shard } = yield* given
        const first = entries(1, 20_000)
        yield* repository.insertMany(first)
        const writes = [
          repository.insertMany(entries(100_001, 50_000)),
          Query.update(Entry).set(() => ({ text: "second" })).everywhere(),
          repository.upsertMany(first.map(({ id }) => ({ id, text: "third" })))
        ]
        for (const write of writes) {
          const before = yield* all
          const exit = yield* Effect.gen(function*() {
            const running = yield* Effect.forkChild(Effect.result(Effect.gen(function*() {
              yield* write
            })))
            yield* Effect.sleep(wait)
            yield* PostgresServer.kill(shard)
            return yield* Fiber.join(running)
          }).pipe(killedIn(shard))
          if (exit._tag === "Failure") {
            assert.include(["ConnectionFailed", "CommitOutcomeUnknown"], exit.failure._tag, exit.failure.message)
            if (exit.failure._tag === "ConnectionFailed") {
              assert.isTrue(isSame(yield* all, before), exit.failure.message)
            }
          } else {
            assert.isFalse(isSame(yield* all, before))
          }
          yield* emptied
          yield* repository.insertMany(first)
        }
      }))
  }

  it.effect("in the middle of a stream fails it, which never ends with fewer rows", () =>
    Effect.gen(function*() {
      const { repository, shard } = yield* given
      yield* repository.insertMany(entries(1, 60_000))
      let count = 0
      const failure = yield* Query.from(Entry).stream.pipe(
        Stream.runForEach(() => ++count === 5_000 ? PostgresServer.kill(shard) : Effect.void),
        Effect.flip,
        killedIn(shard)
      )
      assert.strictEqual(failure._tag, "StreamBroken", failure.message)
      assert.isBelow(count, 60_000)
      assert.strictEqual(yield* Stream.runFold(Query.from(Entry).stream, () => 0, (sum) => sum + 1), 60_000)
    }))
})

const isSame = (one: ReadonlyArray<object>, other: ReadonlyArray<object>) =>
  JSON.stringify(one) === JSON.stringify(other)
