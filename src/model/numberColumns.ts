/**
 * Schemas of columns of numbers.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import { holding, type Holds } from "./arrayKind.ts"
import { withType } from "./columnMark.ts"
import { integerRange, type IntegerType, numberRange, toUnscaled } from "./ColumnType.ts"

/**
 * The schema of `Column.int8`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int8 extends Schema.Int, Holds<Int8Array> {
  readonly "Rebuild": Int8
}

/**
 * The schema of `Column.int16`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int16 extends Schema.Int, Holds<Int16Array> {
  readonly "Rebuild": Int16
}

/**
 * The schema of `Column.int32`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int32 extends Schema.Int, Holds<Int32Array> {
  readonly "Rebuild": Int32
}

/**
 * The schema of `Column.uint8`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UInt8 extends Schema.Int, Holds<Uint8Array> {
  readonly "Rebuild": UInt8
}

/**
 * The schema of `Column.uint16`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UInt16 extends Schema.Int, Holds<Uint16Array> {
  readonly "Rebuild": UInt16
}

/**
 * The schema of `Column.uint32`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UInt32 extends Schema.Int, Holds<Uint32Array> {
  readonly "Rebuild": UInt32
}

/**
 * The schema of `Column.uint64`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UInt64 extends Schema.BigInt, Holds<BigUint64Array> {
  readonly "Rebuild": UInt64
}

/**
 * The schema of `Column.int128`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int128 extends Schema.BigInt, Holds<ReadonlyArray<bigint | null>> {
  readonly "Rebuild": Int128
}

/**
 * The schema of `Column.uint128`.
 *
 * @category models
 * @since 0.1.0
 */
export interface UInt128 extends Schema.BigInt, Holds<ReadonlyArray<bigint | null>> {
  readonly "Rebuild": UInt128
}

/**
 * The schema of `Column.float`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Float extends Schema.Number, Holds<Float32Array> {
  readonly "Rebuild": Float
}

const integer = <S extends Schema.Int & Holds<unknown>>(type: IntegerType): S => {
  const [minimum, maximum] = numberRange(type)
  return holding<S>(withType(Schema.Int.check(Schema.isBetween({ minimum, maximum })), type))
}

/**
 * An integer from -128 to 127.
 *
 * @category types
 * @since 0.1.0
 */
export const int8: Int8 = integer({ _tag: "Int8" })

/**
 * An integer from -32,768 to 32,767.
 *
 * @category types
 * @since 0.1.0
 */
export const int16: Int16 = integer({ _tag: "Int16" })

/**
 * An integer from -2,147,483,648 to 2,147,483,647.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Sample extends Model.Class<Sample>("Sample")({
 *   id: Column.primaryKey(Column.int32),
 *   offset: Column.int8,
 *   height: Column.int16,
 *   red: Column.uint8,
 *   port: Column.uint16,
 *   address: Column.uint32
 * }, { table: "samples" }) {}
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const int32: Int32 = integer({ _tag: "Int32" })

/**
 * An integer from 0 to 255.
 *
 * @category types
 * @since 0.1.0
 */
export const uint8: UInt8 = integer({ _tag: "UInt8" })

/**
 * An integer from 0 to 65,535.
 *
 * @category types
 * @since 0.1.0
 */
export const uint16: UInt16 = integer({ _tag: "UInt16" })

/**
 * An integer from 0 to 4,294,967,295.
 *
 * @category types
 * @since 0.1.0
 */
export const uint32: UInt32 = integer({ _tag: "UInt32" })

const bigint = (type: IntegerType): Schema.BigInt => {
  const [minimum, maximum] = integerRange(type)
  return withType(Schema.BigInt.check(Schema.isBetweenBigInt({ minimum, maximum })), type)
}

/**
 * A `bigint` of 64 bits. `Schema.Int` is stored with 64 bits too and read as a `number`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Counter extends Model.Class<Counter>("Counter")({
 *   id: Column.primaryKey(Column.int64),
 *   bytes: Column.uint64,
 *   weight: Column.int128,
 *   hash: Column.uint128
 * }, { table: "counters" }) {}
 *
 * const counter = Counter.insert.make({ id: 1n, bytes: 2n ** 63n, weight: -(2n ** 100n), hash: 2n ** 127n })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const int64: Schema.BigInt = bigint({ _tag: "Int64", as: "bigint" })

/**
 * A `bigint` of 64 bits without a sign, from 0 to 2^64 - 1.
 *
 * @category types
 * @since 0.1.0
 */
export const uint64: UInt64 = holding<UInt64>(bigint({ _tag: "UInt64" }))

/**
 * A `bigint` of 128 bits. Where the database has no such integer it is an exact decimal of 39 digits.
 *
 * @category types
 * @since 0.1.0
 */
export const int128: Int128 = holding<Int128>(
  bigint({ _tag: "Int128" })
)

/**
 * A `bigint` of 128 bits without a sign, from 0 to 2^128 - 1.
 *
 * @category types
 * @since 0.1.0
 */
export const uint128: UInt128 = holding<UInt128>(bigint({ _tag: "UInt128" }))

/**
 * A floating point number of 32 bits, `NaN` and the infinities included. What is written is rounded to the nearest such number, as
 * `Math.fround` does, and refused where that is infinite.
 *
 * @category types
 * @since 0.1.0
 */
export const float: Float = holding<Float>(withType(
  Schema.Number.check(Schema.makeFilter(
    (value) => !Number.isFinite(value) || Number.isFinite(Math.fround(value)),
    { expected: "a number that 32 bits hold" }
  )),
  { _tag: "Float" }
))

/**
 * A floating point number of 64 bits, `NaN` and the infinities included: what `Schema.Number` is stored as.
 *
 * @category types
 * @since 0.1.0
 */
export const double: Schema.Number = withType(Schema.Number, { _tag: "Double" })

/**
 * An exact decimal with this many digits in all (`precision`, 1 to 38), of which `scale` stand behind the point.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { BigDecimal, Schema } from "effect"
 *
 * class Price extends Model.Class<Price>("Price")({
 *   id: Column.serial(Schema.Int),
 *   euro: Column.decimal({ precision: 12, scale: 2 }),
 *   rate: Column.double,
 *   share: Column.float
 * }, { table: "prices" }) {}
 *
 * const price = Price.insert.make({ euro: BigDecimal.fromStringUnsafe("19.90"), rate: 1.17, share: 0.5 })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const decimal = (options: {
  readonly precision: number
  readonly scale: number
}): Schema.BigDecimalFromString => {
  const { precision, scale } = options
  const fits = Schema.makeFilter((value: BigDecimal.BigDecimal) => {
    const unscaled = toUnscaled(value, scale)
    return unscaled !== undefined && String(unscaled < 0n ? -unscaled : unscaled).length <= precision
  }, { expected: `a decimal of at most ${precision} digits, ${scale} of them behind the point` })
  return withType(Schema.BigDecimalFromString.check(fits), { _tag: "Decimal", precision, scale })
}
