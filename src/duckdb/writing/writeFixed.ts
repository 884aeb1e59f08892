/**
 * Writes values that all take the same number of bytes, and which of them are `null`.
 *
 * @since 0.1.0
 */
import duckdb, { type Vector } from "@duckdb/node-bindings"
import { bitmapSize } from "../reading/vector.ts"

/** Puts values that were made ready into a vector that is still empty. */
export type Fill = (vector: Vector) => void

/**
 * Makes `count` of the values ready for a vector, from the one at `offset` on. What it returns is to be used before the next are
 * made ready, and takes little time: DuckDB waits for it.
 */
export type Write<A> = (values: ReadonlyArray<A | null>, offset: number, count: number) => Fill

/** Puts one value at a place among the vector's bytes. */
export type Put<A> = (view: DataView, at: number, value: A) => void

/** The most rows a chunk can have. The vectors inside lists can be longer. */
export const chunkSize = duckdb.vector_size()

/** Writes values of `size` bytes. */
export const writeFixed = <A>(size: number, put: Put<A>): Write<A> => {
  const scratch = new DataView(new ArrayBuffer(chunkSize * size))
  return (values, offset, count) => {
    const view = count <= chunkSize ? scratch : new DataView(new ArrayBuffer(count * size))
    for (let row = 0; row < count; row++) {
      const value = values[offset + row] ?? null
      if (value !== null) put(view, row * size, value)
    }
    const fillValidity = writeValidity(values, offset, count)
    return (vector) => {
      copyBytes(vector, view.buffer, count * size)
      fillValidity(vector)
    }
  }
}

/** Copies the first `size` bytes of a buffer; the binding can't copy none. */
export const copyBytes = (vector: Vector, bytes: ArrayBuffer, size: number): void => {
  if (size > 0) duckdb.copy_data_to_vector(vector, 0, bytes, 0, size)
}

/** Marks the rows that are `null`; a vector starts with none. */
export const writeValidity: Write<unknown> = (values, offset, count) => {
  let validity: Uint8Array<ArrayBuffer> | undefined
  for (let row = 0; row < count; row++) {
    if ((values[offset + row] ?? null) !== null) continue
    validity ??= new Uint8Array(bitmapSize(count)).fill(0xff)
    validity[row >> 3] = (validity[row >> 3] ?? 0) & ~(1 << (row & 7))
  }
  return validity === undefined ? () => undefined : fillBits(validity)
}

const fillBits = (validity: Uint8Array<ArrayBuffer>): Fill => (vector) => {
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, validity.byteLength)
}
