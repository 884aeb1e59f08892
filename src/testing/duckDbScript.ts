/**
 * A DuckDB database as one SQL text, which makes it again in another: much quicker than what made it first.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnTexts } from "../duckdb/storedText.ts"
import type { ColumnType } from "../model/ColumnType.ts"
import { Database } from "../session/Database.ts"
import type { ReadError } from "../session/OrmError.ts"
import { asking } from "../sql/asking.ts"
import { identifier, quoted } from "../sql/quoted.ts"
import { closing, partsBetween, says, tokensOf } from "../sql/sqlTokens.ts"

/**
 * The text of the database below, or nothing where it holds what DuckDB tells no text of: macros, and types of its own that are not enums.
 */
export const scriptOf: Effect.Effect<string | undefined, ReadError, Database> = Effect.gen(function*() {
  const { read } = yield* Database
  const asked = Effect.fnUntraced(function*(sql: string) {
    const rows = yield* read(asking(sql, { text }))
    return rows.map((row) => String(row.text))
  })

  if ((yield* asked(untold)).length > 0) return undefined
  const before = yield* Effect.forEach([schemas, enums, sequences], asked)
  const allKeys = yield* read(asking(keys, { oid, key: text }))
  const made = (yield* read(asking(tables, { oid, sql: text }))).map((table) =>
    withKeys(String(table.sql), allKeys.filter((key) => key.oid === table.oid).map(({ key }) => String(key)))
  )
  const seen = yield* asked(views)
  const columns = yield* read(asking(filledColumns, { table: text, sql: text, own: flag, column: text }))
  const rows = yield* Effect.forEach(filledTables(columns), (table) => asked(rowsOf(table)))
  const after = yield* Effect.forEach([indexes, comments], asked)
  const statements = [...before.flat(), ...made, ...seen, ...rows.flat(), ...after.flat()]
  return [
    "PRAGMA disable_optimizer",
    "BEGIN",
    ...statements.map((statement) => statement.replace(/;\s*$/, "")),
    "COMMIT"
  ].join(";\n")
})

const text: ColumnType = { _tag: "Text" }
const oid: ColumnType = { _tag: "Int64", as: "number" }
const flag: ColumnType = { _tag: "Boolean" }

const here = "database_name = current_database() AND NOT internal"

/** A name in SQL, from a column that holds it. */
const named = (column: string) => `'"' || replace(${column}, '"', '""') || '"'`
const placed = (column: string) => `${named("schema_name")} || '.' || ${named(column)}`
const quotation = (value: string) => `'''' || replace(${value}, '''', '''''') || ''''`

/** The names in a list, in SQL. */
const list = (column: string) =>
  `list_aggregate(list_transform(${column}, lambda name: ${named("name")}), 'string_agg', ', ')`

const untold = `SELECT function_name FROM duckdb_functions() WHERE ${here}
UNION ALL SELECT type_name FROM duckdb_types() WHERE ${here} AND logical_type <> 'ENUM'`

const schemas = `SELECT 'CREATE SCHEMA ' || ${named("schema_name")} FROM duckdb_schemas()
WHERE ${here} AND schema_name <> 'main' ORDER BY oid`

const enums = `SELECT 'CREATE TYPE ' || ${placed("type_name")} || ' AS ENUM (' ||
list_aggregate(list_transform(labels, lambda label: ${quotation("label")}), 'string_agg', ', ') || ')'
FROM duckdb_types() WHERE ${here} ORDER BY type_oid`

/** Their own text starts where they are now, but says their names without schema and quotes. */
const sequences = `SELECT 'CREATE SEQUENCE ' || ${placed("sequence_name")} ||
regexp_extract(sql, ' INCREMENT BY -?\\d+ MINVALUE -?\\d+ MAXVALUE -?\\d+ START -?\\d+ (NO )?CYCLE;?$') FROM duckdb_sequences()
WHERE database_name = current_database() AND NOT temporary ORDER BY sequence_oid`

/** In the order in which they were made: one that refers to another is younger. */
const tables = `SELECT table_oid, sql FROM duckdb_tables() WHERE ${here} AND NOT temporary ORDER BY table_oid`

const keys = `SELECT table_oid, 'FOREIGN KEY (' || ${list("constraint_column_names")} || ') REFERENCES ' ||
${placed("referenced_table")} || ' (' || ${list("referenced_column_names")} || ')' FROM duckdb_constraints()
WHERE database_name = current_database() AND constraint_type = 'FOREIGN KEY' ORDER BY table_oid, constraint_index`

/**
 * The statement of a table with its foreign keys. DuckDB's own text has nothing but a comma for those by which it refers to itself, and
 * doesn't quote the names of the other tables.
 */
const withKeys = (sql: string, own: ReadonlyArray<string>) => {
  const tokens = tokensOf(sql)
  const open = tokens.findIndex(({ key }) => key === "(")
  const parts = partsBetween(tokens, open, closing(tokens, open)).flatMap((part) => {
    const [first, last] = [part[0], part.at(-1)]
    return first === undefined || last === undefined || says(part, 0, "FOREIGN")
      ? []
      : [sql.slice(first.start, last.end)]
  })
  return `${sql.slice(0, tokens[open]?.end)}${[...parts, ...own].join(", ")})`
}

const views = `SELECT sql FROM duckdb_views() WHERE ${here} AND NOT temporary ORDER BY view_oid`
const indexes = `SELECT sql FROM duckdb_indexes()
WHERE database_name = current_database() AND sql IS NOT NULL ORDER BY index_oid`

const commentOn = (kind: string, name: string, from: string, where = here) =>
  `SELECT 'COMMENT ON ${kind} ' || ${name} || ' IS ' || ${quotation("comment")} FROM ${from}
WHERE ${where} AND comment IS NOT NULL`

const comments = [
  commentOn("TABLE", placed("table_name"), "duckdb_tables()"),
  commentOn("VIEW", placed("view_name"), "duckdb_views()"),
  commentOn("INDEX", placed("index_name"), "duckdb_indexes()", "database_name = current_database()"),
  commentOn("COLUMN", `${placed("table_name")} || '.' || ${named("column_name")}`, "duckdb_columns()")
].join("\nUNION ALL ") + "\nORDER BY ALL"

const filledColumns = `SELECT ${
  placed("tables.table_name").replaceAll("schema_name", "tables.schema_name")
}, tables.sql, EXISTS (
  FROM duckdb_constraints() AS keys WHERE keys.table_oid = tables.table_oid AND keys.referenced_table = tables.table_name
), column_name
FROM duckdb_tables() AS tables JOIN duckdb_columns() AS columns USING (table_oid)
WHERE tables.database_name = current_database() AND NOT tables.internal AND NOT tables.temporary AND estimated_size > 0
ORDER BY table_oid, column_index`

/** A table that has rows. */
interface Filled {
  readonly place: string
  /** Whether its rows may refer to each other. */
  readonly refersToItself: boolean
  /** Those that hold values of their own. */
  readonly columns: ReadonlyArray<string>
}

const filledTables = (rows: ReadonlyArray<Readonly<Record<"table" | "sql" | "own" | "column", unknown>>>) => {
  const filled = new Map<string, Filled>()
  for (const { column, own, sql, table } of rows) {
    const [name, place] = [String(column), String(table)]
    if (columnTexts(String(sql)).get(name)?.generated !== undefined) continue
    const columns = [...filled.get(place)?.columns ?? [], name]
    filled.set(place, { place, refersToItself: own === true, columns })
  }
  return [...filled.values()]
}

/**
 * Statements that insert a table's rows, each from one JSON text, which DuckDB reads ten times as fast as as many values. A row that refers
 * to another of its table can't come in the same statement.
 */
const rowsOf = ({ columns, place, refersToItself }: Filled) => {
  const names = columns.map(identifier)
  const start = `INSERT INTO ${place} (${names.join(", ")}) SELECT ${
    names.map((_, index) => `r[${index + 1}]`).join(", ")
  } FROM (SELECT unnest(from_json(`
  const json = `CAST(to_json(list([${
    names.map((name) => `CAST(${name} AS VARCHAR)`).join(", ")
  }] ORDER BY rowid)) AS VARCHAR)`
  return `SELECT ${quoted(start)} || ${quotation(json)} || ${quoted(`, '[["VARCHAR"]]')) AS r)`)}
FROM ${place} GROUP BY rowid // ${refersToItself ? 1 : 10_000} ORDER BY min(rowid)`
}
