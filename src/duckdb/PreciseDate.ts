/**
 * A `Date` that knows the part of its millisecond, which the database keeps and a `Date` has no room for.
 *
 * @since 0.1.0
 */

/**
 * What plain SQL gives for a timestamp that no `Date` equals: a `Date` like any other, and bound to a parameter it is the same
 * instant again, to the microsecond or nanosecond.
 *
 * @example
 * ```ts
 * import { PreciseDate } from "andamios-orm/duckdb"
 *
 * const instant = PreciseDate.fromNanoseconds(1_577_836_800_000_001_000n)
 * console.log(instant.toISOString(), instant.nanoseconds) // 2020-01-01T00:00:00.000Z 1000
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class PreciseDate extends Date {
  /** Nanoseconds since the last whole millisecond, from 0 to 999,999. */
  readonly nanoseconds: number

  constructor(milliseconds: number, nanoseconds: number) {
    super(milliseconds)
    this.nanoseconds = nanoseconds
  }
}

const millisecond = 1_000_000n

/**
 * The instant that many nanoseconds after 1970.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromNanoseconds = (nanoseconds: bigint): PreciseDate => {
  const rest = ((nanoseconds % millisecond) + millisecond) % millisecond
  return new PreciseDate(Number((nanoseconds - rest) / millisecond), Number(rest))
}

/**
 * A `Date`'s nanoseconds since 1970.
 *
 * @example
 * ```ts
 * import { PreciseDate } from "andamios-orm/duckdb"
 *
 * // how long a flight took, from two timestamps that plain SQL gave
 * const nanoseconds = (departed: Date, landed: Date): bigint =>
 *   PreciseDate.toNanoseconds(landed) - PreciseDate.toNanoseconds(departed)
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const toNanoseconds = (instant: Date): bigint =>
  BigInt(instant.getTime()) * millisecond + BigInt(instant instanceof PreciseDate ? instant.nanoseconds : 0)
