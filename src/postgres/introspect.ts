/**
 * What a PostgreSQL database is made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "../session/Database.ts"
import { asking } from "../sql/asking.ts"
import type { ColumnStructure, Structure, TableStructure } from "../sql/Structure.ts"
import { Found, type FoundColumn, type FoundTable, question } from "./catalog.ts"
import { storedType } from "./storedType.ts"

/** Reads the structure of a database: all of it in one query, which sees one moment. */
export const introspecting = (read: Database["Service"]["read"]): Database["Service"]["introspect"] =>
  read(asking(question, { structure: { _tag: "Json" } })).pipe(
    Effect.flatMap(([row]) => structureOf(row?.structure))
  )

/** The structure that an answer of the catalogs tells. */
export const structureOf = (answer: unknown): Effect.Effect<Structure> =>
  Effect.map(Effect.orDie(decode(answer)), (found) => ({
    ...found,
    tables: found.tables.map(table),
    views: found.views.map((view) => ({ ...view, sql: settled(view.sql) }))
  }))

const decode = Schema.decodeUnknownEffect(Found)

const table = (found: FoundTable): TableStructure => ({
  ...found,
  columns: found.columns.map(column),
  checks: found.checks.map(({ condition, name }) => ({ name, condition: settled(condition) })),
  indexes: found.indexes.map(({ where, ...index }) => ({
    ...index,
    on: index.on.map(settled),
    ...(where === undefined ? {} : { where: settled(where) })
  }))
})

const column = ({ base, generated, type, values, ...found }: FoundColumn): ColumnStructure => ({
  ...found,
  type: storedType({ type, ...(base === undefined ? {} : { base }), ...(values === undefined ? {} : { values }) }),
  ...(generated === undefined ? {} : { generated: settled(generated) })
})

/**
 * PostgreSQL says a list of values that it was given for a `VARCHAR` in other words when it is given what it said. These are the last
 * ones, so that a table which is made again is told like the first.
 */
const settled = (expression: string): string =>
  expression.replaceAll(
    /\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]/g,
    (_, items: string) =>
      `ARRAY[${items.replaceAll(/'(?:[^']|'')*'::character varying/g, (item) => `(${item})::text`)}]`
  )
