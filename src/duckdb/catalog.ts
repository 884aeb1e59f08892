/**
 * Counts the changes of what statements refer to. A prepared statement plans anew after such a change, but the types that it says
 * its parameters have stay what they were: those that are kept have to be prepared again.
 *
 * @since 0.1.0
 */
import { StatementType } from "@duckdb/node-api"

let changes = 0

/** How often the catalog of any database of this process may have changed. */
export const version = (): number => changes

/** The watch over the statements of one connection. What it changes in a transaction, others see when that ends. */
export const watch = () => {
  let isPending = false
  return {
    /** Takes note of a statement that has run. */
    note: (type: StatementType): void => {
      const isChange = kinds.has(type)
      if (isChange || (isPending && type === StatementType.TRANSACTION)) changes++
      if (isChange || type === StatementType.TRANSACTION) isPending = isChange
    }
  }
}

const kinds = new Set([
  StatementType.CREATE,
  StatementType.ALTER,
  StatementType.DROP,
  StatementType.ATTACH,
  StatementType.DETACH,
  StatementType.COPY_DATABASE,
  StatementType.MULTI
])
