/**
 * What can be asked of a list.
 *
 * @since 0.1.0
 */
import type { Certain, Condition, Expression, NullOf, Of, Operand, PlainStage, Stage, StageOf } from "./Expression.ts"
import type { NumberExpression } from "./NumberExpression.ts"
import type { TextExpression } from "./TextExpression.ts"

/** A list of the same items, or an expression of one. */
type Others<Item, L extends Stage> = ReadonlyArray<Item> | Expression<ReadonlyArray<Item> | null, L>

/**
 * An expression whose value is a list of such items.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListExpression<out A, out Item, out L extends Stage = PlainStage> extends Expression<A, L> {
  /** Another list where this one is null. */
  orElse<L2 extends Stage = never>(
    value: Operand<A, L2>
  ): ListExpression<NonNullable<A>, Item, L | NoInfer<L2>> & Certain
  /** Whether it has an item that equals the value. */
  includes<L2 extends Stage = never>(value: Operand<Item, L2>): Condition<L | NoInfer<L2>>
  /** Whether it has one of these items. */
  includesAny<L2 extends Stage = never>(items: Others<Item, L2>): Condition<L | NoInfer<L2>>
  /** Whether it has all of these items. */
  includesAll<L2 extends Stage = never>(items: Others<Item, L2>): Condition<L | NoInfer<L2>>
  /** The number of items. */
  length(): NumberExpression<number | (A & null), number | (A & null), L>
  /** The item at a place from 0, or from the end before 0: -1 is the last. */
  at(index: number): Of<Item | null, L>
  /** With one more item. */
  append<L2 extends Stage = never>(item: Operand<Item, L2>): ListExpression<A, Item, L | NoInfer<L2>>
  /** With the items of another list behind it. */
  concat<O extends Others<Item, Stage>>(items: O): ListExpression<A | NullOf<O>, Item, L | StageOf<O>>
  /** The items of a list of texts as one text, without nulls. */
  join<O extends Operand<string>>(
    this: Expression<ReadonlyArray<string | null> | null>,
    separator: O
  ): TextExpression<string | (A & null) | NullOf<O>, L | StageOf<O>>
  /** The items from the least to the greatest, nulls last. */
  sorted(): ListExpression<A, Item, L>
  /** The different items that are not null, from the least to the greatest. */
  distinct(): ListExpression<A, NonNullable<Item>, L>
}
