/**
 * Andamios ORM, the way its users write it.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { Decode, Profiler, Query, QueryCache, Repository, Session } from "../../src/index.ts"
import type { Competitor } from "./competitor.ts"
import { flightsOfOurs } from "./flights/ours.ts"
import { proofsOfOurs } from "./flights/proofs.ts"
import { northwindOfOurs } from "./northwind/ours.ts"
import { customersByKey, repeatedOf } from "./northwind/cached.ts"
import { requestsOf } from "./northwind/requests.ts"
import { Incoming, modelReading, Reading } from "./reading.ts"
import { userLoopOfOurs } from "./work/ours.ts"

/** Ourselves in the current session. */
export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const session = yield* Session.Session
  const readings = yield* Repository.make(Reading)
  const incoming = yield* Repository.make(Incoming)
  const inSession = Effect.provideService(Session.Session, session)

  const insertEach = (ids: ReadonlyArray<number>) => {
    const rows = ids.map(modelReading)
    return Effect.orDie(Effect.forEach(rows, incoming.insert))
  }

  const insertMany = (ids: ReadonlyArray<number>) => {
    const rows = ids.map(modelReading)
    return Effect.orDie(incoming.insertMany(rows))
  }

  const readLevels = (least: number, beyond: number) =>
    Effect.orDie(readings.find(({ level }) => level.gte(least).and(level.lt(beyond))))

  const findById = (ids: ReadonlyArray<number>) =>
    Effect.orDie(Effect.map(Effect.forEach(ids, readings.findById), Arr.getSomes))

  const numbers = Query.from(Reading).select(({ id, level, serial }) => ({ id, serial, level }))

  const summarizeDays = Query.from(Reading)
    .groupBy(({ takenOn }) => ({ takenOn }))
    .select(({ level, serial }) => ({ readings: Query.count(), level: Query.avg(level), serial: Query.max(serial) }))
    .orderBy(({ takenOn }) => takenOn.asc())

  const rankDays = Query.from(Reading, "reading")
    .join(Reading, "partner", ({ partner, reading }) => partner.takenOn.eq(reading.takenOn))
    .where(({ partner, reading }) => reading.id.lt(1000).and(partner.id.lt(100_000)).and(partner.valid.eq(true)))
    .groupBy(({ reading }) => ({ takenOn: reading.takenOn }))
    .having(() => Query.count().gt(10))
    .select(({ partner }) => ({ partners: Query.count(), level: Query.avg(partner.level) }))
    .orderBy(({ partners, takenOn }) => [partners.desc(), takenOn.asc()])
    .limit(10)

  const northwind = yield* northwindOfOurs
  const customers = yield* customersByKey
  const profiler = yield* Layer.build(Profiler.layer())
  const cache = yield* Layer.build(QueryCache.layerMemory())
  const large = yield* Layer.build(QueryCache.layerMemory({ capacity: 20_000 }))

  const competitor: Competitor = {
    name: "andamios-orm",
    sql: (text) => Effect.orDie(sql.unsafe(text)),
    readById: findById,
    readLevels,
    readAll: () => Effect.orDie(readings.all),
    readAllStrictly: () => Effect.orDie(Decode.strict(readings.all)),
    readNumbers: () => Effect.orDie(inSession(Effect.map(numbers.columns, ({ level }) => level.values.length))),
    streamAll: () => Effect.orDie(inSession(Stream.runCount(readings.query.stream))),
    summarizeDays: () => Effect.orDie(inSession(summarizeDays.all)),
    rankDays: () => Effect.orDie(inSession(rankDays.all)),
    insertEach,
    insertMany,
    load: insertMany,
    connect: (times) => Effect.as(repeated(times, Effect.orDie(Effect.scoped(sql.reserve))), times),
    selectOne: (times) => Effect.map(repeated(times, Effect.orDie(sql`SELECT 1 AS one`)), Arr.flatten),
    reads: {
      findById,
      get: (ids) => Effect.orDie(Effect.forEach(ids, readings.get)),
      find: readLevels
    },
    lookUps: { lookUp: together(readings.loader), statements: 2 },
    userLoop: yield* userLoopOfOurs,
    northwind,
    requests: requestsOf(northwind, (work) => work),
    repeated: repeatedOf(northwind, customers, (work) => work),
    flights: yield* flightsOfOurs,
    proofs: yield* proofsOfOurs
  }
  const withoutLoader: Competitor = {
    name: "andamios-orm, findById",
    sql: competitor.sql,
    lookUps: { lookUp: together(readings.findById) }
  }
  const profiled: Competitor = {
    name: "andamios-orm, profiled",
    sql: competitor.sql,
    requests: requestsOf(northwind, Effect.provideContext(profiler))
  }
  const cached: Competitor = {
    name: "andamios-orm, cached",
    sql: competitor.sql,
    requests: requestsOf(northwind, Effect.provideContext(cache)),
    repeated: repeatedOf(northwind, customers, Effect.provideContext(cache))
  }
  const crowded: Competitor = {
    name: "andamios-orm, 10,000 answers kept",
    sql: competitor.sql,
    crowded: repeatedOf(northwind, customers, Effect.provideContext(large), true)
  }
  return { ours: competitor, withoutLoader, profiled, cached, crowded }
})

/** Looks up what many ask for at the same time. */
const together = <A>(one: (id: number) => Effect.Effect<Option.Option<A>, unknown>) => (ids: ReadonlyArray<number>) =>
  Effect.orDie(Effect.map(Effect.forEach(ids, one, { concurrency: "unbounded" }), Arr.getSomes))

const repeated = <A>(times: number, work: Effect.Effect<A>) => Effect.forEach(Arr.range(1, times), () => work)
