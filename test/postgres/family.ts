/**
 * Parents and their children in PostgreSQL, and what is asked of them without a model.
 */
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import process from "node:process"
import type { ColumnType } from "../../src/model/ColumnType.ts"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { type NewRows } from "../../src/session/Database.ts"
import type { CompiledQuery, ResultColumn } from "../../src/sql/CompiledQuery.ts"
import { columnOf, type Keys, tableOf } from "./madeTable.ts"

const database = Layer.unwrap(
  Effect.map(
    TestDatabase.address,
    (address) => Postgres.layer({ ...address, pool: { size: 3, acquireTimeout: "100 millis" } })
  )
).pipe(Layer.provide(TestDatabase.layerPostgres([])))

const integer: ColumnType = { _tag: "Int32" }

const keys: Readonly<Record<string, Keys>> = {
  parents: { unique: ["id"] },
  children: { unique: ["id", "The \"Name\""], references: "parent" },
  members: { references: "head" }
}

/** Rows of integers, or of one text. */
export const rows = (table: string, values: Record<string, ReadonlyArray<number | string | null>>): NewRows => {
  const columns = Object.entries(values).map(([name, [first]]) =>
    columnOf(name, typeof first === "string" ? { _tag: "Text" } : integer)
  )
  return {
    table: tableOf(table, columns, keys[table]),
    columns,
    values: Object.values(values),
    count: Object.values(values)[0]?.length ?? 0,
    returning: undefined
  }
}

export const statement = (sql: string): CompiledQuery<never> => ({ sql, parameters: [], columns: [], shape: undefined })

export const query = (sql: string): CompiledQuery<unknown> => {
  const column: ResultColumn = {
    index: 0,
    name: "value",
    type: integer,
    nullable: true,
    field: undefined,
    checked: false
  }
  return { sql, parameters: [], columns: [column], shape: { _tag: "Value", column } }
}

const tables = [
  "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
  `CREATE TABLE children (
    id INTEGER NOT NULL, "The ""Name""" INTEGER, name VARCHAR(3), age INTEGER CHECK (age > 0),
    parent INTEGER REFERENCES parents, later INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (id, "The ""Name""")
  )`,
  "CREATE UNIQUE INDEX ON children (abs(age))",
  "CREATE TABLE counters (id INTEGER PRIMARY KEY, value INTEGER)",
  "INSERT INTO counters VALUES (1, 0), (2, 0)",
  "INSERT INTO parents VALUES (1)",
  "INSERT INTO children (id, \"The \"\"Name\"\"\", age, parent) VALUES (1, 1, 7, 1)"
]

export const prepared = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient
  for (const table of tables) yield* sql.unsafe(table)
})).pipe(Layer.provideMerge(database))

/** The process that serves this fiber's connection. */
export const backend = Effect.flatMap(SqlClient, (sql) => sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`).pipe(
  Effect.map(([row]) => row?.pid ?? 0)
)

/** Ends a connection from the server's side, in a moment. */
export const terminate = (pid: number) =>
  Effect.andThen(Effect.sleep("50 millis"), Effect.sync(() => process.kill(pid, "SIGTERM")))
