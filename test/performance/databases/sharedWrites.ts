/**
 * What it costs to tell writes to other programs on PostgreSQL: a single insert, and a transaction of three statements.
 *
 * The two Layers take turns, so that both meet the same machine.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Column, Model, Query, Session } from "../../../src/index.ts"
import { Postgres } from "../../../src/postgres.ts"
import { PostgresServer } from "../../../src/testing.ts"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import process from "node:process"

const rounds = Number(process.argv[2] ?? 2_000)

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "notes" }) {}

let next = 0
const insert = Effect.suspend(() => Query.insert(Note).values({ id: next++, text: "a note" }))
const three = Session.transaction(Effect.all([insert, insert, insert]))
const read = Query.from(Note).where((note) => note.id.eq(1)).all

const median = (times: ReadonlyArray<number>) => times.toSorted((one, other) => one - other)[times.length >> 1] ?? NaN

const main = Effect.gen(function*() {
  const { database, host, port, username } = yield* PostgresServer.start({
    settings: process.argv[3] === "durable" ? { fsync: "on", synchronous_commit: "on" } : {}
  })
  const layerOf = (sharedWrites: boolean) => Postgres.layer({ database, host, port, username, sharedWrites })
  const contexts = [yield* Layer.build(layerOf(false)), yield* Layer.build(layerOf(true))]
  yield* Effect.provide(Session.createTables([Note]), contexts[0] ?? (yield* Effect.die("no Layer")))
  for (
    const [name, effect] of Object.entries({
      "a single insert": insert,
      "a transaction of three": three,
      "a read": read
    })
  ) {
    const times = contexts.map((): Array<number> => [])
    for (let round = -100; round < rounds; round++) {
      for (const [index, context] of contexts.entries()) {
        const start = performance.now()
        yield* Effect.provide(Effect.asVoid<unknown, unknown, Session.Session>(effect), context)
        if (round >= 0) times[index]?.push(performance.now() - start)
      }
    }
    const [without, shared] = times.map((each) => median(each).toFixed(3))
    yield* Console.log(`${name}: ${without} ms by itself, ${shared} ms where writes are shared`)
  }
  const listening = yield* Layer.build(layerOf(false))
  const heard = yield* Queue.unbounded<number>()
  yield* Postgres.listen("andamios_written").pipe(
    Stream.runForEach(() => Queue.offer(heard, performance.now())),
    Effect.provide(listening),
    Effect.forkScoped
  )
  yield* Queue.take(heard)
  const delays: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    yield* Effect.provide(insert, contexts[1] ?? listening)
    const known = performance.now()
    delays.push(yield* Effect.map(Queue.take(heard), (when) => when - known))
  }
  yield* Console.log(`until others hear of an insert: ${median(delays).toFixed(3)} ms after it is known to be stored`)
}).pipe(Effect.scoped)

NodeRuntime.runMain(main)
