/**
 * Every expression at run time; the interfaces of `Expression` say which of its methods a type has.
 *
 * @since 0.1.0
 */
import type { Slot } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Read } from "./ast.ts"
import type { AggregateKind, ArithmeticOperator, ComparisonOperator, MatchKind, Node, Order, Value } from "./node.ts"
import { arithmeticSlot, numberSlot, slotOf } from "./slot.ts"

const text: Slot = { type: { _tag: "Text" }, nullable: false }

/** One expression, with the methods of all types. */
export class AnyExpression {
  readonly node: Node
  constructor(node: Node) {
    this.node = node
  }
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
  in(values: ReadonlyArray<unknown> | { readonly statement: Read }) {
    return new AnyExpression(membership(this.node, values))
  }
  notIn(values: ReadonlyArray<unknown> | { readonly statement: Read }) {
    return this.in(values).not()
  }
  isNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: false })
  }
  isNotNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: true })
  }
  orElse(value: unknown) {
    const slot = { ...slotOf(this.node), nullable: false }
    const otherwise = operandOf(this.node, value)
    return new AnyExpression({ _tag: "Call", name: "coalesce", arguments: [this.node, otherwise], slot })
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
  startsWith(start: string) {
    return this.match("startsWith", start)
  }
  endsWith(end: string) {
    return this.match("endsWith", end)
  }
  contains(part: string) {
    return this.match("contains", part)
  }
  like(pattern: string) {
    return this.match("like", pattern)
  }
  ilike(pattern: string) {
    return this.match("ilike", pattern)
  }
  and(other: { readonly node: Node }) {
    return new AnyExpression({ _tag: "Logical", operator: "AND", left: this.node, right: other.node })
  }
  or(other: { readonly node: Node }) {
    return new AnyExpression({ _tag: "Logical", operator: "OR", left: this.node, right: other.node })
  }
  not() {
    return new AnyExpression({ _tag: "Not", operand: this.node })
  }
  add(value: unknown) {
    return this.calculate("+", value)
  }
  subtract(value: unknown) {
    return this.calculate("-", value)
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
  filter(condition: { readonly node: Node }) {
    const { node } = this
    return node._tag === "Aggregate" ? new AnyExpression({ ...node, filter: condition.node }) : this
  }
  private compare(operator: ComparisonOperator, value: unknown) {
    return new AnyExpression({ _tag: "Comparison", operator, left: this.node, right: operandOf(this.node, value) })
  }
  private calculate(operator: ArithmeticOperator, value: unknown) {
    const left = slotOf(this.node)
    const right = value instanceof AnyExpression
      ? value.node
      : { _tag: "Value", value, slot: numberSlot(left, value), column: undefined } as const
    const slot = arithmeticSlot(operator, left, slotOf(right))
    return new AnyExpression({ _tag: "Arithmetic", operator, left: this.node, right, slot })
  }
  private match(kind: MatchKind, pattern: string) {
    const value: Value = { _tag: "Value", value: pattern, slot: text, column: undefined }
    return new AnyExpression({ _tag: "Match", kind, operand: this.node, pattern: value })
  }
}

/** The node of an expression, or of a value that meets another node and is sent as that is. */
export const operandOf = (node: Node, value: unknown): Node =>
  value instanceof AnyExpression ? value.node : {
    _tag: "Value",
    value,
    slot: { ...slotOf(node), nullable: false },
    column: columnOf(node)
  }

const membership = (operand: Node, values: ReadonlyArray<unknown> | { readonly statement: Read }): Node => {
  if ("statement" in values) return { _tag: "Within", operand, read: values.statement }
  const slot = { ...slotOf(operand), nullable: false }
  return { _tag: "Membership", operand, values, slot, column: columnOf(operand) }
}

/** The column of a model whose values an expression has: it is one, or picks one of its values. */
export const columnOf = (node: Node): TableColumn | undefined => {
  if (node._tag === "Field" || node._tag === "Value") return node.column
  if (node._tag === "Scalar") return readColumn(node.read)
  const [picked] = node._tag === "Aggregate" && picks.has(node.kind) ? node.operands : []
  return picked === undefined ? undefined : columnOf(picked)
}

/** Aggregates whose value is one of the values that they are made of. */
const picks = new Set<AggregateKind>(["min", "max", "argMin", "argMax", "mode", "quantileDiscrete"])

const readColumn = (read: Read): TableColumn | undefined => {
  if (read._tag !== "Select" || read.projection._tag !== "Record") return undefined
  const [first] = read.projection.fields
  return first?.[1]._tag === "Value" ? columnOf(first[1].node) : undefined
}
