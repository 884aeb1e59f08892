/**
 * Every expression at run time; the interfaces of `Expression` say which of its methods a type has.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { accessNode } from "./access.ts"
import type { Select } from "./ast.ts"
import { callNode, caseNode } from "./call.ts"
import type { FunctionName } from "./functions.ts"
import { literalNode } from "./literalNode.ts"
import {
  type Aggregate,
  type ArithmeticOperator,
  both,
  type Branches,
  type ComparisonOperator,
  logical,
  type MatchKind,
  type Node,
  type Order
} from "./node.ts"
import { conditionOf, Expressed, givenOr, integerText, listedIn, operandOf, toldIn, valueAt } from "./operand.ts"
import { type OverOptions, windowNode } from "./over.ts"
import { signatures } from "./signature.ts"
import { arithmeticSlot, numberSlot, slotOf, text } from "./slot.ts"

export { columnOf } from "./operand.ts"

/** Microseconds of the units in which a difference is told. */
const units = new Map<unknown, number>([
  ["microseconds", 1],
  ["milliseconds", 1_000],
  ["seconds", 1_000_000],
  ["minutes", 60_000_000],
  ["hours", 3_600_000_000],
  ["days", 86_400_000_000],
  ["weeks", 604_800_000_000]
])

/** One expression, with the methods of all types. */
export class AnyExpression extends Expressed {
  eq(value: unknown) {
    return this.compare("=", value)
  }
  ne(value: unknown) {
    return this.compare("<>", value)
  }
  gt(value: unknown) {
    return this.compare(">", value)
  }
  gte(value: unknown) {
    return this.compare(">=", value)
  }
  lt(value: unknown) {
    return this.compare("<", value)
  }
  lte(value: unknown) {
    return this.compare("<=", value)
  }
  between(least: unknown, most: unknown) {
    return this.gte(least).and(this.lte(most))
  }
  is(value: unknown) {
    return value === null ? this.isNull() : this.compare("IS NOT DISTINCT FROM", value)
  }
  isNot(value: unknown) {
    return value === null ? this.isNotNull() : this.compare("IS DISTINCT FROM", value)
  }
  in(values: Listed) {
    return new AnyExpression(membership(this.node, values))
  }
  notIn(values: Listed) {
    return this.in(values).not()
  }
  isNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: false })
  }
  isNotNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: true })
  }
  orElse(value: unknown) {
    const node = callNode("coalesce", this.node, [value])
    return new AnyExpression({ ...node, slot: { ...node.slot, nullable: false } })
  }
  asc(): Order {
    return { node: this.node, direction: "ASC", nulls: "LAST" }
  }
  desc(): Order {
    return { node: this.node, direction: "DESC", nulls: "LAST" }
  }
  ascNullsFirst(): Order {
    return { node: this.node, direction: "ASC", nulls: "FIRST" }
  }
  descNullsFirst(): Order {
    return { node: this.node, direction: "DESC", nulls: "FIRST" }
  }
  startsWith(start: unknown) {
    return this.match("startsWith", start)
  }
  endsWith(end: unknown) {
    return this.match("endsWith", end)
  }
  contains(part: unknown) {
    return this.match("contains", part)
  }
  like(pattern: unknown) {
    return this.match("like", pattern)
  }
  notLike(pattern: unknown) {
    return this.match("notLike", pattern)
  }
  ilike(pattern: unknown) {
    return this.match("ilike", pattern)
  }
  matches(pattern: unknown) {
    return this.match("regex", pattern)
  }
  and(other: unknown) {
    return new AnyExpression(logical("AND", this.node, conditionOf(other)))
  }
  or(other: unknown) {
    return new AnyExpression(logical("OR", this.node, conditionOf(other)))
  }
  not() {
    const { node } = this
    return new AnyExpression(node._tag === "Unasked" ? node : { _tag: "Not", operand: node })
  }
  add(value: unknown) {
    return this.isTime() ? this.move(value, 1) : this.calculate("+", value)
  }
  subtract(value: unknown) {
    return this.isTime() ? this.move(value, -1) : this.calculate("-", value)
  }
  multiply(value: unknown) {
    return this.calculate("*", value)
  }
  divide(value: unknown) {
    return this.calculate("/", value)
  }
  modulo(value: unknown) {
    return this.calculate("%", value)
  }
  round(digits: unknown = 0) {
    return new AnyExpression(callNode("round", this.node, [new Expressed(integerText(digits))]))
  }
  since(other: unknown, unit: unknown) {
    const elapsed = callNode("microsecondsSince", this.node, [other])
    return new AnyExpression(callNode("quotient", elapsed, [new Expressed(integerText(units.get(unit) ?? unit))]))
  }
  get(key: unknown) {
    return new AnyExpression(accessNode(this.node, key))
  }
  at(index: unknown) {
    return new AnyExpression(accessNode(this.node, index))
  }
  filter(condition: unknown) {
    const also = conditionOf(condition)
    return this.ofAggregate((node) => ({ ...node, filter: node.filter === undefined ? also : both(node.filter, also) }))
  }
  orderBy(...orders: ReadonlyArray<Order>) {
    return this.ofAggregate((node) => ({ ...node, orderBy: [...node.orderBy, ...orders] }))
  }
  over(options: OverOptions = {}) {
    return this.ofAggregate((node) => windowNode(node, node.slot, options))
  }
  when(condition: unknown, value: unknown) {
    const branch = { when: conditionOf(condition), value: branchValue(value) }
    return this.ofCase((branches) => caseNode([...branches, branch], undefined))
  }
  otherwise(value: unknown) {
    return this.ofCase((branches) => caseNode(branches, branchValue(value)))
  }
  private ofAggregate(make: (node: Aggregate) => Node) {
    const { node } = this
    return new AnyExpression(node._tag === "Aggregate" ? make(node) : misplaced("an aggregate"))
  }
  private ofCase(make: (branches: Branches) => Node) {
    const { node } = this
    return new AnyExpression(node._tag === "Case" ? make(node.branches) : misplaced("a case"))
  }
  private compare(operator: ComparisonOperator, value: unknown) {
    return new AnyExpression({ _tag: "Comparison", operator, left: this.node, right: operandOf(this.node, value) })
  }
  private calculate(operator: ArithmeticOperator, given: unknown) {
    const left = slotOf(this.node)
    const right = givenOr(this.node, given, (value) => valueAt(value, numberSlot(left, value)))
    const slot = arithmeticSlot(operator, left, slotOf(right))
    return new AnyExpression({ _tag: "Arithmetic", operator, left: this.node, right, slot })
  }
  private isTime() {
    const { _tag } = slotOf(this.node).type
    return _tag === "Date" || _tag === "Timestamp"
  }
  private move(duration: unknown, direction: 1 | -1) {
    const microseconds = durationMicroseconds(duration)
    return new AnyExpression(
      callNode("addMicroseconds", this.node, [microseconds === undefined ? undefined : direction * microseconds])
    )
  }
  private match(kind: MatchKind, given: unknown) {
    const pattern = givenOr(this.node, given, (value) => valueAt(value, { type: text, nullable: false }))
    return new AnyExpression({ _tag: "Match", kind, operand: this.node, pattern })
  }
}

// every other function is a method of its own name
const functionNames = Object.keys(signatures).filter((name): name is FunctionName => !(name in AnyExpression.prototype))
for (const name of functionNames) {
  Object.defineProperty(AnyExpression.prototype, name, {
    value(this: AnyExpression, ...values: ReadonlyArray<unknown>) {
      return new AnyExpression(callNode(name, this.node, values))
    }
  })
}

const durationMicroseconds = (given: unknown): number | undefined => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is no duration is none of the inputs either
  const duration = Duration.fromInput(given as Duration.Input)
  return duration._tag === "None" ? undefined : Math.round(Duration.toMillis(duration.value) * 1000)
}

const misplaced = (what: string): Node => ({
  _tag: "Refused",
  feature: `this of what isn't ${what}`,
  instead: "Say it at once, before anything else is asked of it."
})

const branchValue = (value: unknown): Node => value instanceof Expressed ? value.node : literalNode(value)

/** What a value can be looked for in: values, those of a parameter, or the rows of a query. */
type Listed = ReadonlyArray<unknown> | Expressed | { readonly statement: Select<unknown> } | undefined

const membership = (operand: Node, values: Listed): Node => {
  if (values === undefined) return listedIn(operand, values)
  if (values instanceof Expressed) return toldIn(operand, values.node)
  return "statement" in values
    ? { _tag: "Within", operand, read: values.statement }
    : listedIn(operand, values)
}
