/**
 * Whose rows are checked by their model when they are read.
 *
 * @since 0.1.0
 */
import type * as Fiber from "effect/Fiber"
import type { Table } from "../model/Table.ts"
import type { Database } from "./Database.ts"
import * as Decode from "./Decode.ts"

/** Of which tables the rows are checked by their model when a fiber reads them. */
export type Strictness = (fiber: Fiber.Fiber<unknown, unknown>) => (table: Table) => boolean

/** What tells that of a database's tables. */
export const strictnessOf = ({ outside }: Pick<Database["Service"], "outside">): Strictness => {
  const isStrict = (table: Table) => table.decode === "strict" || outside.has(table.fullName)
  return (fiber) => fiber.getRef(Decode.Strict) ? ofAll : isStrict
}

const ofAll = () => true
