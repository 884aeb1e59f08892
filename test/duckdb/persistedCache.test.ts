/**
 * DuckDB in a file keeps what a cache in a store promises. A file is open in one process at a time, so there are never several.
 */
import { AnswerStore, QueryCache } from "andamios-orm"
import * as Layer from "effect/Layer"
import { inFiles, inMemory, persistedCache } from "../session/persistedCache.ts"
import { randomCacheOf } from "../contract/randomCache.ts"
import { storedColumns } from "../session/storedColumns.ts"
import { duckDbInFile } from "../databases.ts"
import { isThere, redis } from "../redis.ts"

const database = duckDbInFile({ threads: 2 })
const oneLevel = QueryCache.layerPersisted().pipe(Layer.provide(inMemory))
const twoLevels = QueryCache.layerTwoLevel().pipe(Layer.provide(inMemory))
const hearing = QueryCache.layerTwoLevel({ heard: true }).pipe(Layer.provide(inMemory))

persistedCache("DuckDB, memory", database, inMemory)
persistedCache("DuckDB, files", database, inFiles)
if (isThere) persistedCache("DuckDB, Redis", database, Layer.provide(AnswerStore.layerRedis, redis))
storedColumns("DuckDB", database, inMemory)
randomCacheOf("DuckDB with a cache in a store", database, oneLevel, 40)
randomCacheOf("DuckDB with two levels", database, twoLevels, 40)
randomCacheOf("DuckDB with two levels that hear", database, hearing, 40)
