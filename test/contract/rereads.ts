/**
 * Whether a write makes a cache read again what it has kept.
 */
import { assert } from "@effect/vitest"
import { QueryCache, Sql } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

const misses = Effect.map(
  QueryCache.report,
  ({ queries }) => queries.reduce((sum, query) => sum + query.misses, 0)
)

/** Reads until the answer is kept, writes, and tells whether the same is read anew; what it answers is always what the database says. */
export const rereads = <A, E, R, B, E2, R2>(read: Effect.Effect<A, E, R>, write: Effect.Effect<B, E2, R2>) =>
  Effect.gen(function*() {
    yield* read
    const kept = yield* misses
    yield* read
    assert.strictEqual(yield* misses, kept, "an answer that nothing was written to is kept")
    yield* write
    const found = yield* read
    assert.deepStrictEqual(found, yield* QueryCache.bypass(read))
    return (yield* misses) > kept
  }).pipe(QueryCache.withPolicy({ raw: true }), Effect.provide(QueryCache.layerMemory()))

/** What is made of a text for a read, which is only a template's. */
const templateOf = (text: string): TemplateStringsArray =>
  Object.freeze(Object.assign([text], { raw: Object.freeze([text]) }))

/** The number `n` that a text selects, of each row in order. */
export const numbers = (text: string) =>
  Effect.map(
    Sql.query(Schema.Struct({ n: Schema.Int }))(templateOf(text)).orderBy(({ n }) => n.asc()).all,
    (rows) => rows.map(({ n }) => n)
  )

/** Runs statements of plain SQL. */
export const run = (...texts: ReadonlyArray<string>) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => Effect.forEach(texts, (text) => sql.unsafe(text), { discard: true })
  )
