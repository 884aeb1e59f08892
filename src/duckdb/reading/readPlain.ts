/**
 * Reads the columns of plain SQL, for which no schema says what their values should be.
 *
 * @since 0.1.0
 */
import {
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBUnionType,
  DuckDBVector
} from "@duckdb/node-api"
import duckdb from "@duckdb/node-bindings"
import * as Arr from "effect/Array"
import { arrayReader, listReader, structReader } from "./readNested.ts"
import { decimalTextReader, digitsOf, doubleReader, readBooleans, storedReader } from "./readNumber.ts"
import { clockReader, plainDays, plainInstantReader } from "./readPlainTime.ts"
import { type Integers, type Interval, narrowed, plainValue } from "./readPlainValue.ts"
import { fromEnum, readBlobs, readTexts } from "./readText.ts"
import { readUuids } from "./readUuid.ts"
import { isNull, readBytes, type Reader, readValidity, readWords } from "./vector.ts"

/**
 * The reader of a column as Effect's SQL modules expect its values.
 *
 * | type | value |
 * | --- | --- |
 * | integers up to 32 bits, `FLOAT`, `DOUBLE` | `number` |
 * | wider integers | `number` where it is exact, else `bigint`; always `bigint` with Effect's `SafeIntegers` |
 * | `DECIMAL` | its digits as `string` |
 * | `BOOLEAN` | `boolean` |
 * | `VARCHAR`, `JSON`, `ENUM`, `UUID` | `string` |
 * | `BIT` | its zeros and ones as `string` |
 * | `BLOB` | `Uint8Array` |
 * | `DATE` | `"YYYY-MM-DD"`; without end `"infinity"` and `"-infinity"`; before the year 1 as `"0044-03-15 (BC)"` |
 * | `TIMESTAMP` of any unit, `TIMESTAMPTZ` | `Date`, or a `PreciseDate` where a `Date` would lose something |
 * | … what no `Date` can be: without end, or too far away | as DuckDB prints it, such as `"infinity"`; a `TIMESTAMPTZ` in UTC |
 * | `TIME`, `TIME_NS`, `TIMETZ` | `"HH:MM:SS.ffffff"`, with its offset |
 * | `INTERVAL` | `{ months, days, micros }` |
 * | `LIST`, `ARRAY` | an array |
 * | `STRUCT` | an object; an array where its fields have no names, as those of `row(1, 'a')` |
 * | `MAP` | `Map` |
 * | `UNION` | `{ tag, value }` |
 * | `VARIANT` | as a value of the type that it holds |
 * | `GEOMETRY` | as the binding prints it |
 *
 * @category constructors
 * @since 0.1.0
 */
export const plainReader = (type: DuckDBType, integers: Integers): Reader => {
  const digits = digitsOf(type)
  if (digits === undefined) return simpleReader(type) ?? nestedReader(type, integers) ?? otherReader(type, integers)
  if (type.typeId === DuckDBTypeId.DECIMAL) return decimalTextReader(digits, type.scale)
  return integers === "bigint" ? storedReader(digits) : numbersOf(storedReader(digits))
}

/** Integers as numbers, but for those that a number can't hold. */
const numbersOf = (read: Reader): Reader => (vector, count, within) => Array.from(read(vector, count, within), narrowed)

const simpleReader = (type: DuckDBType): Reader | undefined =>
  type.typeId === DuckDBTypeId.ENUM
    ? fromEnum(type, (text) => text)
    : readers.get(type.typeId) ?? doubleReader(type) ?? plainInstantReader(type) ?? clockReader(type)

const readIntervals: Reader<Interval> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 16)
  return Array.from({ length: count }, (_, row) =>
    isNull(validity, row) ? null : {
      months: words.getInt32(row * 16, true),
      days: words.getInt32(row * 16 + 4, true),
      micros: words.getBigInt64(row * 16 + 8, true)
    })
}

const readers = new Map<DuckDBTypeId, Reader>([
  [DuckDBTypeId.BOOLEAN, readBooleans],
  [DuckDBTypeId.VARCHAR, readTexts],
  [DuckDBTypeId.BLOB, readBlobs],
  [DuckDBTypeId.UUID, readUuids],
  [DuckDBTypeId.DATE, plainDays],
  [DuckDBTypeId.INTERVAL, readIntervals]
])

const nestedReader = (type: DuckDBType, integers: Integers): Reader | undefined => {
  if (type.typeId === DuckDBTypeId.LIST) return listReader(plainReader(type.valueType, integers))
  if (type.typeId === DuckDBTypeId.ARRAY) return arrayReader(plainReader(type.valueType, integers), type.length)
  if (type.typeId === DuckDBTypeId.MAP) {
    return mapReader(plainReader(type.keyType, integers), plainReader(type.valueType, integers))
  }
  if (type.typeId === DuckDBTypeId.UNION) return unionReader(type, integers)
  return type.typeId === DuckDBTypeId.STRUCT ? fieldsReader(type, integers) : undefined
}

const fieldsReader = (type: DuckDBStructType, integers: Integers): Reader => {
  const isTuple = type.entryNames.every((name) => name === "")
  const read = structReader(
    Arr.zip(type.entryNames, type.entryTypes).map(([name, entry], index) => ({
      name: isTuple ? String(index) : name,
      index,
      read: plainReader(entry, integers)
    }))
  )
  if (!isTuple) return read
  return (vector, count, within) =>
    Array.from(read(vector, count, within), (fields) => fields === null ? null : Object.values(fields))
}

/** A `MAP` is stored as a list of structs. */
const mapReader = (readKey: Reader, readValue: Reader): Reader<Map<unknown, unknown>> => {
  const read = listReader(structReader([
    { name: "key", index: 0, read: readKey },
    { name: "value", index: 1, read: readValue }
  ]))
  return (vector, count, within) =>
    Array.from(
      read(vector, count, within),
      (entries) => entries === null ? null : new Map(entries.map((entry) => [entry?.["key"], entry?.["value"]]))
    )
}

/** A `UNION` is stored as a struct of a byte, which tells the member, and all members. */
const unionReader = (type: DuckDBUnionType, integers: Integers): Reader => {
  const readMembers = structReader(type.memberTypes.map((member, index) => ({
    name: String(index),
    index: index + 1,
    read: plainReader(member, integers)
  })))
  return (vector, count, within) => {
    const tags = duckdb.struct_vector_get_child(vector, 0)
    const members = readBytes(tags, count)
    const validity = readValidity(tags, count, readValidity(vector, count, within))
    return Array.from(readMembers(vector, count, within), (values, row) => {
      const member = members[row] ?? 0
      return isNull(validity, row) || values === null ? null : { tag: type.memberTags[member], value: values[member] }
    })
  }
}

/** The binding knows how the rarer types are stored. */
const otherReader = (type: DuckDBType, integers: Integers): Reader => {
  if (type.typeId === DuckDBTypeId.SQLNULL) return (_, count) => new Array<null>(count).fill(null)
  return (vector, count, within) => {
    const items = DuckDBVector.create(vector, count, type)
    return Array.from(
      { length: count },
      (_, row) => isNull(within, row) ? null : plainValue(items.getItem(row), integers)
    )
  }
}
