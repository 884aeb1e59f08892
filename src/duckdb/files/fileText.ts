/**
 * How values are written to files that hold only text: CSV and JSON.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../../model/ColumnType.ts"
import { dialect } from "../dialect.ts"

const { identifier } = dialect

/** The expression of a value in a CSV file; lists and objects are JSON. */
export const csvText = (type: ColumnType, value: string): string => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
    case "Float":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Time":
    case "Interval":
    case "Blob":
    case "Uuid":
    case "Json":
      return `CAST(${value} AS VARCHAR)`
    case "Timestamp":
      return instantText(type, value)
    case "Custom":
      return csvText(type.base, value)
    case "List":
    case "Struct":
    case "Map":
      return `CAST(to_json(${jsonValue(type, value, 0)}) AS VARCHAR)`
  }
}

/**
 * The expression of a value in a JSON file. What a JSON number doesn't keep in every reader is a text: decimals, integers of 64 bits that
 * are a `bigint`, and numbers that are not finite. `depth` tells the variables of nested lists apart.
 */
export const jsonValue = (type: ColumnType, value: string, depth: number): string => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Boolean":
    case "Json":
      return value
    case "Int64":
      return type.as === "number" ? value : `CAST(${value} AS VARCHAR)`
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Decimal":
    case "Date":
    case "Time":
    case "Interval":
    case "Blob":
    case "Uuid":
      return `CAST(${value} AS VARCHAR)`
    case "Float":
    case "Double":
      return `CASE WHEN ${value} IS NULL THEN NULL WHEN isnan(${value}) THEN to_json('NaN') WHEN isfinite(${value}) ` +
        `THEN to_json(${value}) ELSE to_json(CASE WHEN ${value} > 0 THEN 'Infinity' ELSE '-Infinity' END) END`
    case "Timestamp":
      return instantText(type, value)
    case "List": {
      const item = `item${depth}`
      return `list_transform(${value}, lambda ${item}: ${jsonValue(type.element.type, item, depth + 1)})`
    }
    case "Struct": {
      const fields = type.fields.map((field) =>
        `${identifier(field.name)} := ${jsonValue(field.type, `(${value}).${identifier(field.name)}`, depth)}`
      )
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`
    }
    case "Map":
      return jsonValue(entriesOf(type), `map_entries(${value})`, depth)
    case "Custom":
      return jsonValue(type.base, value, depth)
  }
}

/** A map as the list of its entries. */
export const entriesOf = (
  { key, value }: ColumnType & { readonly _tag: "Map" }
): ColumnType & { readonly _tag: "List" } => {
  const fields = [{ name: "key", type: key, nullable: false }, { name: "value", ...value }]
  return { _tag: "List", element: { type: { _tag: "Struct", fields }, nullable: false } }
}

const instantText = ({ zoned }: { readonly zoned?: boolean }, value: string): string =>
  `strftime(${zoned === true ? `(${value} AT TIME ZONE 'UTC')` : value}, '%Y-%m-%dT%H:%M:%S.%fZ')`
