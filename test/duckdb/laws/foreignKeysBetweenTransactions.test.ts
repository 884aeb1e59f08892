/**
 * A limit of DuckDB's that ours has too, and the way around it: foreign keys are not held between transactions that run at the
 * same time, and an update that meets a delete is lost. Row 9 of what DuckDB does in silence.
 */
import type { DuckDBConnection } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const tables = [
  "CREATE TABLE countries (code VARCHAR PRIMARY KEY, name VARCHAR)",
  "CREATE TABLE cities (name VARCHAR, country VARCHAR REFERENCES countries (code))",
  "CREATE TABLE writers (table_name VARCHAR PRIMARY KEY, turn BIGINT)",
  "INSERT INTO countries VALUES ('AR', 'Argentina')",
  "INSERT INTO writers VALUES ('countries', 0)"
]

const remove = "DELETE FROM countries WHERE code = 'AR'"
const refer = "INSERT INTO cities VALUES ('Rosario', 'AR')"
const rename = "UPDATE countries SET name = 'República Argentina' WHERE code = 'AR'"
/** Who changes what others refer to, and who refers to it, takes this turn first: of two at the same time one has a conflict. */
const takeTurn = "UPDATE writers SET turn = turn + 1 WHERE table_name = 'countries'"

const orphanCities = "SELECT cities.name FROM cities LEFT JOIN countries ON country = code WHERE code IS NULL"

describe("the bare binding", () => {
  const side = (connection: DuckDBConnection, sql: string) => Bare.run(connection, "BEGIN", sql)

  const together = Effect.fnUntraced(function*(first: string, second: string, question: string) {
    const instance = yield* Bare.instance()
    const [one, other] = [yield* Bare.connect(instance), yield* Bare.connect(instance)]
    yield* Bare.run(one, ...tables)
    yield* side(one, first)
    yield* side(other, second)
    const commits = [yield* Bare.failure(one, "COMMIT"), yield* Bare.failure(other, "COMMIT")]
    return { commits, found: yield* Bare.rows(one, question) }
  }, Effect.scoped)

  const bothCommit = ["no failure", "no failure"]

  it.live("one transaction deletes a row and another refers to it: both commit", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* together(remove, refer, orphanCities), {
        commits: bothCommit,
        found: [["Rosario"]]
      })
    }))

  it.live("one transaction updates a row and another deletes it: both commit, and the update is lost", () =>
    Effect.gen(function*() {
      const { commits, found } = yield* together(rename, remove, "FROM countries")
      assert.deepStrictEqual({ commits, found }, { commits: bothCommit, found: [] })
    }))
})

describe("ours", () => {
  /** Two transactions that both have written before either commits; what the second fails with, if it does. */
  const together = Effect.fnUntraced(function*(first: ReadonlyArray<string>, second: ReadonlyArray<string>) {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.forEach(tables, (statement) => sql.unsafe(statement), { discard: true })
    const firstWrote = yield* Deferred.make<void>()
    const secondIsDone = yield* Deferred.make<void>()
    const all = (statements: ReadonlyArray<string>) =>
      Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
    const one = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
      yield* all(first)
      yield* Deferred.succeed(firstWrote, undefined)
      yield* Deferred.await(secondIsDone)
    })))
    yield* Deferred.await(firstWrote)
    const outcome = yield* Session.transaction(all(second)).pipe(
      Effect.match({ onFailure: (error) => error, onSuccess: () => "committed" as const }),
      Effect.ensuring(Deferred.succeed(secondIsDone, undefined))
    )
    yield* Fiber.join(one)
    return { outcome, orphans: yield* sql.unsafe(orphanCities), countries: yield* sql`SELECT name FROM countries` }
  })

  const inMemory = Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }))

  it.live("the limit is the same: a row is deleted that another transaction refers to", () =>
    Effect.gen(function*() {
      const { orphans, outcome } = yield* together([remove], [refer])
      assert.strictEqual(outcome, "committed")
      assert.deepStrictEqual(orphans, [{ name: "Rosario" }])
    }).pipe(inMemory))

  it.live("the limit is the same: an update is lost to a delete", () =>
    Effect.gen(function*() {
      const { countries, outcome } = yield* together([rename], [remove])
      assert.strictEqual(outcome, "committed")
      assert.deepStrictEqual(countries, [])
    }).pipe(inMemory))

  it.live("the way around it: both take a turn, and one has a conflict that a retry solves", () =>
    Effect.gen(function*() {
      const { orphans, outcome } = yield* together([takeTurn, remove], [takeTurn, refer])
      assert.deepStrictEqual(orphans, [])
      assert.notStrictEqual(outcome, "committed")
      if (outcome === "committed") return
      const conflict = outcome._tag === "SqlError" ? outcome.reason.cause : outcome
      assert.instanceOf(conflict, OrmError.Conflict)
    }).pipe(inMemory))
})
