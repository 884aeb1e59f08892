/**
 * Makes values of one type of another, also where DuckDB has no cast between them.
 *
 * @since 0.1.0
 */
import { type ColumnType, isInteger } from "../model/ColumnType.ts"
import { columnType } from "./types.ts"

/** The expression as another type; where no cast leads there, by way of its text, which fails for a text that says no such value. */
export const conversion = (expression: string, from: ColumnType, to: ColumnType): string =>
  isCast(kindOf(from), kindOf(to))
    ? `CAST(${expression} AS ${columnType(to)})`
    : `CAST(CAST(${expression} AS VARCHAR) AS ${columnType(to)})`

/** Types between which casts lead. */
type Kind = "number" | "boolean" | "text" | "instant" | "time" | "other"

const isCast = (from: Kind, to: Kind): boolean => {
  if (from === "text" || to === "text" || from === to) return true
  if (from === "number" || from === "boolean") return to === "number" || to === "boolean"
  return from === "instant" && to === "time"
}

const kindOf = (type: ColumnType): Kind => {
  if (isInteger(type)) return "number"
  switch (type._tag) {
    case "Float":
    case "Double":
    case "Decimal":
      return "number"
    case "Boolean":
      return "boolean"
    case "Text":
    case "Enum":
    case "Json":
    case "Custom":
      return "text"
    case "Date":
    case "Timestamp":
      return "instant"
    case "Time":
      return "time"
    case "Interval":
    case "Uuid":
    case "Blob":
    case "List":
    case "Struct":
    case "Map":
      return "other"
  }
}
