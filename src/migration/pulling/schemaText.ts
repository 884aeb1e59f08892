/**
 * The schema of a column's values, as a person would write it in a model.
 *
 * @since 0.1.0
 */
import { type ColumnType, isInteger, type Slot } from "../../model/ColumnType.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { key } from "./names.ts"

/** The schema of a place for values. */
const slotText = ({ nullable, type }: Slot, dialect: Dialect): string => {
  const text = schemaText(type, dialect)
  return nullable ? `Schema.NullOr(${text})` : text
}

/** The schema of values of a type; one that models have no word for is told by the database's own, and travels as text. */
export const schemaText = (type: ColumnType, dialect: Dialect): string => {
  switch (type._tag) {
    case "Text":
      return textText(type)
    case "Int8":
      return "Column.int8"
    case "Int16":
      return "Column.int16"
    case "Int32":
      return "Column.int32"
    case "Int64":
      return type.as === "number" ? "Schema.Int" : "Column.int64"
    case "Int128":
      return "Column.int128"
    case "UInt8":
      return "Column.uint8"
    case "UInt16":
      return "Column.uint16"
    case "UInt32":
      return "Column.uint32"
    case "UInt64":
      return "Column.uint64"
    case "UInt128":
      return "Column.uint128"
    case "Float":
      return "Column.float"
    case "Double":
      return "Schema.Number"
    case "Decimal":
      return type.precision > 38 || type.scale < 0 || type.scale > type.precision
        ? namedText({ _tag: "Text" }, { [dialect.key]: dialect.columnType(type) }, dialect)
        : `Column.decimal({ precision: ${type.precision}, scale: ${type.scale} })`
    case "Boolean":
      return "Schema.Boolean"
    case "Date":
      return "Column.date"
    case "Time":
      return "Column.time"
    case "Timestamp":
      if (type.zoned === true) return "Column.timestamptz"
      return type.as === "Date" ? "Schema.Date" : "Column.timestamp"
    case "Interval":
      return type.as === "Duration" ? "Column.duration" : "Column.interval"
    case "Uuid":
      return "Column.uuid"
    case "Blob":
      return "Column.blob"
    case "Json":
      return "Column.json(Schema.Json)"
    case "Enum":
      return `Schema.Literals([${type.values.map((value) => JSON.stringify(value)).join(", ")}])`
    case "List":
      return listText(type, dialect)
    case "Struct":
      return `Schema.Struct({ ${
        type.fields.map((field) => `${key(field.name)}: ${slotText(field, dialect)}`).join(", ")
      } })`
    case "Map":
      return isKey(type.key)
        ? `Column.map(${schemaText(type.key, dialect)}, ${slotText(type.value, dialect)})`
        : namedText({ _tag: "Text" }, { [dialect.key]: dialect.columnType(type) }, dialect)
    case "Custom":
      return namedText(type.base, type.names, dialect)
  }
}

const isKey = (type: ColumnType): boolean =>
  type._tag === "Text" || type._tag === "Enum" || type._tag === "Uuid" || isInteger(type)

const textText = ({ length }: ColumnType & { readonly _tag: "Text" }): string => {
  if (length === undefined) return "Schema.String"
  return length.least === length.most && length.most > 0 ? `Column.char(${length.most})` : `Column.text(${length.most})`
}

const listText = ({ element, size }: ColumnType & { readonly _tag: "List" }, dialect: Dialect): string => {
  const item = slotText(element, dialect)
  if (size === undefined) return `Schema.Array(${item})`
  return item === "Column.float" ? `Column.vector(${size})` : `Column.array(${item}, ${size})`
}

/** A type by the name that databases have for it. */
const namedText = (base: ColumnType, names: Readonly<Record<string, string>>, dialect: Dialect): string => {
  const as = base._tag === "Enum" ? "Schema.String" : schemaText(base, dialect)
  const said = Object.entries(names).map(([database, name]) => `${key(database)}: ${JSON.stringify(name)}`)
  return `Column.custom(${schemaText(base, dialect)}, { as: ${as}, ${said.join(", ")} })`
}

/** What stands for the values in JavaScript, as far as it takes to tell whether two columns can be compared. */
export const comparedAs = (type: ColumnType): string => {
  switch (type._tag) {
    case "Text":
    case "Uuid":
    case "Enum":
    case "Time":
      return "string"
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Float":
    case "Double":
      return "number"
    case "Int64":
      return type.as
    case "UInt64":
    case "Int128":
    case "UInt128":
      return "bigint"
    case "Custom":
      return comparedAs(type.base)
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Timestamp":
    case "Interval":
    case "Blob":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
      return type._tag
  }
}
