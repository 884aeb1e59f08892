/**
 * What PostgreSQL makes of a statement that is prepared and not run.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Description } from "../session/Database.ts"
import { tokenFrom } from "../sql/sqlTokens.ts"

/** The name under which a statement is prepared, for a moment. */
const name = "andamios_described"

/** The first words of statements that can't be prepared, and do something. */
const commands = new Set(
  (
    "ALTER ANALYZE CALL CHECKPOINT CLUSTER COMMENT COPY CREATE DISCARD DO DROP GRANT IMPORT LOCK NOTIFY REASSIGN REFRESH REINDEX " +
    "RESET REVOKE SECURITY SET TRUNCATE VACUUM"
  ).split(" ")
)

/** Prepares a statement on the connection of a transaction, and describes it by that. */
export const describe = Effect.fnUntraced(function*(
  client: SqlClient,
  { sql }: CompiledQuery<unknown>,
  parameters: ReadonlyArray<unknown>
) {
  if (commands.has(tokenFrom(sql, 0)?.key ?? "")) {
    return { parameters: [], columns: undefined, writes: true } satisfies Description
  }
  // what is prepared outlives a transaction that fails
  const left = yield* client`SELECT name FROM pg_prepared_statements WHERE name = ${name}`
  if (left.length > 0) yield* client.unsafe(`DEALLOCATE ${name}`)
  yield* client.unsafe(`PREPARE ${name} AS ${sql}`)
  const [prepared] = yield* client<{ readonly types: ReadonlyArray<string> }>`
    SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = ${name}
  `
  const values = parameters.map((_, index) => `NULL::${prepared?.types[index] ?? "text"}`).join(", ")
  const call = values === "" ? name : `${name}(${values})`
  const [plan] = yield* client.unsafe<{ readonly "QUERY PLAN": unknown }>(`EXPLAIN (FORMAT JSON) EXECUTE ${call}`)
  yield* client.unsafe(`DEALLOCATE ${name}`)
  const writes = JSON.stringify(plan?.["QUERY PLAN"]).includes("\"ModifyTable\"")
  const description: Description = {
    parameters: prepared?.types ?? [],
    columns: writes ? undefined : yield* columnsOf(client, sql, parameters),
    writes
  }
  return description
})

const columnsOf = Effect.fnUntraced(function*(client: SqlClient, sql: string, parameters: ReadonlyArray<unknown>) {
  const none = yield* client.unsafe(`SELECT * FROM (${sql}\n) AS described LIMIT 0`, parameters).raw
  const fields = fieldsOf(none)
  const types = yield* client<{ readonly name: string }>`
    SELECT format_type(type, NULL) AS name
    FROM unnest(${fields.map(({ dataTypeId }) => dataTypeId)}::int8[]) WITH ORDINALITY AS given (type, place)
    ORDER BY place
  `
  return fields.map((field, index) => ({ name: field.name, type: types[index]?.name ?? "unknown" }))
})

interface Field {
  readonly name: string
  readonly dataTypeId: number
}

const fieldsOf = (result: unknown): ReadonlyArray<Field> => {
  const fields: unknown = typeof result === "object" && result !== null ? Reflect.get(result, "fields") : undefined
  // what the driver tells of a result
  return Array.isArray(fields) ? fields as ReadonlyArray<Field> : []
}
