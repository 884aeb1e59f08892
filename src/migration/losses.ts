/**
 * Tells what an operation may lose, before it is tried.
 *
 * @since 0.1.0
 */
import type { Operation } from "../sql/operation.ts"
import { fullName, type Structure } from "../sql/Structure.ts"
import type { Loss } from "./MigrationPlan.ts"

/** What may be lost by an operation on a database of this structure. */
export const lossesOf = (operation: Operation, _before: Structure): ReadonlyArray<Loss> => {
  switch (operation._tag) {
    case "DropTable":
      return [{ what: fullName(operation.table), reason: "all rows of the table" }]
    case "DropColumn":
      return [{ what: `${fullName(operation.table)}.${operation.column.name}`, reason: "all values of the column" }]
    default:
      return []
  }
}
