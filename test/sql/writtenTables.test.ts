import { assert, describe, it } from "@effect/vitest"
import { textWrites } from "../../src/sql/writtenTables.ts"

const named = (deletes: boolean, ...names: ReadonlyArray<string>) => ({
  _tag: "Named",
  written: new Set(names),
  deletes
})

describe("the tables that a text writes to", () => {
  it.each([
    ["SELECT * FROM users"],
    ["  -- update users\n SELECT 'DELETE FROM users'"],
    ["WITH a AS (SELECT 1) SELECT * FROM a"],
    ["SELECT * FROM users FOR NO KEY UPDATE"],
    ["FROM users"],
    ["PIVOT users ON name"],
    ["VALUES (1)"],
    ["EXPLAIN SELECT * FROM users"],
    ["SHOW TABLES"],
    [""]
  ])("are none of %s", (sql) => assert.deepStrictEqual(textWrites(sql), { _tag: "Nothing" }))

  it.each([
    ["INSERT INTO users VALUES (1)", named(false, "users")],
    ["insert or replace into \"My Users\" values (1)", named(false, "my users")],
    ["UPDATE ONLY app.users SET name = '' FROM others", named(false, "users")],
    ["DELETE FROM \"app\".\"Users\" USING others", named(true, "users")],
    ["TRUNCATE users", named(true, "users")],
    ["TRUNCATE TABLE users", named(true, "users")],
    ["REFRESH MATERIALIZED VIEW app.totals", named(false, "totals")],
    ["refresh materialized view concurrently totals WITH DATA", named(false, "totals")],
    [
      "MERGE INTO users USING staged ON true WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN DELETE",
      named(true, "users")
    ],
    ["INSERT INTO users SELECT * FROM others ON CONFLICT DO UPDATE SET a = 1", named(false, "users")],
    ["DELETE FROM ", named(true, "")],
    ["WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", named(true, "a", "b")]
  ])("are those that it names in %s", (sql, expected) => assert.deepStrictEqual<unknown>(textWrites(sql), expected))

  it.each([
    ["CREATE TABLE users (id INT)"],
    ["SELECT * INTO others FROM users"],
    ["COPY users FROM 'users.csv'"],
    ["CALL change()"],
    ["SELECT 1; DELETE FROM users"],
    ["EXPLAIN ANALYZE DELETE FROM users"],
    ["COMMIT"]
  ])("can't be told of %s", (sql) => assert.deepStrictEqual(textWrites(sql), { _tag: "Anything" }))

  it("are told of any number of texts", () => {
    const numbers = Array.from({ length: 3_000 }, (_, number) => number)
    for (const number of [...numbers, ...numbers.toReversed()]) {
      assert.deepStrictEqual<unknown>(textWrites(`DELETE FROM t${number}`), named(true, `t${number}`))
    }
  })
})
