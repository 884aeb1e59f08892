/**
 * What a statement says of values that are equal.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Alias, Node } from "./node.ts"
import type { Placeholder } from "./placeholder.ts"

/** What values are told apart by. */
export type Term = string

const places = new WeakMap<Alias | Placeholder, number>()
let last = 0

/** The number of what has its own terms. */
const placeOf = (owner: Alias | Placeholder): number => getOrInsert(places, owner, () => ++last)

/** The term of a column of a source. */
export const columnTerm = (source: Alias, name: string): Term => JSON.stringify([placeOf(source), name])

/** The term of an expression; undefined where it is no column and no value. */
export const termOf = (node: Node): Term | undefined => {
  if (node._tag === "Field") return columnTerm(node.source, node.name)
  if (node._tag !== "Value") return undefined
  return node.placeholder === undefined ? valueTerm(node.value) : `told ${placeOf(node.placeholder)}`
}

/** Values of one text are equal; what has none is equal to nothing. */
const valueTerm = (value: unknown): Term | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? `${typeof value} ${value}`
    : undefined

/** Terms that are known to be equal. */
export class Equalities {
  private readonly above: Map<Term, Term>
  /** The values among the terms. */
  private readonly values: Set<Term>

  constructor(around?: Equalities) {
    this.above = new Map(around?.above)
    this.values = new Set(around?.values)
  }

  /** Whether two terms are equal. */
  same(one: Term, other: Term): boolean {
    return this.top(one) === this.top(other)
  }

  /** Says that two terms are equal. */
  join(one: Term, other: Term): void {
    const [from, to] = [this.top(one), this.top(other)]
    if (from !== to) this.above.set(from, to)
  }

  /** Says that a term has the values that another has elsewhere. */
  take(term: Term, other: Term, from: Equalities): void {
    for (const value of from.values) {
      if (!from.same(other, value)) continue
      this.values.add(value)
      this.join(term, value)
    }
  }

  /** What follows from a condition that holds. */
  learn(condition: Node): void {
    if (condition._tag === "Comparison" && condition.operator === "=") this.equate(condition.left, condition.right)
    if (condition._tag === "Membership" && condition.values.length === 1) {
      const { column, operand, slot, values: [value] } = condition
      this.equate(operand, { _tag: "Value", value, slot, column })
    }
  }

  /** Says that two expressions are equal. */
  equate(left: Node, right: Node): void {
    const [one, other] = [termOf(left), termOf(right)]
    if (one === undefined || other === undefined) return
    for (const node of [left, right]) {
      const term = termOf(node)
      if (node._tag === "Value" && term !== undefined) this.values.add(term)
    }
    this.join(one, other)
  }

  private top(term: Term): Term {
    const above = this.above.get(term)
    return above === undefined ? term : this.top(above)
  }
}
