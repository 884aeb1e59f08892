/**
 * Effect's `SqlEventJournal` on DuckDB, with the compatibility Layer.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { EventJournal, SqlEventJournal } from "effect/eventlog"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { SqlClient } from "effect/sql"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const journal = SqlEventJournal.layer()
const payload = new Uint8Array([1, 2, 3])
const entry = (primaryKey: string) => ({ event: "moved", primaryKey, payload })

const write = (primaryKey: string) =>
  EventJournal.EventJournal.use((events) => events.write({ ...entry(primaryKey), effect: Effect.succeed }))

const keys = Effect.map(
  EventJournal.EventJournal.use((events) => events.entries),
  (entries) => entries.map(({ primaryKey }) => primaryKey)
)

const onDatabase = <A, E>(
  effect: Effect.Effect<A, E, EventJournal.EventJournal | SqlClient.SqlClient>
) => Effect.provide(effect, Layer.provideMerge(journal, compatible))

describe("SqlEventJournal with the compatibility Layer", () => {
  it.live("keeps entries in the order of many writers, each with its bytes and its moment", () =>
    Effect.gen(function*() {
      const names = Array.from({ length: 60 }, (_, index) => `key ${index}`)
      const written = yield* Effect.forEach(names, write, { concurrency: "unbounded" })
      const events = yield* EventJournal.EventJournal
      const stored = yield* events.entries
      assert.deepStrictEqual(stored.map(({ idString }) => idString), written.map(({ idString }) => idString).toSorted())
      assert.isTrue(stored.every((event) => event.payload.join() === "1,2,3"))
      const [first] = written
      assert.isAbove(first?.createdAtMillis ?? 0, 2 ** 31)
    }).pipe(onDatabase))

  it.live("writes an entry together with its effect, or neither", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const events = yield* EventJournal.EventJournal
      yield* sql`CREATE TABLE positions (id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT)`
      const move = (place: string) => sql`INSERT INTO positions (place) VALUES (${place})`
      yield* events.write({ ...entry("a"), effect: () => move("here") })
      const failure = yield* Effect.flip(
        events.write({ ...entry("b"), effect: () => Effect.andThen(move("there"), Effect.fail("no way")) })
      )
      assert.strictEqual(failure, "no way")
      assert.deepStrictEqual(yield* keys, ["a"])
      assert.deepStrictEqual(yield* sql`SELECT place FROM positions`, [{ place: "here" }])
    }).pipe(onDatabase))

  it.live("takes the entries of another journal once, and tells which of ours they conflict with", () =>
    Effect.gen(function*() {
      const events = yield* EventJournal.EventJournal
      const remoteId = EventJournal.makeRemoteIdUnsafe()
      const foreign = ["shared", "theirs"].map((primaryKey) =>
        new EventJournal.Entry({ id: EventJournal.makeEntryIdUnsafe(), ...entry(primaryKey) })
      )
      const ours = yield* write("shared")
      const conflicts: Array<ReadonlyArray<string>> = []
      const take = events.writeFromRemote({
        remoteId,
        entries: foreign.map((event, index) =>
          new EventJournal.RemoteEntry({ remoteSequence: index + 1, entry: event })
        ),
        effect: (batch) =>
          Effect.sync(() => {
            for (const one of batch) conflicts.push(one.conflicts.map(({ idString }) => idString))
          })
      })
      assert.deepStrictEqual((yield* take).duplicateEntries, [])
      assert.deepStrictEqual((yield* take).duplicateEntries.length, 2)
      assert.deepStrictEqual(conflicts, [[ours.idString], []])
      assert.strictEqual(yield* events.nextRemoteSequence(remoteId), 3)
    }).pipe(onDatabase))

  it.live("hands each remote what it hasn't seen, and no more", () =>
    Effect.gen(function*() {
      const events = yield* EventJournal.EventJournal
      const remoteId = EventJournal.makeRemoteIdUnsafe()
      const upload = events.withRemoteUncommited(
        remoteId,
        (entries) => Effect.succeed(entries.map(({ primaryKey }) => primaryKey))
      )
      yield* Effect.forEach(["a", "b"], write)
      assert.deepStrictEqual(yield* upload, Option.some(["a", "b"]))
      assert.deepStrictEqual(yield* upload, Option.none())
      yield* write("c")
      assert.deepStrictEqual(yield* upload, Option.some(["c"]))
    }).pipe(onDatabase))

  it.live("is there again when its file is opened again, and can be destroyed and begun anew", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: Effect.Effect<A, E, EventJournal.EventJournal>) =>
        Effect.provide(effect, journal.pipe(Layer.provide(compatibleAt(path))), { local: true })
      yield* use(write("a"))
      yield* use(write("b"))
      assert.deepStrictEqual(yield* use(keys), ["a", "b"])
      yield* use(EventJournal.EventJournal.use((events) => events.destroy))
      yield* use(write("c"))
      assert.deepStrictEqual(yield* use(keys), ["c"])
    }).pipe(Effect.scoped))
})

describe("SqlEventJournal on DuckDB as it is", () => {
  it.live("opens, but refuses to write: the milliseconds of today have no room, and nothing numbers the entries", () =>
    Effect.gen(function*() {
      const result = yield* Effect.result(write("a"))
      assert.isTrue(Result.isFailure(result) && result.failure._tag === "EventJournalError")
      assert.deepStrictEqual(yield* keys, [])
    }).pipe(Effect.provide(journal.pipe(Layer.provide(plain)))))
})
