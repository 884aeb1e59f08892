/**
 * Writes lists, arrays, maps and structs, whose values lie in vectors of their own.
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

/** Writes arrays of one length: all items one behind the other, and as many nulls for an array that is `null`. */
export const writeArrays = (writeItems: Write<unknown>, size: number): Write<Items> => (values, offset, count) => {
  const items = Array.from({ length: count }, (_, row) => values[offset + row] ?? new Array<null>(size).fill(null))
  const fillItems = writeItems(items.flat(1), 0, count * size)
  const fillValidity = writeValidity(values, offset, count)
  return (vector) => {
    fillItems(duckdb.array_vector_get_child(vector))
    fillValidity(vector)
  }
}

/** Writes maps, which are lists of their entries. */
export const writeMaps = (
  writeKeys: Write<unknown>,
  writeItems: Write<unknown>
): Write<ReadonlyMap<unknown, unknown>> => {
  const writeEntries = writeLists(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lists hold the entries that are made below
    writeStructs([{ name: "key", write: writeKeys }, { name: "value", write: writeItems }]) as Write<unknown>
  )
  return (values, offset, count) => {
    const lists = Array.from({ length: count }, (_, row) => {
      const map = values[offset + row] ?? null
      return map === null ? null : Array.from(map, ([key, value]) => ({ key, value }))
    })
    return writeEntries(lists, 0, count)
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
