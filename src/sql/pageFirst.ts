/**
 * Pages of groups that can be read before their rows are joined with others: of the orders with the sums of what was ordered, only those
 * of the page need their sums.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Join, Projection, Select } from "./ast.ts"
import type { Field, Node } from "./node.ts"
import { partsOf } from "./parts.ts"

/**
 * The page of a read by itself, where that can be told without its joins: each row of the table that it begins with is a group of its own,
 * and nothing but their own columns decides which come first. Undefined where it can't.
 */
export const pageFirst = (select: Select<unknown>): Select<unknown> | undefined => {
  const { distinct, from, grouping, having, joins, lock, orderBy, projection, qualify, where } = select
  if (from._tag !== "TableSource" || grouping?.kind !== "plain" || joins.length === 0) return undefined
  if (distinct !== false || [having, qualify, lock].some((part) => part !== undefined)) return undefined
  const keys = grouping.sets.flat()
  const isOwn = (node: Node): node is Field => node._tag === "Field" && node.source === from.alias
  const isKey = (node: Node) => keys.some((key) => key === node || isSameField(key, node))
  const isFirst = tellsApart(keys.filter(isOwn), from.table) && keys.every((key) => isMadeOf(key, isOwn)) &&
    orderBy.every(({ node }) => isMadeOf(node, isKey)) && (where === undefined || isMadeOf(where, isOwn)) &&
    joins.every(keepsAll) && isOfGroup(projection)
  return isFirst ? { ...select, joins: [], grouping: undefined } : undefined
}

/** Whether no two rows of a table are in one group. */
const tellsApart = (keys: ReadonlyArray<Field>, { isView, primaryKey }: Table): boolean => {
  const names = new Set(keys.map(({ name }) => name))
  return !isView && primaryKey.length > 0 && primaryKey.every(({ name }) => names.has(name))
}

const isSameField = (one: Node, other: Node): boolean =>
  one._tag === "Field" && other._tag === "Field" && one.source === other.source && one.name === other.name

/** Expressions whose parts don't tell what they are made of. */
const opaque = new Set<Node["_tag"]>(["Aggregate", "Exists", "Field", "Fragment", "Scalar", "Window", "Within"])

/** Whether an expression is made of some expressions and of values alone, as far as it tells. */
const isMadeOf = (node: Node, isOne: (node: Node) => boolean): boolean =>
  isOne(node) || (!opaque.has(node._tag) && partsOf(node).every((part) => isMadeOf(part, isOne)))

/** Whether a join leaves no row out. */
const keepsAll = ({ kind, nearest, on }: Join): boolean =>
  (kind === "left" || kind === "asofLeft") && [on, nearest].every((node) => node === undefined || isPlain(node))

const isOfGroup = (projection: Projection): boolean =>
  projection._tag === "Value"
    ? isPlain(projection.node)
    : projection._tag === "Record" && projection.fields.every(([, field]) => isOfGroup(field))

/** Whether nothing is SQL by hand, which may ask for more of a table than its columns. */
const isPlain = (node: Node): boolean => node._tag !== "Fragment" && partsOf(node).every(isPlain)
