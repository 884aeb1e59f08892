/**
 * What the rows of a query become when another source joins them.
 *
 * @since 0.1.0
 */
import type { Projection, Select } from "../sql/ast.ts"
import { AnyExpression } from "../sql/anyExpression.ts"
import type { Alias, Node } from "../sql/node.ts"
import { RelatedRows } from "./related.ts"

/** The same rows, made into something else. */
export const project = <A>({ "~row": _, ...statement }: Select<unknown>, projection: Projection): Select<A> => ({
  ...statement,
  projection
})

/** The row of a join: the rows of its sources by their names. */
export const withRow = (
  first: Alias,
  before: Projection,
  joined: number,
  further: readonly [name: string, projection: Projection]
): Projection => {
  const fields = joined > 0 && before._tag === "Record" ? before.fields : [[first.name, before] as const]
  return { _tag: "Record", fields: [...fields, further] }
}

/** Rows that may be missing. */
export const optionalProjection = (projection: Projection): Projection => {
  switch (projection._tag) {
    case "Value":
      return { ...projection, node: optionalNode(projection.node) }
    case "Record":
      return { ...projection, fields: projection.fields.map(([name, field]) => [name, optionalProjection(field)]) }
    case "Instance":
      return { ...projection, optional: true }
    case "Rows":
      return projection
  }
}

/** Columns that may be null, by the names of their sources. */
export const optionalScope = (scope: unknown): object =>
  Object.fromEntries(
    Object.entries(scope ?? {}).map(([name, inner]: readonly [string, unknown]) => [
      name,
      inner instanceof AnyExpression
        ? new AnyExpression(optionalNode(inner.node))
        : inner instanceof RelatedRows
        ? inner
        : optionalScope(inner)
    ])
  )

const optionalNode = (node: Node): Node =>
  "slot" in node && node._tag !== "Value" ? { ...node, slot: { ...node.slot, nullable: true } } : node
