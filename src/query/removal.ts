/**
 * In which order the rows of aggregates are deleted: those that refer to others before these.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Row } from "../session/validate.ts"
import { keyIsAmong } from "../sql/keyCondition.ts"
import type { Delete, DeleteKeys } from "../sql/write.ts"
import { keyOf } from "./graph.ts"
import { type Branch, loaded, type Member, textOf, valueFor } from "./members.ts"

/** A row to delete, with all that belongs to it, and what is at least between it and the farthest that refers to it. */
export interface Removal {
  readonly member: Member
  readonly tree: Row
  readonly distance: number
}

/** Deletes by their distance. */
export interface Deletes {
  /** The statements of each distance; only those of the first delete rows to which nothing referred. */
  readonly levels: ReadonlyArray<ReadonlyArray<Delete | DeleteKeys>>
  /** Whether some rows can only go once others that refer to them have been changed. */
  readonly awaitWrites: boolean
}

/** Rows of one table that have the same distance, told by their values in some columns. */
interface Group {
  readonly table: Table
  readonly columns: ReadonlyArray<TableColumn>
  readonly rows: Map<string | undefined, Row>
}

/** The deletes of rows and of what belongs to them, the farthest first; `stays` tells the rows that have gone to another. */
export const deletesOf = (
  removals: ReadonlyArray<Removal>,
  stays: (member: Member, row: Row) => boolean = () => false
): Deletes => {
  const levels: Array<Map<object, Group>> = []
  let awaitWrites = removals.some(({ distance }) => distance > 0)

  /** `of` tells what goes together: the rows of a table, or those between of one relation. */
  const put = (distance: number, of: Table | Branch, { columns, table }: Omit<Group, "rows">, row: Row) => {
    const level = levels[distance] ??= new Map<object, Group>()
    const group = getOrInsert(level, of, () => ({ table, columns, rows: new Map<string | undefined, Row>() }))
    group.rows.set(textOf(columns, row), row)
  }

  /** Puts a row where it belongs, and answers how far it is from the farthest that refers to it. */
  const place = (member: Member, tree: Row, least: number): number => {
    const { table } = member
    const below = member.branches.map((branch): number => {
      const { link } = branch
      switch (link.kind) {
        case "belongsTo":
          return 0
        case "manyToMany": {
          if (link.between === undefined || loaded(link, tree).length === 0) return 0
          put(0, branch, { table: link.between.table, columns: link.pairs.map(({ to }) => to) }, ownerOf(branch, tree))
          return 1
        }
        case "hasOne":
        case "hasMany":
          return loaded(link, tree).reduce((most, row) => {
            const isStaying = stays(branch.member, row)
            awaitWrites ||= isStaying
            return Math.max(most, isStaying ? 1 : 1 + place(branch.member, row, 0))
          }, 0)
      }
    })
    const distance = Math.max(least, ...below)
    put(distance, table, { table, columns: table.primaryKey }, keyOf(member, tree))
    return distance
  }

  for (const { distance, member, tree } of removals) place(member, tree, distance)
  // a distance may have no rows at all
  const all = Array.from(levels, (level) => [...(level ?? new Map<object, Group>()).values()].map(deleteOf))
  return { levels: all, awaitWrites }
}

/** What rows between hold of the row that a relation is of. */
export const ownerOf = ({ link }: Branch, row: Row): Row =>
  Object.fromEntries(link.pairs.map(({ from, to }) => [to.field, valueFor(to, from, row[from.field])]))

const deleteOf = ({ columns, rows, table }: Group): Delete | DeleteKeys => {
  const keys = [...rows.values()]
  return columns === table.primaryKey ? { _tag: "DeleteKeys", table, keys } : deleteWhere(table, columns, keys)
}

/** Deletes the rows that have these values in columns. */
export const deleteWhere = (
  table: Table,
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<Row>
): Delete => {
  const alias = { name: table.name }
  return { _tag: "Delete", table, alias, where: keyIsAmong({ ...table, primaryKey: columns }, alias, rows) }
}
