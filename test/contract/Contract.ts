/**
 * What Andamios ORM promises of every database, as suites of vitest that any Layer can be held to.
 *
 * @since 0.1.0
 */
import { aggregates as ofAggregates } from "./areas/aggregates.ts"
import { migrations as ofMigrations } from "./areas/migrations.ts"
import { models as ofModels } from "./areas/models.ts"
import { queries as ofQueries } from "./areas/queries.ts"
import { repositories as ofRepositories } from "./areas/repositories.ts"
import { sessions as ofSessions } from "./areas/sessions.ts"
import { testing as ofTesting } from "./areas/testing.ts"
import { type Area, area, areas } from "./holding.ts"
import type { Facts } from "./Subject.ts"

export type { Area, Options } from "./holding.ts"
export type { Database, Facts } from "./Subject.ts"

/**
 * The facts of DuckDB.
 *
 * @category facts
 * @since 0.1.0
 */
export const duckDb: Facts = {
  dialect: "duckdb",
  freesRows: false,
  savepoints: false,
  rowLocks: false,
  sharded: false
}

/**
 * The facts of PostgreSQL. Where your database is another in one of them, say so: `{ ...Contract.postgres, rowLocks: false }`.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Contract } from "andamios-orm-contract"
 * import { Redacted } from "effect"
 *
 * const database = Postgres.layer({ url: Redacted.make("postgres://localhost/contract") })
 *
 * // a database that speaks PostgreSQL, and has no row locks
 * Contract.queries("mine", database, { ...Contract.postgres, rowLocks: false })
 *
 * // one whose rows are spread over several servers
 * Contract.repositories("mine, in shards", database, Contract.sharded)
 * ```
 *
 * @category facts
 * @since 0.1.0
 */
export const postgres: Facts = {
  dialect: "postgres",
  freesRows: true,
  savepoints: true,
  rowLocks: true,
  sharded: false
}

/**
 * The facts of PostgreSQL where rows are spread over several servers.
 *
 * @category facts
 * @since 0.1.0
 */
export const sharded: Facts = { ...postgres, sharded: true }

// the types of the areas are inferred: they are the names of their promises, which are said once

/**
 * Types of columns, declarations, mixins and relations.
 *
 * @example
 * ```ts
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Contract } from "andamios-orm-contract"
 *
 * const database = DuckDb.layer({ path: ":memory:", threads: 1 })
 *
 * // each in a file of its own, so that they run in parallel
 * Contract.models("mine", database, Contract.duckDb)
 * Contract.sessions("mine", database, Contract.duckDb)
 * Contract.aggregates("mine", database, Contract.duckDb)
 * Contract.migrations("mine", database, Contract.duckDb)
 * Contract.testing("mine", database, Contract.duckDb)
 * ```
 *
 * @category areas
 * @since 0.1.0
 */
export const models = area("models", ofModels)

/**
 * Clauses, expressions, functions, raw SQL, pages and plans.
 *
 * @category areas
 * @since 0.1.0
 */
export const queries = area("queries", ofQueries)

/**
 * Writes, transactions, streams, pools, units of work, the cache, and what can be seen of them.
 *
 * @category areas
 * @since 0.1.0
 */
export const sessions = area("sessions", ofSessions)

/**
 * Repositories with their hooks, loaders and failures.
 *
 * @category areas
 * @since 0.1.0
 */
export const repositories = area("repositories", ofRepositories)

/**
 * Rows that are saved with the rows that belong to them.
 *
 * @category areas
 * @since 0.1.0
 */
export const aggregates = area("aggregates", ofAggregates)

/**
 * Revisions and their history.
 *
 * @category areas
 * @since 0.1.0
 */
export const migrations = area("migrations", ofMigrations)

/**
 * Factories and fixtures.
 *
 * @category areas
 * @since 0.1.0
 */
export const testing = area("testing", ofTesting)

/**
 * All areas, in one file. In a file for each of them they run in parallel.
 *
 * The Layer is built anew for each promise, and should then open an empty database. One that stays is enough for all areas but
 * `migrations`.
 *
 * @example
 * ```ts
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Contract } from "andamios-orm-contract"
 *
 * Contract.all("mine", DuckDb.layer({ path: ":memory:", threads: 1 }), Contract.duckDb)
 * ```
 *
 * @category areas
 * @since 0.1.0
 */
export const all = areas({
  models: ofModels,
  queries: ofQueries,
  sessions: ofSessions,
  repositories: ofRepositories,
  aggregates: ofAggregates,
  migrations: ofMigrations,
  testing: ofTesting
})

/**
 * The name of a promise.
 *
 * @category models
 * @since 0.1.0
 */
export type Name = typeof all extends Area<infer Promise> ? Promise : never
