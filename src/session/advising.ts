/**
 * Asks a database for all that findings of a read are made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Table } from "../model/Table.ts"
import { acrossOf } from "../sql/across.ts"
import { type Select, selectTable } from "../sql/ast.ts"
import type { Finding } from "../sql/Finding.ts"
import type { Alias } from "../sql/node.ts"
import type { Plan } from "../sql/Plan.ts"
import { findingsOf, type Listed, listsIn, type Lookup, type Sized, tablesIn } from "../sql/planFindings.ts"
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
    const tables = yield* Effect.forEach(tablesIn(select), (source) =>
      Effect.map(explain(allOf(source.table)), ({ estimatedRows = 0 }): Sized => ({ ...source, rows: estimatedRows })))
    const lists = yield* Effect.forEach(listsIn(select), (lookup) =>
      Effect.map(explain(oneOf(lookup)), ({ estimatedRows = 0 }): Listed => ({
        ...lookup,
        rows: estimatedRows * lookup.list.values.length
      })))
    return findingsOf({ select, plan, across, structure, tables, lists, dialect: database.dialect })
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
