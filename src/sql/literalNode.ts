/**
 * Plain values that no column tells the type of.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import type { ColumnType } from "../model/ColumnType.ts"
import type { Node } from "./node.ts"
import { valueAt } from "./operand.ts"
import { numberSlot } from "./slot.ts"

/** A value as what its own kind is sent as. */
export const literalNode = (value: unknown): Node => {
  const type = typeOf(value)
  return type === undefined
    ? {
      _tag: "Refused",
      feature: `${
        value === undefined || value === null ? String(value) : `a value of type ${typeof value}`
      } as a literal`,
      instead: "Tell what it is stored as: Query.literal(value, schema)."
    }
    : valueAt(value, { type, nullable: false })
}

const typeOf = (value: unknown): ColumnType | undefined => {
  switch (typeof value) {
    case "string":
      return { _tag: "Text" }
    case "boolean":
      return { _tag: "Boolean" }
    case "number":
    case "bigint":
      return numberSlot({ type: { _tag: "Int64", as: "number" }, nullable: false }, value).type
    case "object":
      if (BigDecimal.isBigDecimal(value)) return numberSlot({ type: { _tag: "Text" }, nullable: false }, value).type
      if (value instanceof Date) return { _tag: "Timestamp", as: "Date" }
      return DateTime.isDateTime(value) ? { _tag: "Timestamp", as: "DateTime" } : undefined
    case "undefined":
    case "symbol":
    case "function":
      return undefined
  }
}
