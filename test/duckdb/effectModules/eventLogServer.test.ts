/**
 * Effect's `SqlEventLogServerUnencrypted` and `SqlEventLogServerEncrypted` on DuckDB.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  EventJournal,
  type EventLogEncryption,
  EventLogMessage,
  EventLogServerEncrypted,
  EventLogServerUnencrypted,
  SqlEventLogServerEncrypted,
  SqlEventLogServerUnencrypted
} from "effect/eventlog"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const storeId = EventLogMessage.StoreId.make("store")

const entry = (primaryKey: string) =>
  new EventJournal.Entry({
    id: EventJournal.makeEntryIdUnsafe(),
    event: "moved",
    primaryKey,
    payload: new Uint8Array([1, 2])
  })

const unencrypted = SqlEventLogServerUnencrypted.layerStorage()

describe.each([
  ["DuckDB as it is", unencrypted.pipe(Layer.provide(plain))],
  ["the compatibility Layer", unencrypted.pipe(Layer.provide(compatible))]
])("SqlEventLogServerUnencrypted on %s", (_name, layer) => {
  it.live("numbers the entries of a store without gaps, whoever writes at once", () =>
    Effect.gen(function*() {
      const storage = yield* EventLogServerUnencrypted.Storage
      const batches = Array.from({ length: 12 }, (_, index) => [entry(`a ${index}`), entry(`b ${index}`)])
      yield* Effect.forEach(batches, (batch) => storage.write(storeId, batch), { concurrency: "unbounded" })
      const changes = yield* storage.changes({ storeId, startSequence: 1, compactors: new Map() }).pipe(
        Stream.take(24),
        Stream.runCollect
      )
      assert.deepStrictEqual(
        changes.map(({ remoteSequence }) => remoteSequence),
        Array.from({ length: 24 }, (_, index) => index + 1)
      )
      const [first] = batches.flat()
      if (first === undefined) return assert.fail()
      assert.strictEqual((yield* storage.entriesAfter(storeId, first)).length, 24)
      assert.deepStrictEqual(yield* storage.write(EventLogMessage.StoreId.make("other"), []), [])
    }).pipe(Effect.scoped, Effect.provide(layer)))

  it.live("knows itself, and binds a key to the first who shows it", () =>
    Effect.gen(function*() {
      const storage = yield* EventLogServerUnencrypted.Storage
      const [ours, theirs] = [new Uint8Array([1, 255]), new Uint8Array([2])]
      assert.deepStrictEqual(yield* storage.getOrCreateSessionAuthBinding("key", ours), ours)
      assert.deepStrictEqual(yield* storage.getOrCreateSessionAuthBinding("key", theirs), ours)
      assert.deepStrictEqual(yield* storage.getId, yield* storage.getId)
    }).pipe(Effect.provide(layer)))
})

const encrypted = SqlEventLogServerEncrypted.layerStorageSubtle()

const batch = (number: number): EventLogEncryption.EncryptedBatch => ({
  entryIds: [EventJournal.makeEntryIdUnsafe(), EventJournal.makeEntryIdUnsafe()],
  iv: new Uint8Array(12).fill(number),
  encryptedBatch: new Uint8Array([number])
})

const changes = (storage: EventLogServerEncrypted.Storage["Service"], count: number) =>
  storage.changes("key", storeId, 1).pipe(Stream.take(count), Stream.runCollect, Effect.scoped)

describe("SqlEventLogServerEncrypted with the compatibility Layer", () => {
  it.live("stores each batch once, numbered without gaps, whoever writes at once", () =>
    Effect.gen(function*() {
      const storage = yield* EventLogServerEncrypted.Storage
      const batches = Array.from({ length: 10 }, (_, index) => batch(index))
      yield* Effect.forEach([...batches, ...batches], (one) => storage.write("key", storeId, [one]), {
        concurrency: "unbounded"
      })
      const stored = yield* changes(storage, 10)
      assert.deepStrictEqual(stored.map(({ sequence }) => sequence), batches.map((_, index) => 2 * index + 1))
      assert.deepStrictEqual(
        stored.map(({ encryptedBatch }) => encryptedBatch[0] ?? 0).toSorted((a, b) => a - b),
        batches.map((_, index) => index)
      )
      const [first] = batches
      const sequences = yield* storage.entrySequences("key", storeId, first?.entryIds ?? [])
      assert.strictEqual(sequences.length, 2)
    }).pipe(Effect.provide(encrypted.pipe(Layer.provide(compatible)))))

  it.live("compacts a store, and rolls the compaction back", () =>
    Effect.gen(function*() {
      const storage = yield* EventLogServerEncrypted.Storage
      const compaction = storage.compaction
      if (compaction === undefined) return assert.fail()
      yield* storage.write("key", storeId, [batch(1), batch(2), batch(3)])
      const begun = yield* compaction.begin("key", storeId, { through: 4 })
      assert.strictEqual((yield* compaction.begin("key", storeId, { through: 4 }))._tag, "Busy")
      if (begun._tag === "Busy") return assert.fail()
      const { stageId } = begun
      const headers = yield* Stream.runCollect(compaction.inputHeaders("key", storeId, stageId))
      assert.deepStrictEqual(headers.map(({ sequence }) => sequence), [1, 3])
      const kept = yield* Stream.runCollect(compaction.fetch("key", storeId, stageId, [3]))
      const [last] = kept
      if (last === undefined) return assert.fail()
      assert.strictEqual(yield* compaction.stagePart("key", storeId, stageId, 0, [last]), "Stored")
      assert.strictEqual(yield* compaction.stagePart("key", storeId, stageId, 0, [last]), "AlreadyStored")
      assert.strictEqual(yield* compaction.commit("key", storeId, stageId, [3]), "Committed")
      assert.deepStrictEqual((yield* changes(storage, 2)).map(({ sequence }) => sequence), [3, 5])
      assert.strictEqual((yield* compaction.status("key", storeId)).base, 4)
      const [active] = (yield* compaction.history("key", storeId)).filter((one) => one.active)
      yield* compaction.rollback("key", storeId, active?.activationId ?? "")
      assert.strictEqual((yield* compaction.status("key", storeId)).base, 0)
      assert.strictEqual((yield* changes(storage, 5)).length, 5)
    }).pipe(
      Effect.provideService(References.MinimumLogLevel, "None"),
      Effect.provide(encrypted.pipe(Layer.provide(compatible)))
    ))

  it.live("has its batches and its id when the file is opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: Effect.Effect<A, E, EventLogServerEncrypted.Storage>) =>
        Effect.provide(effect, encrypted.pipe(Layer.provide(compatibleAt(path))), { local: true })
      const id = yield* use(EventLogServerEncrypted.Storage.use((storage) =>
        Effect.andThen(storage.write("key", storeId, [batch(7)]), storage.getId)
      ))
      yield* use(Effect.gen(function*() {
        const storage = yield* EventLogServerEncrypted.Storage
        assert.deepStrictEqual(yield* storage.getId, id)
        assert.deepStrictEqual(
          (yield* changes(storage, 1)).map(({ iv }) =>
            iv[0]
          ),
          [7]
        )
      }))
    }).pipe(Effect.scoped))
})

describe("SqlEventLogServerEncrypted on DuckDB as it is", () => {
  it.live("refuses batches: it knows no MAX of two numbers", () =>
    Effect.gen(function*() {
      const storage = yield* EventLogServerEncrypted.Storage
      const exit = yield* Effect.exit(storage.write("key", storeId, [batch(1)]))
      assert.include(String(exit), "aggregate functions are not allowed in UPDATE")
    }).pipe(Effect.provide(encrypted.pipe(Layer.provide(plain)))))
})
