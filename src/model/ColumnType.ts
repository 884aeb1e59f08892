/**
 * What a column can hold, said once for every database.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"

/**
 * A column's type. `as` names the JavaScript value that stands for it where there is a choice.
 *
 * | type | JavaScript value |
 * | --- | --- |
 * | `Text`, `Uuid`, `Enum` | `string` (a uuid in lower case) |
 * | `Int8`, `Int16`, `Int32`, `UInt8`, `UInt16`, `UInt32` | `number` |
 * | `Int64` | `bigint`, or `number` for integers up to 2^53 - 1 |
 * | `UInt64`, `Int128`, `UInt128` | `bigint` |
 * | `Float`, `Double` | `number`, with `NaN` and the infinities; a `Float` is one that 32 bits hold |
 * | `Decimal` | `BigDecimal` with exactly `scale` places |
 * | `Boolean` | `boolean` |
 * | `Date` | `DateTime.Utc` at midnight |
 * | `Time` | `string`: `HH:MM:SS`, and microseconds behind a point where there are some |
 * | `Timestamp` | `DateTime.Utc` whose milliseconds carry microseconds as a fraction, or a `Date` of whole milliseconds |
 * | `Interval` | `Duration` of whole microseconds, or a `CalendarInterval` |
 * | `Blob` | `Uint8Array` |
 * | `Json` | a JSON value |
 * | `List` | an array, with a `size` always of this length |
 * | `Struct` | an object with exactly these fields |
 * | `Map` | `ReadonlyMap` |
 * | `Custom` | what `base` says, which values travel as |
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnType =
  | { readonly _tag: "Text"; readonly length?: TextLength }
  | { readonly _tag: "Int8" }
  | { readonly _tag: "Int16" }
  | { readonly _tag: "Int32" }
  | { readonly _tag: "Int64"; readonly as: "bigint" | "number" }
  | { readonly _tag: "Int128" }
  | { readonly _tag: "UInt8" }
  | { readonly _tag: "UInt16" }
  | { readonly _tag: "UInt32" }
  | { readonly _tag: "UInt64" }
  | { readonly _tag: "UInt128" }
  | { readonly _tag: "Float" }
  | { readonly _tag: "Double" }
  | { readonly _tag: "Decimal"; readonly precision: number; readonly scale: number }
  | { readonly _tag: "Boolean" }
  | { readonly _tag: "Date" }
  | { readonly _tag: "Time" }
  | { readonly _tag: "Timestamp"; readonly as: "DateTime" | "Date"; readonly zoned?: boolean }
  | { readonly _tag: "Interval"; readonly as: "Duration" | "Calendar" }
  | { readonly _tag: "Uuid" }
  | { readonly _tag: "Blob" }
  | { readonly _tag: "Json" }
  | { readonly _tag: "Enum"; readonly values: ReadonlyArray<string> }
  | { readonly _tag: "List"; readonly element: Slot; readonly size?: number }
  | { readonly _tag: "Struct"; readonly fields: ReadonlyArray<StructField> }
  | { readonly _tag: "Map"; readonly key: ColumnType; readonly value: Slot }
  | { readonly _tag: "Custom"; readonly base: ColumnType; readonly names: Readonly<Record<string, string>> }

/**
 * How many characters a text has. A character is one of Unicode: an emoji is one, where JavaScript counts two or more.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextLength {
  readonly least: number
  readonly most: number
}

/**
 * A span of the calendar, whose months and days are as long as they are where it is added.
 *
 * @category models
 * @since 0.1.0
 */
export interface CalendarInterval {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

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
 * @example
 * ```ts
 * import { ColumnType } from "andamios-orm"
 * import { BigDecimal, DateTime } from "effect"
 *
 * const instant = DateTime.makeUnsafe("2026-03-01T00:00:00Z")
 * const micros = ColumnType.toMicroseconds(instant)
 * const same = ColumnType.fromMicroseconds(micros)
 * const later = ColumnType.fromEpochMilliseconds(instant.epochMilliseconds + 0.001)
 * const second = ColumnType.toDuration(1_000_000n)
 * const cents = ColumnType.toUnscaled(BigDecimal.fromStringUnsafe("19.9"), 2) // 1990n
 * const text = ColumnType.decimalText(1990n, 2) // "19.90"
 * ```
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
 * The length of that many microseconds.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toDuration = (microseconds: bigint): Duration.Duration =>
  microseconds % 1000n === 0n ? Duration.millis(Number(microseconds / 1000n)) : Duration.nanos(microseconds * 1000n)

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

/**
 * The type of what a value travels as: that of the base in the place of every custom type.
 *
 * @category conversions
 * @since 0.1.0
 */
export const baseType = (type: ColumnType): ColumnType => {
  if (type._tag === "Custom") return baseType(type.base)
  if (type._tag === "List") return { ...type, element: baseSlot(type.element) }
  if (type._tag === "Map") return { ...type, key: baseType(type.key), value: baseSlot(type.value) }
  return type._tag === "Struct" ? { ...type, fields: type.fields.map(baseSlot) } : type
}

const baseSlot = <S extends Slot>(slot: S): S => ({ ...slot, type: baseType(slot.type) })

/**
 * Whether a type is custom, or has such a one in it.
 *
 * @category predicates
 * @since 0.1.0
 */
export const holdsCustom = (type: ColumnType): boolean => {
  if (type._tag === "List") return holdsCustom(type.element.type)
  if (type._tag === "Map") return holdsCustom(type.key) || holdsCustom(type.value.type)
  return type._tag === "Struct" ? type.fields.some((field) => holdsCustom(field.type)) : type._tag === "Custom"
}

/**
 * The types of integers.
 *
 * @category models
 * @since 0.1.0
 */
export type IntegerType = Extract<
  ColumnType,
  {
    readonly _tag:
      | "Int8"
      | "Int16"
      | "Int32"
      | "Int64"
      | "Int128"
      | "UInt8"
      | "UInt16"
      | "UInt32"
      | "UInt64"
      | "UInt128"
  }
>

/**
 * The types of numbers.
 *
 * @category models
 * @since 0.1.0
 */
export type NumberType = IntegerType | Extract<ColumnType, { readonly _tag: "Float" | "Double" | "Decimal" }>

/**
 * The least and the greatest integer of a type.
 *
 * @category models
 * @since 0.1.0
 */
export type Range = readonly [least: bigint, greatest: bigint]

const signed = (bits: bigint): Range => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
const unsigned = (bits: bigint): Range => [0n, 2n ** bits - 1n]

const ranges: Readonly<Record<IntegerType["_tag"], Range>> = {
  Int8: signed(8n),
  Int16: signed(16n),
  Int32: signed(32n),
  Int64: signed(64n),
  Int128: signed(128n),
  UInt8: unsigned(8n),
  UInt16: unsigned(16n),
  UInt32: unsigned(32n),
  UInt64: unsigned(64n),
  UInt128: unsigned(128n)
}

/**
 * Whether a type is one of integers.
 *
 * @example
 * ```ts
 * import { ColumnType } from "andamios-orm"
 *
 * const type: ColumnType.ColumnType = { _tag: "Custom", base: { _tag: "Int16" }, names: { postgres: "smallserial" } }
 * const isCustom = ColumnType.holdsCustom(type) // true
 * const stored = ColumnType.baseType(type) // { _tag: "Int16" }
 * const range = ColumnType.isInteger(stored) ? ColumnType.integerRange(stored) : undefined // [-32768n, 32767n]
 * const numbers = ColumnType.numberRange({ _tag: "UInt8" }) // [0, 255]
 * ```
 *
 * @category predicates
 * @since 0.1.0
 */
export const isInteger = (type: ColumnType): type is IntegerType => Object.hasOwn(ranges, type._tag)

/**
 * The least and the greatest integer of a type.
 *
 * @category conversions
 * @since 0.1.0
 */
export const integerRange = (type: IntegerType): Range => ranges[type._tag]

/**
 * The same as numbers, of a type whose integers are exact as such; they are compared to numbers faster than bigints are.
 *
 * @category conversions
 * @since 0.1.0
 */
export const numberRange = (type: IntegerType): readonly [least: number, greatest: number] => {
  const [least, greatest] = integerRange(type)
  return [Number(least), Number(greatest)]
}
