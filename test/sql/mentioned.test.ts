/**
 * What a text reads is known only where all that it mentions is.
 */
import { assert, describe, it } from "@effect/vitest"
import { catalogOf } from "../../src/sql/catalog.ts"
import { mentioned } from "../../src/sql/mentioned.ts"

const text = null

const catalog = catalogOf([
  { kind: "table", name: "Users", text },
  { kind: "table", name: "orders", text },
  { kind: "view", name: "totals", text: "SELECT sum(amount) FROM orders" },
  { kind: "opaque", name: "my_function", text },
  { kind: "opaque", name: "order_numbers", text },
  { kind: "pure", name: "sum", text },
  { kind: "pure", name: "left", text }
])

const named = (sql: string) => {
  const found = mentioned(sql, catalog)
  return found === undefined ? "all" : [...found].toSorted().join(" ")
}

describe("what a text mentions", () => {
  it.each([
    ["SELECT 1", ""],
    ["SELECT * FROM users", "users"],
    ["select * from \"USERS\" u, app.orders", "orders users"],
    ["SELECT (SELECT sum(amount) FROM orders) FROM (users CROSS JOIN LATERAL (SELECT 1) AS one)", "orders users"],
    ["SELECT 'users' FROM orders -- totals", "orders users"],
    ["SELECT * FROM 'users'", "users"],
    [
      "SELECT \"left\"(name, 1), sum(DISTINCT id) FILTER (WHERE id IN (1, 2)) OVER (PARTITION BY id) FROM users",
      "users"
    ],
    ["SELECT EXTRACT(year FROM born), TRIM(BOTH FROM name), SUBSTRING(name FROM 2) FROM users", "users"],
    ["SELECT a IS NOT DISTINCT FROM b, c IS DISTINCT FROM d FROM users", "users"],
    ["SELECT x::VARCHAR(3), CAST(y AS numeric(3, 2)) FROM users", "users"],
    ["WITH one AS (SELECT 1), two(n) AS NOT MATERIALIZED (SELECT 2) SELECT * FROM one, two JOIN one AS x ON TRUE", ""],
    ["WITH RECURSIVE one AS MATERIALIZED (SELECT 1 FROM users) SELECT * FROM one", "users"],
    ["SELECT * FROM (VALUES (1)) AS v(n), (VALUES (2)) w(n) JOIN users ON TRUE, orders", "orders users"],
    ["SELECT sum(n) OVER w FROM users WINDOW w AS (ORDER BY a, b)", "users"],
    ["SELECT * FROM users WHERE a = 1 GROUP BY a, b HAVING (a) > 0 ORDER BY a, b LIMIT (3)", "users"],
    ["CREATE VIEW \"totals\" (a, b) AS SELECT a, b FROM orders", "orders"],
    ["PIVOT users ON name USING sum(id)", "users"],
    ["TABLE totals", "totals"],
    ["SELECT * FROM ROWS FROM (sum(1)) AS rows, users", "users"],
    ["SELECT users.id FROM app.users", "users"],
    ["SELECT * FROM users )", "users"]
  ])("is known in %s", (sql, expected) => assert.strictEqual(named(sql), expected))

  it.each([
    "SELECT * FROM unknown",
    "SELECT * FROM users, unknown",
    "SELECT * FROM users JOIN unknown ON TRUE",
    "SELECT * FROM users JOIN orders ON TRUE, unknown",
    "SELECT * FROM app.unknown",
    "SELECT * FROM rows",
    "SELECT * FROM (unknown JOIN users ON TRUE)",
    "SELECT * FROM users WHERE EXISTS (SELECT FROM ONLY unknown)",
    "SELECT * FROM 'file.csv'",
    "SELECT * FROM \"file.csv\"",
    "SELECT my_function(1)",
    "SELECT u.my_function FROM users u",
    "SELECT \"MY_FUNCTION\"(1)",
    "SELECT next FROM order_numbers",
    "SELECT not_pure(1)",
    "SELECT * FROM read_it('users')",
    "SELECT * FROM users, made(1) AS (a INT)",
    "SELECT current_date FROM users",
    "SELECT * FROM users TABLESAMPLE SYSTEM (1)",
    "SELECT * FROM pg_class",
    "SELECT * FROM information_schema.tables",
    "SELECT duckdb_tables",
    "SELECT * FROM U&\"\\0075sers\""
  ])("isn't in %s", (sql) => assert.strictEqual(named(sql), "all"))
})
