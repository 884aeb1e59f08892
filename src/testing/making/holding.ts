/**
 * Tells whether a condition holds for a row that no database has seen yet, as far as it means the same in all of them.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { ColumnType } from "../../model/ColumnType.ts"
import type { TableColumn } from "../../model/Table.ts"
import { features } from "../../postgres/features.ts"
import { encodeValue } from "../../sql/encode.ts"
import type { ArithmeticOperator, ComparisonOperator, Node, Value } from "../../sql/node.ts"

/** What only a database can tell. */
const untold: unique symbol = Symbol.for("andamios/testing/untold")

/** What a condition is of a row: true, false, null as SQL has it, or nothing that can be told. */
type Told = boolean | null | typeof untold

/** The value of a column in a row that is made, as its model has it; undefined where something else makes it. */
type ValueIn = (column: TableColumn) => unknown

/** Whether a row breaks a condition for certain. One that meets a null is not broken. */
export const isBroken = (condition: Node, valueIn: ValueIn): boolean => toldOf(condition, valueIn) === false

/** The fields that a condition is about, as far as it is told. */
export const fieldsIn = (condition: Node): ReadonlyArray<string> => {
  const fields = new Set<string>()
  toldOf(condition, ({ field }) => void fields.add(field))
  return [...fields]
}

const toldOf = (node: Node, valueIn: ValueIn): Told => {
  switch (node._tag) {
    case "Comparison":
      return compared(node.operator, valueOf(node.left, valueIn), valueOf(node.right, valueIn))
    case "Logical": {
      const sides = [toldOf(node.left, valueIn), toldOf(node.right, valueIn)]
      const decisive = node.operator === "OR"
      if (sides.includes(decisive)) return decisive
      if (sides.includes(untold)) return untold
      return sides.includes(null) ? null : !decisive
    }
    case "Not":
      return negated(toldOf(node.operand, valueIn))
    case "NullCheck": {
      const value = valueOf(node.operand, valueIn)
      return value === untold ? untold : (value === null) !== node.negated
    }
    case "Membership": {
      const { column, operand, slot, values } = node
      const value = valueOf(operand, valueIn)
      const told = values.map((one) => compared("=", value, stored({ _tag: "Value", value: one, slot, column })))
      if (told.includes(true)) return true
      if (told.includes(untold)) return untold
      return told.includes(null) ? null : false
    }
    case "Unasked":
      return true
    case "Field":
    case "Value": {
      const value = valueOf(node, valueIn)
      return typeof value === "boolean" || value === null ? value : untold
    }
    case "Within":
    case "Exists":
    case "Scalar":
    case "Match":
    case "Call":
    case "Arithmetic":
    case "Case":
    case "Cast":
    case "Access":
    case "Record":
    case "Refused":
    case "Aggregate":
    case "Window":
    case "Fragment":
      return untold
  }
}

const negated = (told: Told): Told => typeof told === "boolean" ? !told : told

/** What can be compared: numbers and times by their order, and texts, which each database sorts in its own way, as the same or not. */
type Comparable = boolean | BigDecimal.BigDecimal | string | null | typeof untold

const valueOf = (node: Node, valueIn: ValueIn): Comparable => {
  if (node._tag === "Value") return stored(node)
  if (node._tag === "Field") {
    const { column } = node
    const value = column === undefined ? undefined : valueIn(column)
    return column === undefined || value === undefined ? untold : stored({ ...node, _tag: "Value", value })
  }
  if (node._tag !== "Arithmetic" || isInexact(node.slot.type)) return untold
  const left = valueOf(node.left, valueIn)
  const right = valueOf(node.right, valueIn)
  if (left === null || right === null) return null
  return BigDecimal.isBigDecimal(left) && BigDecimal.isBigDecimal(right)
    ? calculated(node.operator, left, right)
    : untold
}

const isInexact = ({ _tag }: ColumnType): boolean => _tag === "Float" || _tag === "Double"

const calculated = (operator: ArithmeticOperator, left: BigDecimal.BigDecimal, right: BigDecimal.BigDecimal) => {
  switch (operator) {
    case "+":
      return BigDecimal.sum(left, right)
    case "-":
      return BigDecimal.subtract(left, right)
    case "*":
      return BigDecimal.multiply(left, right)
    case "/":
    case "%":
      // what is left over depends on the types
      return untold
  }
}

/** A value as it is stored, if it can be. Any dialect would do: what the databases keep in other ways is compared as what it means. */
const stored = (value: Value): Comparable =>
  Result.match(Result.try(() => encodeValue(value, features)), {
    onFailure: () => untold,
    onSuccess: (encoded) => comparable(encoded, value.column?.type ?? value.slot.type)
  })

/** A value of a type as it is stored. */
const comparable = (value: unknown, type: ColumnType): Comparable => {
  if (value === null || typeof value === "boolean" || BigDecimal.isBigDecimal(value)) return value
  if (typeof value === "bigint") return BigDecimal.fromBigInt(value)
  if (typeof value === "number") return ofNumber(value)
  if (DateTime.isDateTime(value)) return ofNumber(value.epochMilliseconds)
  if (value instanceof Date) return ofNumber(value.getTime())
  if (typeof value !== "string") return untold
  if (type._tag === "Time") return secondsOf(value)
  return isText(type) ? value : untold
}

/** The seconds since midnight. */
const secondsOf = (time: string): Comparable => {
  const [hours, minutes, seconds] = time.split(":").map(Number)
  return ofNumber((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0))
}

/** One that is finite: databases sort the others in their own way. */
const ofNumber = (value: number): Comparable => Option.getOrElse(BigDecimal.fromNumber(value), () => untold)

const isText = ({ _tag }: ColumnType): boolean => _tag === "Text" || _tag === "Enum" || _tag === "Uuid"

const compared = (operator: ComparisonOperator, left: Comparable, right: Comparable): Told => {
  if (left === untold || right === untold) return untold
  const areSame = BigDecimal.isBigDecimal(left) && BigDecimal.isBigDecimal(right)
    ? BigDecimal.equals(left, right)
    : left === right
  const meetsNull = left === null || right === null
  switch (operator) {
    case "IS DISTINCT FROM":
      return !areSame
    case "IS NOT DISTINCT FROM":
      return areSame
    case "=":
      return meetsNull ? null : areSame
    case "<>":
      return meetsNull ? null : !areSame
    case "<":
      return meetsNull ? null : isBefore(left, right)
    case ">":
      return meetsNull ? null : isBefore(right, left)
    case "<=":
      return meetsNull ? null : negated(isBefore(right, left))
    case ">=":
      return meetsNull ? null : negated(isBefore(left, right))
  }
}

const isBefore = (left: Comparable, right: Comparable): Told =>
  BigDecimal.isBigDecimal(left) && BigDecimal.isBigDecimal(right) ? BigDecimal.isLessThan(left, right) : untold
