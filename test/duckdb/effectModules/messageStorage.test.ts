/**
 * Effect's `SqlMessageStorage` on DuckDB, with the compatibility Layer.
 */
import { assert, describe, it } from "@effect/vitest"
import {
  EntityAddress,
  EntityId,
  EntityType,
  type Envelope,
  MachineId,
  type MessageStorage,
  type Reply,
  ShardId,
  Snowflake,
  SqlMessageStorage
} from "effect/cluster"
import { Digest } from "effect/crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const storage = SqlMessageStorage.makeEncoded()

const onDatabase = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Digest.Digest>) =>
  effect.pipe(Effect.provide(Layer.merge(compatible, Digest.layerWebCrypto)))

const shardId = { group: "default", id: 1 }
const shards = ["default:1"] as const

/** An id of today: it has 63 bits. */
const id = (sequence: number): string =>
  String(Snowflake.make({ machineId: MachineId.make(7), sequence, timestamp: Date.UTC(2026, 5, 1) }))

const request = (sequence: number, entityId = "ada"): Envelope.PartialRequestEncoded => ({
  _tag: "Request",
  requestId: id(sequence),
  address: { shardId, entityType: "Counter", entityId },
  tag: "add",
  payload: { amount: sequence },
  headers: { "x-note": "it's" },
  traceId: "trace",
  spanId: "span",
  sampled: true
})

const exit = (sequence: number, replyTo: number): Reply.WithExitEncoded => ({
  _tag: "WithExit",
  id: id(sequence),
  requestId: id(replyTo),
  exit: { _tag: "Success", value: sequence }
})

const save = (messages: MessageStorage.Encoded, envelope: Envelope.Encoded, primaryKey: string | null = null) =>
  messages.saveEnvelope({ envelope, primaryKey, deliverAt: null })

const unprocessed = Effect.fnUntraced(function*(messages: MessageStorage.Encoded, limit?: number) {
  const now = yield* Clock.currentTimeMillis
  const found = yield* messages.unprocessedMessages([...shards], now, { limit })
  return found.map(({ envelope }) => envelope)
})

const sequences = Array.from({ length: 20 }, (_, index) => index + 1)

describe("SqlMessageStorage with the compatibility Layer", () => {
  it.live("gives back requests as they were, in their order, however often they were touched", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      yield* Effect.forEach(sequences, (sequence) => save(messages, request(sequence)), { discard: true })
      assert.deepStrictEqual(yield* unprocessed(messages), sequences.map((sequence) => request(sequence)))
      assert.deepStrictEqual(yield* unprocessed(messages), [])

      yield* messages.resetRequests([3, 1, 2].map((sequence) => Snowflake.Snowflake(id(sequence))))
      assert.deepStrictEqual(yield* unprocessed(messages), [1, 2, 3].map((sequence) => request(sequence)))
      yield* messages.resetShards([...shards])
      assert.deepStrictEqual(yield* unprocessed(messages, 5), [1, 2, 3, 4, 5].map((sequence) => request(sequence)))
      assert.deepStrictEqual(yield* unprocessed(messages), sequences.slice(5).map((sequence) => request(sequence)))
    }).pipe(onDatabase))

  it.live("hands a message on again when ten minutes have passed without an answer", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      const sql = yield* SqlClient.SqlClient
      yield* save(messages, request(1))
      yield* unprocessed(messages)
      yield* sql`UPDATE cluster_messages SET last_read = datetime('now', '-9 minutes')`
      assert.deepStrictEqual(yield* unprocessed(messages), [])
      yield* sql`UPDATE cluster_messages SET last_read = datetime('now', '-11 minutes')`
      assert.deepStrictEqual(yield* unprocessed(messages), [request(1)])
    }).pipe(onDatabase))

  it.live("gives each message to one of those who ask at once", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      yield* Effect.forEach(sequences, (sequence) => save(messages, request(sequence)), { concurrency: "unbounded" })
      const given = yield* Effect.all(Array.from({ length: 8 }, () => unprocessed(messages, 3)), {
        concurrency: "unbounded"
      })
      const ids = given.flat().map((envelope) => envelope._tag === "Request" ? envelope.requestId : "")
      assert.deepStrictEqual(ids.toSorted(), sequences.map(id).toSorted())
    }).pipe(onDatabase))

  it.live("saves a message with a key once, also of those that come at once, and answers with the first", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      for (const key of ["Counter/ada/add/1", `Counter/${"a".repeat(300)}`]) {
        const results = yield* Effect.forEach(
          sequences.slice(0, 6).map((sequence) => request(sequence + key.length)),
          (envelope) => save(messages, envelope, key),
          { concurrency: "unbounded" }
        )
        const saved = results.filter(({ _tag }) => _tag === "Success")
        assert.strictEqual(saved.length, 1)
        const found = yield* messages.requestIdForPrimaryKey(key)
        const originals = results.flatMap((result) => result._tag === "Duplicate" ? [result.originalId] : [])
        assert.deepStrictEqual(
          originals,
          Array.from({ length: 5 }, () => found._tag === "Some" ? found.value : undefined)
        )
      }
    }).pipe(onDatabase))

  it.live("keeps replies, and doesn't hand on what has its answer", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      yield* save(messages, request(1), "key")
      const chunk = { _tag: "Chunk", id: id(50), requestId: id(1), sequence: 0, values: ["é"] } as const
      yield* messages.saveReply(chunk)
      assert.deepStrictEqual(yield* messages.repliesFor([id(1)]), [chunk])
      yield* save(messages, {
        _tag: "AckChunk",
        id: id(60),
        requestId: id(1),
        replyId: id(50),
        address: request(1).address
      })
      assert.deepStrictEqual(yield* messages.repliesFor([id(1)]), [])
      yield* messages.saveReply(exit(51, 1))
      assert.deepStrictEqual(yield* messages.repliesForUnfiltered([id(1)]), [chunk, exit(51, 1)])
      assert.deepStrictEqual(yield* unprocessed(messages), [])
      const again = yield* save(messages, request(2), "key")
      assert.strictEqual(again._tag === "Duplicate" ? again.lastReceivedReply._tag : "", "Some")

      assert.strictEqual((yield* Effect.flip(messages.saveReply(exit(52, 1))))._tag, "PersistenceError")
      yield* messages.clearReplies(Snowflake.Snowflake(id(1)))
      assert.deepStrictEqual((yield* unprocessed(messages)).map(({ _tag }) => _tag), ["Request", "AckChunk"])
    }).pipe(onDatabase))

  it.live("finds messages by their ids, and clears those of an address", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      yield* save(messages, request(1, "ada"))
      yield* save(messages, request(2, "bob"))
      const ids = [Snowflake.Snowflake(id(2)), Snowflake.Snowflake(id(1))] as const
      const found = yield* messages.unprocessedMessagesById([...ids], Date.UTC(2030, 0))
      assert.deepStrictEqual(found.map(({ envelope }) => envelope), [request(1, "ada"), request(2, "bob")])
      yield* messages.clearAddress(
        EntityAddress.make({
          shardId: ShardId.make("default", 1),
          entityType: EntityType.make("Counter"),
          entityId: EntityId.make("ada")
        })
      )
      assert.deepStrictEqual(yield* unprocessed(messages), [request(2, "bob")])
    }).pipe(onDatabase))

  it.live("touches thousands of messages at once", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO cluster_messages (id, shard_id, entity_type, entity_id, kind, tag, payload, headers, request_id)
        SELECT ${id(0)}::BIGINT + i, 'default:1', 'Counter', 'ada', 0, 'add', '{}', '{}', ${id(0)}::BIGINT + i
        FROM range(5000) AS rows(i)`
      const all = yield* unprocessed(messages)
      assert.strictEqual(all.length, 5000)
      yield* messages.resetShards([...shards])
      assert.deepStrictEqual(yield* unprocessed(messages), all)
    }).pipe(onDatabase))

  it.live("has its messages when the file is opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Digest.Digest>) =>
        Effect.provide(effect, Layer.merge(compatibleAt(path), Digest.layerWebCrypto), { local: true })
      yield* use(Effect.flatMap(storage, (messages) => save(messages, request(1))))
      assert.deepStrictEqual(yield* use(Effect.flatMap(storage, (messages) => unprocessed(messages))), [request(1)])
    }).pipe(Effect.scoped))
})

describe("SqlMessageStorage on DuckDB as it is", () => {
  it.live("refuses messages, whose ids have no room", () =>
    Effect.gen(function*() {
      const messages = yield* storage
      assert.strictEqual((yield* Effect.flip(save(messages, request(1))))._tag, "PersistenceError")
    }).pipe(Effect.provide(Layer.merge(plain, Digest.layerWebCrypto))))
})
