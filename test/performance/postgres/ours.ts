/**
 * Ourselves on PostgreSQL, as we are, with a cache, and with one that keeps many answers.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { QueryCache, Repository } from "../../../src/index.ts"
import type { Competitor } from "../competitor.ts"
import { customersByKey, repeatedOf } from "../northwind/cached.ts"
import { northwindOfOurs } from "../northwind/ours.ts"
import { requestsOf } from "../northwind/requests.ts"
import { Incoming, modelReading } from "../reading.ts"

/** All of them in the current session. */
export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const northwind = yield* northwindOfOurs
  const customers = yield* customersByKey
  const incoming = yield* Repository.make(Incoming)
  const cache = Effect.provideContext(yield* Layer.build(QueryCache.layerMemory()))
  const large = Effect.provideContext(yield* Layer.build(QueryCache.layerMemory({ capacity: 20_000 })))
  const ours: Competitor = {
    name: "andamios-orm",
    sql: (text) => Effect.orDie(sql.unsafe(text)),
    northwind,
    load: (ids) => {
      const rows = ids.map(modelReading)
      return Effect.orDie(incoming.insertMany(rows))
    },
    requests: requestsOf(northwind, (work) => work),
    repeated: repeatedOf(northwind, customers, (work) => work)
  }
  const cached: Competitor = {
    name: "andamios-orm, cached",
    sql: ours.sql,
    requests: requestsOf(northwind, cache),
    repeated: repeatedOf(northwind, customers, cache)
  }
  const crowded: Competitor = {
    name: "andamios-orm, 10,000 answers kept",
    sql: ours.sql,
    crowded: repeatedOf(northwind, customers, large, true)
  }
  return [ours, cached, crowded]
})
