/**
 * The rows of a query, read as those of a model are.
 *
 * @since 0.1.0
 */
import type { Session } from "../session/Session.ts"
import { selectFrom } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import { type Derived, openSource } from "./derived.ts"
import { From } from "./from.ts"
import { reading, type Rows } from "./reading.ts"

/** Reads the rows of a query in a session, by their columns. */
export const readModelOf = <C, A, R>(session: Session["Service"], rows: Derived<C, A, R>): Rows<C, A, R> => {
  const { columns, projection, source } = openSource(rows, { name: "rows" }, false)
  // no key tells the rows of a query apart, as a cursor would have to
  const { page: _, ...read } = reading(
    session,
    new From<C, never, A, R>(selectFrom(source, projection), Expression.scope<C>(columns)),
    undefined
  )
  return read
}
