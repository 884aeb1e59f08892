/**
 * Whether a column of a Parquet file can be one of a model.
 *
 * @since 0.1.0
 */
import { DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import type { ColumnType } from "../../model/ColumnType.ts"
import { asItIs, castExactly, type Conversion, fromText } from "./fileColumn.ts"
import { columnType } from "../types.ts"

/** A conversion, and whether it holds for every value of the type, so that a view can rely on it. */
export interface Fit extends Conversion {
  readonly always: boolean
}

/** The way from a type of DuckDB's to a column's; none where they have nothing in common. */
export const fitOf = (type: ColumnType, found: DuckDBType, value: string): Fit | undefined => {
  if (isSame(type, found)) return { ...asItIs(value), always: true }
  if (type._tag === "Timestamp" && found.typeId === DuckDBTypeId.TIMESTAMP_TZ) {
    return { ...asItIs(`(${value} AT TIME ZONE 'UTC')`), always: true }
  }
  if (isWithin(type, found)) return { ...asItIs(`CAST(${value} AS ${columnType(type)})`), always: true }
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
    case "Double":
      return found.typeId === DuckDBTypeId.DOUBLE
    case "Decimal":
      return found instanceof DuckDBDecimalType && found.width === type.precision && found.scale === type.scale
    case "Boolean":
      return found.typeId === DuckDBTypeId.BOOLEAN
    case "Date":
      return found.typeId === DuckDBTypeId.DATE
    case "Timestamp":
      return found.typeId === DuckDBTypeId.TIMESTAMP
    case "Uuid":
      return found.typeId === DuckDBTypeId.UUID
    case "List":
      return found.typeId === DuckDBTypeId.LIST && isSame(type.element.type, found.valueType)
    case "Struct":
      return fieldsAre(type, found, isSame) && found.typeId === DuckDBTypeId.STRUCT &&
        type.fields.every(({ name }, index) => found.entryNames[index] === name)
  }
}

type Struct = ColumnType & { readonly _tag: "Struct" }

/** Whether a struct has these fields, in any order, and each is so. */
const fieldsAre = (
  type: Struct,
  found: DuckDBType,
  is: (type: ColumnType, found: DuckDBType) => boolean
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
    case "Double":
      return bits <= 33 || found.typeId === DuckDBTypeId.FLOAT
    case "Decimal":
      return found instanceof DuckDBDecimalType && found.scale <= type.scale &&
        found.width - found.scale <= type.precision - type.scale
    case "Timestamp":
      return found.typeId === DuckDBTypeId.TIMESTAMP_S || found.typeId === DuckDBTypeId.TIMESTAMP_MS
    case "List":
      return found.typeId === DuckDBTypeId.LIST && isPartWithin(type.element.type, found.valueType)
    case "Struct":
      return fieldsAre(type, found, isPartWithin)
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
    case "Double":
    case "Decimal":
      return numbers.includes(found.typeId)
    case "Date":
    case "Timestamp":
      return instants.includes(found.typeId)
    case "List":
      return found.typeId === DuckDBTypeId.LIST && isPartAkin(type.element.type, found.valueType)
    case "Struct":
      return fieldsAre(type, found, isPartAkin)
    case "Text":
    case "Enum":
    case "Boolean":
    case "Uuid":
    case "Json":
      return false
  }
}

const isPartAkin = (type: ColumnType, found: DuckDBType): boolean => isPartWithin(type, found) || isAkin(type, found)
