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

type StagesOf<T extends Items> = T[number] extends Expression.Expression<unknown, infer L> ? L : never

/**
 * Several expressions, to be compared with as many values: by the first, and where that is equal by the next.
 *
 * @category models
 * @since 0.1.0
 */
export class Tuple<const T extends Items> {
  private readonly nodes: ReadonlyArray<Node>

  constructor(nodes: ReadonlyArray<Node>) {
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

  gt(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond(">", ">=", values))
  }

  gte(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond(">=", ">=", values))
  }

  lt(values: ValuesOf<T>): Expression.Condition<StagesOf<T>> {
    return Expression.make(this.beyond("<", "<=", values))
  }

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

  /** Databases disagree about tuples with nulls; spelled out, they don't. The first comparison is one that an index answers. */
  private beyond(
    strict: ComparisonOperator,
    first: ComparisonOperator,
    values: ReadonlyArray<unknown>,
    place = 0
  ): Node {
    const [node, value] = [this.nodes[place], values[place]]
    if (node === undefined) return tree("OR", [])
    if (place === this.nodes.length - 1) return compared(strict, node, value)
    const beyondFirst = compared(first === ">=" ? ">" : "<", node, value)
    return both(
      compared(first, node, value),
      logical("OR", beyondFirst, this.beyond(strict, first, values, place + 1))
    )
  }
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
 * @category conditions
 * @since 0.1.0
 */
export const tuple = <const T extends readonly [Expression.Expression<unknown>, ...Items]>(...items: T): Tuple<T> =>
  new Tuple(items.map(({ node }) => node))
