/**
 * Follows tables and columns through the operations of a plan: what they are called afterwards, and what stands in the way.
 *
 * @since 0.1.0
 */
import type { Operation } from "../../sql/operation.ts"
import { fullName, isSamePlace, type Place, placeOf, type Structure, type TableStructure } from "../../sql/Structure.ts"
import type { FollowedColumn, FollowedTable } from "./followed.ts"
import type { PlannedRevision } from "../MigrationPlan.ts"
import { type Question, questionsOf } from "./obstacles.ts"

/** What became of a structure. */
export interface Following {
  readonly tables: ReadonlyArray<FollowedTable>
  /** What has to be asked before, because it would stand in the way. */
  readonly questions: ReadonlyArray<Question>
  /** Whether something has run of which nothing is known, so that nothing can be asked before it of what comes after it. */
  readonly isByHand: boolean
}

/** What becomes of a structure by all steps of a plan. */
export const following = (revisions: ReadonlyArray<PlannedRevision>, before: Structure): Following => {
  let found: Following = { tables: before.tables.map(unchanged), questions: [], isByHand: false }
  for (const { operations, rebuilds } of revisions.flatMap(({ steps }) => steps)) {
    found = operations.reduce(after, operations.length === 0 ? byHand(found) : found)
    found = touching(found, ({ now }) => now !== undefined && rebuilds.includes(fullName(now)))
  }
  return found
}

const unchanged = (table: TableStructure): FollowedTable => ({
  before: table,
  now: placeOf(table),
  isTouched: false,
  columns: table.columns.map((column) => ({
    before: column,
    now: column.name,
    type: column.type,
    using: false,
    isGenerated: column.generated !== undefined
  }))
})

/** What is done by hand may do anything to any table. */
const byHand = (found: Following): Following => ({ ...touching(found, () => true), isByHand: true })

const touching = (found: Following, isTouched: (table: FollowedTable) => boolean): Following => ({
  ...found,
  tables: found.tables.map((table) => isTouched(table) ? { ...table, isTouched: true } : table)
})

const after = (found: Following, operation: Operation): Following => {
  const asked = found.isByHand ? [] : questionsOf(operation, found.tables)
  return moved(asked.length === 0 ? found : { ...found, questions: [...found.questions, ...asked] }, operation)
}

const moved = (found: Following, operation: Operation): Following => {
  switch (operation._tag) {
    case "DropTable":
      return ofTable(found, operation.table, (table) => ({ ...table, now: undefined }))
    case "RenameTable":
      return ofTable(found, operation.table, (table) => ({ ...table, now: { ...operation.table, name: operation.to } }))
    case "DropColumn":
      return ofColumn(found, operation.table, operation.column.name, (column) => ({ ...column, now: undefined }))
    case "RenameColumn":
      return ofColumn(found, operation.table, operation.from, (column) => ({ ...column, now: operation.to }))
    case "ChangeColumn":
      return ofColumn(found, operation.table, operation.from.name, (column) => ({
        ...column,
        type: operation.to.type,
        using: column.using || operation.using !== undefined,
        isGenerated: operation.to.generated !== undefined
      }))
    case "Execute":
      return byHand(found)
    case "AddColumn":
    case "AddPrimaryKey":
    case "DropPrimaryKey":
    case "AddUnique":
    case "DropUnique":
    case "AddCheck":
    case "DropCheck":
    case "AddForeignKey":
    case "DropForeignKey":
      return ofTable(found, operation.table, (table) => table)
    case "CreateSchema":
    case "DropSchema":
    case "CreateEnum":
    case "DropEnum":
    case "ChangeEnum":
    case "CreateSequence":
    case "DropSequence":
    case "CreateTable":
    case "CreateIndex":
    case "DropIndex":
    case "Comment":
    case "Distribute":
    case "CreateView":
    case "DropView":
      return found
  }
}

const ofTable = (found: Following, place: Place, change: (table: FollowedTable) => FollowedTable): Following => ({
  ...found,
  tables: found.tables.map((table) =>
    table.now !== undefined && isSamePlace(table.now, place) ? { ...change(table), isTouched: true } : table
  )
})

const ofColumn = (
  found: Following,
  place: Place,
  name: string,
  change: (column: FollowedColumn) => FollowedColumn
): Following =>
  ofTable(found, place, (table) => ({
    ...table,
    columns: table.columns.map((column) => column.now === name ? change(column) : column)
  }))
