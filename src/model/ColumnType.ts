/**
 * What a column can hold, said once for every database.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"

/**
 * A column's type. `as` names the JavaScript value that stands for it where there is a choice.
 *
 * | type | JavaScript value |
 * | --- | --- |
 * | `Text`, `Uuid`, `Enum` | `string` (a uuid in lower case) |
 * | `Int8`, `Int16`, `Int32` | `number` |
 * | `Int64` | `bigint`, or `number` for integers up to 2^53 - 1 |
 * | `Double` | `number`, with `NaN` and the infinities |
 * | `Decimal` | `BigDecimal` with exactly `scale` places |
 * | `Boolean` | `boolean` |
 * | `Date` | `DateTime.Utc` at midnight |
 * | `Timestamp` | `DateTime.Utc` whose milliseconds carry microseconds as a fraction, or a `Date` of whole milliseconds |
 * | `Json` | a JSON value |
 * | `List` | an array |
 * | `Struct` | an object with exactly these fields |
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnType =
  | { readonly _tag: "Text" }
  | { readonly _tag: "Int8" }
  | { readonly _tag: "Int16" }
  | { readonly _tag: "Int32" }
  | { readonly _tag: "Int64"; readonly as: "bigint" | "number" }
  | { readonly _tag: "Double" }
  | { readonly _tag: "Decimal"; readonly precision: number; readonly scale: number }
  | { readonly _tag: "Boolean" }
  | { readonly _tag: "Date" }
  | { readonly _tag: "Timestamp"; readonly as: "DateTime" | "Date" }
  | { readonly _tag: "Uuid" }
  | { readonly _tag: "Json" }
  | { readonly _tag: "Enum"; readonly values: ReadonlyArray<string> }
  | { readonly _tag: "List"; readonly element: Slot }
  | { readonly _tag: "Struct"; readonly fields: ReadonlyArray<StructField> }

/**
 * A place for a value: its type, and whether it may be `null`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Slot {
  readonly type: ColumnType
  readonly nullable: boolean
}

/**
 * One named place of a `Struct`.
 *
 * @category models
 * @since 0.1.0
 */
export interface StructField extends Slot {
  readonly name: string
}

/**
 * The instant as whole microseconds since 1970.
 *
 * Exact for `DateTime`s between the years 1691 and 2248, where a double still tells microseconds apart.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toMicroseconds = (instant: DateTime.Utc): bigint => {
  const milliseconds = Math.floor(instant.epochMilliseconds)
  const rest = Math.round((instant.epochMilliseconds - milliseconds) * 1000)
  return BigInt(milliseconds) * 1000n + BigInt(rest)
}

/**
 * The instant that many microseconds after 1970.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromMicroseconds = (microseconds: bigint): DateTime.Utc => {
  const whole = Number(microseconds)
  // a number that is exact is rounded once, by the division; beyond, milliseconds and the rest are each exact
  const milliseconds = Number.isSafeInteger(whole)
    ? whole / 1000
    : Number(microseconds / 1000n) + Number(microseconds % 1000n) / 1000
  return fromEpochMilliseconds(milliseconds)
}

const epoch = DateTime.makeUnsafe(0)

/**
 * The instant that many milliseconds after 1970; a fraction carries microseconds, which `DateTime.makeUnsafe` would cut off.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromEpochMilliseconds = (milliseconds: number): DateTime.Utc =>
  DateTime.mapEpochMillis(epoch, () => milliseconds)

/**
 * The decimal's digits as a whole number of units of its last place, or `undefined` when it has more places than that.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toUnscaled = (decimal: BigDecimal.BigDecimal, scale: number): bigint | undefined => {
  if (decimal.scale <= scale) return decimal.value * 10n ** BigInt(scale - decimal.scale)
  const normal = BigDecimal.normalize(decimal)
  return normal.scale <= scale ? normal.value * 10n ** BigInt(scale - normal.scale) : undefined
}

/**
 * A decimal of that many units of its last place, with all its places and no exponent.
 *
 * @category conversions
 * @since 0.1.0
 */
export const decimalText = (unscaled: number | bigint, scale: number): string => {
  const digits = String(unscaled < 0 ? -unscaled : unscaled).padStart(scale + 1, "0")
  const sign = unscaled < 0 ? "-" : ""
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
