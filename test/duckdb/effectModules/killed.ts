/**
 * A process that sets up all of Effect's modules in a file, uses them, and is killed: nobody closes its database.
 */
import { Effect, Layer, Schema } from "effect"
import { ShardingConfig, SqlMessageStorage, SqlRunnerStorage } from "effect/cluster"
import { Digest } from "effect/crypto"
import {
  EventJournal,
  SqlEventJournal,
  SqlEventLogServerEncrypted,
  SqlEventLogServerUnencrypted
} from "effect/eventlog"
import { KeyValueStore, PersistedQueue, Persistence } from "effect/persistence"
import { compatibleAt } from "./databases.ts"

/** All of Effect's modules that keep something in a database. */
export const modulesAt = (path: string) =>
  Layer.mergeAll(
    KeyValueStore.layerSql(),
    Persistence.layerSql,
    PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql({ pollInterval: "20 millis" }))),
    SqlEventJournal.layer(),
    SqlEventLogServerUnencrypted.layerStorage({ entryTablePrefix: "plain_events", remoteIdTable: "plain_remote_id" }),
    SqlEventLogServerEncrypted.layerStorageSubtle({
      entryTablePrefix: "secret_events",
      remoteIdTable: "secret_remote_id"
    }),
    SqlRunnerStorage.layer.pipe(Layer.provide(ShardingConfig.layerDefaults)),
    SqlMessageStorage.layer.pipe(Layer.provide([ShardingConfig.layerDefaults, Digest.layerWebCrypto]))
  ).pipe(Layer.provide(compatibleAt(path)))

/** The queue that the killed process offers to. */
export const numbers = PersistedQueue.make({ name: "numbers", schema: Schema.Int })

const use = Effect.gen(function*() {
  const values = yield* KeyValueStore.KeyValueStore
  const events = yield* EventJournal.EventJournal
  const queue = yield* numbers
  yield* values.set("key", "value")
  yield* queue.offer(42)
  yield* events.write({ event: "moved", primaryKey: "a", payload: new Uint8Array([1]), effect: () => Effect.void })
  process.kill(process.pid, "SIGKILL")
})

const [, , path] = process.argv
if (import.meta.main && path !== undefined) await Effect.runPromise(Effect.provide(use, modulesAt(path)))
