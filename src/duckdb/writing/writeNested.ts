/**
 * Writes lists and structs, whose values lie in vectors of their own.
 *
 * @since 0.1.0
 */
import duckdb from "@duckdb/node-bindings"
import { type Write, writeFixed, writeValidity } from "./writeFixed.ts"

type Items = ReadonlyArray<unknown>
type Struct = Readonly<Record<string, unknown>>

/** Writes lists: where each begins and how long it is, and all elements one behind the other. */
export const writeLists = (writeElements: Write<unknown>): Write<Items> => {
  const writeEntries = writeFixed<readonly [offset: number, length: number]>(16, (view, at, [offset, length]) => {
    view.setBigUint64(at, BigInt(offset), true)
    view.setBigUint64(at + 8, BigInt(length), true)
  })
  return (values, offset, count) => {
    const elements: Array<unknown> = []
    const entries = Array.from({ length: count }, (_, row) => {
      const items = values[offset + row] ?? []
      const start = elements.length
      for (const item of items) elements.push(item)
      return [start, items.length] as const
    })
    const fillEntries = writeEntries(entries, 0, count)
    const fillValidity = writeValidity(values, offset, count)
    const fillElements = writeElements(elements, 0, elements.length)
    return (vector) => {
      fillEntries(vector)
      fillValidity(vector)
      // the size must follow the room made for it, and the child is another one once there is room
      duckdb.list_vector_reserve(vector, elements.length)
      duckdb.list_vector_set_size(vector, elements.length)
      fillElements(duckdb.list_vector_get_child(vector))
    }
  }
}

/** A field's name and how its values are written. */
export interface FieldWriter {
  readonly name: string
  readonly write: Write<unknown>
}

/** Writes structs, one vector per field; the fields of a struct that is `null` are `null` too. */
export const writeStructs = (fields: ReadonlyArray<FieldWriter>): Write<Struct> => (values, offset, count) => {
  const fills = fields.map(({ name, write }) =>
    write(Array.from({ length: count }, (_, row) => values[offset + row]?.[name] ?? null), 0, count)
  )
  const fillValidity = writeValidity(values, offset, count)
  return (vector) => {
    fills.forEach((fill, index) => fill(duckdb.struct_vector_get_child(vector, index)))
    fillValidity(vector)
  }
}
