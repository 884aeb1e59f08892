/**
 * Aggregates of all rows of a query, as one record.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ReadError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type { Grouping, Select } from "../sql/ast.ts"
import type { Node } from "../sql/node.ts"
import { partsOf } from "../sql/parts.ts"
import { also } from "./read.ts"
import { selectFields } from "./selection.ts"

/** The only row that is made of all rows of a statement, in whatever order they are. */
export const overall = <A, R>(
  statement: Select<unknown>,
  nodes: Readonly<Record<string, Node>>
): Effect.Effect<A, ReadError, Session | R> => {
  const { distinct, limit, offset, qualify } = statement
  const isPart = distinct !== false || limit !== undefined || offset !== undefined || qualify !== undefined
  const grouping = Object.values(nodes).some(isAggregated) ? undefined : together
  const { statement: asked } = selectFields<unknown, A, R>({
    ...statement,
    where: isPart ? also(statement.where, ofPart) : statement.where,
    grouping,
    orderBy: []
  }, nodes)
  return Effect.flatMap(Session, ({ run }) => Effect.map(run(asked), (rows) => Arr.getUnsafe(rows, 0)))
}

const isAggregated = (node: Node): boolean => node._tag === "Aggregate" || partsOf(node).some(isAggregated)

/** All rows as one group, also where there are none: constants alone don't make one of them. */
const together: Grouping = { kind: "sets", sets: [[]] }

const ofPart: Node = {
  _tag: "Refused",
  feature: "aggregates of a part of the rows",
  instead: "Select the columns of that part, and aggregate them: `Query.from(part, \"row\").aggregate(…)`."
}
