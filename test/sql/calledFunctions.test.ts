/**
 * A text by hand that may call what writes is told from one that only reads.
 */
import { assert, describe, it } from "@effect/vitest"
import { onlyReads, unknownCalls } from "../../src/sql/calledFunctions.ts"

describe("the functions that a text calls", () => {
  it.each([
    ["SELECT count(*), max(id) FROM users WHERE id IN (1, 2) AND (age > 3 OR lower(name) = 'nextval(x)')"],
    ["WITH a AS (SELECT 1), b AS MATERIALIZED (VALUES (1)) SELECT * FROM a JOIN b USING (id) -- drop_all()"],
    ["WITH a (id) AS (SELECT 1), b(id, n) AS NOT MATERIALIZED (VALUES (1, 2)) SELECT * FROM a JOIN b USING (id)"],
    ["SELECT sum(pages) OVER (PARTITION BY id) FROM (SELECT 1) AS books"],
    ["SELECT * FROM (VALUES (1)) numbers (n), (VALUES (2)) AS others(n)"],
    ["SELECT \"nextval\" FROM users"],
    ["SELECT pg_catalog.lower(name), pg_catalog . count(*) FROM app.users"],
    ["INSERT INTO users (id, name) VALUES (1, lower('Ada')) ON CONFLICT (id) DO UPDATE SET (name) = ROW ('Bo')"],
    ["INSERT INTO \"app\".\"users\" AS u (id) SELECT 1 RETURNING (id)"],
    [""]
  ])("are harmless in %s", (sql) => assert.deepStrictEqual(unknownCalls(sql), []))

  it.each([
    ["SELECT nextval('ids')", ["nextval"]],
    ["SELECT \"Rename\" (1), rename (2)", ["rename"]],
    ["SELECT * FROM app.rename_all(), other_call() AS (id INT), further() AS f(id INT)", [
      "rename_all",
      "other_call",
      "further"
    ]],
    ["SELECT count(*) FROM users WHERE id = move(id)", ["move"]],
    ["INSERT INTO users (id) VALUES (made(1))", ["made"]],
    ["SELECT app.format('x')", ["format"]],
    ["SELECT \"pg_catalog\" . lower('x')", ["lower"]],
    ["SELECT app /* ours */ .\nlag('x')", ["lag"]],
    ["SELECT pg_catalog.set_config('a', 'b', false)", ["set_config"]]
  ])("may write in %s", (sql, names) => {
    assert.deepStrictEqual(unknownCalls(sql), names)
    assert.isFalse(onlyReads(sql))
  })

  it("and what it writes to tell whether it only reads", () => {
    assert.isTrue(onlyReads("SELECT lower(name) FROM users"))
    assert.isFalse(onlyReads("DELETE FROM users"))
  })
})
