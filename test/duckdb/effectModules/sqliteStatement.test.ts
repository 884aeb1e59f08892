/**
 * SQLite's statements in DuckDB's words.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { fromSqlite } from "../../../src/duckdb/words/sqliteStatement.ts"
import { tokensOf } from "../../../src/sql/sqlTokens.ts"

const now = "strftime(uuid_extract_timestamp(uuidv7()) AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')"

describe("a statement of SQLite's", () => {
  it.each([
    ["CREATE TABLE t (a INTEGER, b int NOT NULL, c DATETIME)", "CREATE TABLE t (a BIGINT, b BIGINT NOT NULL, c TEXT)"],
    [
      "CREATE TABLE IF NOT EXISTS \"t\" (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, UNIQUE (b))",
      "CREATE TABLE IF NOT EXISTS \"t\" (id BIGINT DEFAULT nextval('\"t_id_seq\"') PRIMARY KEY, b TEXT, UNIQUE (b)" +
      ", rowid BIGINT GENERATED ALWAYS AS (\"id\") VIRTUAL)"
    ],
    [
      "CREATE TABLE t (\"rowid\" integer primary key default 7)",
      "CREATE TABLE t (\"rowid\" BIGINT primary key default 7)"
    ],
    ["CREATE TABLE t (k INT PRIMARY KEY, CHECK (k > 0))", "CREATE TABLE t (k BIGINT PRIMARY KEY, CHECK (k > 0))"],
    ["CREATE TABLE t (p DECIMAL(10, 2), i INTEGER)", "CREATE TABLE t (p DECIMAL(10, 2), i BIGINT)"],
    ["CREATE TABLE t AS SELECT 1 AS integer", "CREATE TABLE t AS SELECT 1 AS integer"],
    ["ALTER TABLE a.t ADD COLUMN IF NOT EXISTS n INTEGER", "ALTER TABLE a.t ADD COLUMN IF NOT EXISTS n BIGINT"],
    ["ALTER TABLE t ADD n DATETIME", "ALTER TABLE t ADD n TEXT"],
    ["CREATE INDEX i ON t (a) WHERE max(a, b) > 1;", "CREATE INDEX i ON t (a);"],
    ["CREATE UNIQUE INDEX i ON t (a) WHERE a > 1", "CREATE UNIQUE INDEX i ON t (a) WHERE a > 1"],
    ["SELECT max(a), MIN(b, c)", "SELECT max(a), list_sort([b, c], 'ASC', 'NULLS FIRST')[1]"],
    [
      "SELECT max(1, max([2], 3))",
      "SELECT list_sort([1, list_sort([[2], 3], 'DESC', 'NULLS FIRST')[1]], 'DESC', 'NULLS FIRST')[1]"
    ],
    ["SELECT max([1, 2]), t.max(1, 2)", "SELECT max([1, 2]), t.max(1, 2)"],
    ["VALUES (current_timestamp)", `VALUES (${now})`],
    ["SELECT t.current_timestamp AS current_timestamp", "SELECT t.current_timestamp AS current_timestamp"],
    [
      "SELECT datetime('now', '+5 Minutes', '-1 day')",
      `SELECT strftime(CAST(${now} AS TIMESTAMP) + INTERVAL '5 Minutes' + INTERVAL '-1 day', '%Y-%m-%d %H:%M:%S')`
    ],
    ["SELECT datetime('now', '1 month')", "SELECT datetime('now', '1 month')"],
    ["SELECT datetime($1, $2)", "SELECT datetime($1, $2)"],
    ["SELECT strftime('%s', at)", "SELECT CAST(floor(epoch(CAST(at AS TIMESTAMP))) AS BIGINT)"],
    ["SELECT strftime('%Y', at)", "SELECT strftime('%Y', at)"],
    ["INSERT OR IGNORE INTO t VALUES (1)", "INSERT OR IGNORE INTO t VALUES (1)"]
  ])("%s", (sqlite, duckdb) => {
    assert.strictEqual(fromSqlite(sqlite).sql, duckdb)
  })

  it("has its sequence made before its table, in the same schema", () => {
    assert.deepStrictEqual(fromSqlite("CREATE TABLE a.\"b\"\"c\" (\"it's\" INTEGER PRIMARY KEY)"), {
      sql: "CREATE TABLE a.\"b\"\"c\" (\"it's\" BIGINT DEFAULT nextval('a.\"b\"\"c_it''s_seq\"') PRIMARY KEY" +
        ", rowid BIGINT GENERATED ALWAYS AS (\"it's\") VIRTUAL)",
      before: ["CREATE SEQUENCE IF NOT EXISTS a.\"b\"\"c_it's_seq\""],
      isReading: false
    })
  })

  it.each([
    ["SELECT 'INSERT' AS \"UPDATE\" -- DELETE", true],
    ["WITH a AS (SELECT 1) SELECT * FROM a", true],
    ["FROM t", true],
    ["WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", false],
    ["UPDATE t SET a = 1 RETURNING a", false],
    ["CREATE TABLE t (a INT)", false],
    ["CHECKPOINT", false],
    ["", false]
  ])("%s is told to read, or not", (sql, isReading) => {
    assert.strictEqual(fromSqlite(sql).isReading, isReading)
  })

  const told = "max(a, b) CURRENT_TIMESTAMP datetime('now') INTEGER ( ) , ; WHERE"
  const hidden = [
    `'${told.replaceAll("'", "''")}'`,
    `E'\\'${told.replaceAll("'", "\\'")}'`,
    `"${told}"`,
    `$$${told}$$`,
    `$of$ $$ ${told} $of$`,
    `-- ${told}\n`,
    `/* ${told} /* ${told} */ ${told} */`
  ]
  const shown = [
    "SELECT",
    "max(a)",
    "FROM t",
    "(",
    ")",
    ",",
    "1.5e3",
    "$1",
    "x.max",
    "[",
    "é",
    "::INTEGER",
    "WHERE",
    " ",
    "\n"
  ]

  it.prop(
    "that needs nothing stays as it is, whatever stands in its quotes and comments",
    [Schema.Array(Schema.Literals([...hidden, ...shown]))],
    ([parts]) => {
      const sql = `SELECT ${parts.join(" ")}`
      assert.strictEqual(fromSqlite(sql).sql, sql)
    }
  )

  it.prop("is never lost in part, whatever it is", [Schema.String], ([text]) => {
    const { sql } = fromSqlite(text)
    assert.isString(sql)
    const tokens = tokensOf(text)
    assert.isTrue(tokens.every(({ end, start }, index) => start < end && start >= (tokens[index - 1]?.end ?? 0)))
  })
})
