/**
 * What can be made of many rows.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type { Holds } from "../model/arrayKind.ts"
import * as Expression from "../sql/Expression.ts"
import type { Aggregate, AggregateKind, Node } from "../sql/node.ts"
import { aggregateSlot } from "../sql/slot.ts"

/** What can be added up. */
type Numeric = number | bigint | BigDecimal.BigDecimal | null

type Row<A = unknown> = Expression.Expression<A, Expression.PlainStage>

/** The node of an aggregate of all rows. */
export const aggregateNode = (kind: AggregateKind, operands: ReadonlyArray<Node>, distinct = false): Aggregate => ({
  _tag: "Aggregate",
  kind,
  operands,
  distinct,
  filter: undefined,
  orderBy: [],
  slot: aggregateSlot(kind, operands[0])
})

const aggregate = <E extends Expression.Expression<unknown>>(
  kind: AggregateKind,
  operands: ReadonlyArray<Expression.Expression<unknown>>,
  distinct?: boolean
): E => Expression.make(aggregateNode(kind, operands.map(({ node }) => node), distinct))

/**
 * A number of rows, which is 0 where there are none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Count extends Expression.NumberExpression<number, number, "of a group">, Expression.Certain {
  /** Counts only the rows that the condition holds for. */
  filter(condition: Row<boolean | null>): Count
}

/**
 * The number of rows, or of rows where the expression is not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const count = (expression?: Row): Count => aggregate("count", expression === undefined ? [] : [expression])

/**
 * The number of different values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const countDistinct = (expression: Row): Count => aggregate("count", [expression], true)

/**
 * The sum of the values that are not null; exact for integers of up to 64 bits and decimals of up to 38 digits.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const sum = <A extends Numeric>(expression: Row<A>): Expression.Aggregate<Expression.Widened<A>> =>
  aggregate("sum", [expression])

/**
 * The mean of the values that are not null, as a floating point number.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const avg = <A extends Numeric>(
  expression: Row<A>
): Expression.Aggregate<null extends A ? number | null : number> => aggregate("avg", [expression])

/**
 * One of the values of an expression.
 *
 * @category models
 * @since 0.1.0
 */
export type Picked<E extends Row> = E extends Holds<infer V> ? Expression.Aggregate<E["~value"]> & Holds<V>
  : Expression.Aggregate<E["~value"]>

/**
 * The least of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const min = <E extends Row>(expression: E): Picked<E> => aggregate("min", [expression])

/**
 * The greatest of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const max = <E extends Row>(expression: E): Picked<E> => aggregate("max", [expression])
