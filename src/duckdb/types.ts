/**
 * What DuckDB calls each column type: in DDL, and in the binding.
 *
 * @since 0.1.0
 */
import {
  ARRAY,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBStructType,
  type DuckDBType,
  FLOAT,
  HUGEINT,
  INTEGER,
  INTERVAL,
  LIST,
  MAP,
  quotedIdentifier,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  UHUGEINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR
} from "@duckdb/node-api"
import { baseType, type ColumnType } from "../model/ColumnType.ts"

/**
 * The type as it is written in DDL and casts. An enum is a `VARCHAR`: DuckDB can't add a value to an enum type in place.
 *
 * @category conversions
 * @since 0.1.0
 */
export const columnType = (type: ColumnType): string => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return "VARCHAR"
    case "Int8":
      return "TINYINT"
    case "Int16":
      return "SMALLINT"
    case "Int32":
      return "INTEGER"
    case "Int64":
      return "BIGINT"
    case "Int128":
      return "HUGEINT"
    case "UInt8":
      return "UTINYINT"
    case "UInt16":
      return "USMALLINT"
    case "UInt32":
      return "UINTEGER"
    case "UInt64":
      return "UBIGINT"
    case "UInt128":
      return "UHUGEINT"
    case "Float":
      return "FLOAT"
    case "Double":
      return "DOUBLE"
    case "Decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`
    case "Boolean":
      return "BOOLEAN"
    case "Date":
      return "DATE"
    case "Timestamp":
      return type.zoned === true ? "TIMESTAMPTZ" : "TIMESTAMP"
    case "Time":
      return "TIME"
    case "Interval":
      return "INTERVAL"
    case "Blob":
      return "BLOB"
    case "Uuid":
      return "UUID"
    case "Json":
      return "JSON"
    case "List":
      return `${columnType(type.element.type)}[${type.size ?? ""}]`
    case "Map":
      return `MAP(${columnType(type.key)}, ${columnType(type.value.type)})`
    case "Custom":
      return type.names["duckdb"] ?? columnType(type.base)
    case "Struct":
      return `STRUCT(${
        type.fields.map((field) => `${quotedIdentifier(field.name)} ${columnType(field.type)}`).join(", ")
      })`
  }
}

/**
 * The type as it is written where values travel: that of the base in the place of a custom type.
 *
 * @category conversions
 * @since 0.1.0
 */
export const travelType = (type: ColumnType): string => columnType(baseType(type))

/**
 * The type a value travels as, bound to a parameter or in a row: JSON goes as text and becomes `JSON` in its column.
 *
 * @category conversions
 * @since 0.1.0
 */
export const valueType = (type: ColumnType): DuckDBType => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Json":
      return VARCHAR
    case "Int8":
      return TINYINT
    case "Int16":
      return SMALLINT
    case "Int32":
      return INTEGER
    case "Int64":
      return BIGINT
    case "Int128":
      return HUGEINT
    case "UInt8":
      return UTINYINT
    case "UInt16":
      return USMALLINT
    case "UInt32":
      return UINTEGER
    case "UInt64":
      return UBIGINT
    case "UInt128":
      return UHUGEINT
    case "Float":
      return FLOAT
    case "Double":
      return DOUBLE
    case "Decimal":
      return DECIMAL(type.precision, type.scale)
    case "Boolean":
      return BOOLEAN
    case "Date":
      return DATE
    case "Timestamp":
      return type.zoned === true ? TIMESTAMPTZ : TIMESTAMP
    case "Time":
      return TIME
    case "Interval":
      return INTERVAL
    case "Blob":
      return BLOB
    case "Uuid":
      return UUID
    case "List":
      return type.size === undefined
        ? LIST(valueType(type.element.type))
        : ARRAY(valueType(type.element.type), type.size)
    case "Map":
      return MAP(valueType(type.key), valueType(type.value.type))
    case "Custom":
      return valueType(type.base)
    case "Struct":
      return new DuckDBStructType(
        type.fields.map((field) => field.name),
        type.fields.map((field) => valueType(field.type))
      )
  }
}
