/**
 * Orders rows of tables that refer to each other, row by row.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import * as Option from "effect/Option"
import { type ForeignKey, identityOf, type TableColumn, tableOf } from "../model/Table.ts"
import { Inexpressible } from "../sql/compilation.ts"
import { cellDecoder } from "../sql/decodeCell.ts"
import { describeKey } from "../sql/rowKey.ts"
import type { Pending } from "./pending.ts"
import { referenceText, referredTexts } from "./references.ts"
import type { Row } from "./validate.ts"

/** Rows in levels, each of which refers to the ones before only. */
export interface Levels<P> {
  readonly levels: ReadonlyArray<ReadonlyArray<P>>
  /** Rows that refer to each other in a circle, with the keys by which they have to refer to nothing meanwhile. */
  readonly released: ReadonlyMap<P, ReadonlyArray<ForeignKey>>
}

/** A reference from one row to another, by their places. */
interface Link {
  readonly from: number
  readonly to: number
  readonly key: ForeignKey
}

/** The most rows that a message names. */
const mostNamed = 5

/**
 * The levels of rows. Where some refer to each other in a circle, those that `mayRelease` refer to nothing at first; throws
 * `Inexpressible` where that is not enough.
 */
export const levelsOf = <P extends Pending>(
  rows: ReadonlyArray<P>,
  valuesOf: (row: P) => Row,
  mayRelease: boolean
): Levels<P> => {
  const links = linksOf(rows, valuesOf)
  if (links.length === 0) return { levels: [rows], released: new Map() }
  const waiting = new Uint32Array(rows.length)
  const dependents = new Map<number, Array<number>>()
  for (const { from, to } of links) {
    waiting[from] = (waiting[from] ?? 0) + 1
    const waitingFor = dependents.get(to) ?? []
    dependents.set(to, waitingFor)
    waitingFor.push(from)
  }
  const released = new Map<P, ReadonlyArray<ForeignKey>>()
  const levels: Array<ReadonlyArray<P>> = []
  const done = new Set<number>()
  let ready = Array.from(rows.keys()).filter((at) => waiting[at] === 0)
  while (done.size < rows.length) {
    if (ready.length === 0) {
      const [at, keys] = releasable(rows, links, done, mayRelease)
      const row = rows[at]
      if (row !== undefined) released.set(row, keys)
      ready = [at]
    }
    for (const at of ready) done.add(at)
    levels.push(ready.flatMap((at) => rows[at] ?? []))
    const next: Array<number> = []
    for (const at of ready) {
      for (const dependent of dependents.get(at) ?? []) {
        waiting[dependent] = (waiting[dependent] ?? 0) - 1
        if (waiting[dependent] === 0 && !done.has(dependent)) next.push(dependent)
      }
    }
    ready = next
  }
  return { levels, released }
}

/** References among the rows; that of a row to itself is none. */
const linksOf = <P extends Pending>(rows: ReadonlyArray<P>, valuesOf: (row: P) => Row): ReadonlyArray<Link> => {
  const tables = [...new Set(rows.map(({ table }) => table))]
  const identities = new Set(tables.map(identityOf))
  const keysOf = new Map(
    tables.map((table) =>
      [table, table.foreignKeys.filter((key) => identities.has(identityOf(tableOf(key.model()))))] as const
    )
  )
  if ([...keysOf.values()].every(({ length }) => length === 0)) return []
  const places = new Map<string, number>()
  for (const [at, row] of rows.entries()) {
    for (const text of referredTexts(row.table, valuesOf(row))) places.set(text, at)
  }
  return rows.flatMap((row, from) =>
    (keysOf.get(row.table) ?? []).flatMap((key) => {
      const to = places.get(referenceText(key, valuesOf(row)) ?? "")
      return to === undefined || to === from ? [] : [{ from, to, key }]
    })
  )
}

/** The first of the rows in a circle which can do without what it waits for. */
const releasable = (
  rows: ReadonlyArray<Pending>,
  links: ReadonlyArray<Link>,
  done: ReadonlySet<number>,
  mayRelease: boolean
): readonly [place: number, keys: ReadonlyArray<ForeignKey>] => {
  const open = links.filter(({ from, to }) => !done.has(from) && !done.has(to))
  const inCircle = circlesOf(rows.length, open)
  for (const at of mayRelease ? inCircle : []) {
    const keys = open.filter(({ from }) => from === at).map(({ key }) => key)
    if (keys.every((key) => nullable(key).length > 0)) return [at, keys]
  }
  const names = inCircle.flatMap((at) => rows[at] ?? []).map(named)
  const more = names.length > mostNamed ? [`${names.length - mostNamed} more`] : []
  throw new Inexpressible(
    `writing rows at once that refer to each other in a circle: ${[...names.slice(0, mostNamed), ...more].join(", ")}`,
    mayRelease
      ? "Make one of the references nullable: then it is set when both rows are there."
      : "Add the rows without one of the references, and set that in a unit of work of its own."
  )
}

/** The places of rows that refer to each other in circles, in their order. */
const circlesOf = (count: number, links: ReadonlyArray<Link>): ReadonlyArray<number> => {
  const graph = Graph.directed<number, undefined>((mutable) => {
    const nodes = Array.from({ length: count }, (_, at) => Graph.addNode(mutable, at))
    for (const { from, to } of links) {
      const [start, end] = [nodes[from], nodes[to]]
      if (start !== undefined && end !== undefined) Graph.addEdge(mutable, start, end, undefined)
    }
    return undefined
  })
  return Graph.stronglyConnectedComponents(graph)
    .filter(({ length }) => length > 1)
    .flat()
    .flatMap((node) => Option.toArray(Graph.getNode(graph, node)))
    .toSorted((one, other) => one - other)
}

/** The columns of a key that can be null: then the row refers to nothing. */
export const nullable = ({ columns }: ForeignKey): ReadonlyArray<TableColumn> =>
  columns.filter((column) => column.nullable)

/** A row that refers to nothing by some keys. */
export const withoutReferences = (row: Row, keys: ReadonlyArray<ForeignKey> = []): Row =>
  keys.length === 0 ? row : {
    __proto__: Reflect.getPrototypeOf(row),
    ...row,
    ...Object.fromEntries(keys.flatMap(nullable).map((column) => [column.field, nothingIn(column)]))
  }

const nothingIn = (column: TableColumn): unknown => {
  const decode = cellDecoder(column)
  return decode === undefined ? null : decode(null, 0, column.name, false)
}

/** A row as messages call it. */
export const named = (pending: Pending): string => {
  const row = pending._tag === "Insert" ? pending.after : pending.before
  return `${pending.table.model.identifier} with ${describeKey(pending.table.primaryKey, row)}`
}
