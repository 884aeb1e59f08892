/**
 * Compares what is known of a table's rows before and after a change, and says what was lost.
 *
 * @since 0.1.0
 */
import { fullName } from "../../sql/Structure.ts"
import { lostBetween } from "./fitting.ts"
import type { FollowedColumn, FollowedTable } from "./followed.ts"
import type { Measure } from "./measuring.ts"
import type { Loss } from "../MigrationPlan.ts"
import type { ProvedColumn, ProvedTable } from "../MigrationProof.ts"

/** What is known of a table before and after. */
export interface Sides {
  readonly table: FollowedTable
  readonly before: Measure
  /** Undefined, where the table is gone. */
  readonly after: Measure | undefined
  /** How many values of a column go through its new type as others. */
  readonly altered: ReadonlyMap<string, number>
}

/** What became of a table. */
export const comparison = (
  sides: Sides
): { readonly table: ProvedTable; readonly losses: ReadonlyArray<Loss> } => {
  const { after, before, table } = sides
  const columns = table.columns.filter(({ before: { generated } }) => generated === undefined)
  const name = fullName(table.before)
  const now = table.now === undefined ? undefined : fullName(table.now)
  const proved = columns.map((column) => provedColumn(sides, column))
  return {
    table: {
      name,
      ...(now === undefined || now === name ? {} : { became: now }),
      rows: { before: before.rows, ...(after === undefined ? {} : { after: after.rows }) },
      columns: proved
    },
    losses: lossesOfTable(sides, name, proved)
  }
}

const provedColumn = ({ after, before, table }: Sides, column: FollowedColumn): ProvedColumn => {
  const { name } = column.before
  const count = before.values.get(name) ?? 0
  const nulls = before.rows - count
  const countAfter = after?.values.get(name)
  if (after === undefined || countAfter === undefined) {
    return { name, values: { before: count }, nulls: { before: nulls } }
  }
  const print = after.prints.get(name)
  return {
    name,
    ...(table.now === undefined || column.now === undefined || column.now === name ? {} : { became: column.now }),
    values: { before: count, after: countAfter },
    nulls: { before: nulls, after: after.rows - countAfter },
    ...(print === undefined ? {} : { same: print === before.prints.get(name) })
  }
}

const lossesOfTable = (sides: Sides, name: string, columns: ReadonlyArray<ProvedColumn>): ReadonlyArray<Loss> => {
  const { after, before } = sides
  if (after === undefined) return before.rows === 0 ? [] : [{ what: name, reason: `${rows(before.rows)} of the table` }]
  const dropped = columns.flatMap((column) =>
    column.values.after === undefined ? lostWhole(`${name}.${column.name}`, column) : []
  )
  if (after.rows < before.rows) {
    return [...dropped, { what: name, reason: `${rows(before.rows - after.rows)} of ${before.rows}` }]
  }
  if (after.rows > before.rows) {
    const reason = `${
      rows(after.rows - before.rows)
    } more than before: whether the others are what they were can't be told`
    return [...dropped, { what: name, reason }]
  }
  const changed = columns.flatMap((column) => lostValues(sides, `${name}.${column.name}`, column))
  // values may be the same in each column, and in other rows
  const isMixed = changed.length === 0 && dropped.length === 0 && before.whole !== after.whole
  return isMixed ? [{ what: name, reason: "values that belong to other rows than before" }] : [...dropped, ...changed]
}

const lostWhole = (what: string, { values }: ProvedColumn): ReadonlyArray<Loss> =>
  values.before === 0 ? [] : [{ what, reason: `${counted(values.before)} of the column` }]

const lostValues = (sides: Sides, what: string, { name, nulls, same, values }: ProvedColumn): ReadonlyArray<Loss> => {
  if (values.after === undefined || same === true) return []
  const column = sides.table.columns.find(({ before }) => before.name === name)
  const narrowed = column === undefined ? undefined : lostBetween(column.before.type, column.type)
  const why = narrowed === undefined || column?.using === true ? "" : `: ${narrowed}`
  if (same === undefined) return [{ what, reason: `values that can't be compared with what they were${why}` }]
  const more = (nulls.after ?? 0) - nulls.before
  if (more > 0) return [{ what, reason: `${counted(more)} became null${why}` }]
  const others = sides.altered.get(name)
  return [{
    what,
    reason: others === undefined || others === 0
      ? `values that are others than before${why}`
      : `${counted(others)} of ${values.before} became others${why}`
  }]
}

const rows = (count: number): string => count === 1 ? "1 row" : `${count} rows`

const counted = (count: number): string => count === 1 ? "1 value" : `${count} values`
