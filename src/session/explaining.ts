/**
 * Asks a database how it carries out a query.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { CompiledQuery, ResultColumn } from "../sql/CompiledQuery.ts"
import type { Plan } from "../sql/Plan.ts"
import type { Database } from "./Database.ts"
import type { ReadError } from "./OrmError.ts"

/** What asks a session's database for plans. */
export const explaining =
  (database: Pick<Database["Service"], "dialect" | "read">) =>
  ({ parameters, sql }: CompiledQuery<unknown>, analyze: boolean): Effect.Effect<Plan, ReadError> => {
    const { column, plan, text } = database.dialect.explain
    const before = Array.from({ length: column }, (_, index) => cell(index, "Text"))
    const told = cell(column, "Json")
    const query = {
      sql: text(sql, analyze),
      parameters,
      columns: [...before, told],
      shape: { _tag: "Value", column: told }
    } as const
    return Effect.map(database.read(query), ([answer]) => plan(answer))
  }

const cell = (index: number, type: "Text" | "Json"): ResultColumn => ({
  index,
  name: "plan",
  type: { _tag: type },
  nullable: false,
  field: undefined,
  checked: false
})
