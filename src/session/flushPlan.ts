/**
 * Puts what a unit of work is about to write into an order that the database accepts: rows after those that they refer to, changes
 * in between, and last what is removed, the other way round.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import * as Graph from "effect/Graph"
import * as Option from "effect/Option"
import { type ForeignKey, identityOf, type Table, type TableColumn, tableOf } from "../model/Table.ts"
import { Inexpressible } from "../sql/compilation.ts"
import { levelsOf, named, nullable, withoutReferences } from "./levels.ts"
import type { Services } from "./mixedIn.ts"
import { columnsIn, type Pending, type PendingDelete, type PendingInsert, type PendingUpdate } from "./pending.ts"
import { referenceText, referredTexts } from "./references.ts"
import type { Row } from "./validate.ts"

/** One statement's worth of work: rows of one table, which are written with the same services. */
export type Step = InsertStep | UpdateStep | DeleteStep

interface OfRows {
  readonly table: Table
  readonly services: Services
}

/** Rows to insert. */
export interface InsertStep extends OfRows {
  readonly _tag: "Insert"
  readonly after: ReadonlyArray<Row>
}

/** Rows to change in the same columns. */
export interface UpdateStep extends OfRows {
  readonly _tag: "Update"
  readonly before: ReadonlyArray<Row>
  readonly after: ReadonlyArray<Row>
  readonly set: ReadonlyArray<TableColumn>
  /** Whether it is a change that rows are asked for their version for, and that is counted. */
  readonly counted: boolean
}

/** Rows to remove. */
export interface DeleteStep extends OfRows {
  readonly _tag: "Delete"
  readonly before: ReadonlyArray<Row>
}

/** What is known beside the work itself. */
export interface Surroundings {
  /** Whether the database deletes rows in the transaction in which they were referred to, as `Dialect.features` tells. */
  readonly freesRows: boolean
  /** What rows referred to that were changed or deleted in this transaction before. */
  readonly freed: Iterable<string>
}

/** The steps of a flush in their order; throws `Inexpressible` where there is none. */
export const planOf = (work: ReadonlyArray<Pending>, surroundings: Surroundings): ReadonlyArray<Step> => {
  const inserts = work.filter((pending) => pending._tag === "Insert")
  const updates = work.filter((pending) => pending._tag === "Update")
  const deletes = work.filter((pending) => pending._tag === "Delete")
  const removals = deletes.filter(({ marked }) => marked === undefined)
  const marks = removals.length === deletes.length ? [] : deletes.flatMap(marking)
  if (!surroundings.freesRows) refuseFreed(removals, [...surroundings.freed, ...freedBy(updates), ...freedBy(removals)])
  return [
    ...insertSteps(inserts, surroundings),
    ...updateSteps(updates),
    ...updateSteps(marks),
    ...deleteSteps(removals, surroundings)
  ]
}

/** What rows referred to, and don't any more once they are changed or removed. */
export const freedBy = (work: ReadonlyArray<PendingUpdate | PendingDelete>): ReadonlyArray<string> =>
  work.flatMap((pending) =>
    pending.table.foreignKeys.flatMap((key) => {
      const before = referenceText(key, pending.before)
      const after = pending._tag === "Update" ? referenceText(key, pending.after) : undefined
      return before === undefined || before === after ? [] : [before]
    })
  )

const refuseFreed = (removals: ReadonlyArray<PendingDelete>, freed: ReadonlyArray<string>): void => {
  if (freed.length === 0) return
  const texts = new Set(freed)
  const refused = removals.find(({ before, table }) => referredTexts(table, before).some((text) => texts.has(text)))
  if (refused === undefined) return
  throw new Inexpressible(
    `removing ${named(refused)} in the transaction in which a row that referred to it was removed or changed`,
    "Remove or change the rows that refer to it in a unit of work of their own, before this one."
  )
}

const insertSteps = (
  work: ReadonlyArray<PendingInsert>,
  surroundings: Surroundings
): ReadonlyArray<Step> =>
  componentsOf(work).flatMap((component): ReadonlyArray<Step> => {
    const { levels, released } = levelsOf(component, ({ after }) => after, surroundings.freesRows)
    const first = levels.flatMap((level) =>
      alike(level, ({ table }) => table).map((rows): InsertStep => ({
        ...ofRows(rows),
        _tag: "Insert",
        after: rows.map((row) => withoutReferences(row.after, released.get(row)))
      }))
    )
    return [...first, ...referring([...released].map(([row, keys]) => ({ row: row.after, keys, ...row })), true)]
  })

const deleteSteps = (
  work: ReadonlyArray<PendingDelete>,
  surroundings: Surroundings
): ReadonlyArray<Step> =>
  componentsOf(work).toReversed().flatMap((component): ReadonlyArray<Step> => {
    const { levels, released } = levelsOf(component, ({ before }) => before, surroundings.freesRows)
    const last = levels.toReversed().flatMap((level) =>
      alike(level, ({ table }) => table).map((rows): DeleteStep => ({
        ...ofRows(rows),
        _tag: "Delete",
        before: rows.map((row) => withoutReferences(row.before, released.get(row)))
      }))
    )
    return [...referring([...released].map(([row, keys]) => ({ row: row.before, keys, ...row })), false), ...last]
  })

const updateSteps = (work: ReadonlyArray<PendingUpdate>): ReadonlyArray<Step> =>
  [...grouped(work, ({ table }) => table).values()].flatMap((ofTable) =>
    alike(ofTable, ({ set }) => set).map((rows) => updateOf(rows, true))
  )

const updateOf = (rows: Rows<PendingUpdate>, counted: boolean): UpdateStep => ({
  ...ofRows(rows),
  _tag: "Update",
  before: rows.map(({ before }) => before),
  after: rows.map(({ after }) => after),
  set: rows[0].set,
  counted
})

/** A soft delete as the change that it is. */
const marking = ({ before, key, marked, services, table }: PendingDelete): ReadonlyArray<PendingUpdate> =>
  marked === undefined ? [] : [{ _tag: "Update", table, key, services, before, dirty: marked.set, ...marked }]

/** Changes of what rows refer to alone: to what they shall refer to, or to nothing. */
const referring = (
  rows: ReadonlyArray<
    { readonly row: Row; readonly keys: ReadonlyArray<ForeignKey>; readonly table: Table; readonly services: Services }
  >,
  isSet: boolean
): ReadonlyArray<Step> => {
  const work = rows.map(({ keys, row, services, table }): PendingUpdate => {
    const set = columnsIn(table, keys.flatMap(nullable), [])
    const without = withoutReferences(row, keys)
    const [before, after] = isSet ? [without, row] : [row, without]
    return { _tag: "Update", table, key: "", services, before, after, dirty: set, set }
  })
  return [...grouped(work, ({ table }) => table).values()].flatMap((ofTable) =>
    alike(ofTable, ({ set }) => set).map((some) => updateOf(some, false))
  )
}

type Rows<P> = readonly [P, ...Array<P>]

const ofRows = ([{ services, table }]: Rows<Pending>): OfRows => ({ table, services })

const grouped = <P, K>(rows: ReadonlyArray<P>, by: (row: P) => K): ReadonlyMap<K, Rows<P>> => {
  const groups = new Map<K, [P, ...Array<P>]>()
  for (const row of rows) {
    const name = by(row)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return groups
}

/** Rows that share something, and the services that they are written with. */
const alike = <P extends Pending>(rows: ReadonlyArray<P>, by: (row: P) => unknown): ReadonlyArray<Rows<P>> =>
  [...grouped(rows, by).values()].flatMap((group) => {
    const found: Array<[P, ...Array<P>]> = []
    for (const row of group) {
      const same = found.find(([{ services }]) => services === row.services || Equal.equals(services, row.services))
      if (same === undefined) found.push([row])
      else same.push(row)
    }
    return found
  })

/** Rows of tables that refer to each other, with those of a table after those of the tables that it refers to. */
const componentsOf = <P extends Pending>(work: ReadonlyArray<P>): ReadonlyArray<ReadonlyArray<P>> => {
  const byTable = grouped(work, ({ table }) => table)
  if (byTable.size < 2) return [...byTable.values()]
  const graph = Graph.directed<ReadonlyArray<P>, undefined>((mutable) => {
    const nodes = Array.from(byTable, ([table, rows]) => ({ table, node: Graph.addNode(mutable, rows) }))
    for (const { node, table: { foreignKeys } } of nodes) {
      const targets = new Set(foreignKeys.map((key) => identityOf(tableOf(key.model()))))
      for (const { node: from, table } of nodes) {
        if (targets.has(identityOf(table))) Graph.addEdge(mutable, from, node, undefined)
      }
    }
    return undefined
  })
  // Kosaraju's algorithm finds components before those that their edges lead to
  return Graph.stronglyConnectedComponents(graph).map((component) =>
    component.flatMap((node) => Option.toArray(Graph.getNode(graph, node)).flat())
  )
}
