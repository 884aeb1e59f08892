/**
 * How the values of every column type travel to PostgreSQL and back, exactly.
 *
 * What the driver's binary forms carry exactly travels in them. Days and instants travel as text, because the driver cuts
 * instants to milliseconds; lists of lists and objects travel as JSON.
 *
 * @since 0.1.0
 */
import { PgTypes } from "@effect/sql-pg"
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { jsonDecoder, listOf, toJson } from "./json.ts"
import { timeMicroseconds } from "./calendar.ts"
import { intervalParts, isScalar, refuse, type Scalar, scalarDecoder, scalarText } from "./scalar.ts"
import { unreadIn } from "./unread.ts"

/** The type of the items of a list that is an array in the database; any other list is JSON there. */
export const itemType = (type: ColumnType): Scalar | undefined =>
  type._tag === "List" && isScalar(type.element.type) ? type.element.type : undefined

/** Whether a parameter of this type is text that the server reads, so that its placeholder has to name the type. */
export const travelsAsText = (type: ColumnType): boolean => oidOf(itemType(type) ?? type) === asText

/** What the driver is given for a storable value or `null`. */
export const parameter = (type: ColumnType, value: unknown): PgTypes.Parameter => {
  const item = itemType(type)
  if (item === undefined || oidOf(item) === asText) return bound(oidOf(type), value === null ? null : sent(type, value))
  const items = value === null ? null : listOf(value).map((one) => one === null ? null : sent(item, one))
  return bound(arrayOids.get(oidOf(item)) ?? asText, items)
}

/** A whole column's values as one array; where `sentAsTexts`, of texts that are still to be cast one by one. */
export const columnParameter = (type: ColumnType, values: ReadonlyArray<unknown>): PgTypes.Parameter =>
  sentAsTexts(type)
    ? bound(PgTypes.OID.textArray, values.map((value) => value === null ? null : text(type, value)))
    : parameter(columnOf(type), values)

/** The list type of a whole column's values. */
export const columnOf = (type: ColumnType): ColumnType => ({ _tag: "List", element: { type, nullable: true } })

/** Whether a column's values are arrays or JSON, of which PostgreSQL has no array that `unnest` takes apart into them. */
export const sentAsTexts = (type: ColumnType): boolean => !isScalar(type)

/**
 * Makes the model's values of what the driver returns, or of JSON where single values are decoded from that; throws where the model's
 * value can't hold what was returned.
 */
export const decoder = ({ type }: Slot, ofScalar: ScalarDecoder = scalarDecoder): (cell: unknown) => unknown => {
  const decode = typeDecoder(type, ofScalar)
  return (cell) => cell === null ? null : decode(cell)
}

type ScalarDecoder = (type: Scalar) => (cell: unknown) => unknown

const typeDecoder = (type: ColumnType, ofScalar: ScalarDecoder): (cell: unknown) => unknown => {
  if (isScalar(type)) return ofScalar(type)
  if (type._tag === "Custom") return typeDecoder(type.base, ofScalar)
  // of what JSON holds anything goes
  if (type._tag === "Json") return (cell) => unreadIn(cell) === undefined ? cell : refuse(unreadIn(cell), "JSON")
  const item = itemType(type)
  if (item === undefined || type._tag !== "List") return jsonDecoder(type)
  const decode = decoder(type.element, ofScalar)
  return (cell) => listOf(cell).map(decode)
}

/** The driver's mark for text that the server reads as the type it expects there. */
const asText = 0

const bound = (oid: number, value: unknown): PgTypes.Parameter => ({
  [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId,
  oid,
  value
})

const oidOf = (type: ColumnType): number => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return PgTypes.OID.text
    case "Int8":
    case "Int16":
    case "UInt8":
      return PgTypes.OID.int2
    case "Int32":
    case "UInt16":
      return PgTypes.OID.int4
    case "Int64":
    case "UInt32":
      return PgTypes.OID.int8
    case "Float":
      return PgTypes.OID.float4
    case "Double":
      return PgTypes.OID.float8
    case "Time":
      return PgTypes.OID.time
    case "Interval":
      return PgTypes.OID.interval
    case "Blob":
      return PgTypes.OID.bytea
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Decimal":
      return PgTypes.OID.numeric
    case "Boolean":
      return PgTypes.OID.bool
    case "Uuid":
      return PgTypes.OID.uuid
    case "Date":
    case "Timestamp":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
    case "Custom":
      return asText
  }
}

const arrayOids = new Map<number, number>([
  [PgTypes.OID.text, PgTypes.OID.textArray],
  [PgTypes.OID.int2, PgTypes.OID.int2Array],
  [PgTypes.OID.int4, PgTypes.OID.int4Array],
  [PgTypes.OID.int8, PgTypes.OID.int8Array],
  [PgTypes.OID.float4, PgTypes.OID.float4Array],
  [PgTypes.OID.float8, PgTypes.OID.float8Array],
  [PgTypes.OID.numeric, PgTypes.OID.numericArray],
  [PgTypes.OID.bool, PgTypes.OID.boolArray],
  [PgTypes.OID.bytea, PgTypes.OID.byteaArray],
  [PgTypes.OID.time, PgTypes.OID.timeArray],
  [PgTypes.OID.interval, PgTypes.OID.intervalArray],
  [PgTypes.OID.uuid, PgTypes.OID.uuidArray]
])

/** The value as the driver encodes it. */
const sent = (type: ColumnType, value: unknown): unknown => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "Float":
    case "Double":
    case "Boolean":
    case "Blob":
    case "Uuid":
      return value
    case "Int64":
    case "UInt32":
      return typeof value === "number" ? BigInt(value) : value
    case "Time":
      return timeMicroseconds(String(value))
    case "Interval":
      return intervalParts(value)
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Decimal":
    case "Date":
    case "Timestamp":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
    case "Custom":
      return text(type, value)
  }
}

/** The value as the server reads it from text. */
const text = (type: ColumnType, value: unknown): string => {
  if (isScalar(type)) return scalarText(type, value)
  if (type._tag === "Custom") return text(type.base, value)
  const item = itemType(type)
  return item === undefined ? JSON.stringify(toJson(type, value)) : arrayText(item, listOf(value))
}

const arrayText = (item: Scalar, values: ReadonlyArray<unknown>): string => {
  const escaped = item._tag === "Text" || item._tag === "Enum" || item._tag === "Blob"
  const quoted = values.map((value) => {
    if (value === null) return "NULL"
    const plain = scalarText(item, value)
    return `"${escaped ? plain.replace(/["\\]/g, "\\$&") : plain}"`
  })
  return `{${quoted.join(",")}}`
}
