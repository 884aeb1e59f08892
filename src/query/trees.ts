/**
 * Which related rows come with others in one statement: those of few rows, where nothing makes that slower than a statement for each
 * relation.
 *
 * @since 0.1.0
 */
import type { Link } from "../model/link.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Projection, Select } from "../sql/ast.ts"
import type { Alias, ToldValue } from "../sql/node.ts"
import { conjuncts } from "../sql/parts.ts"
import { project } from "./joining.ts"
import { type Load, type Parts, parts, type Plan } from "./loading.ts"

/**
 * A read of the parts of rows, with what comes with them where they are at most so many, and no more than `asked` of them are wanted.
 */
export const withRelated = (
  select: Select<Parts>,
  plan: Plan,
  most: number,
  asked = Infinity
): Select<Parts> => {
  const rows = mostRows(asked < numberOr(Infinity, select.limit) ? { ...select, limit: asked } : select)
  if (plan.loads.length === 0 || rows > most || !isPlain(select)) return select
  return project(lone(select), withFields(select.projection, plan.loads, select.from.alias, rows))
}

/** A read of the row of a key says that there is no other, so that a database which goes through the table ends where it has found it. */
const lone = (select: Select<Parts>): Select<Parts> =>
  select.limit === undefined && isByKey(select, (table) => [primaryKeyOf(table)])
    ? { ...select, limit: 1 }
    : select

/** Rows that are locked may be changed before they are, and those that are made of others have no column of their own. */
const isPlain = ({ distinct, from, grouping, joins, lock }: Select<unknown>): boolean =>
  from._tag === "TableSource" && joins.length === 0 && grouping === undefined && distinct === false &&
  lock === undefined

/** How many rows a read goes through at most, as far as it tells: what comes with those that are skipped is read for nothing. */
const mostRows = (select: Select<unknown>): number => {
  const most = numberOr(Infinity, select.limit)
  return isByKey(select, keysOf) ? Math.min(most, 1) : most + numberOr(Infinity, select.offset ?? 0)
}

/** Whether a read asks for the row of a key of its table, by the names of the columns of each. */
const isByKey = (
  { from, where }: Select<unknown>,
  keys: (table: Table) => ReadonlyArray<ReadonlyArray<string>>
): boolean => {
  if (from._tag !== "TableSource") return false
  const equal = new Set(
    conjuncts(where).flatMap((node) =>
      node._tag === "Comparison" && node.operator === "=" && node.left._tag === "Field" &&
        node.left.source === from.alias && node.right._tag === "Value"
        ? [node.left.name]
        : []
    )
  )
  return keys(from.table).some((key) => key.length > 0 && key.every((name) => equal.has(name)))
}

/** A number that is known when the query is made; another one is where each run tells it. */
const numberOr = (unknown: number, told: number | ToldValue | undefined): number =>
  typeof told === "number" ? told : unknown

const primaryKeyOf = ({ primaryKey }: Table): ReadonlyArray<string> => primaryKey.map(({ name }) => name)

const keysOf = (table: Table): ReadonlyArray<ReadonlyArray<string>> => [primaryKeyOf(table), ...table.uniques]

/** The parts of rows of a source, with those loads that come with them. */
const withFields = (before: Projection, loads: ReadonlyArray<Load>, source: Alias, rows: number): Projection => {
  const fields = loads.flatMap((load, place) => {
    const count = rows * mostOf(load)
    return comes(load, rows, count)
      ? [[String(place), { _tag: "Rows", read: treeOf(load, source, count) }] as const]
      : []
  })
  if (fields.length === 0 || before._tag !== "Record") return before
  return { _tag: "Record", fields: [...before.fields, ["related", { _tag: "Record", fields }]] }
}

/** The rows of a load that belong to that of a source, of which there are so many in all. */
const treeOf = ({ link, plan, within }: Load, source: Alias, rows: number): Select<unknown> => {
  const found = within(source)
  const read = link.arity === "many" ? found : { ...found, limit: 1 }
  const own: Projection = { _tag: "Record", fields: parts(plan, read.projection) }
  return project(read, withFields(own, plan.loads, read.from.alias, rows))
}

/** How many rows of a load are gone through for one row at most. */
const mostOf = ({ limit = Infinity, link, offset = 0 }: Load): number => link.arity === "many" ? limit + offset : 1

/**
 * Whether a load comes with so many rows, and gives so many itself. Without an index each row would have the whole table searched, and
 * bytes are twice as long in JSON.
 */
const comes = ({ link, plan }: Load, rows: number, count: number): boolean =>
  (rows <= 1 || isIndexed(link)) && (Number.isFinite(count) || !plan.keeps || !hasBytes(link.target))

const hasBytes = ({ columns }: Table): boolean => columns.some(({ type }) => type._tag === "Blob")

/** Whether an index finds the rows of a link. */
const isIndexed = ({ between, pairs, target }: Link): boolean =>
  between === undefined
    ? isLed(target, pairs.map(({ to }) => to))
    : isLed(between.table, pairs.map(({ to }) => to)) && isLed(target, between.pairs.map(({ to }) => to))

/** Whether the columns are those that an index of a table begins with. */
const isLed = (table: Table, columns: ReadonlyArray<TableColumn>): boolean => {
  const names = new Set(columns.map(({ name }) => name))
  return [...keysOf(table), ...table.indexes].some((index) =>
    index.length >= names.size && index.slice(0, names.size).every((name) => names.has(name))
  )
}
