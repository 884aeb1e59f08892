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

/** A row that waits for those that it refers to. */
interface Waiting<P> {
  readonly row: P
  readonly references: Array<{ readonly key: ForeignKey; readonly to: Waiting<P> }>
  /** The rows that refer to it, once by each reference. */
  readonly dependents: Array<Waiting<P>>
  /** How many of its references are to rows that are in no level yet. */
  open: number
  isDone: boolean
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
  const waiting = waitingOf(rows, valuesOf)
  if (waiting.every(({ open }) => open === 0)) return { levels: [rows], released: new Map() }
  const released = new Map<P, ReadonlyArray<ForeignKey>>()
  const levels: Array<ReadonlyArray<P>> = []
  let done = 0
  let ready = waiting.filter(({ open }) => open === 0)
  while (done < rows.length) {
    if (ready.length === 0) {
      const { keys, one } = releasable(waiting.filter(({ isDone }) => !isDone), mayRelease)
      released.set(one.row, keys)
      ready = [one]
    }
    done += ready.length
    for (const one of ready) one.isDone = true
    levels.push(ready.map(({ row }) => row))
    const next: Array<Waiting<P>> = []
    for (const { dependents } of ready) {
      for (const dependent of dependents) {
        dependent.open--
        if (dependent.open === 0 && !dependent.isDone) next.push(dependent)
      }
    }
    ready = next
  }
  return { levels, released }
}

/** The rows with their references to each other, that of a row to itself being none; nothing where their tables have none. */
const waitingOf = <P extends Pending>(rows: ReadonlyArray<P>, valuesOf: (row: P) => Row): ReadonlyArray<Waiting<P>> => {
  const tables = [...new Set(rows.map(({ table }) => table))]
  const identities = new Set(tables.map(identityOf))
  const keys = new Set(
    tables.flatMap(({ foreignKeys }) => foreignKeys.filter((key) => identities.has(identityOf(tableOf(key.model())))))
  )
  if (keys.size === 0) return []
  const waiting = rows.map((row): Waiting<P> => ({ row, references: [], dependents: [], open: 0, isDone: false }))
  // a reference to nothing has no text
  const referred = new Map<string | undefined, Waiting<P>>()
  for (const one of waiting) {
    for (const text of referredTexts(one.row.table, valuesOf(one.row))) referred.set(text, one)
  }
  for (const one of waiting) {
    for (const key of one.row.table.foreignKeys) {
      const to = keys.has(key) ? referred.get(referenceText(key, valuesOf(one.row))) : undefined
      if (to === undefined || to === one) continue
      one.references.push({ key, to })
      one.open++
      to.dependents.push(one)
    }
  }
  return waiting
}

/** The first of the rows in a circle which can do without what it waits for. */
const releasable = <P extends Pending>(
  open: ReadonlyArray<Waiting<P>>,
  mayRelease: boolean
): { readonly one: Waiting<P>; readonly keys: ReadonlyArray<ForeignKey> } => {
  const inCircle = circlesOf(open)
  for (const one of mayRelease ? inCircle : []) {
    const keys = one.references.flatMap(({ key, to }) => to.isDone ? [] : [key])
    if (keys.every((key) => nullable(key).length > 0)) return { one, keys }
  }
  const names = inCircle.map(({ row }) => named(row))
  const more = names.length > mostNamed ? [`${names.length - mostNamed} more`] : []
  throw new Inexpressible(
    `writing rows at once that refer to each other in a circle: ${[...names.slice(0, mostNamed), ...more].join(", ")}`,
    mayRelease
      ? "Make one of the references nullable: then it is set when both rows are there."
      : "Add the rows without one of the references, and set that in a unit of work of its own."
  )
}

/** Those of the rows that refer to each other in circles. */
const circlesOf = <P>(open: ReadonlyArray<Waiting<P>>): ReadonlyArray<Waiting<P>> => {
  const graph = Graph.directed<Waiting<P>, undefined>((mutable) => {
    const nodes = new Map(open.map((one) => [one, Graph.addNode(mutable, one)]))
    for (const [{ dependents }, to] of nodes) {
      for (const dependent of dependents) {
        const from = nodes.get(dependent)
        // one that was released is done, and waits for nothing
        if (from !== undefined) Graph.addEdge(mutable, from, to, undefined)
      }
    }
    return undefined
  })
  const inCircle = new Set(
    Graph.stronglyConnectedComponents(graph)
      .filter(({ length }) => length > 1)
      .flatMap((component) => component.flatMap((node) => Option.toArray(Graph.getNode(graph, node))))
  )
  return open.filter((one) => inCircle.has(one))
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
