/**
 * What a cache in Redis saves: the same page from a store of answers, and from memory before that.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AnswerStore, QueryCache } from "../../../src/index.ts"
import { client, isThere, server } from "../../redis.ts"
import type { Competitor } from "../competitor.ts"
import { customersByKey, repeatedOf } from "./cached.ts"

/** Programs with a cache in Redis, beside the one without, where there is a Redis to start. */
export const storedOf = Effect.fnUntraced(function*({ northwind, sql }: Competitor) {
  if (!isThere || northwind === undefined) return []
  const customers = yield* customersByKey
  const redis = AnswerStore.layerRedis.pipe(Layer.provide(client(yield* server)))
  const levels = [
    ["Redis", QueryCache.layerPersisted()],
    ["Redis and memory", QueryCache.layerTwoLevel()],
    ["Redis and memory that hears", QueryCache.layerTwoLevel({ heard: true })]
  ] as const
  return yield* Effect.forEach(
    levels,
    ([name, layer]) =>
      Effect.map(Layer.build(Layer.provide(layer, redis)), (cache): Competitor => ({
        name: `andamios-orm, cached in ${name}`,
        sql,
        repeated: repeatedOf(northwind, customers, Effect.provideContext(cache))
      }))
  )
})
