/**
 * Parts of structs, lists and JSON documents.
 *
 * @since 0.1.0
 */
import { partOf } from "../model/part.ts"
import type { Node } from "./node.ts"
import { columnOf, valueAt } from "./operand.ts"
import { integer, slotOf, text } from "./slot.ts"

/** A field by its name, or an item by its place from 0, or from the end before 0. */
export const accessNode = (operand: Node, key: unknown): Node => {
  const given = slotOf(operand)
  const isPlace = Number.isSafeInteger(key)
  const part = typeof key === "string" || typeof key === "number" && isPlace
    ? partOf(given, columnOf(operand), key)
    : undefined
  if (part === undefined) {
    return {
      _tag: "Refused",
      feature: `the part ${String(key)} of a ${given.type._tag}`,
      instead: "Give the name of a field that its schema has, or the place of an item as an integer."
    }
  }
  const { column, nullable, type } = part
  return {
    _tag: "Access",
    operand,
    key: valueAt(key, { type: isPlace ? integer : text, nullable: false }),
    slot: { type, nullable: nullable || given.nullable || isPlace },
    column
  }
}
