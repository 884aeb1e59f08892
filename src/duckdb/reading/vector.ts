/**
 * A vector, one column of a chunk, as bytes and bits.
 *
 * @since 0.1.0
 */
import duckdb, { type Vector } from "@duckdb/node-bindings"

/** A bit for each row, set where it holds a value; `undefined` where every row does. */
export type Validity = Uint8Array | undefined

/**
 * Makes JavaScript values of the first `count` rows of a vector. `within` rules rows out: those of a list or struct that is `null`
 * itself, whose bytes may be anything.
 */
export type Reader<A = unknown> = (vector: Vector, count: number, within?: Validity) => ArrayLike<A | null>

/** A copy of the vector's first bytes. Texts of more than twelve bytes are only pointers in it, into memory of the chunk. */
export const readBytes = (vector: Vector, size: number): Buffer => {
  const bytes = duckdb.vector_get_data(vector, size)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The same bytes, to be read as numbers. */
export const readWords = (vector: Vector, size: number): DataView => viewOf(duckdb.vector_get_data(vector, size))

/** Bytes as numbers of any width. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The size of a bitmap for that many rows. */
export const bitmapSize = (count: number): number => Math.ceil(count / 64) * 8

/** Which of the first `count` rows hold a value. */
export const readValidity = (vector: Vector, count: number, within?: Validity): Validity => {
  const own = bitmapOf(vector, count)
  if (own === null || isFull(own, count)) return within
  return within === undefined ? own : own.map((bits, index) => bits & (within[index] ?? 0))
}

/** The binding's types don't tell that a vector without nulls has no bitmap. */
const bitmapOf = (vector: Vector, count: number): Uint8Array | null =>
  duckdb.vector_get_validity(vector, bitmapSize(count))

const isFull = (validity: Uint8Array, count: number): boolean => {
  const whole = count >> 3
  for (let index = 0; index < whole; index++) {
    if (validity[index] !== 0xff) return false
  }
  const rest = (1 << (count & 7)) - 1
  return ((validity[whole] ?? 0xff) & rest) === rest
}

/** Whether the row is `null`. */
export const isNull = (validity: Validity, row: number): boolean =>
  validity !== undefined && ((validity[row >> 3] ?? 0) >> (row & 7) & 1) === 0

/** The values as they are where all are valid, or else as an array with the nulls in their places. */
export const withNulls = <A>(values: ArrayLike<A>, validity: Validity): ArrayLike<A | null> => {
  if (validity === undefined) return values
  const result: Array<A | null> = Array.from(values)
  for (let row = 0; row < result.length; row++) {
    if (isNull(validity, row)) result[row] = null
  }
  return result
}
