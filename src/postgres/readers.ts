/**
 * Who gives the connection for a read outside of transactions.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { getOrInsert } from "../model/getOrInsert.ts"
import { acquiring, phase } from "../session/phase.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Driver } from "./connection.ts"
import type { CountedPool } from "./pool.ts"
import type { Telling } from "./telling.ts"

/** Gives a connection for one statement, or for the rows of one as they come. */
export interface Reader {
  readonly use: <A>(run: (driver: Driver) => Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>
  readonly stream: <A>(rows: (driver: Driver) => Stream.Stream<A, SqlError>) => Stream.Stream<A, SqlError>
}

/** Finds the reader for a query. */
export type Readers = (query: CompiledQuery<unknown>) => Reader

/** The connections of the primary's pool, each for one use alone. */
export const primary = (pool: CountedPool, alone: Telling["alone"]): Reader => {
  const driverOf = knownDrivers(alone)
  return {
    use: (run) => acquiring(run, (then) => pool.use((connection) => then(driverOf(connection)))),
    stream: (rows) => Stream.unwrap(Effect.map(phase("acquire")(pool.get), (connection) => rows(driverOf(connection))))
  }
}

/** Makes the driver of a connection when it is first lent. */
const knownDrivers = (make: Telling["alone"]): Telling["alone"] => {
  const known = new WeakMap<PgConnection, Driver>()
  return (connection) => getOrInsert(known, connection, make)
}
