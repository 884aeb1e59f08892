/**
 * A long history of revisions of many kinds, over tables with rows that refer to each other, and what a database looks like meanwhile.
 */
import { Migration, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

const { addCheck, addColumn, changeColumn, changeEnum, column, createEnum, createIndex, createTable, execute } =
  Migration
const { renameColumn, renameTable } = Migration

const id = column("id", Type.int32)
const primaryKey = { columns: ["id"] }
const refersTo = (name: string, own: string) => ({ columns: [own], references: { name }, targets: ["id"] })

const tables = [
  createTable({
    name: "authors",
    columns: [id, column("name", Type.text)],
    primaryKey,
    uniques: [{ columns: ["name"] }]
  }),
  createTable({
    name: "shelves",
    columns: [id, column("within", Type.int32, { nullable: true })],
    primaryKey,
    foreignKeys: [refersTo("shelves", "within")]
  }),
  createTable({
    name: "books",
    columns: [id, column("author", Type.int32), column("shelf", Type.int32), column("price", Type.decimal(12, 2))],
    primaryKey,
    foreignKeys: [refersTo("authors", "author"), refersTo("shelves", "shelf")]
  }),
  createTable({
    name: "loans",
    columns: [id, column("book", Type.int32)],
    primaryKey,
    foreignKeys: [refersTo("books", "book")]
  })
]

const numbers = (count: number) => ({
  duckdb: `range(1, ${count + 1}) AS numbers (n)`,
  postgres: `generate_series(1, ${count}) AS numbers (n)`
})

const filled = (table: string, values: string, count: number) => {
  const { duckdb, postgres } = numbers(count)
  const insert = `INSERT INTO ${table} SELECT ${values} FROM`
  return execute({ duckdb: `${insert} ${duckdb}`, postgres: `${insert} ${postgres}` }, `DELETE FROM ${table}`)
}

/** Each in a revision of its own: DuckDB can't delete a row together with those that refer to it. */
const rows = [
  filled("authors", "n, 'author ' || n", 100),
  execute("INSERT INTO shelves VALUES (1, NULL)", "DELETE FROM shelves WHERE id = 1"),
  execute("INSERT INTO shelves VALUES (2, 1)", "DELETE FROM shelves WHERE id = 2"),
  filled("books", "n, n % 100 + 1, n % 2 + 1, n * 1.25", 500),
  filled("loans", "n, n % 500 + 1", 1_000)
]

const statement = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

/** A year in the life of the library: additions, renames, changes of types, rows and enums. */
const year = (n: number): ReadonlyArray<ReadonlyArray<Migration.Step<SqlClient.SqlClient>>> => {
  const before = (name: string) => n === 1 ? name : `${name}_${n - 1}`
  const [readers, loans, mood] = [`readers_${n}`, before("loans"), `mood_${n}`]
  const counted = column(readers, Type.int32, { default: "0" })
  // DuckDB tells enums apart by their values
  const values = [`sad in ${n}`, "ok"]
  const [few, more] = [{ name: mood, values }, { name: mood, values: [...values, "happy"] }]
  const type = Type.custom(Type.oneOf(...few.values), { duckdb: `"${mood}"`, postgres: mood })
  return [
    [addColumn("books", counted)],
    [renameColumn("authors", before("name"), `name_${n}`)],
    [Migration.run(
      "count the readers",
      statement(`UPDATE books SET ${readers} = id % 7 + ${n}`),
      statement(`UPDATE books SET ${readers} = 0`)
    )],
    [addCheck("books", { name: `${readers}_check`, condition: `${readers} >= 0` })],
    [changeColumn("books", { from: counted, to: { ...counted, type: Type.int64 } })],
    [createEnum(few), addColumn(loans, column(mood, type, { default: "'ok'" }))],
    [
      changeEnum(few, more),
      execute(
        `UPDATE ${loans} SET ${mood} = 'happy' WHERE id % 3 = 0`,
        `UPDATE ${loans} SET ${mood} = 'ok' WHERE id % 3 = 0`
      )
    ],
    [renameTable(loans, `loans_${n}`), createIndex(`loans_${n}`, `loans_${n}_book`, ["book"])]
  ]
}

/** All of them, in a line. The way back gives every row back as it was. */
export const revisions = [tables, ...rows.map((step) => [step]), ...[1, 2, 3, 4].flatMap(year)].map((up, index) =>
  Migration.make({ id: idAt(index), parents: index === 0 ? [] : [idAt(index - 1)], up })
)

function idAt(index: number): string {
  return `r${String(index + 1).padStart(2, "0")}`
}

/** What is in the database beside the history, as one text: columns, constraints, enums, and a fingerprint of all rows of each table. */
export const state = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const ours = sql.literal("table_schema IN ('main', 'public') AND table_name <> 'andamios_migrations'")
  const columns = yield* sql<{ readonly name: string; readonly table: string; readonly told: string }>`
    SELECT table_name AS "table", column_name AS name,
      concat_ws(' ', table_name, column_name, data_type, is_nullable, coalesce(column_default, '-')) AS told
    FROM information_schema.columns WHERE ${ours} ORDER BY table_name, column_name`
  const constraints = yield* sql<{ readonly told: string }>`
    SELECT concat_ws(' ', table_name, constraint_type, CAST(count(*) AS VARCHAR)) AS told
    FROM information_schema.table_constraints WHERE ${ours} GROUP BY table_name, constraint_type ORDER BY told`
  const enums = yield* sql.onDialectOrElse({
    pg: () =>
      sql<{ readonly told: string }>`
        SELECT concat_ws(' ', enumtypid::regtype, enumlabel) AS told FROM pg_enum ORDER BY enumtypid::regtype::text, enumsortorder`,
    orElse: () =>
      sql<{ readonly told: string }>`
        SELECT concat_ws(' ', type_name, CAST(labels AS VARCHAR)) AS told FROM duckdb_types()
        WHERE logical_type = 'ENUM' AND NOT internal ORDER BY told`
  })
  const told = [...columns, ...constraints, ...enums].map((row) => row.told)
  for (const [table, all] of Map.groupBy(columns, (found) => found.table)) {
    const values = all.map(({ name }) => `coalesce(CAST(${name} AS VARCHAR), '-')`).join(", ")
    const [row] = yield* sql.unsafe<{ readonly told: string }>(
      `SELECT concat_ws(' ', '${table}', CAST(count(*) AS VARCHAR), md5(string_agg(concat_ws('|', ${values}), ';' ORDER BY id)))
        AS told FROM ${table}`
    )
    told.push(row?.told ?? "")
  }
  return told.join("\n")
})

/** The revisions that the database says to have, in order. */
export const history = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [there] = yield* sql`SELECT 1 FROM information_schema.tables WHERE table_name = 'andamios_migrations'`
  if (there === undefined) return []
  return (yield* sql<{ readonly id: string }>`SELECT id FROM andamios_migrations ORDER BY place`).map((row) => row.id)
})
