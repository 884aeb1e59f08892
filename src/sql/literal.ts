/**
 * Values in the text of statements that take no parameters: those that create tables.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import { type ColumnType, decimalText, toMicroseconds } from "../model/ColumnType.ts"
import type { Dialect } from "./Dialect.ts"
import { Inexpressible } from "./compilation.ts"
import { quoted } from "./quoted.ts"

/** Whether values of the type can stand in the structure of a table. */
export const hasLiteral = (type: ColumnType): boolean => {
  if (type._tag === "List") return hasLiteral(type.element.type)
  if (type._tag === "Struct") return type.fields.every((field) => hasLiteral(field.type))
  return type._tag !== "Interval" && type._tag !== "Blob" && type._tag !== "Map" && type._tag !== "Custom"
}

/** A storable value of this type, exactly; it throws `Inexpressible` where there is no such text. */
export const literal = (type: ColumnType, value: unknown, dialect: Dialect): string => {
  if (value === null) return "NULL"
  const cast = (text: string) => `CAST(${quoted(text)} AS ${dialect.columnType(type)})`
  switch (type._tag) {
    case "Text":
    case "Enum":
      return quoted(plainText(value))
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
    case "Boolean":
      return plainText(value)
    case "Float":
    case "Double":
      return cast(Object.is(value, -0) ? "-0" : plainText(value))
    case "Uuid":
    case "Time":
    case "Decimal":
      return cast(plainText(value))
    case "Date":
      return cast(instantText(value).slice(0, 10))
    case "Timestamp":
      return cast(instantText(value) + (type.zoned === true ? "+00" : ""))
    case "Json":
      return cast(JSON.stringify(value))
    case "Interval":
    case "Blob":
    case "Map":
    case "Custom":
      throw new Inexpressible(
        `a value of type ${type._tag} in the structure of a table`,
        "Leave it to the application, or write the table's structure by a migration."
      )
    case "List":
    case "Struct":
      return dialect.nestedLiteral(type, value, (slot, inner) => literal(slot.type, inner, dialect))
  }
}

const plainText = (value: unknown): string => {
  if (BigDecimal.isBigDecimal(value)) return decimalText(value.value, value.scale)
  return String(value)
}

/** `2024-12-31 23:59:59.000001` */
const instantText = (value: unknown): string => {
  const instant = DateTime.isDateTime(value) ? DateTime.toUtc(value) : DateTime.makeUnsafe(Number(value))
  const microseconds = toMicroseconds(instant)
  const [seconds = "", places = ""] = new Date(Math.floor(instant.epochMilliseconds)).toISOString().split(/[.Z]/)
  const rest = String(((microseconds % 1000n) + 1000n) % 1000n).padStart(3, "0")
  return `${seconds.replace("T", " ")}.${places}${rest}`
}
