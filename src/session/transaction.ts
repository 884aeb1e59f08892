/**
 * A session's transaction, made of that of Effect's SQL client.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Database } from "./Database.ts"
import type { TransactionError } from "./OrmError.ts"

/**
 * Runs effects in transactions of a client. What an effect itself fails with is set apart meanwhile, so that only what the
 * transaction fails with is translated.
 */
export const transactionOf = (
  client: SqlClient,
  translate: (error: SqlError) => TransactionError
): Database["Service"]["transaction"] =>
(effect) =>
  Effect.mapError(
    client.withTransaction(Effect.mapError(effect, (error) => new Inside(error))),
    (error) => error instanceof Inside ? error.error : translate(error)
  )

/** A failure of the effect inside a transaction. */
class Inside<out E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}
