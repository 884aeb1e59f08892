/**
 * Columns of every type that tables of others have are found, read and written back without a loss.
 */
import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { Database } from "../../src/session/Database.ts"
import type { CompiledQuery, ResultColumn } from "../../src/sql/CompiledQuery.ts"

/** Each type with a value in it. */
const types = {
  "jsonb": `{"a": [1, null]}`,
  "json": `{"a":1}`,
  "integer[]": "{1,NULL,3}",
  "text[]": `{"a \\"b\\"",NULL,""}`,
  "uuid[]": "{13fbc8d5-49b5-4764-8461-65f253ed9ee5}",
  "timestamp with time zone[]": `{"2024-02-29 12:30:00.000001+00"}`,
  "numeric[]": "{1.50,2}",
  "interval[]": `{"1 mon 2 days 00:00:00.000003"}`,
  "numeric": "1.500",
  "numeric(50,2)": "1.50",
  "int4range": "[1,5)",
  "int8range": "(,5)",
  "numrange": "(1.50,2]",
  "daterange": "empty",
  "tsrange": `["2024-02-29 12:30:00.000001",)`,
  "tstzrange": `["2024-02-29 12:30:00.000001+00",infinity)`,
  "int4multirange": "{[1,3),[5,7)}",
  "tstzmultirange": "{}",
  "int4range[]": `{"[1,2)",NULL}`,
  "interval": "1 mon -2 days +00:00:00.000001",
  "timestamp without time zone": "2024-02-29 12:30:00.000001",
  "timestamp(3) with time zone": "2024-02-29 12:30:00.123+00",
  "time without time zone": "23:59:59.999999",
  "time with time zone": "12:00:00.000001+02",
  "inet": "10.0.0.1/8",
  "inet[]": "{10.0.0.1,::1}",
  "cidr": "10.0.0.0/8",
  "macaddr": "08:00:2b:01:02:03",
  "macaddr8": "08:00:2b:01:02:03:04:05",
  "money": "$1,234.50",
  "money[]": "{$1.00,-$2.00}",
  "xml": "<a>b</a>",
  "point": "(1,2)",
  "polygon": "((0,0),(1,1),(1,0))",
  "bit(3)": "101",
  "bit varying": "",
  "tsvector": "'a':1 'b'",
  "tsquery": "'a' & 'b'",
  "citext": "Ada",
  "citext[]": "{Ada}",
  "hstore": `"a"=>"1", "b"=>NULL`,
  "mood": "fine",
  "mood[]": "{fine,bad}",
  "positive": "5",
  "mail": "Ada@example.org",
  "pair": `(1,"a b")`,
  "pair[]": `{"(1,\\"a b\\")"}`,
  "own_range": "[1,3)",
  "character(3)": "a  ",
  "name": "a",
  "\"char\"": "a",
  "pg_lsn": "1/2",
  "regtype": "integer",
  "jsonpath": "$.\"a\"",
  "oid": "26"
} as const

const before = [
  "CREATE EXTENSION citext",
  "CREATE EXTENSION hstore",
  "CREATE TYPE mood AS ENUM ('fine', 'bad')",
  "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
  "CREATE DOMAIN mail AS citext",
  "CREATE TYPE pair AS (a integer, b text)",
  "CREATE TYPE own_range AS RANGE (subtype = integer)"
]

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("types of tables that others have made", (it) => {
  it.effect("are found, and their values read and written back as they were", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { dialect, introspect, read } = yield* Database
      yield* Effect.forEach(before, (text) => sql.unsafe(text))
      const names = Object.keys(types)
      yield* sql.unsafe(`CREATE TABLE odd (${names.map((type, index) => `c${index} ${type}`).join(", ")})`)
      yield* sql.unsafe(
        `INSERT INTO odd VALUES (${Object.values(types).map((value) => `'${value.replaceAll("'", "''")}'`).join(", ")})`
      )
      const { tables } = yield* introspect
      const odd = tables.find(({ name }) => name === "odd")
      assert.lengthOf(odd?.columns ?? [], names.length)
      for (const [index, found] of (odd?.columns ?? []).entries()) {
        const { name, type } = found
        const column: ResultColumn = { index: 0, name, type, nullable: true, field: undefined, checked: false }
        const select: CompiledQuery<unknown> = {
          sql: `SELECT ${dialect.selected(type, name)} FROM odd`,
          parameters: [],
          columns: [column],
          shape: { _tag: "Value", column }
        }
        const [value] = yield* read(select)
        assert.isDefined(value, names[index])
        const equal: CompiledQuery<unknown> = {
          ...select,
          sql: `SELECT ${name}::text = CAST(${dialect.placeholder(1, type)} AS ${
            dialect.columnType(type)
          })::text FROM odd`,
          parameters: [{ type, value }],
          columns: [{ ...column, type: { _tag: "Boolean" } }],
          shape: { _tag: "Value", column: { ...column, type: { _tag: "Boolean" } } }
        }
        assert.deepStrictEqual(yield* read(equal), [true], names[index])
      }
    }))
})
