/**
 * Reads the columns of plain SQL, for which no schema says what their values should be.
 *
 * @since 0.1.0
 */
import { DuckDBDateValue, type DuckDBType, DuckDBTypeId, DuckDBVector } from "@duckdb/node-api"
import { arrayReader, listReader, structReader } from "./readNested.ts"
import { decimalTextReader, digitsOf, doubleReader, readBooleans, storedReader } from "./readNumber.ts"
import { fromEnum, readBlobs, readTexts } from "./readText.ts"
import { dateReader, dayReader, dayText, hasPlainText } from "./readTime.ts"
import { readUuids } from "./readUuid.ts"
import { isNull, type Reader, readValidity, readWords } from "./vector.ts"

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
 * | `BLOB` | `Uint8Array` |
 * | `DATE` | `"YYYY-MM-DD"` |
 * | `TIMESTAMP` of any unit, with or without time zone | `Date` of whole milliseconds |
 * | `TIME` | its microseconds as `bigint` |
 * | `INTERVAL` | `{ months, days, micros }` |
 * | `LIST`, `ARRAY` | an array |
 * | `STRUCT` | an object |
 * | `MAP` | an array of `{ key, value }` |
 * | anything else | as the binding prints it |
 *
 * @category constructors
 * @since 0.1.0
 */
export const plainReader = (type: DuckDBType, integers: Integers): Reader => {
  if (type.typeId === DuckDBTypeId.DECIMAL) return decimalReader(type)
  const digits = digitsOf(type)
  if (digits === undefined) return simpleReader(type) ?? nestedReader(type, integers) ?? otherReader(type)
  return integers === "bigint" ? storedReader(digits) : numbersOf(storedReader(digits))
}

/** What stands for integers of more than 32 bits. */
export type Integers = "number" | "bigint"

/** Integers as numbers, but for those that a number can't hold. */
const numbersOf = (read: Reader): Reader => (vector, count, within) =>
  Array.from(read(vector, count, within), (value) => {
    const number = typeof value === "bigint" ? Number(value) : value
    return Number.isSafeInteger(number) ? number : value
  })

const decimalReader = (type: DuckDBType & { readonly scale: number }): Reader => {
  const digits = digitsOf(type)
  return digits === undefined ? otherReader(type) : decimalTextReader(digits, type.scale)
}

const simpleReader = (type: DuckDBType): Reader | undefined => {
  if (type.typeId === DuckDBTypeId.ENUM) return fromEnum(type, (text) => text)
  if (type.typeId === DuckDBTypeId.DATE) return dayReader(dayName)
  return readers.get(type.typeId) ?? doubleReader(type) ?? dateReader(type)
}

/** Days that have no place in `YYYY-MM-DD` are named as DuckDB names them. */
const dayName = (days: number): string => hasPlainText(days) ? dayText(days) : new DuckDBDateValue(days).toString()

const readTimes: Reader<bigint> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 8)
  return Array.from({ length: count }, (_, row) => isNull(validity, row) ? null : words.getBigInt64(row * 8, true))
}

/** A span of time as DuckDB keeps it: neither months nor days have a fixed length. */
interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

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
  [DuckDBTypeId.TIME, readTimes],
  [DuckDBTypeId.INTERVAL, readIntervals]
])

const nestedReader = (type: DuckDBType, integers: Integers): Reader | undefined => {
  if (type.typeId === DuckDBTypeId.LIST) return listReader(plainReader(type.valueType, integers))
  if (type.typeId === DuckDBTypeId.ARRAY) return arrayReader(plainReader(type.valueType, integers), type.length)
  if (type.typeId === DuckDBTypeId.MAP) {
    return listReader(structReader([
      { name: "key", index: 0, read: plainReader(type.keyType, integers) },
      { name: "value", index: 1, read: plainReader(type.valueType, integers) }
    ]))
  }
  if (type.typeId !== DuckDBTypeId.STRUCT) return undefined
  return structReader(type.entryTypes.map((entry, index) => ({
    name: type.entryNames[index] ?? "",
    index,
    read: plainReader(entry, integers)
  })))
}

const otherReader = (type: DuckDBType): Reader => {
  if (type.typeId === DuckDBTypeId.SQLNULL) return (_, count) => new Array<null>(count).fill(null)
  return (vector, count, within) => {
    const items = DuckDBVector.create(vector, count, type)
    return Array.from({ length: count }, (_, row) => {
      const item = isNull(within, row) ? null : items.getItem(row)
      return typeof item === "object" && item !== null ? item.toString() : item
    })
  }
}
