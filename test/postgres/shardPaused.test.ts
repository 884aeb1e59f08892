/**
 * A shard that answers nothing, as a machine that hangs: statements end when their time is up, and what they tell is true.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError, Query, Repository, Session } from "andamios-orm"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { all, entries, Entry, keys, prepared, Servers } from "./breakable.ts"

layer(prepared, { timeout: "120 seconds", excludeTestServices: true })("a shard that hangs", (it) => {
  const given = Effect.gen(function*() {
    const { shards: [, shard] } = yield* Servers
    const [kept, lost] = yield* keys
    const repository = yield* Repository.make(Entry)
    yield* repository.insertMany(entries(1, 100))
    return { shard, kept, lost, repository }
  })

  const pausedIn = (shard: Parameters<typeof PostgresServer.pause>[0]) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.andThen(PostgresServer.pause(shard), effect).pipe(Effect.ensuring(PostgresServer.resume(shard)))

  const inTime = Session.statementTimeout("300 millis")
  const told = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.map(Effect.flip(inTime(effect)), ({ _tag }) => _tag)

  it.effect("lets reads of its rows end in time, and those of others go on", () =>
    Effect.gen(function*() {
      const { kept: [kept = 0], lost: [lost = 0], repository, shard } = yield* given
      yield* Effect.gen(function*() {
        const unread = ["TimedOut", "ConnectionFailed"]
        assert.include(unread, yield* told(repository.get(lost)))
        assert.include(unread, yield* told(Query.from(Entry).count))
        assert.include([...unread, "StreamBroken"], yield* told(Stream.runDrain(Query.from(Entry).stream)))
        assert.strictEqual((yield* inTime(repository.get(kept))).id, kept)
      }).pipe(pausedIn(shard))
      assert.strictEqual(yield* Query.from(Entry).count, 100)
    }), 120_000)

  it.effect(
    "lets writes of its rows end in time: none of them is stored, unless it is told that nobody knows",
    () =>
      Effect.gen(function*() {
        const { lost: [lost = 0], repository, shard } = yield* given
        const outcomes = yield* Effect.gen(function*() {
          const patched = yield* told(repository.patch({ id: lost, text: "second" }))
          const inserted = yield* told(repository.insertMany(entries(2_000, 100)))
          const transacted = yield* told(Session.transaction(repository.insertMany(entries(1_000, 100))))
          return { inserted, patched, transacted }
        }).pipe(pausedIn(shard))
        const { inserted, patched, transacted } = outcomes
        const unwritten = ["TimedOut", "ConnectionFailed"]
        assert.include([...unwritten, "CommitOutcomeUnknown"], patched)
        assert.include([...unwritten, "CommitOutcomeUnknown"], inserted)
        assert.include([...unwritten, "CommitOutcomeUnknown"], transacted)
        // what the shard was told before it stopped, it does when it goes on
        yield* Effect.sleep("1 second")
        const rows = yield* all
        if (unwritten.includes(patched)) assert.isTrue(rows.every(({ text }) => text === "first"))
        if (unwritten.includes(inserted)) assert.isTrue(rows.every(({ id }) => id < 2_000))
        if (unwritten.includes(transacted)) assert.isTrue(rows.every(({ id }) => id < 1_000 || id >= 2_000))
        yield* repository.patch({ id: lost, text: "third" })
      }),
    120_000
  )

  it.effect(
    "is lost to a transaction whose nested one ends before the shard has begun it: nothing of either is stored",
    () =>
      Effect.gen(function*() {
        const { kept: [kept = 0], lost: [lost = 0], repository, shard } = yield* given
        const nested = Session.transaction(repository.patch({ id: lost, text: "nested" }))
        const cut = Effect.gen(function*() {
          yield* repository.patch({ id: lost, text: "second" })
          yield* repository.patch({ id: kept, text: "second" })
          assert.strictEqual(yield* told(nested).pipe(pausedIn(shard)), "TimedOut")
        })
        const assertLost = (failure: unknown) => {
          assert.instanceOf(failure, OrmError.SavepointLost)
          assert.include(failure.reason, "andamios_shard_1")
          assert.include(failure.statement, "UPDATE \"entries\"")
        }
        const goingOn = Effect.gen(function*() {
          yield* cut
          assertLost(yield* Effect.flip(repository.get(lost)))
          assertLost(yield* Effect.flip(repository.get(kept)))
        })
        assertLost(yield* Effect.flip(Session.transaction(cut)))
        assertLost(yield* Effect.flip(Session.transaction(goingOn)))
        assert.isTrue((yield* all).every(({ text }) => text === "first"))
      }),
    120_000
  )
})
