/**
 * Compares SQL with the database that it is for, before it is ever run.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type Difference, type ReadError, SqlMismatch } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type { Select } from "../sql/ast.ts"
import type { RawWrite } from "../sql/write.ts"
import type { Query } from "./read.ts"

/**
 * What is asked of SQL beside its types.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  /** Whether it must change nothing. */
  readonly readOnly?: boolean
}

/** A statement by hand. */
interface Written<R> {
  readonly statement: Effect.Effect<RawWrite>
  readonly asEffect: () => Effect.Effect<unknown, unknown, Session | R>
}

/**
 * Lets the database prepare a query or a statement against its tables as they are, and compares the types of its columns and
 * parameters with what the program says of them. It fails with `SqlMismatch`, which lists every difference, or with what preparing
 * fails with: a mistake in the text, several statements in one, a table that is missing. Nothing is run.
 *
 * @example
 * ```ts
 * import { Sql } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * const now = Sql.query(Schema.Struct({ one: Schema.Int }))`SELECT 1 AS one`
 * const checked = Sql.check(now, { readOnly: true })
 * ```
 *
 * @errors ReadError
 * @category checking
 * @since 0.1.0
 */
export const check = Effect.fn("Sql.check")(function*<R>(
  query: Query<unknown, R> | Written<R>,
  { readOnly = false }: CheckOptions = {}
): Effect.fn.Return<void, ReadError | SqlMismatch, Session | R> {
  const session = yield* Session
  const statement: Select<unknown> | RawWrite = Effect.isEffect(query.statement)
    ? yield* query.statement
    : query.statement
  const { differences, sql, writes } = yield* session.compare(statement)
  const found: ReadonlyArray<Difference> = readOnly && writes
    ? [{ place: "statement", name: "the statement", expected: "one that only reads", found: "one that writes" }]
    : []
  if (differences.length + found.length > 0) {
    return yield* new SqlMismatch({ sql, differences: [...found, ...differences] })
  }
})
