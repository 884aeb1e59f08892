/**
 * Reads the columns of a result as the values their slots declare.
 *
 * @since 0.1.0
 */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import duckdb, { type DataChunk, type Vector } from "@duckdb/node-bindings"
import { type ColumnType, integerRange, type Slot, type StructField } from "../../model/ColumnType.ts"
import { arrayReader, type FieldReader, listReader, mapReader, structReader } from "./readNested.ts"
import {
  bigintReader,
  decimalReader,
  digitsOf,
  doubleReader,
  floatReader,
  numberReader,
  type Range,
  readBooleans,
  safeRange
} from "./readNumber.ts"
import {
  fromEnum,
  type FromText,
  fromTexts,
  parseEnum,
  parseJson,
  parseUuid,
  readBlobs,
  readTexts
} from "./readText.ts"
import { dateReader, dayReader, instantReader, midnight, readDurations, readIntervals, readTimes } from "./readTime.ts"
import { readUuids } from "./readUuid.ts"
import { columnType } from "../types.ts"
import { forColumn, Unreadable } from "./unreadable.ts"
import type { Reader } from "./vector.ts"

/**
 * The readers of a result's columns, whose types it knows only now: `types[i]` is what the database returns for `slots[i]`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnReaders = (slots: ReadonlyArray<Slot>, types: ReadonlyArray<DuckDBType>): ReadonlyArray<Reader> => {
  if (slots.length !== types.length) {
    throw new Unreadable(undefined, `the database returns ${types.length} columns, not ${slots.length}`)
  }
  return types.map((type, index) => {
    const slot = slots[index]
    return slot === undefined ? readNulls : forColumn(index, () => columnReader(slot, type))
  })
}

/**
 * All columns of a chunk; `readers[i]` reads column `i`.
 *
 * @category conversions
 * @since 0.1.0
 */
export const readChunk = <A>(
  chunk: DataChunk,
  readers: ReadonlyArray<(vector: Vector, count: number) => A>
): ReadonlyArray<A> => {
  const count = duckdb.data_chunk_get_size(chunk)
  const columns = readers.map((read, index) =>
    forColumn(index, () => read(duckdb.data_chunk_get_vector(chunk, index), count))
  )
  // vectors don't keep their chunk alive, and long texts are read through pointers into it: this use of it comes after the last one
  duckdb.data_chunk_get_size(chunk)
  return columns
}

/**
 * The reader of a column, given the type the database returns: it may differ from the slot's where the value is exactly the same.
 * It throws `Unreadable` where it isn't, and so may the reader when it meets a value that the slot can't hold.
 *
 * @category constructors
 * @since 0.1.0
 */
const columnReader = (slot: Slot, type: DuckDBType): Reader => {
  if (type.typeId === DuckDBTypeId.SQLNULL) return readNulls
  const reader = readerOf(slot.type, type)
  if (reader !== undefined) return reader
  throw new Unreadable(
    undefined,
    `the database returns ${type.toString()}, which can't be read as ${columnType(slot.type)}`
  )
}

const readNulls: Reader = (_, count) => new Array<null>(count).fill(null)

const readerOf = (slot: ColumnType, type: DuckDBType): Reader | undefined => {
  switch (slot._tag) {
    case "Text":
      return textReader(type) ?? (type.typeId === DuckDBTypeId.UUID ? readUuids : undefined)
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return integerReader(integerRange(slot), type)
    case "Int64":
      return slot.as === "number" ? integerReader(safeRange, type) : wholeReader(integerRange(slot), type)
    case "Int128":
    case "UInt64":
    case "UInt128":
      return wholeReader(integerRange(slot), type)
    case "Float":
      return floatReader(type)
    case "Double":
      return doubleReader(type)
    case "Decimal":
      return exactReader(slot, type)
    case "Boolean":
      return type.typeId === DuckDBTypeId.BOOLEAN ? readBooleans : undefined
    case "Date":
      if (type.typeId !== DuckDBTypeId.DATE) return undefined
      return dayReader(midnight)
    case "Timestamp":
      return slot.as === "DateTime" ? instantReader(type) : dateReader(type)
    case "Time":
      return type.typeId === DuckDBTypeId.TIME ? readTimes : undefined
    case "Interval":
      if (type.typeId !== DuckDBTypeId.INTERVAL) return undefined
      return slot.as === "Duration" ? readDurations : readIntervals
    case "Blob":
      return type.typeId === DuckDBTypeId.BLOB ? readBlobs : undefined
    case "Uuid":
      return type.typeId === DuckDBTypeId.UUID ? readUuids : parsedReader(type, parseUuid)
    case "Json":
      return parsedReader(type, parseJson)
    case "Enum":
      return parsedReader(type, parseEnum(slot.values))
    case "List":
      return elementsReader(slot.element, type)
    case "Struct":
      return fieldsReader(slot.fields, type)
    case "Map":
      if (type.typeId !== DuckDBTypeId.MAP) return undefined
      return mapReader(
        columnReader({ type: slot.key, nullable: false }, type.keyType),
        columnReader(slot.value, type.valueType)
      )
    case "Custom":
      return readerOf(slot.base, type)
  }
}

const textReader = (type: DuckDBType): Reader<string> | undefined =>
  type.typeId === DuckDBTypeId.VARCHAR ? readTexts : parsedReader(type, (text) => text)

const parsedReader = <A>(type: DuckDBType, parse: FromText<A>): Reader<A> | undefined => {
  if (type.typeId === DuckDBTypeId.VARCHAR) return fromTexts(parse)
  return type.typeId === DuckDBTypeId.ENUM ? fromEnum(type, parse) : undefined
}

const integerReader = (range: Range, type: DuckDBType): Reader<number> | undefined => {
  const digits = digitsOf(type)
  return digits?.scale === 0 ? numberReader(digits, range) : undefined
}

const wholeReader = (range: Range, type: DuckDBType): Reader<bigint> | undefined => {
  const digits = digitsOf(type)
  return digits?.scale === 0 ? bigintReader(digits, range) : undefined
}

const exactReader = (slot: ColumnType & { readonly _tag: "Decimal" }, type: DuckDBType): Reader | undefined => {
  const digits = digitsOf(type)
  if (digits === undefined) return undefined
  return decimalReader(digits, slot.scale)
}

const elementsReader = (element: Slot, type: DuckDBType): Reader | undefined => {
  if (type.typeId === DuckDBTypeId.LIST) return listReader(columnReader(element, type.valueType))
  if (type.typeId === DuckDBTypeId.ARRAY) return arrayReader(columnReader(element, type.valueType), type.length)
  return undefined
}

/** Fields are found by their names, as DuckDB compares them: upper and lower case are the same. */
const fieldsReader = (fields: ReadonlyArray<StructField>, type: DuckDBType): Reader | undefined => {
  if (type.typeId !== DuckDBTypeId.STRUCT) return undefined
  const names = type.entryNames.map((name) => name.toLowerCase())
  const readers = fields.map((field): FieldReader | undefined => {
    const index = names.indexOf(field.name.toLowerCase())
    const entry = type.entryTypes[index]
    return entry === undefined ? undefined : { name: field.name, index, read: columnReader(field, entry) }
  })
  return readers.every((reader) => reader !== undefined) ? structReader(readers) : undefined
}
