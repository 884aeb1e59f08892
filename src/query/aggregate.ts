/**
 * What can be made of many rows.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type { Holds } from "../model/arrayKind.ts"
import * as Expression from "../sql/Expression.ts"

/** What can be added up. */
type Numeric = number | bigint | BigDecimal.BigDecimal | null

/**
 * The number of rows, or of rows where the expression is not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const count = (expression?: Expression.Expression<unknown>): Expression.Expression<number> =>
  Expression.aggregate("count", expression)

/**
 * The number of different values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const countDistinct = (expression: Expression.Expression<unknown>): Expression.Expression<number> =>
  Expression.aggregate("count", expression, true)

/**
 * The sum of the values that are not null; exact for integers of up to 64 bits and decimals of up to 38 digits.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const sum = <A extends Numeric>(expression: Expression.Expression<A>): Expression.Aggregate<A> =>
  Expression.aggregate("sum", expression)

/**
 * The mean of the values that are not null, as a floating point number.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const avg = <A extends Numeric>(
  expression: Expression.Expression<A>
): Expression.Aggregate<null extends A ? number | null : number> => Expression.aggregate("avg", expression)

/**
 * One of the values of an expression.
 *
 * @category models
 * @since 0.1.0
 */
export type Picked<E extends Expression.Expression<unknown>> = E extends Holds<infer V>
  ? Expression.Aggregate<E["~value"]> & Holds<V>
  : Expression.Aggregate<E["~value"]>

/**
 * The least of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const min = <E extends Expression.Expression<unknown>>(expression: E): Picked<E> =>
  Expression.aggregate("min", expression)

/**
 * The greatest of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const max = <E extends Expression.Expression<unknown>>(expression: E): Picked<E> =>
  Expression.aggregate("max", expression)
