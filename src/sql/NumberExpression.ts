/**
 * What can be asked of a number.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type { Certain, Expression, NullOf, Operand, PlainStage, Stage, StageOf } from "./Expression.ts"
import type { TextExpression } from "./TextExpression.ts"

/** A floating point number, which is null where there is none. */
type Float<L extends Stage> = NumberExpression<number | null, number | null, L>

/**
 * An expression whose value is a number of one of the three kinds `N`: `number`, `bigint` or `BigDecimal`.
 *
 * Integers are calculated in 64 bits and decimals with up to 38 digits, exactly; what doesn't fit is a failure of the database.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumberExpression<out A, out N = Widened<A>, out L extends Stage = PlainStage>
  extends Expression<A, L>
{
  /** Another number where this one is null. */
  orElse<L2 extends Stage = never>(
    value: Operand<A, L2>
  ): NumberExpression<NonNullable<A>, NonNullable<N>, L | NoInfer<L2>> & Certain
  /** The sum. */
  add<O extends Operand<N>>(value: O): NumberExpression<N | NullOf<O>, N | NullOf<O>, L | StageOf<O>>
  /** The difference. */
  subtract<O extends Operand<N>>(value: O): NumberExpression<N | NullOf<O>, N | NullOf<O>, L | StageOf<O>>
  /** The product. */
  multiply<O extends Operand<N>>(value: O): NumberExpression<N | NullOf<O>, N | NullOf<O>, L | StageOf<O>>
  /** The quotient as a floating point number; null where it is divided by zero. */
  divide<L2 extends Stage = never>(
    value: Operand<N, L2>
  ): NumberExpression<number | null, number | null, L | NoInfer<L2>>
  /** The quotient of integers without its fraction; null where it is divided by zero. */
  quotient<L2 extends Stage = never>(value: Operand<N, L2>): NumberExpression<N | null, N | null, L | NoInfer<L2>>
  /** The rest of a division, with the sign of the number that is divided; null where it is divided by zero. */
  modulo<L2 extends Stage = never>(value: Operand<N, L2>): NumberExpression<N | null, N | null, L | NoInfer<L2>>
  /** The number without its sign. */
  abs(): NumberExpression<N, N, L>
  /** The number with the other sign. */
  negate(): NumberExpression<N, N, L>
  /** Rounded to so many places, halves away from zero: -2.5 to -3. Before 0 they are places before the point. */
  round(digits?: number): NumberExpression<N, N, L>
  /** The greatest whole number that is not above it. */
  floor(): NumberExpression<N, N, L>
  /** The least whole number that is not below it. */
  ceil(): NumberExpression<N, N, L>
  /** -1, 0 or 1. */
  sign(): NumberExpression<number | (A & null), number | (A & null), L>
  /** Null where there is no such number, as of -8 to the power of 0.5. */
  power<L2 extends Stage = never>(exponent: Operand<number, L2>): Float<L | NoInfer<L2>>
  /** Null of numbers below 0. */
  sqrt(): Float<L>
  /** The natural logarithm; null of numbers that aren't above 0. */
  ln(): Float<L>
  /** e to the power of it. */
  exp(): Float<L>
  /** An integer's or decimal's digits. */
  toText(): TextExpression<string | (A & null), L>
}

/**
 * The kind of number without its brand or literals, which arithmetic doesn't keep.
 *
 * @category models
 * @since 0.1.0
 */
export type Widened<A> =
  | (null extends A ? null : never)
  | (NonNullable<A> extends number ? number : NonNullable<A> extends bigint ? bigint : BigDecimal.BigDecimal)
