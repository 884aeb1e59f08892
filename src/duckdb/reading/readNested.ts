/**
 * Reads lists and structs, whose values lie in vectors of their own.
 *
 * @since 0.1.0
 */
import duckdb from "@duckdb/node-bindings"
import { bitmapSize, isNull, type Reader, readValidity, readWords, type Validity } from "./vector.ts"

/** Reads `LIST`, and the entries of `MAP`, which is a list of structs. */
export const listReader = <A>(element: Reader<A>): Reader<Array<A | null>> => (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const entries = readWords(vector, count * 16)
  const entry = (
    row: number
  ): Entry => [Number(entries.getBigUint64(row * 16, true)), Number(entries.getBigUint64(row * 16 + 8, true))]
  const size = duckdb.list_vector_get_size(vector)
  const elements = size === 0
    ? []
    : arrayOf(element(duckdb.list_vector_get_child(vector), size, usedElements(validity, count, entry, size)))
  return Array.from({ length: count }, (_, row) => {
    if (isNull(validity, row)) return null
    const [offset, length] = entry(row)
    return elements.slice(offset, offset + length)
  })
}

/** Where a list's elements are. */
type Entry = readonly [offset: number, length: number]

/** The elements that some list holds: the others may be anything. All are, as a rule, one list behind the other. */
const usedElements = (validity: Validity, count: number, entry: (row: number) => Entry, size: number): Validity => {
  let next = 0
  let isCompact = true
  for (let row = 0; row < count; row++) {
    if (isNull(validity, row)) continue
    const [offset, length] = entry(row)
    if (offset !== next) isCompact = false
    next += length
  }
  if (isCompact && next === size) return undefined
  const used = new Uint8Array(bitmapSize(size))
  for (let row = 0; row < count; row++) {
    if (!isNull(validity, row)) mark(used, ...entry(row))
  }
  return used
}

const mark = (bitmap: Uint8Array, offset: number, length: number): void => {
  for (let index = offset; index < offset + length; index++) {
    bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | 1 << (index & 7)
  }
}

/** Reads `ARRAY`: lists that all have the same length. */
export const arrayReader =
  <A>(element: Reader<A>, length: number): Reader<Array<A | null>> => (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const size = count * length
    const used = validity === undefined
      ? undefined
      : usedElements(validity, count, (row) => [row * length, length], size)
    const elements = arrayOf(element(duckdb.array_vector_get_child(vector), size, used))
    return Array.from(
      { length: count },
      (_, row) => isNull(validity, row) ? null : elements.slice(row * length, (row + 1) * length)
    )
  }

/** Reads `MAP`. */
export const mapReader = (key: Reader, value: Reader): Reader<ReadonlyMap<unknown, unknown>> => {
  const entries = listReader(
    structReader([{ name: "key", index: 0, read: key }, { name: "value", index: 1, read: value }])
  )
  return (vector, count, within) =>
    Array.from(
      entries(vector, count, within),
      (list) => list === null ? null : new Map(list.map((entry) => [entry?.["key"], entry?.["value"]]))
    )
}

const arrayOf = <A>(values: ArrayLike<A>): Array<A> => isArray(values) ? values : Array.from(values)
const isArray = <A>(values: ArrayLike<A>): values is Array<A> => Array.isArray(values)

/** A field of a struct and its place in the vector. */
export interface FieldReader {
  readonly name: string
  readonly index: number
  readonly read: Reader
}

/** Reads `STRUCT` as plain objects. */
export const structReader =
  (fields: ReadonlyArray<FieldReader>): Reader<Record<string, unknown>> => (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const columns = fields.map(({ index, name, read }) =>
      [name, read(duckdb.struct_vector_get_child(vector, index), count, validity)] as const
    )
    return Array.from(
      { length: count },
      (_, row) =>
        isNull(validity, row) ? null : Object.fromEntries(columns.map(([name, values]) => [name, values[row]]))
    )
  }
