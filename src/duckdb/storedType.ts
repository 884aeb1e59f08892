/**
 * Reads the types of columns as DuckDB tells them.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { partsBetween, type Token, tokensOf } from "../sql/sqlTokens.ts"
import type { EnumStructure } from "../sql/Structure.ts"
import { tableName } from "../sql/tableName.ts"
import { identifier } from "../sql/quoted.ts"

/**
 * The column type that DuckDB calls so; by its name alone, what none stands for. Of an enum it tells the values and not the name, which
 * is that of the first one with the same values.
 */
export const storedType = (text: string, enums: ReadonlyArray<EnumStructure>): ColumnType => {
  const tokens = tokensOf(text)
  const last = tokens.at(-1)
  if (last?.key === "]") return listOf(text, enums)
  const [head, open] = tokens
  if (head === undefined || last?.key !== ")" || open?.key !== "(") return plainTypes[text] ?? custom(text)
  const parts = partsBetween(tokens, 1, tokens.length - 1)
  const part = (found: ReadonlyArray<Token>) => text.slice(found[0]?.start, found.at(-1)?.end)
  switch (head.key) {
    case "DECIMAL": {
      const [precision = 18, scale = 3] = parts.map((found) => Number(part(found)))
      return { _tag: "Decimal", precision, scale }
    }
    case "STRUCT":
      return {
        _tag: "Struct",
        fields: parts.map((found) => ({
          name: unquoted(part(found.slice(0, 1))),
          ...maybe(storedType(part(found.slice(1)), enums))
        }))
      }
    case "MAP": {
      const [key = [], value = []] = parts
      return { _tag: "Map", key: storedType(part(key), enums), value: maybe(storedType(part(value), enums)) }
    }
    case "ENUM":
      return enumOf(text, parts.map((found) => part(found).slice(1, -1).replaceAll("''", "'")), enums)
    default:
      return custom(text)
  }
}

/** The name without the quotes that it may stand in. */
export const unquoted = (name: string): string =>
  name.startsWith("\"") ? name.slice(1, -1).replaceAll("\"\"", "\"") : name

/** What is in a list, an object or a map may be null, whatever it is. */
const maybe = (type: ColumnType): Slot => ({ type, nullable: true })

const listOf = (text: string, enums: ReadonlyArray<EnumStructure>): ColumnType => {
  const open = text.lastIndexOf("[")
  const size = text.slice(open + 1, -1)
  return {
    _tag: "List",
    element: maybe(storedType(text.slice(0, open), enums)),
    ...(size === "" ? {} : { size: Number(size) })
  }
}

const enumOf = (text: string, values: ReadonlyArray<string>, enums: ReadonlyArray<EnumStructure>): ColumnType => {
  const named = enums.find((one) =>
    one.values.length === values.length && one.values.every((value, index) => value === values[index])
  )
  return named === undefined
    ? { ...custom(text), base: { _tag: "Enum", values } }
    : custom(tableName(named, { identifier, attached: undefined }))
}

const custom = (name: string): ColumnType & { readonly _tag: "Custom" } => ({
  _tag: "Custom",
  base: { _tag: "Text" },
  names: { duckdb: name }
})

const plainTypes: Readonly<Record<string, ColumnType>> = {
  VARCHAR: { _tag: "Text" },
  TINYINT: { _tag: "Int8" },
  SMALLINT: { _tag: "Int16" },
  INTEGER: { _tag: "Int32" },
  BIGINT: { _tag: "Int64", as: "bigint" },
  HUGEINT: { _tag: "Int128" },
  UTINYINT: { _tag: "UInt8" },
  USMALLINT: { _tag: "UInt16" },
  UINTEGER: { _tag: "UInt32" },
  UBIGINT: { _tag: "UInt64" },
  UHUGEINT: { _tag: "UInt128" },
  FLOAT: { _tag: "Float" },
  DOUBLE: { _tag: "Double" },
  BOOLEAN: { _tag: "Boolean" },
  DATE: { _tag: "Date" },
  TIME: { _tag: "Time" },
  TIMESTAMP: { _tag: "Timestamp", as: "DateTime" },
  "TIMESTAMP WITH TIME ZONE": { _tag: "Timestamp", as: "DateTime", zoned: true },
  INTERVAL: { _tag: "Interval", as: "Calendar" },
  BLOB: { _tag: "Blob" },
  UUID: { _tag: "Uuid" },
  JSON: { _tag: "Json" }
}
