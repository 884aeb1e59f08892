/**
 * Writes texts, bytes and uuids.
 *
 * @since 0.1.0
 */
import duckdb from "@duckdb/node-bindings"
import { chunkSize, copyBytes, type Put, type Write, writeValidity } from "./writeFixed.ts"

/** A text's length and, behind it, up to twelve bytes of text. */
const entrySize = 16
const inlineSize = 12

/** Writes texts: short ASCII ones all at once, the others one by one, which the binding encodes and keeps with the chunk. */
export const writeTexts = <A>(textOf: (value: A) => string): Write<A> => {
  const scratch = new Uint8Array(chunkSize * entrySize)
  return (values, offset, count) => {
    const entries = count <= chunkSize ? scratch.fill(0, 0, count * entrySize) : new Uint8Array(count * entrySize)
    const others: Array<readonly [row: number, text: string]> = []
    for (let row = 0; row < count; row++) {
      const value = values[offset + row] ?? null
      if (value === null) continue
      const text = textOf(value)
      if (!putInline(entries, row * entrySize, text)) others.push([row, text])
    }
    const fillValidity = writeValidity(values, offset, count)
    return (vector) => {
      copyBytes(vector, entries.buffer, count * entrySize)
      for (const [row, text] of others) duckdb.vector_assign_string_element(vector, row, text)
      fillValidity(vector)
    }
  }
}

/** Writes bytes, one by one. */
export const writeBlobs: Write<Uint8Array> = (values, offset, count) => {
  const fillValidity = writeValidity(values, offset, count)
  return (vector) => {
    copyBytes(vector, new ArrayBuffer(count * entrySize), count * entrySize)
    for (let row = 0; row < count; row++) {
      const bytes = values[offset + row] ?? null
      if (bytes !== null) duckdb.vector_assign_string_element_len(vector, row, bytes)
    }
    fillValidity(vector)
  }
}

/** Whether the text was short ASCII and so could be put. */
const putInline = (entries: Uint8Array, at: number, text: string): boolean => {
  if (text.length > inlineSize) return false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) {
      entries.fill(0, at, at + entrySize)
      return false
    }
    entries[at + 4 + index] = code
  }
  entries[at] = text.length
  return true
}

/** The places of a uuid's 32 digits in its text, two to a byte, the first byte first. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

/** The values of the characters `0` to `9` and `a` to `f`. */
const digitValues = Uint8Array.from({ length: 103 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0)

/** Puts a uuid: 128 bits, the last byte first, with the highest bit flipped. */
export const putUuid: Put<string> = (view, at, uuid) => {
  for (let index = 0; index < 16; index++) {
    const place = places[index] ?? 0
    const high = digitValues[uuid.charCodeAt(place)] ?? 0
    const low = digitValues[uuid.charCodeAt(place + 1)] ?? 0
    view.setUint8(at + 15 - index, (high << 4 | low) ^ (index === 0 ? 0x80 : 0))
  }
}
