/**
 * What is made of many rows, of the rows around each row, and of one of several branches.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type { Expression, Of, Operand, PlainStage, RowStage, Stage } from "./Expression.ts"
import type { Order } from "./node.ts"
import type { OverOptions } from "./over.ts"

/**
 * Something made of many rows. `A` is null where there were no rows or no values, which in a group of rows can't be.
 *
 * @category models
 * @since 0.1.0
 */
export type Aggregate<A> = Of<A, "of a group"> & Aggregated<A>

/**
 * What an aggregate can be told beside what it is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Aggregated<A> extends OverRows<A> {
  /** Made only of the rows that the condition holds for. */
  filter(condition: Expression<boolean | null, PlainStage>): Aggregate<A | null>
}

/**
 * An aggregate that takes the rows in an order.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ordered<A> {
  /** Takes the rows in this order. */
  orderBy(...orders: ReadonlyArray<Order>): Aggregate<A>
}

/** A window whose partitions are values of such a stage. */
type Over<L extends Stage> = OverOptions<Expression<unknown, L>>

/** The value over a window, in which a frame may have no rows. */
type Framed<A, W> = W extends { readonly frame: object } ? A | null : A

/**
 * Something that can be made, for each row, of the rows around it.
 *
 * @category models
 * @since 0.1.0
 */
export interface OverRows<A> {
  /** Made, for each row, of the rows around it: all of them, or a part. */
  over<const W extends Over<RowStage>>(window?: W): Windowed<Framed<A, W>, "of each row">
}

/**
 * Something that can be made, for each group, of the groups around it.
 *
 * @category models
 * @since 0.1.0
 */
export interface OverGroups<A> {
  /** Made, for each group, of the groups around it: all of them, or a part. */
  over<const W extends Over<"of a group">>(window?: W): Windowed<Framed<A, W>, "of a group">
}

/**
 * Something made of the rows or groups around each.
 *
 * @category models
 * @since 0.1.0
 */
export type Windowed<A, L extends Stage> = Of<A, L | "of a window">

/**
 * What a branch can have: a value that tells by itself what it is stored as, or an expression.
 *
 * @category models
 * @since 0.1.0
 */
export type BranchValue =
  | string
  | number
  | bigint
  | boolean
  | BigDecimal.BigDecimal
  | DateTime.Utc
  | Date
  | Expression<unknown>

/**
 * The value of a branch.
 *
 * @category models
 * @since 0.1.0
 */
export type BranchOf<V> = V extends Expression<infer A> ? A : V

/** What the branches of a case have in common. */
type Kind<A> = A extends string ? string
  : A extends boolean ? boolean
  : A extends number ? number
  : A extends null ? never
  : A

/** The stage of a branch's value. */
type StageOf<V> = V extends Expression<unknown, infer L> ? L : never

/**
 * The value of the first branch whose condition holds, and null where none does.
 *
 * @category models
 * @since 0.1.0
 */
export type Case<A, L extends Stage> = Of<A | null, L> & {
  /** One more branch. */
  when<L2 extends Stage, const V extends Operand<Kind<A>>>(
    condition: Expression<boolean | null, L2>,
    value: V
  ): Case<A | BranchOf<V>, L | L2 | StageOf<V>>
  /** The value where no condition holds. */
  otherwise<const V extends Operand<Kind<A>>>(value: V): Of<A | BranchOf<V>, L | StageOf<V>>
}
