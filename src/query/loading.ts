/**
 * What is loaded with rows, and the statements that read it.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Link } from "../model/link.ts"
import { InvalidRelation } from "../model/Relation.ts"
import { columnWith, type TableColumn } from "../model/Table.ts"
import { hasPlaceholder } from "../sql/placeholder.ts"
import type { ListSource, Projection, Select, Source } from "../sql/ast.ts"
import { type Alias, both, type Field, fieldOf, type Node, type Order } from "../sql/node.ts"
import { readSet, type Tables } from "../sql/readSet.ts"
import { columnValue, valueAt } from "../sql/operand.ts"
import { whole } from "../sql/slot.ts"
import { project } from "./joining.ts"
import { openRelated, RelatedRows } from "./related.ts"
import { many } from "./read.ts"
import { type Fields, nodesOf } from "./selection.ts"

/** Which rows come with a row, by the names of their relations. */
type Inclusion = Readonly<Record<string, true | Options>>

type Callback<A> = (scope: object) => A

interface Options {
  readonly where?: Callback<{ readonly node: Node }>
  readonly orderBy?: Callback<Order | ReadonlyArray<Order>>
  readonly limit?: number
  readonly offset?: number
  readonly include?: Inclusion
  readonly select?: Callback<Fields>
  readonly with?: Callback<Fields>
  readonly withDeleted?: true
}

type Row = Readonly<Record<string, unknown>>

/** What is read of a row: itself, and values beside it. */
export interface Parts {
  readonly row?: Row
  readonly values?: Row
  /** What has come with it, by the places of loads in its plan. */
  readonly related?: Readonly<Record<string, ReadonlyArray<Parts>>>
}

/** What rows become once they are read. */
export interface Plan {
  /** Whether they keep what they are, or become the values alone. */
  readonly keeps: boolean
  readonly values: Readonly<Record<string, Node>>
  readonly loads: ReadonlyArray<Load>
}

/** A related row, with the place of the key that it belongs to. */
interface Placed extends Parts {
  readonly place: number
}

/** A relation whose rows are loaded. */
export interface Load {
  readonly link: Link
  /** Whether a row that a key names has to be there. */
  readonly certain: boolean
  readonly plan: Plan
  /** The rows that belong to these keys, with the place of their key. A single key is compared, and several come as lists. */
  readonly statement: (lists: ReadonlyArray<ReadonlyArray<unknown>>) => Select<Placed>
  /** The rows that belong to that of a source, where they come with it. */
  readonly within: (source: Alias) => Select<unknown>
  /** The most rows that are kept of those that belong to one, and how many are skipped before them. */
  readonly limit: number | undefined
  readonly offset: number | undefined
}

/** What is loaded with rows of a scope. */
export const loadsOf = (scope: unknown, relations: object): ReadonlyArray<Load> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `Include` allows, without the models that it is typed by
  return Object.entries(relations as Inclusion).map(([name, options]) => {
    const related = Predicate.hasProperty(scope, name) ? scope[name] : undefined
    if (related instanceof RelatedRows) return loadOf(related.link, options === true ? {} : options)
    throw new InvalidRelation({ model: "The query", relation: name, reason: "it is not declared" })
  })
}

const loadOf = (link: Link, options: Options): Load => {
  const alias: Alias = { name: "given" }
  const { belongs, scope, select, ...opened } = openRelated(link)
  const { limit, offset, orderBy, where } = options
  const plan: Plan = {
    keeps: options.select === undefined,
    values: nodesOf({ ...options.select?.(scope), ...options.with?.(scope) }),
    loads: loadsOf(scope, options.include ?? {})
  }
  const order = many(orderBy?.(scope) ?? [])
  const filter = where?.(scope).node
  const found = options.withDeleted === true ? lifted(select.from) : select.from
  const row: Projection = { _tag: "Instance", source: opened.alias, table: link.target, optional: false }
  const ordered = project({ ...select, from: found, orderBy: order }, row)
  const placed = (at: Node): Select<Placed> =>
    project(ordered, { _tag: "Record", fields: [["place", { _tag: "Value", node: at }], ...parts(plan, row)] })
  const which = (its: Node) => ({ where: filter === undefined ? its : both(its, filter), limit, offset })
  const statement = (lists: ReadonlyArray<ReadonlyArray<unknown>>): Select<Placed> => {
    if (lists[0]?.length === 1) {
      const its = belongs(({ from }, index) => columnValue(lists[index]?.[0], from))
      return { ...placed(valueAt(1, whole)), ...which(its) }
    }
    const on = belongs(({ from }, index) => key(alias, from, index))
    return {
      ...placed(place(alias)),
      where: filter,
      ...page(order, place(alias), limit, offset),
      joins: [...select.joins, { kind: "inner", source: given(alias, link, lists), on }]
    }
  }
  const within = (source: Alias) => ({ ...ordered, ...which(belongs(({ from }) => fieldOf(source, from))) })
  const isHidden = columnWith(link.target, "DeletedAt") !== undefined
  return {
    link,
    certain: link.arity === "certain" && where === undefined && !isHidden,
    plan,
    statement,
    within,
    limit,
    offset
  }
}

/** The rows of a source with those that are deleted softly. */
const lifted = (source: Source): Source =>
  source._tag === "TableSource" ? { ...source, lifted: [...source.lifted ?? [], "deleted"] } : source

/** What has to be read of each row. */
export const parts = (
  { keeps, loads, values }: Plan,
  row: Projection
): ReadonlyArray<readonly [string, Projection]> => {
  const fields = Object.entries(values).map(([name, node]) => [name, { _tag: "Value", node }] as const)
  return [
    ...keeps || loads.length > 0 ? [["row", row] as const] : [],
    ...fields.length > 0 || !keeps ? [["values", { _tag: "Record", fields }] as const] : []
  ]
}

const key = (source: Alias, column: TableColumn, index: number): Field => ({
  _tag: "Field",
  source,
  name: `key${index}`,
  slot: { type: column.type, nullable: true },
  column
})

const place = (source: Alias): Field => ({ _tag: "Field", source, name: "place", slot: whole, column: undefined })

const given = (alias: Alias, { pairs }: Link, lists: ReadonlyArray<ReadonlyArray<unknown>>): ListSource => ({
  _tag: "ListSource",
  alias,
  lists: pairs.map(({ from }, index) => ({ ...key(alias, from, index), values: lists[index] ?? [] })),
  place: "place"
})

/** The rows that are kept of each place. Numbers of rows that are none are left to the compiler, which refuses them. */
const page = (
  orderBy: ReadonlyArray<Order>,
  by: Node,
  limit: number | undefined,
  offset: number | undefined = 0
): Partial<Select<never>> => {
  if (limit === undefined && offset === 0) return {}
  if (![limit ?? 0, offset].every((rows) => Number.isSafeInteger(rows) && rows >= 0)) return { limit, offset }
  const call = { _tag: "WindowCall", name: "row_number", arguments: [] } as const
  const number: Node = { _tag: "Window", function: call, partitionBy: [by], orderBy, frame: undefined, slot: whole }
  const compared = (operator: ">" | "<=", value: number): Node => {
    const right: Node = { _tag: "Value", value, slot: whole, column: undefined }
    return { _tag: "Comparison", operator, left: number, right }
  }
  const after = compared(">", offset)
  return { qualify: limit === undefined ? after : both(after, compared("<=", offset + limit)) }
}

/** The tables that are read for what is loaded with rows. */
export const tablesOf = (loads: ReadonlyArray<Load>): ReadonlyArray<Tables> =>
  loads.flatMap(({ plan, statement }) => [readSet(statement([])), ...tablesOf(plan.loads)])

/** Whether a run of a prepared query tells values of what is loaded. */
export const isTold = ({ loads }: Plan): boolean =>
  loads.some(({ plan, statement }) => hasPlaceholder(statement([])) || isTold(plan))
