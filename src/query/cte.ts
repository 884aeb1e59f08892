/**
 * Queries with a name, which a statement may use several times, or which read from themselves.
 *
 * @since 0.1.0
 */
import type { Cte as CteNode, Source } from "../sql/ast.ts"
import type { Alias, Field } from "../sql/node.ts"
import type { Derived } from "./derived.ts"
import type { Query } from "./read.ts"
import { aligned, type DerivedColumns, outputs, type Selection } from "./selection.ts"

/**
 * A common table expression. It is read from like a table.
 *
 * @category models
 * @since 0.1.0
 */
export class Cte<C, A, R = never> implements Derived<C, A, R> {
  declare readonly "~columns": C
  declare readonly "~row": A
  declare readonly "~services": R
  private readonly node: CteNode
  readonly derivedFields: (alias: Alias) => Readonly<Record<string, Field>>

  constructor(node: CteNode, fields: (alias: Alias) => Readonly<Record<string, Field>>) {
    this.node = node
    this.derivedFields = fields
  }

  derivedSource(alias: Alias): Source {
    return { _tag: "CteSource", cte: this.node, alias }
  }
}

/**
 * Gives a query a name, under which a statement may use it several times and make it once.
 *
 * @category common table expressions
 * @since 0.1.0
 */
export const cte = <Selected, A, R>(
  name: string,
  query: Selection<Selected, A, R>
): Cte<DerivedColumns<Selected, A>, A, R> =>
  new Cte(
    { name: { name }, base: query.statement, step: undefined, repeats: false },
    (alias) => query.derivedFields(alias)
  )

/**
 * A query that reads from itself: the rows of `base`, and those that `step` makes of the rows found last, until it finds none.
 *
 * With `repeats`, rows that were found already are found again, which is faster and never ends in a circle.
 *
 * @category common table expressions
 * @since 0.1.0
 */
export const recursive = <Selected, A, R, R2>(
  name: string,
  base: Selection<Selected, A, R>,
  step: (self: Cte<DerivedColumns<Selected, A>, A, R>) => Query<A, R2>,
  { repeats = false }: { readonly repeats?: boolean } = {}
): Cte<DerivedColumns<Selected, A>, A, R | R2> => {
  const node: CteNode = { name: { name }, base: base.statement, step: undefined, repeats }
  const fields = (alias: Alias) => base.derivedFields(alias)
  const made = step(new Cte(node, fields))
  return new Cte({ ...node, step: aligned(made.statement, outputs(base.statement)) }, fields)
}
