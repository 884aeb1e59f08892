/**
 * Whole columns, as arrays.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"

/**
 * All values of a column, in the order of the rows.
 *
 * `validity` has a bit for each row, the lowest bit of the first byte for the first: it is set where the row has a value, and there
 * is no bitmap where every row has one. A typed array holds 0 where there is no value, a plain array `null`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Vector<out V> {
  readonly values: V
  readonly validity: Uint8Array | undefined
}

/**
 * The array that holds values of type `A`:
 *
 * | values | array |
 * | --- | --- |
 * | `number` | `Float64Array`; `Column.int8`, `uint8`, `int16` … have an `Int8Array`, `Uint8Array`, `Int16Array` …, `float` has a `Float32Array` |
 * | `bigint` | `BigInt64Array`; `Column.uint64` has a `BigUint64Array`, and `int128` and `uint128` have a plain array |
 * | `boolean` | `Uint8Array` of 0 and 1 |
 * | `DateTime.Utc`, `Date` | `BigInt64Array` of microseconds since 1970; `Column.date` has an `Int32Array` of days since 1970 |
 * | all others | a plain array |
 *
 * @category models
 * @since 0.1.0
 */
export type ArrayFor<A> = [NonNullable<A>] extends [never] ? ReadonlyArray<A>
  : [NonNullable<A>] extends [number] ? Float64Array
  : [NonNullable<A>] extends [bigint] ? BigInt64Array
  : [NonNullable<A>] extends [boolean] ? Uint8Array
  : [NonNullable<A>] extends [DateTime.Utc | Date] ? BigInt64Array
  : ReadonlyArray<A>

/**
 * Whether the row has a value.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Vector } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Reading extends Model.Class<Reading>("Reading")({
 *   id: Column.primaryKey(Schema.Int),
 *   kelvin: Schema.NullOr(Schema.Number)
 * }, { table: "readings" }) {}
 *
 * const known = Effect.gen(function*() {
 *   const { kelvin } = yield* Query.from(Reading).columns
 *   return Array.from(kelvin.values).filter((_, row) => Vector.isValid(kelvin, row))
 * })
 * ```
 *
 * @category predicates
 * @since 0.1.0
 */
export const isValid = ({ validity }: Vector<unknown>, row: number): boolean =>
  validity === undefined || (Number(validity[row >> 3]) >> (row & 7) & 1) === 1

/**
 * Vectors by the names of their columns, and those of joined models by the names of their sources.
 *
 * @category models
 * @since 0.1.0
 */
export type Vectors = Vector<unknown> | { readonly [name: string]: Vectors }
