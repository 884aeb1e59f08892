/**
 * Rows within rows: how PostgreSQL tells the rows of a read as one value of another, with nothing lost on the way through JSON.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { Nesting } from "../sql/nesting.ts"
import { isScalar, type Scalar } from "./scalar.ts"
import { itemType } from "./types.ts"

/** What JSON has no exact form of is a text, as `jsonDecoder` takes it. */
const scalarItem = (expression: string, type: Scalar): string => {
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
    case "Uuid":
    case "Double":
    case "Date":
    case "Time":
      return expression
    case "Float":
      // JavaScript has the double that the number is
      return `CAST(${expression} AS DOUBLE PRECISION)`
    case "Int64":
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Decimal":
    case "Timestamp":
      return `CAST(${expression} AS TEXT)`
    case "Interval":
      return intervalText(expression)
    case "Blob":
      return `('\\x' || encode(${expression}, 'hex'))`
  }
}

/** Its parts, whatever the style is that the session writes intervals in. */
const intervalText = (interval: string): string => {
  const part = (name: string, factor: string) =>
    `CAST(extract(${name} FROM ${interval}) AS BIGINT)${factor === "1" ? "" : ` * ${factor}`}`
  const months = `${part("year", "12")} + ${part("month", "1")}`
  const microseconds = `${part("hour", "3600000000")} + ${part("minute", "60000000")} + ${part("microseconds", "1")}`
  return `((${months}) || ' months ' || ${part("day", "1")} || ' days ' || (${microseconds}) || ' microseconds')`
}

const item = (columnType: (type: ColumnType) => string) => (expression: string, type: ColumnType): string => {
  if (type._tag === "Custom") return item(columnType)(`CAST(${expression} AS ${columnType(type.base)})`, type.base)
  if (isScalar(type)) return scalarItem(expression, type)
  const one = itemType(type)
  const each = one === undefined ? "one" : scalarItem("one", one)
  // a list of lists or objects is JSON as it is
  if (each === "one") return expression
  return `(CASE WHEN ${expression} IS NOT NULL THEN ` +
    `ARRAY(SELECT ${each} FROM unnest(${expression}) WITH ORDINALITY AS items (one, place) ORDER BY place) END)`
}

/** The most arguments that a function has. */
const mostArguments = 100

/** How PostgreSQL tells rows as one value. */
export const nesting = (columnType: (type: ColumnType) => string): Nesting => ({
  most: 10,
  item: item(columnType),
  row: (items) =>
    items.length <= mostArguments
      ? `json_build_array(${items.join(", ")})`
      : `to_json(ARRAY[${items.map((one) => `to_json(${one})`).join(", ")}])`,
  list: (query) => `to_json(ARRAY(${query}))`,
  one: (query) => `(${query})`
})
