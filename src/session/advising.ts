/**
 * Asks a database for all that findings of a read are made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { identityOf, type Table } from "../model/Table.ts"
import { type Select, selectTable } from "../sql/ast.ts"
import type { Finding } from "../sql/Finding.ts"
import type { Plan } from "../sql/Plan.ts"
import { findingsOf, tablesIn } from "../sql/planFindings.ts"
import type { Database } from "./Database.ts"
import type { ReadError } from "./OrmError.ts"

/** What finds the findings of reads. */
export const advising =
  (database: Database["Service"], explain: (select: Select<unknown>) => Effect.Effect<Plan, ReadError>) =>
  (select: Select<unknown>): Effect.Effect<ReadonlyArray<Finding>, ReadError> =>
    Effect.gen(function*() {
      const plan = yield* explain(select)
      const structure = yield* database.introspect
      const counts = yield* Effect.forEach(tablesIn(select), (table) =>
        Effect.map(explain(allOf(table)), ({ estimatedRows = 0 }) =>
          [identityOf(table), estimatedRows] as const))
      const sizes = new Map(counts)
      return findingsOf({
        select,
        plan,
        structure,
        dialect: database.dialect,
        rows: (table) =>
          sizes.get(identityOf(table)) ?? 0
      })
    })

/** Every row, those that are hidden, too. */
const allOf = (table: Table): Select<unknown> => {
  const select = selectTable(table, { name: table.name })
  return select.from._tag === "TableSource"
    ? { ...select, from: { ...select.from, lifted: ["deleted", "tenants"] } }
    : select
}
