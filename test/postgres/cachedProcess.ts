/**
 * A process that reads through a cache in Redis what it and others write: it looks for answers that are older than what it has seen.
 */
import { AnswerStore, Column, Model, Query, QueryCache, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import process from "node:process"
import { client } from "../redis.ts"
import { slow } from "../slowStore.ts"

/** Where everything is, and how much is done. */
export interface Place {
  readonly postgres: {
    readonly host: string
    readonly port: number
    readonly username: string
    readonly database: string
  }
  readonly socket: string
  readonly steps: number
  readonly levels: 1 | 2
}

/** What a process has found. */
export interface Found {
  readonly outdated: ReadonlyArray<string>
  readonly hits: number
  readonly misses: number
}

export class Left extends Model.Class<Left>("Left")({
  id: Column.primaryKey(Column.int32),
  count: Column.int32
}, { table: "processes_left" }) {}

export class Right extends Model.Class<Right>("Right")({
  id: Column.primaryKey(Column.int32),
  count: Column.int32
}, { table: "processes_right" }) {}

class Undone extends Data.TaggedError("Undone") {}

const more = (model: typeof Left | typeof Right) =>
  Query.update(model).set(({ count }) => ({ count: count.add(1) })).everywhere()

const both = Effect.andThen(more(Left), more(Right))

const plain = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE processes_right SET count = count + 1`)

const plainBoth = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql.withTransaction(Effect.andThen(sql`UPDATE processes_left SET count = count + 1`, plain))
)

const writes: ReadonlyArray<Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient>> = [
  more(Left),
  more(Right),
  Session.transaction(both),
  Effect.ignore(Session.transaction(Effect.andThen(both, new Undone()))),
  Session.unitOfWork(both),
  plain,
  plainBoth
]

const counts = Effect.gen(function*() {
  const [left] = yield* Query.from(Left).all
  const [right] = yield* Query.from(Right).all
  const [sum] = yield* Query.from(Left, "left").join(
    Right,
    "right",
    ({ left: one, right: other }) => one.id.eq(other.id)
  )
    .select(({ left: one, right: other }) => ({ sum: one.count.add(other.count) })).all
  return [left?.count ?? 0, right?.count ?? 0, sum?.sum ?? 0] as const
})

const program = (steps: number) =>
  Effect.gen(function*() {
    const outdated: Array<string> = []
    const step = Effect.gen(function*() {
      if (Math.random() < 0.1) yield* writes[Math.floor(Math.random() * writes.length)] ?? Effect.void
      let before = yield* QueryCache.bypass(counts)
      // the second time it is kept already, unless others have written meanwhile
      for (const again of [1, 2]) {
        const found = yield* counts
        if (found.some((count, place) => count < (before[place] ?? 0))) {
          outdated.push(`${found.join()} after ${before.join()}, read ${again}`)
        }
        before = found
      }
    })
    const fiber = Effect.forEach(Array.from({ length: steps }), () => step, { discard: true })
    process.stdout.write("ready\n")
    const work = Effect.all([fiber, fiber], { concurrency: "unbounded", discard: true })
    yield* work
    // what one was killed in stays open until its lease ends, and nothing is kept until then
    yield* Effect.sleep("2500 millis")
    yield* work
    const { queries } = yield* QueryCache.report
    const sum = (of: (query: QueryCache.QueryReport) => number) =>
      queries.reduce((total, query) => total + of(query), 0)
    const found: Found = { outdated, hits: sum(({ hits }) => hits), misses: sum(({ misses }) => misses) }
    process.stdout.write(`${JSON.stringify(found)}\n`)
  })

const run = ({ levels, postgres, socket, steps }: Place) => {
  const options = { lease: "2 seconds", patience: "10 seconds" } as const
  const cache = levels === 1 ? QueryCache.layerPersisted(options) : QueryCache.layerTwoLevel(options)
  const live = cache.pipe(
    Layer.provide(slow),
    Layer.provide(AnswerStore.layerRedis),
    Layer.provide(client({ socket })),
    Layer.provideMerge(Postgres.layer({ ...postgres, pool: { size: 3 } }))
  )
  return Effect.runPromise(Effect.provide(program(steps), live))
}

const [, , place] = process.argv
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
if (place !== undefined && import.meta.main) await run(JSON.parse(place) as Place)
