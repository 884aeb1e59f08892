/**
 * Parts of structs, lists and JSON documents.
 *
 * @since 0.1.0
 */
import { partOf } from "../model/part.ts"
import type { Node } from "./node.ts"
import { columnOf, valueAt } from "./operand.ts"
import { slotOf } from "./slot.ts"

/** A field by its name, or an item by its place from 0, or from the end before 0. */
export const accessNode = (operand: Node, key: unknown): Node => {
  const whole = slotOf(operand)
  const isPlace = Number.isSafeInteger(key)
  const part = typeof key === "string" || typeof key === "number" && isPlace
    ? partOf(whole, columnOf(operand), key)
    : undefined
  if (part === undefined) {
    return {
      _tag: "Refused",
      feature: `the part ${String(key)} of a ${whole.type._tag}`,
      instead: "Give the name of a field that its schema has, or the place of an item as an integer."
    }
  }
  const { column, nullable, type } = part
  return {
    _tag: "Access",
    operand,
    key: valueAt(key, { type: isPlace ? { _tag: "Int64", as: "number" } : { _tag: "Text" }, nullable: false }),
    slot: { type, nullable: nullable || whole.nullable || isPlace },
    column
  }
}
