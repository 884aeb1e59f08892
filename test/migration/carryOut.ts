/**
 * Carries out steps on a database, as a runner of revisions does: all of them in one transaction.
 */
import type { Migration, MigrationPlan } from "andamios-orm"
import * as Effect from "effect/Effect"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { Database } from "../../src/session/Database.ts"
import { asking, telling } from "../../src/sql/asking.ts"

/** What the database is made of. */
export const introspected = Effect.flatMap(Effect.service(Database), ({ introspect }) => introspect)

/** Plans steps on the database as it is, and carries them out; tells the tables that were made anew. */
export const carryOut = Effect.fnUntraced(function*(steps: ReadonlyArray<Migration.Step>) {
  const database = yield* Database
  const plan = planSteps(steps, yield* database.introspect, database.dialect)
  yield* database.transaction(
    Effect.forEach(plan.steps.flatMap(({ statements }) => statements), run, { discard: true })
  )
  return plan.steps.flatMap(({ rebuilds }) => rebuilds)
})

const run = Effect.fnUntraced(function*(statement: MigrationPlan.PlannedStatement) {
  const database = yield* Database
  const execute = (sql: string) => database.execute(telling(sql), undefined)
  if (typeof statement === "string") return yield* Effect.asVoid(execute(statement))
  if ("ask" in statement) {
    const [row] = yield* database.read(asking(statement.ask, { answer: { _tag: "Int64", as: "bigint" } }))
    return yield* Effect.asVoid(execute(statement.sql.replace("{answer}", () => String(row?.answer))))
  }
  while ((yield* execute(statement.repeat)) > 0);
})

/** Runs SQL by hand, one statement after the other. */
export const sql = Effect.fnUntraced(function*(...statements: ReadonlyArray<string>) {
  const { execute } = yield* Database
  yield* Effect.forEach(statements, (statement) => execute(telling(statement), undefined), { discard: true })
})

/** The rows of a query, each as one text. */
export const rowsOf = Effect.fnUntraced(function*(query: string) {
  const { read } = yield* Database
  const rows = yield* read(asking(`SELECT CAST(told AS VARCHAR) FROM (${query}) AS told`, { row: { _tag: "Text" } }))
  return rows.map(({ row }) => String(row))
})
