/**
 * What changes of the columns of a table, in an order in which each change is possible when it comes.
 *
 * @since 0.1.0
 */
import { mentions } from "../../sql/namesIn.ts"
import type { Operation } from "../../sql/operation.ts"
import { type ColumnStructure, type Place, placeOf, type TableStructure } from "../../sql/Structure.ts"
import type { Alike } from "./alike.ts"

/** The changes, and what they mean for what hangs on the columns. */
export interface ColumnChanges {
  /** Takes off columns that are computed of others, before those change. */
  readonly first: ReadonlyArray<Operation>
  readonly changed: ReadonlyArray<Operation>
  /** Drops columns that nothing depends on any more. */
  readonly last: ReadonlyArray<Operation>
  /** Columns that are made anew: keys, checks and indexes over them are, too. */
  readonly remade: ReadonlyArray<string>
  /** Columns of another type, which what refers to them does not have yet. */
  readonly retyped: ReadonlyArray<string>
}

interface Pair {
  readonly from: ColumnStructure
  readonly to: ColumnStructure
}

/** What makes the columns of a table those of another. */
export const columnChanges = (before: TableStructure, after: TableStructure, same: Alike): ColumnChanges => {
  const table = placeOf(after)
  const named = (columns: ReadonlyArray<ColumnStructure>, wanted: string) => columns.find(({ name }) => name === wanted)
  const gone = before.columns.filter(({ name }) => named(after.columns, name) === undefined)
  const come = after.columns.filter(({ name }) => named(before.columns, name) === undefined)
  const pairs = before.columns.flatMap((from): ReadonlyArray<Pair> => {
    const to = named(after.columns, from.name)
    return to === undefined ? [] : [{ from, to }]
  })

  const moving = pairs.filter(({ from, to }) => !same.type(from.type, to.type) || isComputed(from) !== isComputed(to))
  // no database alters a column of which another one is computed
  const anew = pairs.filter(({ from, to }) => {
    const { generated } = to
    return generated !== undefined && from.generated !== undefined &&
      (!same.column(from, to) || moving.some((one) => mentions(generated, one.to.name)))
  })
  const changed = pairs.filter((pair) => !anew.includes(pair) && !same.column(pair.from, pair.to))
  const described = pairs.filter((pair) => !anew.includes(pair) && !changed.includes(pair))
  const becoming = (from: boolean, to: boolean) =>
    changed.filter((pair) => isComputed(pair.from) === from && isComputed(pair.to) === to)

  const drop = (column: ColumnStructure): Operation => ({ _tag: "DropColumn", table, column })
  const add = (column: ColumnStructure): Operation => ({ _tag: "AddColumn", table, column })
  const change = ({ from, to }: Pair): Operation => ({ _tag: "ChangeColumn", table, from, to })
  return {
    first: [...gone.filter(isComputed), ...anew.map(({ from }) => from)].map(drop),
    changed: [
      ...come.filter(isPlain).map(add),
      ...[...becoming(true, false), ...becoming(false, false), ...becoming(false, true)].map(change),
      ...[...come.filter(isComputed), ...anew.map(({ to }) => to)].map(add),
      ...described.flatMap(({ from, to }) => commentChange(table, from.comment, to.comment, to.name))
    ],
    last: gone.filter(isPlain).map(drop),
    remade: [...anew, ...becoming(false, true)].map(({ to }) => to.name),
    retyped: moving.map(({ to }) => to.name)
  }
}

const isComputed = ({ generated }: ColumnStructure): boolean => generated !== undefined

const isPlain = (column: ColumnStructure): boolean => !isComputed(column)

/** Says something else of a table, or of a column of it. */
export const commentChange = (
  table: Place,
  from: string | undefined,
  to: string | undefined,
  column?: string
): ReadonlyArray<Operation> =>
  from === to ? [] : [{
    _tag: "Comment",
    table: placeOf(table),
    ...(column === undefined ? {} : { column }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to })
  }]
