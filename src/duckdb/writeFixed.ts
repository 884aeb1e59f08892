/**
 * Writes values that all take the same number of bytes, and which of them are `null`.
 *
 * @since 0.1.0
 */
import duckdb, { type Vector } from "@duckdb/node-bindings"
import { bitmapSize } from "./vector.ts"

/** Fills a vector with `count` of the values, from the one at `offset` on. */
export type Write<A> = (vector: Vector, values: ReadonlyArray<A | null>, offset: number, count: number) => void

/** Puts one value at a place among the vector's bytes. */
export type Put<A> = (view: DataView, at: number, value: A) => void

/** The most rows a chunk can have. The vectors inside lists can be longer. */
export const chunkSize = duckdb.vector_size()

/** Writes values of `size` bytes. */
export const writeFixed = <A>(size: number, put: Put<A>): Write<A> => {
  const scratch = new DataView(new ArrayBuffer(chunkSize * size))
  return (vector, values, offset, count) => {
    if (count === 0) return
    const view = count <= chunkSize ? scratch : new DataView(new ArrayBuffer(count * size))
    for (let row = 0; row < count; row++) {
      const value = values[offset + row] ?? null
      if (value !== null) put(view, row * size, value)
    }
    duckdb.copy_data_to_vector(vector, 0, view.buffer, 0, count * size)
    writeValidity(vector, values, offset, count)
  }
}

/** Marks the rows that are `null`; a vector starts with none. */
export const writeValidity = (vector: Vector, values: ReadonlyArray<unknown>, offset: number, count: number): void => {
  let validity: Uint8Array<ArrayBuffer> | undefined
  for (let row = 0; row < count; row++) {
    if ((values[offset + row] ?? null) !== null) continue
    validity ??= new Uint8Array(bitmapSize(count)).fill(0xff)
    validity[row >> 3] = (validity[row >> 3] ?? 0) & ~(1 << (row & 7))
  }
  if (validity === undefined) return
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, validity.byteLength)
}
