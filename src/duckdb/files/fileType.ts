/**
 * Whether a column of a Parquet file can be one of a model.
 *
 * @since 0.1.0
 */
import { DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import { type ColumnType, integerRange, type IntegerType } from "../../model/ColumnType.ts"
import { asItIs, castExactly, type Conversion, fromText } from "./fileColumn.ts"
import { travelType } from "../types.ts"

/** A conversion, and whether it holds for every value of the type, so that a view can rely on it. */
export interface Fit extends Conversion {
  readonly always: boolean
}

/** The way from a type of DuckDB's to a column's; none where they have nothing in common. */
export const fitOf = (type: ColumnType, found: DuckDBType, value: string): Fit | undefined => {
  if (type._tag === "Custom") return fitOf(type.base, found, value)
  if (isSame(type, found)) return { ...asItIs(value), always: true }
  if (
    type._tag === "Timestamp" &&
    found.typeId === (type.zoned === true ? DuckDBTypeId.TIMESTAMP : DuckDBTypeId.TIMESTAMP_TZ)
  ) {
    return { ...asItIs(`(${value} AT TIME ZONE 'UTC')`), always: true }
  }
  if (isWithin(type, found)) return { ...asItIs(`CAST(${value} AS ${travelType(type)})`), always: true }
  if (found.typeId === DuckDBTypeId.VARCHAR && (type._tag === "Uuid" || type._tag === "Json")) {
    return { ...fromText(type, value), always: false }
  }
  return isAkin(type, found) ? { ...castExactly(type, value, found.toString()), always: false } : undefined
}

const numbers: ReadonlyArray<DuckDBTypeId> = [
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL
]
const instants: ReadonlyArray<DuckDBTypeId> = [
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS
]

const isSame = (type: ColumnType, found: DuckDBType): boolean => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return found.typeId === DuckDBTypeId.VARCHAR && found.alias !== "JSON"
    case "Json":
      return found.typeId === DuckDBTypeId.VARCHAR && found.alias === "JSON"
    case "Int8":
      return found.typeId === DuckDBTypeId.TINYINT
    case "Int16":
      return found.typeId === DuckDBTypeId.SMALLINT
    case "Int32":
      return found.typeId === DuckDBTypeId.INTEGER
    case "Int64":
      return found.typeId === DuckDBTypeId.BIGINT
    case "Int128":
      return found.typeId === DuckDBTypeId.HUGEINT
    case "UInt8":
      return found.typeId === DuckDBTypeId.UTINYINT
    case "UInt16":
      return found.typeId === DuckDBTypeId.USMALLINT
    case "UInt32":
      return found.typeId === DuckDBTypeId.UINTEGER
    case "UInt64":
      return found.typeId === DuckDBTypeId.UBIGINT
    case "UInt128":
      return found.typeId === DuckDBTypeId.UHUGEINT
    case "Float":
      return found.typeId === DuckDBTypeId.FLOAT
    case "Time":
      return found.typeId === DuckDBTypeId.TIME
    case "Interval":
      return found.typeId === DuckDBTypeId.INTERVAL
    case "Blob":
      return found.typeId === DuckDBTypeId.BLOB
    case "Double":
      return found.typeId === DuckDBTypeId.DOUBLE
    case "Decimal":
      return found instanceof DuckDBDecimalType && found.width === type.precision && found.scale === type.scale
    case "Boolean":
      return found.typeId === DuckDBTypeId.BOOLEAN
    case "Date":
      return found.typeId === DuckDBTypeId.DATE
    case "Timestamp":
      return found.typeId === (type.zoned === true ? DuckDBTypeId.TIMESTAMP_TZ : DuckDBTypeId.TIMESTAMP)
    case "Uuid":
      return found.typeId === DuckDBTypeId.UUID
    case "List":
      return isListOf(type, found, isSame)
    case "Struct":
      return fieldsAre(type, found, isSame) && found.typeId === DuckDBTypeId.STRUCT &&
        type.fields.every(({ name }, index) => found.entryNames[index] === name)
    case "Map":
      return isMapOf(type, found, isSame)
    case "Custom":
      return isSame(type.base, found)
  }
}

type Is = (type: ColumnType, found: DuckDBType) => boolean

/** Whether the items are so; an array of a fixed size, which files keep as a list, has to be one in the type too. */
const isListOf = (type: ColumnType & { readonly _tag: "List" }, found: DuckDBType, is: Is): boolean =>
  type.size === undefined
    ? found.typeId === DuckDBTypeId.LIST && is(type.element.type, found.valueType)
    : found.typeId === DuckDBTypeId.ARRAY && found.length === type.size && is(type.element.type, found.valueType)

const isMapOf = (type: ColumnType & { readonly _tag: "Map" }, found: DuckDBType, is: Is): boolean =>
  found.typeId === DuckDBTypeId.MAP && is(type.key, found.keyType) && is(type.value.type, found.valueType)

type Struct = ColumnType & { readonly _tag: "Struct" }

/** Whether a struct has these fields, in any order, and each is so. */
const fieldsAre = (
  type: Struct,
  found: DuckDBType,
  is: Is
): boolean =>
  found.typeId === DuckDBTypeId.STRUCT && found.entryNames.length === type.fields.length &&
  type.fields.every((field) => {
    const entry = found.entryTypes[found.entryNames.indexOf(field.name)]
    return entry !== undefined && is(field.type, entry)
  })

const integerBits = new Map([
  [DuckDBTypeId.TINYINT, 8],
  [DuckDBTypeId.UTINYINT, 9],
  [DuckDBTypeId.SMALLINT, 16],
  [DuckDBTypeId.USMALLINT, 17],
  [DuckDBTypeId.INTEGER, 32],
  [DuckDBTypeId.UINTEGER, 33],
  [DuckDBTypeId.BIGINT, 64]
])

const unsignedTypes: ReadonlyArray<DuckDBTypeId> = [
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT
]

/** Whether the file's integers are without a sign, and of no more bits. */
const isUnsignedWithin = (type: IntegerType, found: DuckDBType): boolean => {
  const place = unsignedTypes.indexOf(found.typeId)
  return place !== -1 && 2n ** (8n * 2n ** BigInt(place)) - 1n <= integerRange(type)[1]
}

/** Whether every value of the file's type is one of the column's. */
const isWithin = (type: ColumnType, found: DuckDBType): boolean => {
  const bits = integerBits.get(found.typeId) ?? 65
  switch (type._tag) {
    case "Text":
    case "Enum":
      return found.typeId === DuckDBTypeId.ENUM
    case "Int8":
      return bits <= 8
    case "Int16":
      return bits <= 16
    case "Int32":
      return bits <= 32
    case "Int64":
      return bits <= 64
    case "Int128":
      return bits <= 64 || found.typeId === DuckDBTypeId.UBIGINT
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
      return isUnsignedWithin(type, found)
    case "Double":
      return bits <= 33 || found.typeId === DuckDBTypeId.FLOAT
    case "Decimal":
      return found instanceof DuckDBDecimalType && found.scale <= type.scale &&
        found.width - found.scale <= type.precision - type.scale
    case "Timestamp":
      return type.zoned !== true &&
        (found.typeId === DuckDBTypeId.TIMESTAMP_S || found.typeId === DuckDBTypeId.TIMESTAMP_MS)
    case "List":
      return isListOf(type, found, isPartWithin)
    case "Struct":
      return fieldsAre(type, found, isPartWithin)
    case "Map":
      return isMapOf(type, found, isPartWithin)
    case "Custom":
      return isWithin(type.base, found)
    case "Float":
    case "Time":
    case "Interval":
    case "Blob":
    case "Boolean":
    case "Date":
    case "Uuid":
    case "Json":
      return false
  }
}

const isPartWithin = (type: ColumnType, found: DuckDBType): boolean => isSame(type, found) || isWithin(type, found)

/** Whether some values of the file's type are values of the column's; each is asked by itself. */
const isAkin = (type: ColumnType, found: DuckDBType): boolean => {
  switch (type._tag) {
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "Float":
    case "Double":
    case "Decimal":
      return numbers.includes(found.typeId)
    case "Int128":
    case "UInt128":
      return numbers.includes(found.typeId) || found.typeId === DuckDBTypeId.VARCHAR
    case "Interval":
      return found.typeId === DuckDBTypeId.VARCHAR
    case "Date":
      return instants.includes(found.typeId)
    case "Timestamp":
      return type.zoned !== true && instants.includes(found.typeId)
    case "List":
      return (found.typeId === DuckDBTypeId.LIST || found.typeId === DuckDBTypeId.ARRAY) &&
        isPartAkin(type.element.type, found.valueType)
    case "Map":
      return isMapOf(type, found, isPartAkin)
    case "Custom":
      return isAkin(type.base, found)
    case "Struct":
      return fieldsAre(type, found, isPartAkin)
    case "Text":
    case "Enum":
    case "Boolean":
    case "Time":
    case "Blob":
    case "Uuid":
    case "Json":
      return false
  }
}

const isPartAkin = (type: ColumnType, found: DuckDBType): boolean => isPartWithin(type, found) || isAkin(type, found)
