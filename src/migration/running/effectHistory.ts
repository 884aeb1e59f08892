/**
 * What the migrator of Effect's own SQL modules applied before ours took its migrations over.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Database } from "../../session/Database.ts"
import { asking } from "../../sql/asking.ts"
import { compileTableExists } from "../../sql/tableExists.ts"
import { tableName } from "../../sql/tableName.ts"
import type { Revision } from "../Migration.ts"

/**
 * The revisions of a loader that Effect's migrator applied, by its own table. They are known by their numbers, as they are for itself: one
 * may have another name since.
 */
export const appliedByEffect = Effect.fnUntraced(function*(
  { dialect, read }: Database["Service"],
  revisions: ReadonlyArray<Revision<unknown>>,
  name: string = "effect_sql_migrations"
) {
  const table = { name }
  const there = yield* read(compileTableExists(table, dialect, ["migration_id", "created_at", "name"]))
  if (there.length === 0) return []
  const rows = yield* read(
    asking(`SELECT migration_id || '' AS id FROM ${tableName(table, dialect)}`, { id: { _tag: "Text" } })
  )
  const numbers = new Set(rows.map(({ id }) => String(id)))
  return revisions.filter(({ id }) => numbers.has(id.replace(/_.*/s, "")))
})
