/**
 * Reads and moves Alembic's version table.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Database } from "../../session/Database.ts"
import { asking } from "../../sql/asking.ts"
import type { Parameter } from "../../sql/CompiledQuery.ts"
import { fullName, type Place } from "../../sql/Structure.ts"
import { compileTableExists } from "../../sql/tableExists.ts"
import { tableName } from "../../sql/tableName.ts"
import { AlembicUnknown } from "../AlembicError.ts"

const text = { _tag: "Text" } as const

/** The versions that the table says; there are none where it isn't there. */
export const readVersions = Effect.fnUntraced(function*(database: Database["Service"], table: Place) {
  const { dialect } = database
  if (!(yield* exists(database, table))) return []
  const rows = yield* database.read(
    asking(`SELECT ${version(database)} FROM ${tableName(table, dialect)}`, { version_num: text })
  )
  return rows.map((row) => String(row.version_num))
})

const exists = (database: Database["Service"], table: Place) =>
  Effect.map(database.read(compileTableExists(table, database.dialect)), (found) => found.length > 0)

const version = ({ dialect }: Database["Service"]): string => dialect.identifier("version_num")

/**
 * Takes versions out of the table and puts others into it, as Alembic would: it is created if it isn't there, and a version that isn't
 * there any more ends it, because then Alembic runs at the same time.
 */
export const moveVersions = Effect.fnUntraced(function*(
  database: Database["Service"],
  table: Place,
  from: ReadonlyArray<string>,
  to: ReadonlyArray<string>
) {
  const { dialect } = database
  const name = tableName(table, dialect)
  const column = version(database)
  const run = (sql: string, ...values: ReadonlyArray<string>) => {
    const parameters = values.map((value): Parameter => ({ type: text, value }))
    return database.execute({ sql, parameters, columns: [], shape: undefined }, undefined)
  }
  const parameter = (position: number) => dialect.placeholder(position, text)
  if (!(yield* exists(database, table))) {
    yield* run(
      `CREATE TABLE ${name} (${column} VARCHAR(32) NOT NULL, ` +
        `CONSTRAINT ${dialect.identifier(`${table.name}_pkc`)} PRIMARY KEY (${column}))`
    )
  }
  for (const [index, old] of from.entries()) {
    const next = to[index]
    const moved = next === undefined
      ? yield* run(`DELETE FROM ${name} WHERE ${column} = ${parameter(1)}`, old)
      : yield* run(`UPDATE ${name} SET ${column} = ${parameter(1)} WHERE ${column} = ${parameter(2)}`, next, old)
    if (moved !== 1) {
      return yield* new AlembicUnknown({ table: fullName(table), versions: [old], reason: "moved" })
    }
  }
  for (const next of to.slice(from.length)) {
    yield* run(`INSERT INTO ${name} (${column}) VALUES (${parameter(1)})`, next)
  }
})
