/**
 * How PostgreSQL makes a value of one type one of another, where there is a way.
 *
 * @since 0.1.0
 */
import { type ColumnType, isInteger } from "../model/ColumnType.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { itemType } from "./types.ts"

/**
 * The expression as one of the other type. What has no cast goes through its text, which may be none of the other type: then that fails,
 * as a text does that is too long; none is cut off.
 */
export const converted = (
  expression: string,
  from: ColumnType,
  to: ColumnType,
  { cast, columnType }: Pick<Dialect, "cast" | "columnType">
): string => {
  const text = `CAST(${expression} AS TEXT)`
  const [one, other] = [familyOf(from), familyOf(to)]
  // an explicit cast to `VARCHAR(n)` would cut off what is too long
  if (other === "text") return text
  if (one === "text" || (one !== undefined && one === other)) return cast(expression, to)
  if (one === "boolean" && other === "number") return cast(`CAST(${expression} AS INTEGER)`, to)
  if (one === "number" && other === "boolean") return `${expression} <> 0`
  if (columnType(to) === "JSONB") return `to_jsonb(${expression})`
  return cast(one === "json" ? `${expression} #>> '{}'` : text, to)
}

/** Types whose values are cast to each other as they are. */
type Family = "text" | "number" | "boolean" | "day" | "json" | "numbers"

const familyOf = (type: ColumnType): Family | undefined => {
  const item = itemType(type)
  if (item !== undefined) return familyOf(item) === "number" ? "numbers" : undefined
  if (isInteger(type)) return "number"
  switch (type._tag) {
    case "Text":
    case "Enum":
      return "text"
    case "Float":
    case "Double":
    case "Decimal":
      return "number"
    case "Boolean":
      return "boolean"
    case "Date":
    case "Timestamp":
      return "day"
    case "Json":
    case "List":
    case "Struct":
    case "Map":
      return "json"
    case "Time":
    case "Interval":
    case "Uuid":
    case "Blob":
    case "Custom":
      return undefined
  }
}
