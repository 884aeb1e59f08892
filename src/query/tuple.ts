/**
 * Several values compared as one.
 *
 * @since 0.1.0
 */
import * as Expression from "../sql/Expression.ts"
import { both, type ComparisonOperator, logical, type Node } from "../sql/node.ts"
import { operandOf } from "../sql/operand.ts"
import { tree } from "./condition.ts"

type Items = ReadonlyArray<Expression.Expression<unknown>>

/** The values of expressions, in their order. */
type ValuesOf<T extends Items> = {
  readonly [K in keyof T]: T[K] extends Expression.Expression<infer A> ? Expression.Operand<A> : never
}

type Nodes = readonly [Node, ...ReadonlyArray<Node>]

type StagesOf<T extends Items> = T[number] extends Expression.Expression<unknown, infer L> ? L : never

/**
 * Several expressions, to be compared with as many values: by the first, and where that is equal by the next.
 *
 * @category models
 * @since 0.1.0
 */
export class Tuple<const T extends Items> {
  private readonly nodes: Nodes

  constructor(nodes: Nodes) {
    this.nodes = nodes
  }

  /** All equal. */
  eq(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.equal(values))
  }

  /** Not all equal. */
  ne(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make({ _tag: "Not", operand: this.equal(values) })
  }

  /** Greater: in the first value that is not equal. */
  gt(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond(">", ">=", values))
  }

  /** Greater or equal. */
  gte(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond(">=", ">=", values))
  }

  /** Less: in the first value that is not equal. */
  lt(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond("<", "<=", values))
  }

  /** Less or equal. */
  lte(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond("<=", "<=", values))
  }

  /** Equal to one of these tuples; to none, when there are none. */
  in(rows: ReadonlyArray<ValuesOf<T>>): Expression.Condition<StagesOf<T>> {
    return Expression.make(tree("OR", rows.map((values) => this.equal(values))))
  }

  /** Equal to none of these tuples. */
  notIn(rows: ReadonlyArray<ValuesOf<T>>): Expression.Condition<StagesOf<T>> {
    return Expression.make({ _tag: "Not", operand: tree("OR", rows.map((values) => this.equal(values))) })
  }

  private equal(values: ReadonlyArray<unknown>): Node {
    return tree("AND", this.nodes.map((node, place) => compared("=", node, values[place])))
  }

  private beyond(strict: ComparisonOperator, first: ComparisonOperator, values: ReadonlyArray<unknown>): Node {
    return beyond(strict, first, this.nodes, values)
  }
}

/** Databases disagree about tuples with nulls; spelled out, they don't. The first comparison is one that an index answers. */
const beyond = (
  strict: ComparisonOperator,
  first: ComparisonOperator,
  [node, next, ...more]: Nodes,
  [value, ...values]: ReadonlyArray<unknown>
): Node => {
  if (next === undefined) return compared(strict, node, value)
  const further = beyond(strict, first, [next, ...more], values)
  return both(
    compared(first, node, value),
    logical("OR", compared(first === ">=" ? ">" : "<", node, value), further)
  )
}

const compared = (operator: ComparisonOperator, left: Node, value: unknown): Node => ({
  _tag: "Comparison",
  operator,
  left,
  right: operandOf(left, value)
})

/**
 * Several expressions as one: `Query.tuple(city.country, city.code).in([["ES", "MAD"], ["PT", "LIS"]])`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class City extends Model.Class<City>("City")({
 *   country: Column.primaryKey(Column.char(2)),
 *   code: Column.primaryKey(Column.char(3))
 * }, { table: "cities" }) {}
 *
 * const two = Query.from(City).where((city) =>
 *   Query.tuple(city.country, city.code).in([["ES", "MAD"], ["PT", "LIS"]])
 * )
 * const further = Query.from(City).where((city) => Query.tuple(city.country, city.code).gt(["ES", "MAD"]))
 * ```
 *
 * @category conditions
 * @since 0.1.0
 */
export const tuple = <const T extends readonly [Expression.Expression<unknown>, ...Items]>(
  ...[first, ...more]: T
): Tuple<T> => new Tuple([first.node, ...more.map(({ node }) => node)])
