/**
 * Reads integers, decimals and doubles, each from every numeric type that holds it exactly.
 *
 * @since 0.1.0
 */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import type { Vector } from "@duckdb/node-bindings"
import * as BigDecimal from "effect/BigDecimal"
import { decimalText } from "../../model/ColumnType.ts"
import { Unreadable } from "./unreadable.ts"
import { isNull, readBytes, type Reader, readValidity, readWords, type Validity, withNulls } from "./vector.ts"

/**
 * How a column stores exact numbers: as whole units of 10^-scale. Small ones come as numbers, those of 64 and 128 bits as bigints.
 */
export type Digits =
  | { readonly _tag: "Small"; readonly range: Range; readonly scale: number; readonly read: Read<number> }
  | { readonly _tag: "Big"; readonly range: Range; readonly scale: number; readonly read: Read<bigint> }

type Read<A> = (vector: Vector, count: number) => ArrayLike<A>

/** The least and the greatest whole number of a type. */
export type Range = readonly [least: number | bigint, greatest: number | bigint]

/** What that many bits hold, with a sign and without. */
export const signed = (bits: bigint): Range => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
export const unsigned = (bits: bigint): Range => [0n, 2n ** bits - 1n]

/** The whole numbers that a number tells apart. */
export const safeRange: Range = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]

interface TypedArrayOf<A> {
  readonly BYTES_PER_ELEMENT: number
  new(buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayLike<A>
}

/** Reads a vector's bytes as such an array. */
export const typed = <A>(Type: TypedArrayOf<A>): Read<A> => (vector, count) => {
  const bytes = readBytes(vector, count * Type.BYTES_PER_ELEMENT)
  return new Type(bytes.buffer, bytes.byteOffset, count)
}

const readHuge: Read<bigint> = (vector, count) => {
  const words = readWords(vector, count * 16)
  return Array.from({ length: count }, (_, row) => hugeAt(words, row * 16))
}

/** Most hugeints fit in their lower half. */
const hugeAt = (words: DataView, offset: number): bigint => {
  const low = words.getBigInt64(offset, true)
  const high = words.getBigInt64(offset + 8, true)
  return high === low >> 63n ? low : (high << 64n) | BigInt.asUintN(64, low)
}

const readUnsignedHuge: Read<bigint> = (vector, count) => {
  const words = readWords(vector, count * 16)
  return Array.from(
    { length: count },
    (_, row) => (words.getBigUint64(row * 16 + 8, true) << 64n) | words.getBigUint64(row * 16, true)
  )
}

const small = (range: Range, read: Read<number>): Digits => ({ _tag: "Small", range, scale: 0, read })
const big = (range: Range, read: Read<bigint>): Digits => ({ _tag: "Big", range, scale: 0, read })

const stored16 = small(signed(16n), typed(Int16Array))
const stored32 = small(signed(32n), typed(Int32Array))
const stored64 = big(signed(64n), typed(BigInt64Array))
const stored128 = big(signed(128n), readHuge)

const wholeNumbers = new Map<DuckDBTypeId, Digits>([
  [DuckDBTypeId.TINYINT, small(signed(8n), typed(Int8Array))],
  [DuckDBTypeId.SMALLINT, stored16],
  [DuckDBTypeId.INTEGER, stored32],
  [DuckDBTypeId.BIGINT, stored64],
  [DuckDBTypeId.HUGEINT, stored128],
  [DuckDBTypeId.UTINYINT, small(unsigned(8n), typed(Uint8Array))],
  [DuckDBTypeId.USMALLINT, small(unsigned(16n), typed(Uint16Array))],
  [DuckDBTypeId.UINTEGER, small(unsigned(32n), typed(Uint32Array))],
  [DuckDBTypeId.UBIGINT, big(unsigned(64n), typed(BigUint64Array))],
  [DuckDBTypeId.UHUGEINT, big(unsigned(128n), readUnsignedHuge)]
])

/** How the type stores exact numbers, if it does. */
export const digitsOf = (type: DuckDBType): Digits | undefined =>
  type.typeId === DuckDBTypeId.DECIMAL
    ? { ...decimalStorage(type.width), scale: type.scale }
    : wholeNumbers.get(type.typeId)

const decimalStorage = (width: number): Digits => {
  if (width <= 4) return stored16
  if (width <= 9) return stored32
  return width <= 18 ? stored64 : stored128
}

/** Reads whole numbers as they are stored, nulls apart. */
export const storedReader = (digits: Digits): Reader => (vector, count, within) =>
  withNulls<number | bigint>(digits.read(vector, count), readValidity(vector, count, within))

/** Reads whole numbers of a range as numbers. */
export const numberReader = (digits: Digits, range: Range): Reader<number> => {
  if (digits === stored64 && range === safeRange) return readSafe
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    if (digits._tag === "Small") {
      const values = digits.read(vector, count)
      checkRange(values, validity, digits, range)
      return withNulls(values, validity)
    }
    const values = digits.read(vector, count)
    checkRange(values, validity, digits, range)
    return withNulls(Array.from(values, Number), validity)
  }
}

/** Reads whole numbers of a range as bigints. */
export const bigintReader = (digits: Digits, range: Range): Reader<bigint> => (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const values = digits._tag === "Small" ? Array.from(digits.read(vector, count), BigInt) : digits.read(vector, count)
  checkRange(values, validity, digits, range)
  return withNulls(values, validity)
}

const checkRange = (
  values: ArrayLike<number | bigint>,
  validity: Validity,
  { range }: Digits,
  [least, greatest]: Range
): void => {
  if (range[0] >= least && range[1] <= greatest) return
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0
    if ((value < least || value > greatest) && !isNull(validity, row)) {
      throw new Unreadable(undefined, `${value} is not a whole number from ${least} to ${greatest}`)
    }
  }
}

/** `BIGINT` as numbers, from its two halves. */
const readSafe: Reader<number> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 8)
  const values = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const value = words.getInt32(row * 8 + 4, true) * 4_294_967_296 + words.getUint32(row * 8, true)
    if (!Number.isSafeInteger(value) && !isNull(validity, row)) {
      throw new Unreadable(
        undefined,
        `${words.getBigInt64(row * 8, true)} is beyond the integers a number tells apart (2^53 - 1)`
      )
    }
    values[row] = value
  }
  return withNulls(values, validity)
}

/** Reads decimals of `scale` places as `BigDecimal`s. */
export const decimalReader = (digits: Digits, scale: number): Reader<BigDecimal.BigDecimal> =>
  unscaledReader(digits, scale, (unscaled) => BigDecimal.make(BigInt(unscaled), scale))

/** Reads decimals as their digits, always with `scale` places. */
export const decimalTextReader = (digits: Digits, scale: number): Reader<string> =>
  unscaledReader(digits, scale, (unscaled) => decimalText(unscaled, scale))

const unscaledReader = <A>(digits: Digits, scale: number, make: (unscaled: number | bigint) => A): Reader<A> => {
  const rescale = rescaler(digits.scale, scale)
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const values = digits.read(vector, count)
    const result = new Array<A | null>(count)
    for (let row = 0; row < count; row++) {
      result[row] = isNull(validity, row) ? null : make(rescale(values[row] ?? 0))
    }
    return result
  }
}

const rescaler = (from: number, to: number): (unscaled: number | bigint) => number | bigint => {
  if (from === to) return (unscaled) => unscaled
  const factor = 10n ** BigInt(Math.abs(to - from))
  if (from < to) return (unscaled) => BigInt(unscaled) * factor
  return (unscaled) => {
    if (BigInt(unscaled) % factor === 0n) return BigInt(unscaled) / factor
    throw new Unreadable(undefined, `${decimalText(unscaled, from)} has more than ${to} decimal places`)
  }
}

/** Reads numbers of 32 bits; `undefined` where the type has others. */
export const floatReader = (type: DuckDBType): Reader<number> | undefined =>
  type.typeId === DuckDBTypeId.FLOAT ? floats(typed(Float32Array)) : undefined

/** Reads doubles; exact numbers become the nearest double. `undefined` where the type is no number. */
export const doubleReader = (type: DuckDBType): Reader<number> | undefined => {
  if (type.typeId === DuckDBTypeId.DOUBLE) return floats(typed(Float64Array))
  if (type.typeId === DuckDBTypeId.FLOAT) return floats(typed(Float32Array))
  const digits = digitsOf(type)
  if (digits === undefined) return undefined
  const { scale } = digits
  if (scale > 0) return unscaledReader(digits, scale, (unscaled) => Number(decimalText(unscaled, scale)))
  return digits._tag === "Small"
    ? floats(digits.read)
    : floats((vector, count) => Array.from(digits.read(vector, count), Number))
}

const floats = (read: Read<number>): Reader<number> => (vector, count, within) =>
  withNulls(read(vector, count), readValidity(vector, count, within))

/** Reads `BOOLEAN`. */
export const readBooleans: Reader<boolean> = (vector, count, within) => {
  const bytes = readBytes(vector, count)
  const values = new Array<boolean>(count)
  for (let row = 0; row < count; row++) values[row] = bytes[row] !== 0
  return withNulls(values, readValidity(vector, count, within))
}
