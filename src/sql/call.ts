/**
 * Calls of functions, and choices among values of one type, as nodes.
 *
 * @since 0.1.0
 */
import type { FunctionName } from "./functions.ts"
import type { Branches, Node } from "./node.ts"
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
  const values = [...branches.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])]
  const like = values.find((value) => value._tag !== "Value") ?? branches[0].value
  const codec = codecColumn(like)
  const placed = (value: Node): Node => {
    if (value._tag !== "Value") return value
    const slot = slotOf(like)
    return isNumber(slot.type) ? { ...value, slot: numberSlot(slot, value.value) } : valueAt(value.value, slot, codec)
  }
  const common = values.map((value) => slotOf(placed(value))).reduce((left, right) =>
    isNumber(left.type) && isNumber(right.type) && !isSameNumber(left.type, right.type)
      ? arithmeticSlot("+", left, right)
      : left
  )
  const unlike = values.map(placed).find((value) => {
    const { type } = slotOf(value)
    return type._tag !== common.type._tag && !(isNumber(type) && isNumber(common.type))
  })
  if (unlike !== undefined) {
    return {
      _tag: "Refused",
      feature: `a case of a ${common.type._tag} and a ${slotOf(unlike).type._tag}`,
      instead: "Cast the branches to one type, with Query.cast."
    }
  }
  const slot = {
    type: common.type,
    nullable: otherwise === undefined || values.some((value) => slotOf(value).nullable)
  }
  const fitting = (value: Node): Node => {
    const made = placed(value)
    return isSameNumber(slotOf(made).type, slot.type) ? made : { _tag: "Cast", operand: made, slot }
  }
  const [first, ...more] = branches
  const fittingBranch = ({ value, when }: Branches[0]) => ({ when, value: fitting(value) })
  return {
    _tag: "Case",
    branches: [fittingBranch(first), ...more.map(fittingBranch)],
    otherwise: otherwise && fitting(otherwise),
    slot
  }
}
