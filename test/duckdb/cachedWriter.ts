/**
 * A process that writes to a DuckDB file and reads it through a cache in files, until it is killed.
 */
import { Query, QueryCache, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import process from "node:process"
import { answersIn } from "../session/persistedCache.ts"
import { Author } from "../contract/library.ts"
import { slow } from "../slowStore.ts"

/** The database and its cache, in a directory. */
export const at = (directory: string) =>
  QueryCache.layerPersisted({ lease: "100 millis" }).pipe(
    Layer.provide(slow),
    Layer.provide(answersIn(`${directory}/answers`)),
    Layer.provideMerge(DuckDb.layer({ path: `${directory}/library.duckdb`, threads: 1 }))
  )

export const authors = Query.from(Author).orderBy((author) => author.id.asc()).all

const rename = (name: string) => Query.update(Author).set(() => ({ name })).everywhere()

const go = Effect.gen(function*() {
  process.stdout.write("ready\n")
  for (let round = 0;; round++) {
    yield* authors
    yield* Effect.sleep(20)
    yield* round % 2 === 0 ? rename(String(round)) : Session.transaction(rename(String(round)))
  }
})

const [, , directory] = process.argv
if (directory !== undefined && import.meta.main) await Effect.runPromise(Effect.provide(go, at(directory)))
