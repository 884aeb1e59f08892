/**
 * Makes conditions on related rows into subqueries, and a model into what queries can speak of.
 *
 * @since 0.1.0
 */
import { InvalidModel } from "../model/InvalidModel.ts"
import { type AnyRelation, type Link, linkOf, type Pairs, relationsOf } from "../model/link.ts"
import type * as Model from "../model/Model.ts"
import type { Table } from "../model/Table.ts"
import { AnyExpression } from "../sql/anyExpression.ts"
import { type Join, type Projection, type Select, selectFrom, type Source } from "../sql/ast.ts"
import type { Computed } from "../sql/Computed.ts"
import * as Expression from "../sql/Expression.ts"
import { type Alias, both, fieldOf, type Node, verbatim } from "../sql/node.ts"
import { slotOf, whole } from "../sql/slot.ts"
import { aggregateNode } from "./aggregation.ts"

type Expressions = Readonly<Record<string, Expression.Expression<unknown>>>

/** What is asked of a related row, as a callback. */
type Asked = (related: Readonly<Record<string, unknown>>) => { readonly node: Node }

/** What a query can speak of: computed columns, relations and the columns of a table, under an alias. */
export const scopeOf = (table: Table, alias: Alias, optional: boolean): Readonly<Record<string, unknown>> => {
  const columns = Expression.columns(table, alias, optional)
  const { model } = table
  const scope: Record<string, unknown> = { ...columns }
  for (const [name, relation] of Object.entries(relationsOf(model))) {
    scope[name] = new RelatedRows(model, name, relation, alias)
  }
  const computed = computedOf(model, columns)
  if (computed === undefined) return scope
  const clash = Object.keys(computed).find((name) => Object.hasOwn(scope, name))
  if (clash !== undefined) {
    throw new InvalidModel({ model: model.identifier, field: clash, reason: "a computed column has this name, too" })
  }
  return { ...scope, ...computed }
}

const computedOf = (
  { computed }: Model.Any & { readonly computed?: () => Computed<unknown> },
  columns: Expressions
): Expressions | undefined => computed?.().expressions(columns)

/** The rows that belong to the row of a source; the interfaces `Many` and `One` say which of its methods a relation has. */
export class RelatedRows {
  private readonly owner: Model.Any
  private readonly name: string
  private readonly relation: AnyRelation
  private readonly source: Alias

  constructor(owner: Model.Any, name: string, relation: AnyRelation, source: Alias) {
    this.owner = owner
    this.name = name
    this.relation = relation
    this.source = source
  }

  /** The relation in columns; throws `InvalidRelation`. */
  get link(): Link {
    return linkOf(this.owner, this.name, this.relation)
  }

  some(condition?: Asked) {
    return new AnyExpression({ _tag: "Exists", read: this.rows(condition) })
  }

  none(condition?: Asked) {
    return this.some(condition).not()
  }

  every(condition: Asked) {
    return this.none((related) => new AnyExpression(condition(related).node).isNot(true))
  }

  is(condition?: Asked) {
    return this.some(condition)
  }

  isNot(condition?: Asked) {
    return this.none(condition)
  }

  count(condition?: Asked) {
    const { "~row": _, ...rows } = this.rows(condition)
    const read: Select<unknown> = { ...rows, projection: { _tag: "Value", node: aggregateNode("count", []) } }
    return new AnyExpression({ _tag: "Scalar", read, slot: whole })
  }

  aggregate(make: Asked) {
    return this.value(make)
  }

  value(pick: Asked) {
    const { belongs, scope, select: { "~row": _, ...select } } = this.open()
    const { node } = pick(scope)
    const projection: Projection = { _tag: "Record", fields: [["value", { _tag: "Value", node }]] }
    const read: Select<unknown> = { ...select, where: belongs, projection }
    return new AnyExpression({ _tag: "Scalar", read, slot: { ...slotOf(node), nullable: true } })
  }

  private rows(condition: Asked | undefined): Select<unknown> {
    const { belongs, scope, select } = this.open()
    const filter = condition?.(scope).node
    return { ...select, where: filter === undefined ? belongs : both(belongs, filter) }
  }

  private open() {
    const { belongs, ...opened } = openRelated(this.link)
    return { ...opened, belongs: belongs(({ from }) => fieldOf(this.source, from)) }
  }
}

/** The rows that a relation can lead to, and which of them belong to some values. */
export const openRelated = ({ between, name, pairs, target }: Link) => {
  const alias: Alias = { name }
  const source: Source = { _tag: "TableSource", table: target, alias }
  const select = selectFrom<unknown>(source, { _tag: "Value", node: one })
  const opened = { alias, scope: scopeOf(target, alias, false) }
  if (between === undefined) return { ...opened, select, belongs: same(alias, pairs) }
  const middle: Alias = { name: between.table.name }
  const join: Join = {
    kind: "inner",
    source: { _tag: "TableSource", table: between.table, alias: middle },
    on: between.pairs.map(({ from, to }) => equal(fieldOf(alias, to), fieldOf(middle, from))).reduce(both)
  }
  return { ...opened, select: { ...select, joins: [join] }, belongs: same(middle, pairs) }
}

/** Whether a source has some values in its columns of pairs. */
const same = (source: Alias, pairs: Pairs) => (value: (pair: Pairs[number], index: number) => Node): Node =>
  pairs.map((pair, index) => equal(fieldOf(source, pair.to), value(pair, index))).reduce(both)

const equal = (left: Node, right: Node): Node => ({ _tag: "Comparison", operator: "=", left, right })

const one = verbatim("1", whole)
