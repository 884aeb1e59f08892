/**
 * A place for what happens around statements of plain SQL.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"

/** Runs a statement of plain SQL, whose connection is there already. */
export type Around = <A, R>(sql: string, run: Effect.Effect<A, SqlError, R>) => Effect.Effect<A, SqlError, R>

/** What happens around them: nothing, unless somebody lets faults happen. */
export const AroundPlain: Context.Reference<Around | undefined> = Context.Reference("andamios/AroundPlain", {
  defaultValue: (): Around | undefined => undefined
})
