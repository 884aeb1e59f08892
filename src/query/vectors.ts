/**
 * Reads whole columns instead of rows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Holds } from "../model/arrayKind.ts"
import type * as Model from "../model/Model.ts"
import type { ReadError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type { Select } from "../sql/ast.ts"
import type { Unstored } from "../sql/Computed.ts"
import type { Expression } from "../sql/Expression.ts"
import type { ArrayFor, Vector } from "../sql/Vector.ts"
import type { Related } from "./scope.ts"

/** The vector of an expression whose values in a row are `A`. */
type VectorOf<E, A> = Vector<E extends Holds<infer V> ? V : ArrayFor<A>>

/** The vectors of a model's columns, or of several models' by the names of their sources. */
type ScopeVectors<Scope> = {
  readonly [K in keyof Scope as Scope[K] extends Unstored | Related<Model.Any, null, unknown> ? never : K]:
    Scope[K] extends Expression<infer A> ? VectorOf<Scope[K], A> : ScopeVectors<Scope[K]>
}

/**
 * The vectors of what `from` and its joins give: of one model's columns, or of each source's.
 *
 * @category models
 * @since 0.1.0
 */
export type SourceVectors<Scope, Rows, A> = [Rows] extends [never] ? ScopeVectors<Scope>
  : [A] extends [Rows] ? ScopeVectors<Scope>
  : ScopeVectors<Scope[keyof Scope]>

/**
 * The vectors of selected values, by their names.
 *
 * @category models
 * @since 0.1.0
 */
export type SelectedVectors<Selected, A> = {
  readonly [K in keyof Selected]: VectorOf<Selected[K], K extends keyof A ? A[K] : never>
}

/** The columns of a query, typed by what the query says of them. */
export const columnsOf = <V>(statement: Select<unknown>): Effect.Effect<V, ReadError, Session> =>
  Effect.flatMap(Session, (session) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of the expressions that the type is computed from
    Effect.map(session.columns(statement), (vectors) => vectors as V))
