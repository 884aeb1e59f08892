/**
 * Programs at random of several tenants answer and store the same on shards, on one PostgreSQL and on DuckDB.
 */
import { assert, layer } from "@effect/vitest"
import type { Session } from "andamios-orm"
import type { DuckDb } from "andamios-orm/duckdb"
import type { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql"
import { emptied, models, ownSteps, Program, run, type Step, stored, traced } from "./shardedTenants.ts"

type Needed = Session.Session | SqlClient.SqlClient

/** The databases, each with its tables, by their names. */
class Databases extends Context.Service<Databases, {
  readonly duckDb: Context.Context<DuckDb.Provided>
  readonly one: Context.Context<Postgres.Provided>
  readonly sharded: Context.Context<Postgres.Provided>
}>()("test/Databases") {
  static readonly layer = Layer.effect(
    this,
    Effect.all({
      duckDb: Layer.build(TestDatabase.layer(models)),
      one: Layer.build(TestDatabase.layerPostgres(models)),
      sharded: Layer.build(TestDatabase.layerSharded(models))
    })
  )
}

/** What a program answers, and what is stored then. */
const outcome = <A, E>(program: Effect.Effect<A, E, Needed>) =>
  Effect.gen(function*() {
    yield* emptied
    return { answers: yield* program, rows: yield* stored }
  })

layer(Databases.layer, { timeout: "60 seconds" })("tenants on shards", (it) => {
  it.effect.prop(
    "get the same answers as on one server, one step after another and in transactions",
    { program: Program },
    ({ program }) =>
      Effect.gen(function*() {
        const { duckDb, one, sharded } = yield* Databases
        const all = outcome(run(program))
        const expected = yield* Effect.provide(all, one)
        assert.deepStrictEqual(yield* Effect.provide(all, sharded), expected)
        assert.deepStrictEqual(yield* Effect.provide(all, duckDb), expected)
      }),
    { arbitrary: { runs: 60 }, timeout: 120_000 }
  )

  it.effect.prop(
    "get the same answers when they work at the same time, each on its own rows",
    { programs: Schema.Tuple([ownSteps, ownSteps, ownSteps, ownSteps]) },
    ({ programs }) =>
      Effect.gen(function*() {
        const { duckDb, one, sharded } = yield* Databases
        const owned = programs.map((steps, index) =>
          steps.map((step): Step => ({ ...step, tenant: tenants[index] ?? 1 }))
        )
        const work = (concurrency: number) => outcome(Effect.forEach(owned, traced, { concurrency }))
        const expected = yield* Effect.provide(work(1), duckDb)
        assert.deepStrictEqual(yield* Effect.provide(work(4), one), expected)
        assert.deepStrictEqual(yield* Effect.provide(work(4), sharded), expected)
      }),
    { arbitrary: { runs: 40 }, timeout: 120_000 }
  )
})

const tenants = [1, 2, 3, 4] as const
