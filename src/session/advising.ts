/**
 * Asks a database for all that findings of a read are made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { identityOf, type Table } from "../model/Table.ts"
import { acrossOf } from "../sql/across.ts"
import { type Select, selectTable } from "../sql/ast.ts"
import type { Finding } from "../sql/Finding.ts"
import type { Alias } from "../sql/node.ts"
import type { Plan } from "../sql/Plan.ts"
import { findingsOf, listsIn, type Lookup, tablesIn } from "../sql/planFindings.ts"
import type { Database } from "./Database.ts"
import type { compiling } from "./compiling.ts"
import type { ReadError } from "./OrmError.ts"

/** What finds the findings of reads. */
export const advising = (
  database: Database["Service"],
  compiled: ReturnType<typeof compiling>,
  explain: (select: Select<unknown>) => Effect.Effect<Plan, ReadError>
) =>
(select: Select<unknown>): Effect.Effect<ReadonlyArray<Finding>, ReadError> =>
  Effect.gen(function*() {
    const plan = yield* explain(select)
    const across = yield* compiled(({ conditions }) => acrossOf(select, database.dialect, conditions))
    const structure = yield* database.introspect
    const counts = yield* Effect.forEach(tablesIn(select), (table) =>
      Effect.map(explain(allOf(table)), ({ estimatedRows = 0 }) => [identityOf(table), estimatedRows] as const))
    const sizes = new Map(counts)
    const lists = new Map(
      yield* Effect.forEach(listsIn(select), (lookup) =>
        Effect.map(explain(oneOf(lookup)), ({ estimatedRows = 0 }) =>
          [lookup.list, estimatedRows * lookup.list.values.length] as const))
    )
    return findingsOf({
      select,
      plan,
      across,
      structure,
      dialect: database.dialect,
      rows: (table) =>
        sizes.get(identityOf(table)) ?? 0,
      listed: ({ list }) =>
        lists.get(list) ?? 0
    })
  })

/** The rows with the first value of a list; there are about as many of each. */
const oneOf = ({ field, list: { column, slot, values }, table }: Lookup): Select<unknown> => ({
  ...allOf(table, field.source),
  where: {
    _tag: "Comparison",
    operator: "=",
    left: field,
    right: { _tag: "Value", value: values[0], slot, column }
  }
})

/** Every row, those that are hidden, too. */
const allOf = (table: Table, alias: Alias = { name: table.name }): Select<unknown> => ({
  ...selectTable(table, alias),
  from: { _tag: "TableSource", table, alias, lifted: ["deleted", "tenants"] }
})
