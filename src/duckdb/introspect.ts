/**
 * What a DuckDB database is made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { ReadError } from "../session/OrmError.ts"
import { empty, type Structure } from "../sql/Structure.ts"

/** Reads the structure of a database. */
export const introspecting = (_client: SqlClient, _path: string): Effect.Effect<Structure, ReadError> =>
  Effect.succeed(empty)
