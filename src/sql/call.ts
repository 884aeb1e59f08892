/**
 * Calls of functions, and choices among values of one type, as nodes.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import type { FunctionName } from "./functions.ts"
import type { Branches, Node, Value } from "./node.ts"
import { columnOf, givenOr, valueAt } from "./operand.ts"
import { type Signature, signatures } from "./signature.ts"
import { arithmeticSlot, isNumber, isSameNumber, numberSlot, slotOf } from "./slot.ts"

/** The call of a function of a node and of further expressions or plain values. */
export const callNode = (name: FunctionName, first: Node, given: ReadonlyArray<unknown> = []): Call => {
  const { defaults, gives, isNullable, takes: [second, others = second] }: Signature = signatures[name]
  const slot = slotOf(first)
  const codec = codecColumn(first)
  const further = [...given, ...defaults.slice(given.length)].map((one, place) =>
    givenOr(first, one, (value) => {
      const takesOne = place === 0 ? second : others
      return valueAt(value, takesOne(slot, value), codec)
    })
  )
  const slots = [slot, ...further.map(slotOf)] as const
  return {
    _tag: "Call",
    name,
    arguments: [first, ...further],
    slot: { type: gives(slots), nullable: isNullable(slots) }
  }
}

type Call = Node & { readonly _tag: "Call" }

/** The column of a node whose schema transforms its values. */
const codecColumn = (node: Node) => {
  const column = columnOf(node)
  return column?.codec === undefined ? undefined : column
}

/**
 * The value of the first branch whose condition holds. Values of different kinds of numbers become one kind, and plain values are
 * sent as what the expressions beside them are.
 */
export const caseNode = (branches: Branches, otherwise: Node | undefined): Node => {
  const given = [...branches.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])]
  const like = given.find((value) => !isPlain(value)) ?? branches[0].value
  const placed = given.map((value) => placedLike(like, value))
  const type = commonType(placed)
  const unlike = placed.find((value) => !isAlike(slotOf(value).type, type))
  if (unlike !== undefined) {
    return {
      _tag: "Refused",
      feature: `a case of a ${type._tag} and a ${slotOf(unlike).type._tag}`,
      instead: "Cast the branches to one type, with Query.cast."
    }
  }
  const slot = { type, nullable: otherwise === undefined || given.some((value) => slotOf(value).nullable) }
  const fitting = (value: Node) => castTo(slot, placedLike(like, value))
  const [first, ...more] = branches
  const branch = ({ value, when }: Branches[0]) => ({ when, value: fitting(value) })
  return {
    _tag: "Case",
    branches: [branch(first), ...more.map(branch)],
    otherwise: otherwise && fitting(otherwise),
    slot
  }
}

/** Whether it is a value that is known, and no parameter, which is of a type by itself. */
const isPlain = (node: Node): node is Value => node._tag === "Value" && node.placeholder === undefined

/** A plain value as what it stands beside is sent; anything else as it is. */
const placedLike = (like: Node, value: Node): Node => {
  if (!isPlain(value)) return value
  const slot = slotOf(like)
  return isNumber(slot.type)
    ? { ...value, slot: numberSlot(slot, value.value) }
    : valueAt(value.value, slot, codecColumn(like))
}

/** The type of the first, or of all where they are different kinds of numbers. */
const commonType = (values: ReadonlyArray<Node>): ColumnType =>
  values.map(slotOf).reduce((left, right) =>
    isNumber(left.type) && isNumber(right.type) && !isSameNumber(left.type, right.type)
      ? arithmeticSlot("+", left, right)
      : left
  ).type

const isAlike = (one: ColumnType, other: ColumnType): boolean =>
  one._tag === other._tag || isNumber(one) && isNumber(other)

const castTo = (slot: Slot, value: Node): Node =>
  isSameNumber(slotOf(value).type, slot.type) ? value : { _tag: "Cast", operand: value, slot }
