/**
 * Reads texts, and what is stored as text.
 *
 * @since 0.1.0
 */
import type { DuckDBEnumType } from "@duckdb/node-api"
import duckdb, { type Vector } from "@duckdb/node-bindings"
import * as Result from "effect/Result"
import { isAscii } from "node:buffer"
import { getOrInsert } from "../../model/getOrInsert.ts"
import { uuidPattern } from "../../sql/storable.ts"
import { Unreadable } from "./unreadable.ts"
import { isNull, readBytes, type Reader, readValidity, readWords, viewOf } from "./vector.ts"

/** Each row has sixteen bytes: a length and, after it, up to twelve bytes of text, or its first four and a pointer to all. */
const entrySize = 16
const inlineSize = 12

/** Reads `VARCHAR`. Short ASCII texts are cut from one decoded string, long ones from one string per run of adjacent texts. */
export const readTexts: Reader<string> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const bytes = readBytes(vector, count * entrySize)
  const words = viewOf(bytes)
  const inlined = bytes.toString("latin1")
  const result = new Array<string | null>(count)
  let run = emptyRun
  for (let row = 0; row < count; row++) {
    if (isNull(validity, row)) {
      result[row] = null
      continue
    }
    const offset = row * entrySize
    const length = words.getUint32(offset, true)
    if (length <= inlineSize) {
      const start = offset + 4
      result[row] = isInlineAscii(words, start)
        ? inlined.substring(start, start + length)
        : bytes.toString("utf8", start, start + length)
      continue
    }
    const address = words.getUint32(offset + 12, true) * 4_294_967_296 + words.getUint32(offset + 8, true)
    if (address !== run.end) {
      readRun(bytes, words, run, row, result)
      run = { first: row, length: 0, end: address }
    }
    run.length += length
    run.end = address + length
  }
  readRun(bytes, words, run, count, result)
  return result
}

/** Texts of consecutive long rows that lie in memory one behind the other. */
interface Run {
  readonly first: number
  length: number
  end: number
}

const emptyRun: Run = { first: 0, length: 0, end: -1 }

const isInlineAscii = (words: DataView, start: number): boolean =>
  ((words.getUint32(start, true) | words.getUint32(start + 4, true) | words.getUint32(start + 8, true)) &
    0x80808080) === 0

/** The long texts among the rows from the run's first up to `end`; rows that are `null` by now have none. */
const readRun = (bytes: Buffer, words: DataView, run: Run, end: number, result: Array<string | null>): void => {
  if (run.length === 0) return
  const memory = longBytes(bytes, run.first, run.length)
  const ascii = isAscii(memory) ? memory.toString("latin1") : undefined
  let start = 0
  for (let row = run.first; row < end; row++) {
    const length = words.getUint32(row * entrySize, true)
    if (length <= inlineSize || result[row] === null) continue
    result[row] = ascii === undefined
      ? memory.toString("utf8", start, start + length)
      : ascii.substring(start, start + length)
    start += length
  }
}

/** That many bytes from where the row's pointer points. */
const longBytes = (bytes: Buffer, row: number, length: number): Buffer => {
  const memory = duckdb.get_data_from_pointer(arrayBufferOf(bytes), bytes.byteOffset + row * entrySize + 8, length)
  return Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength)
}

const arrayBufferOf = (bytes: Buffer): ArrayBuffer => {
  if (bytes.buffer instanceof ArrayBuffer) return bytes.buffer
  throw new TypeError("the binding never shares memory")
}

/** Reads `BLOB`, each as bytes of its own. */
export const readBlobs: Reader<Uint8Array> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const bytes = readBytes(vector, count * entrySize)
  const words = viewOf(bytes)
  return Array.from({ length: count }, (_, row) => {
    if (isNull(validity, row)) return null
    const length = words.getUint32(row * entrySize, true)
    const start = row * entrySize + 4
    return new Uint8Array(length <= inlineSize ? bytes.subarray(start, start + length) : longBytes(bytes, row, length))
  })
}

/** Makes something else of every text; it is called once for each value of an enum. */
export type FromText<A> = (text: string) => A

/** Reads `VARCHAR` and makes something of it. */
export const fromTexts = <A>(make: FromText<A>): Reader<A> => (vector, count, within) => {
  const texts = readTexts(vector, count, within)
  return Array.from(texts, (text) => text === null ? null : make(text))
}

/** Reads `ENUM`, whose rows are places in its dictionary. */
export const fromEnum = <A>(type: DuckDBEnumType, make: FromText<A>): Reader<A> => {
  const made = new Map<number, A>()
  const valueAt = (place: number): A => getOrInsert(made, place, () => make(type.values[place] ?? ""))
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const places = placesReader(type.values.length)(vector, count)
    return Array.from({ length: count }, (_, row) => isNull(validity, row) ? null : valueAt(places(row)))
  }
}

/** Dictionaries of up to 255 values are stored in a byte per row, of up to 65,535 in two, larger ones in four. */
const placesReader = (values: number) => (vector: Vector, count: number): (row: number) => number => {
  if (values < 256) {
    const words = readWords(vector, count)
    return (row) => words.getUint8(row)
  }
  if (values < 65_536) {
    const words = readWords(vector, count * 2)
    return (row) => words.getUint16(row * 2, true)
  }
  const words = readWords(vector, count * 4)
  return (row) => words.getUint32(row * 4, true)
}

/** A JSON value from its text. */
export const parseJson = (text: string): unknown =>
  Result.getOrThrowWith(
    Result.try((): unknown => JSON.parse(text)),
    () => new Unreadable(undefined, `${JSON.stringify(text)} is not JSON`)
  )

/** A uuid from its text, in lower case. */
export const parseUuid = (text: string): string => {
  const uuid = text.toLowerCase()
  if (uuidPattern.test(uuid)) return uuid
  throw new Unreadable(undefined, `${JSON.stringify(text)} is not a uuid`)
}

/** One of these values. */
export const parseEnum = (values: ReadonlyArray<string>): FromText<string> => {
  const known = new Map(values.map((value) => [value, value]))
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const expected = values.map((value) => JSON.stringify(value)).join(", ")
    throw new Unreadable(undefined, `${JSON.stringify(text)} is none of ${expected}`)
  }
}
