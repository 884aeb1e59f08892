/**
 * Typed expressions: columns and what can be asked of them.
 *
 * @since 0.1.0
 */
import type { ArrayOf, Holds } from "../model/arrayKind.ts"
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import type * as Model from "../model/Model.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { AggregateKind, ComparisonOperator, MatchKind, Node, Order } from "./ast.ts"
import { slotOf } from "./compile.ts"

/**
 * An expression whose value is an `A`. What it is compared to has the same type; `null` is asked for with `isNull`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expression<out A> {
  readonly node: Node
  readonly "~value": A
  /** Equal to. */
  eq(value: Operand<A>): Condition
  /** Not equal to; a row where either is null is not found. */
  ne(value: Operand<A>): Condition
  /** Greater than. */
  gt(value: Operand<A>): Condition
  /** Greater than or equal to. */
  gte(value: Operand<A>): Condition
  /** Less than. */
  lt(value: Operand<A>): Condition
  /** Less than or equal to. */
  lte(value: Operand<A>): Condition
  /** From `least` to `most`, both included. */
  between(least: Operand<A>, most: Operand<A>): Condition
  /** One of these values; of none, when there are none. They are sent as one list, however many. */
  in(values: ReadonlyArray<NonNullable<A>>): Condition
  /** None of these values. */
  notIn(values: ReadonlyArray<NonNullable<A>>): Condition
  isNull(): Condition
  isNotNull(): Condition
  /** Ascending order, nulls last. */
  asc(): Order
  /** Descending order, nulls last. */
  desc(): Order
}

/**
 * What a value can be compared to: a value of the same type, or another expression of it.
 *
 * @category models
 * @since 0.1.0
 */
export type Operand<A> = NonNullable<A> | Expression<NonNullable<A> | null>

/**
 * An expression whose value is a text.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextExpression<out A> extends Expression<A> {
  startsWith(text: string): Condition
  endsWith(text: string): Condition
  contains(text: string): Condition
  /** Matches a pattern of `%` (any text) and `_` (any character), which `\` escapes. */
  like(pattern: string): Condition
  /** Matches a pattern as `like` does, whatever the case. */
  ilike(pattern: string): Condition
}

/**
 * An expression that holds, or doesn't, or is unknown where it met a null.
 *
 * @category models
 * @since 0.1.0
 */
export interface Condition extends Expression<boolean | null> {
  and(other: Expression<boolean | null>): Condition
  or(other: Expression<boolean | null>): Condition
  not(): Condition
}

/**
 * Something made of many rows. `A` is null where there were no rows or no values, which in a group of rows can't be.
 *
 * @category models
 * @since 0.1.0
 */
export interface Aggregate<out A> extends Expression<A> {
  readonly "~aggregate": true
}

/**
 * The expression of a field with values of type `A`, with the methods that type has.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<A> = [NonNullable<A>] extends [string] ? TextExpression<A>
  : [NonNullable<A>] extends [boolean] ? Expression<A> & Condition
  : Expression<A>

/**
 * The expression of a field: that of its values, which also tells where these have an array of their own kind.
 *
 * @category models
 * @since 0.1.0
 */
export type OfField<S, A> = [ArrayOf<S>] extends [never] ? Of<A> : Of<A> & Holds<ArrayOf<S>>

/**
 * The columns of a model, as expressions.
 *
 * @category models
 * @since 0.1.0
 */
export type Columns<M extends Model.Any> = {
  readonly [K in keyof M["fields"]]: OfField<M["fields"][K], M["fields"][K]["Type"]>
}

/**
 * The columns of a model that a row may lack.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalColumns<M extends Model.Any> = {
  readonly [K in keyof M["fields"]]: OfField<M["fields"][K], M["fields"][K]["Type"] | null>
}

/** Every expression at run time; the interfaces above say which of its methods a type has. */
class AnyExpression implements Condition, TextExpression<boolean | null> {
  declare readonly "~value": boolean | null
  readonly "~aggregate" = true
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
  in(values: ReadonlyArray<unknown>) {
    const slot = { ...slotOf(this.node), nullable: false }
    return new AnyExpression({ _tag: "Membership", operand: this.node, values, slot, column: columnOf(this.node) })
  }
  notIn(values: ReadonlyArray<unknown>) {
    return this.in(values).not()
  }
  isNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: false })
  }
  isNotNull() {
    return new AnyExpression({ _tag: "NullCheck", operand: this.node, negated: true })
  }
  asc(): Order {
    return { node: this.node, direction: "ASC" }
  }
  desc(): Order {
    return { node: this.node, direction: "DESC" }
  }
  startsWith(text: string) {
    return this.match("startsWith", text)
  }
  endsWith(text: string) {
    return this.match("endsWith", text)
  }
  contains(text: string) {
    return this.match("contains", text)
  }
  like(pattern: string) {
    return this.match("like", pattern)
  }
  ilike(pattern: string) {
    return this.match("ilike", pattern)
  }
  and(other: Expression<boolean | null>) {
    return new AnyExpression({ _tag: "Logical", operator: "AND", left: this.node, right: other.node })
  }
  or(other: Expression<boolean | null>) {
    return new AnyExpression({ _tag: "Logical", operator: "OR", left: this.node, right: other.node })
  }
  not() {
    return new AnyExpression({ _tag: "Not", operand: this.node })
  }
  private compare(operator: ComparisonOperator, value: unknown) {
    const right = value instanceof AnyExpression ? value.node : valueLike(this.node, value)
    return new AnyExpression({ _tag: "Comparison", operator, left: this.node, right })
  }
  private match(kind: MatchKind, text: string) {
    const slot = { type: { _tag: "Text" }, nullable: false } as const
    const pattern = { _tag: "Value", value: text, slot, column: undefined } as const
    return new AnyExpression({ _tag: "Match", kind, operand: this.node, pattern })
  }
}

const columnOf = (node: Node): TableColumn | undefined => node._tag === "Field" ? node.column : undefined

/** A value sent as the same type as what it is compared to. */
const valueLike = (node: Node, value: unknown): Node => ({
  _tag: "Value",
  value,
  slot: { ...slotOf(node), nullable: false },
  column: columnOf(node)
})

/**
 * The expression of a node.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E extends Expression<unknown>>(node: Node): E =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one class has the methods of all types; the caller's type says which are meant
  new AnyExpression(node) as unknown as E

/**
 * Whether a node equals a value of its own type.
 *
 * @category constructors
 * @since 0.1.0
 */
export const equal = (node: Node, value: unknown): Condition => new AnyExpression(node).eq(value)

/**
 * The columns of a table under an alias.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columns = (
  table: Table,
  source: string,
  optional: boolean
): Readonly<Record<string, Expression<unknown>>> =>
  Object.fromEntries(table.columns.map((column) => {
    const slot = { type: column.type, nullable: column.nullable || optional }
    return [column.field, new AnyExpression({ _tag: "Field", source, column, slot })]
  }))

/**
 * What a callback is given: expressions by name, with the types the query knows for them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scope = <Scope>(expressions: object): Scope =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of the models that the type is computed from
  expressions as Scope

/**
 * An aggregate of an expression's values, or of rows where there is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const aggregate = <E extends Expression<unknown>>(
  kind: AggregateKind,
  operand: Expression<unknown> | undefined,
  distinct = false
): E =>
  make<E>({
    _tag: "Aggregate",
    kind,
    operand: operand?.node,
    distinct,
    slot: aggregateSlot(kind, operand?.node)
  })

const aggregateSlot = (kind: AggregateKind, operand: Node | undefined): Slot => {
  switch (kind) {
    case "count":
      return { type: { _tag: "Int64", as: "number" }, nullable: false }
    case "avg":
      return { type: { _tag: "Double" }, nullable: true }
    case "sum":
      return { type: sumType(operand), nullable: true }
    case "min":
    case "max":
      return { type: operand === undefined ? { _tag: "Double" } : slotOf(operand).type, nullable: true }
  }
}

/** A sum of integers is a 64-bit integer, a sum of decimals a decimal of the most digits there are. */
const sumType = (operand: Node | undefined): ColumnType => {
  const type: ColumnType = operand === undefined ? { _tag: "Double" } : slotOf(operand).type
  switch (type._tag) {
    case "Int8":
    case "Int16":
    case "Int32":
      return { _tag: "Int64", as: "number" }
    case "Decimal":
      return { ...type, precision: 38 }
    case "Int64":
    case "Double":
      return type
    case "Text":
    case "Boolean":
    case "Date":
    case "Timestamp":
    case "Uuid":
    case "Json":
    case "Enum":
    case "List":
    case "Struct":
      return { _tag: "Double" }
  }
}
