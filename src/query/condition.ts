/**
 * Conditions made of others.
 *
 * @since 0.1.0
 */
import * as Expression from "../sql/Expression.ts"
import { logical, type Node, verbatim } from "../sql/node.ts"
import { conditionOf } from "../sql/operand.ts"

type Truth<L extends Expression.Stage> = Expression.Expression<boolean | null, L>

/**
 * All of these conditions; it holds where there are none.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String,
 *   author: Schema.String,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const found = Query.from(Book).where((book) =>
 *   Query.and(
 *     Query.or(book.author.eq("Borges"), book.author.eq("Bioy Casares")),
 *     Query.not(book.title.like("%II"))
 *   )
 * )
 * ```
 *
 * @category conditions
 * @since 0.1.0
 */
export const and = <L extends Expression.Stage = never>(
  ...conditions: ReadonlyArray<Truth<L>>
): Expression.Condition<L> => combined("AND", conditions)

/**
 * One of these conditions; it doesn't hold where there are none.
 *
 * @category conditions
 * @since 0.1.0
 */
export const or = <L extends Expression.Stage = never>(
  ...conditions: ReadonlyArray<Truth<L>>
): Expression.Condition<L> => combined("OR", conditions)

/**
 * The opposite of a condition.
 *
 * @category conditions
 * @since 0.1.0
 */
export const not = <L extends Expression.Stage>({ node }: Truth<L>): Expression.Condition<L> =>
  Expression.make(node._tag === "Unasked" ? node : { _tag: "Not", operand: node })

/**
 * A condition on a value that may not be given. Without it nothing is asked: beside others, in an `and` as in an `or`, it is as if
 * the condition weren't there, and alone it lets every row through.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Schema.Int
 * }, { table: "books" }) {}
 *
 * const longerThan = (pages: number | undefined) =>
 *   Query.from(Book).where((book) => Query.optional(pages, (pages) => book.pages.gt(pages)))
 * ```
 *
 * @category conditions
 * @since 0.1.0
 */
export const optional = <A, L extends Expression.Stage = never>(
  value: A | undefined,
  condition: (value: A) => Truth<L>
): Expression.Condition<L> => Expression.make(value === undefined ? { _tag: "Unasked" } : condition(value).node)

/** Conditions as a tree that is no deeper than it must be, because databases bound its depth. */
const combined = <L extends Expression.Stage>(
  operator: "AND" | "OR",
  conditions: ReadonlyArray<unknown>
): Expression.Condition<L> =>
  Expression.make(conditions.length === 0 ? constant(operator === "AND") : tree(operator, conditions.map(conditionOf)))

/** Nodes as one: each half of them first. */
export const tree = (operator: "AND" | "OR", nodes: ReadonlyArray<Node>): Node => {
  const [only = constant(operator === "AND")] = nodes
  if (nodes.length < 2) return only
  const half = Math.ceil(nodes.length / 2)
  return logical(operator, tree(operator, nodes.slice(0, half)), tree(operator, nodes.slice(half)))
}

const constant = (holds: boolean): Node =>
  verbatim(holds ? "TRUE" : "FALSE", { type: { _tag: "Boolean" }, nullable: false })
