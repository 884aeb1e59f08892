/**
 * PostgreSQL keeps what a cache in a store promises.
 */
import { AnswerStore, QueryCache } from "andamios-orm"
import * as Layer from "effect/Layer"
import { inFiles, inMemory, persistedCache } from "../session/persistedCache.ts"
import { randomCacheOf } from "../contract/randomCache.ts"
import { storedColumns } from "../session/storedColumns.ts"
import { postgres } from "../databases.ts"
import { isThere, redis } from "../redis.ts"

const database = postgres
const inRedis = Layer.provide(AnswerStore.layerRedis, redis)
const oneLevel = QueryCache.layerPersisted()
const twoLevels = QueryCache.layerTwoLevel().pipe(Layer.provide(inMemory))
const hearing = QueryCache.layerTwoLevel({ heard: true }).pipe(Layer.provide(inMemory))

persistedCache("PostgreSQL, memory", database, inMemory)
persistedCache("PostgreSQL, files", database, inFiles)
if (isThere) persistedCache("PostgreSQL, Redis", database, inRedis)
storedColumns("PostgreSQL", database, inMemory)
randomCacheOf("PostgreSQL with a cache in a store", database, oneLevel.pipe(Layer.provide(inMemory)), 40)
randomCacheOf("PostgreSQL with two levels", database, twoLevels, 40)
randomCacheOf("PostgreSQL with two levels that hear", database, hearing, 40)
if (isThere) randomCacheOf("PostgreSQL with a cache in Redis", database, oneLevel.pipe(Layer.provide(inRedis)), 20)
