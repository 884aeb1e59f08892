/**
 * Computed columns: expressions with a name, which queries use like columns and no table stores.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import type * as Expression from "./Expression.ts"

/**
 * The computed columns of a model: what its columns make of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Computed<F> {
  readonly "~computed"?: F
  /** The expressions, made of the columns of the model. */
  readonly expressions: (columns: unknown) => Expressions
}

/**
 * Expressions of single rows, by their names.
 *
 * @category models
 * @since 0.1.0
 */
export type Expressions = Readonly<Record<string, Expression.Expression<unknown, Expression.RowStage>>>

/**
 * Marks a computed column, which is no stored one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unstored {
  readonly "~unstored": true
}

/**
 * Computed columns of a model, declared in the body of its class as `static readonly computed = () => Computed.of(…)`. Where a query
 * uses one, the expression stands in its place.
 *
 * @example
 * ```ts
 * import { Column, Computed, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Order extends Model.Class<Order>("Order")({
 *   id: Column.serial(Schema.Int),
 *   cents: Column.int32,
 *   quantity: Column.int32
 * }, { table: "orders" }) {
 *   static readonly computed = () => Computed.of(Order, (order) => ({ total: order.cents.multiply(order.quantity) }))
 * }
 *
 * const dearest = Query.from(Order).orderBy((order) => order.total.desc()).limit(10)
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <
  M extends Model.Any,
  const F extends
    & Expressions
    & { readonly [K in keyof M["fields"]]?: "The model has a field of this name" }
>(
  _model: M,
  expressions: (columns: Expression.Columns<M>) => F
): Computed<F> => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who opens the model gives it the columns of that
  expressions: expressions as (columns: unknown) => Expressions
})
