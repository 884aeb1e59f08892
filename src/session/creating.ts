/**
 * Creates the tables of models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { telling } from "../sql/asking.ts"
import { compileOperation } from "../sql/compileOperation.ts"
import { creation } from "../sql/creation.ts"
import { inOrder } from "../sql/evolve.ts"
import { at, empty } from "../sql/Structure.ts"
import { tableStructure } from "../sql/tableStructure.ts"
import type { compiling } from "./compiling.ts"
import type { Database } from "./Database.ts"

/** What creates tables in a session's database. */
export const creating = (database: Database["Service"], compiled: ReturnType<typeof compiling>) =>
  Effect.fn("Session.createTables")(function*(models: ReadonlyArray<Model.Stored>) {
    const { dialect } = database
    const tables = models.map(tableOf)
    // one transaction writes to one database, also where several are attached
    for (const name of new Set(tables.map((table) => table.database))) {
      const here = tables.filter((table) => table.database === name)
      const statements = yield* compiled(() =>
        inOrder(empty, creation(here.map((table) => tableStructure(table, dialect)))).flatMap(
          ({ before, operation }) => {
            const table = operation._tag === "CreateTable" ? at(here, operation.table) : undefined
            return compileOperation(operation, dialect, { before, existing: "keep" }).map((sql) =>
              database.execute({ ...telling(sql), subject: { operation: "CREATE", table } }, table)
            )
          }
        )
      )
      yield* database.transaction(Effect.all(statements, { discard: true }))
    }
  })
