/**
 * Whatever several fibers write and read, and however far the replicas are, each finds what it has written last.
 */
import { assert, layer } from "@effect/vitest"
import { Query, QueryCache, type Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { SqlClient } from "effect/sql"
import { Item, pause, program, readFrom, resume, Servers, servers } from "./following/servers.ts"
import { reads, writes } from "./following/ways.ts"

const live = program().pipe(Layer.provideMerge(servers))

const ways = <const Ways extends Readonly<Record<string, unknown>>>(all: Ways) => Schema.Literals(Struct.keys(all))

const Step = Schema.Union([
  Schema.Struct({ _tag: Schema.tag("Write"), way: ways(writes) }),
  Schema.Struct({ _tag: Schema.tag("Read"), way: ways(reads) }),
  Schema.Struct({ _tag: Schema.tag("Read"), way: ways(reads) })
])

const Steps = Schema.Array(Step).check(Schema.isMinLength(3), Schema.isMaxLength(25))

/** Fibers, each of which has a row of its own, and what happens to the replicas meanwhile. */
const Run = Schema.Struct({
  fibers: Schema.Array(Steps).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  held: Schema.Array(Schema.Boolean).check(Schema.isMinLength(2), Schema.isMaxLength(12)),
  isCached: Schema.Boolean
})

/** Holds a replica, and lets it go on. */
const holding = (held: ReadonlyArray<boolean>) =>
  Effect.flatMap(Servers, ({ one, other }) =>
    Effect.forEach(held, (isHeld, index) => {
      const server = index % 2 === 0 ? one : other
      return isHeld ? pause(server) : resume(server)
    }, { discard: true }))

const running = Effect.fnUntraced(function*(id: number, steps: typeof Steps.Type) {
  let last = "first"
  for (const [index, step] of steps.entries()) {
    if (step._tag === "Write") {
      last = `${step.way} ${index}`
      const write: Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient> = writes[step.way](id, last)
      yield* write
    } else {
      assert.strictEqual(yield* reads[step.way](id), last, `${step.way} of ${id} after ${index} steps`)
    }
  }
})

layer(live, { timeout: "120 seconds", excludeTestServices: true })("random programs beside replicas", (it) => {
  it.effect.prop(
    "find what they have written",
    { run: Run },
    ({ run: { fibers, held, isCached } }) =>
      Effect.gen(function*() {
        const { one, other } = yield* Servers
        yield* Query.upsert(Item).values(fibers.map((_, id) => ({ id, name: "first" })))
        const cached = isCached ? Effect.provide(QueryCache.layerMemory()) : Effect.provide(QueryCache.layerOff)
        // they may stand still before anything is written
        yield* holding(held.slice(0, 2))
        yield* Effect.all([
          cached(Effect.forEach(fibers, (steps, id) => running(id, steps), { concurrency: "unbounded" })),
          holding(held.slice(2))
        ], { concurrency: "unbounded" }).pipe(
          Effect.ensuring(Effect.orDie(Effect.all([resume(one), resume(other)])))
        )
        // so that most begin with replicas that are read from
        yield* readFrom(one, other)
      }),
    { timeout: 120_000, arbitrary: { runs: 40 } }
  )
})
