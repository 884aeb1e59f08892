/**
 * What DuckDB calls each column type: in DDL, and in the binding.
 *
 * @since 0.1.0
 */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBStructType,
  type DuckDBType,
  INTEGER,
  LIST,
  quotedIdentifier,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  UUID,
  VARCHAR
} from "@duckdb/node-api"
import type { ColumnType } from "../model/ColumnType.ts"

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
    case "Double":
      return "DOUBLE"
    case "Decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`
    case "Boolean":
      return "BOOLEAN"
    case "Date":
      return "DATE"
    case "Timestamp":
      return "TIMESTAMP"
    case "Uuid":
      return "UUID"
    case "Json":
      return "JSON"
    case "List":
      return `${columnType(type.element.type)}[]`
    case "Struct":
      return `STRUCT(${
        type.fields.map((field) => `${quotedIdentifier(field.name)} ${columnType(field.type)}`).join(", ")
      })`
  }
}

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
    case "Double":
      return DOUBLE
    case "Decimal":
      return DECIMAL(type.precision, type.scale)
    case "Boolean":
      return BOOLEAN
    case "Date":
      return DATE
    case "Timestamp":
      return TIMESTAMP
    case "Uuid":
      return UUID
    case "List":
      return LIST(valueType(type.element.type))
    case "Struct":
      return new DuckDBStructType(
        type.fields.map((field) => field.name),
        type.fields.map((field) => valueType(field.type))
      )
  }
}
