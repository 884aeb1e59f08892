/**
 * Writes columns of rows into the vectors of a chunk.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { CalendarInterval, ColumnType, Slot } from "../../model/ColumnType.ts"
import { clockMicroseconds, daysOf, intervalParts, microsecondsOf, unscaledOf } from "../stored.ts"
import { type Fill, type Put, type Write, writeFixed } from "./writeFixed.ts"
import { writeArrays, writeLists, writeMaps, writeStructs } from "./writeNested.ts"
import { putUuid, writeBlobs, writeTexts } from "./writeText.ts"

/**
 * Makes `count` of a column's storable values ready for a vector, from the one at `offset` on; see `Write`.
 *
 * @category models
 * @since 0.1.0
 */
export type Writer = (values: ReadonlyArray<unknown>, offset: number, count: number) => Fill

/**
 * The writer of a column's storable values.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnWriter = ({ type }: Slot): Writer => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return writer(writeTexts<string>((text) => text))
    case "Json":
      return writer(writeTexts<unknown>(JSON.stringify))
    case "Int8":
      return fixed<number>(1, (view, at, value) => view.setInt8(at, value))
    case "Int16":
      return fixed<number>(2, (view, at, value) => view.setInt16(at, value, true))
    case "Int32":
      return fixed<number>(4, (view, at, value) => view.setInt32(at, value, true))
    case "Int64":
      return type.as === "bigint" ? fixed(8, putBigint) : fixed(8, putWhole)
    case "UInt8":
      return fixed<number>(1, (view, at, value) => view.setUint8(at, value))
    case "UInt16":
      return fixed<number>(2, (view, at, value) => view.setUint16(at, value, true))
    case "UInt32":
      return fixed<number>(4, (view, at, value) => view.setUint32(at, value, true))
    case "UInt64":
      return fixed<bigint>(8, (view, at, value) => view.setBigUint64(at, value, true))
    case "Int128":
    case "UInt128":
      return fixed(16, putHuge)
    case "Float":
      return fixed<number>(4, (view, at, value) => view.setFloat32(at, value, true))
    case "Double":
      return fixed<number>(8, (view, at, value) => view.setFloat64(at, value, true))
    case "Decimal":
      return decimalWriter(type)
    case "Boolean":
      return fixed<boolean>(1, (view, at, value) => view.setInt8(at, value ? 1 : 0))
    case "Date":
      return fixed<DateTime.Utc>(4, (view, at, value) => view.setInt32(at, daysOf(value), true))
    case "Timestamp":
      return type.as === "DateTime" ? fixed(8, putInstant) : fixed(8, putDate)
    case "Uuid":
      return fixed(16, putUuid)
    case "Time":
      return fixed<string>(8, (view, at, time) => view.setBigInt64(at, clockMicroseconds(time), true))
    case "Interval":
      return fixed(16, putInterval)
    case "Blob":
      return writer(writeBlobs)
    case "List": {
      const write = columnWriter(type.element)
      return writer(type.size === undefined ? writeLists(write) : writeArrays(write, type.size))
    }
    case "Map":
      return writer(writeMaps(columnWriter({ type: type.key, nullable: false }), columnWriter(type.value)))
    case "Struct":
      return writer(writeStructs(type.fields.map((field) => ({ name: field.name, write: columnWriter(field) }))))
    case "Custom":
      return columnWriter({ type: type.base, nullable: true })
  }
}

/** The one place where values of unknown type become those of the column's. */
const writer = <A>(write: Write<A>): Writer => (values, offset, count) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller has checked that the values are of the column's type
  write(values as ReadonlyArray<A | null>, offset, count)

const fixed = <A>(size: number, put: Put<A>): Writer => writer(writeFixed(size, put))

const putBigint: Put<bigint> = (view, at, value) => view.setBigInt64(at, value, true)

/** A whole number as 64 bits: exact as long as the number is. */
const putWhole: Put<number> = (view, at, value) => {
  view.setUint32(at, value % 4_294_967_296, true)
  view.setInt32(at + 4, Math.floor(value / 4_294_967_296), true)
}

const putDate: Put<Date> = (view, at, date) => putMicroseconds(view, at, date.getTime() * 1000, date)

const putInstant: Put<DateTime.Utc> = (view, at, instant) => {
  const milliseconds = Math.floor(instant.epochMilliseconds)
  const rest = Math.round((instant.epochMilliseconds - milliseconds) * 1000)
  putMicroseconds(view, at, milliseconds * 1000 + rest, instant)
}

const putMicroseconds = (view: DataView, at: number, microseconds: number, instant: DateTime.Utc | Date): void =>
  Number.isSafeInteger(microseconds) ? putWhole(view, at, microseconds) : putBigint(view, at, microsecondsOf(instant))

const decimalWriter = ({ precision, scale }: ColumnType & { readonly _tag: "Decimal" }): Writer => {
  const decimals = (size: number, put: Put<bigint>): Writer =>
    fixed<BigDecimal.BigDecimal>(size, (view, at, value) => put(view, at, unscaledOf(value, scale)))
  if (precision <= 4) return decimals(2, (view, at, unscaled) => view.setInt16(at, Number(unscaled), true))
  if (precision <= 9) return decimals(4, (view, at, unscaled) => view.setInt32(at, Number(unscaled), true))
  return precision <= 18 ? decimals(8, putBigint) : decimals(16, putHuge)
}

/** 128 bits, with a sign or without: the upper half holds those that there are. */
const putHuge: Put<bigint> = (view, at, value) => {
  view.setBigUint64(at, BigInt.asUintN(64, value), true)
  view.setBigUint64(at + 8, BigInt.asUintN(64, value >> 64n), true)
}

const putInterval: Put<Duration.Duration | CalendarInterval> = (view, at, interval) => {
  const { days, microseconds, months } = intervalParts(interval)
  view.setInt32(at, months, true)
  view.setInt32(at + 4, days, true)
  view.setBigInt64(at + 8, microseconds, true)
}
