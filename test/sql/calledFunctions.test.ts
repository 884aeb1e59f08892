/**
 * A text by hand that may call what writes is told from one that only reads.
 */
import { assert, describe, it } from "@effect/vitest"
import { callsUnknown } from "../../src/sql/calledFunctions.ts"

describe("the functions that a text calls", () => {
  it.each([
    ["SELECT count(*), max(id) FROM users WHERE id IN (1, 2) AND (age > 3 OR lower(name) = 'nextval(x)')"],
    ["WITH a AS (SELECT 1), b AS MATERIALIZED (VALUES (1)) SELECT * FROM a JOIN b USING (id) -- drop_all()"],
    ["SELECT sum(pages) OVER (PARTITION BY id) FROM (SELECT 1) AS books"],
    ["SELECT \"nextval\" FROM users"],
    ["SELECT pg_catalog.lower(name), pg_catalog . count(*) FROM app.users"],
    [""]
  ])("are harmless in %s", (sql) => assert.isFalse(callsUnknown(sql)))

  it.each([
    ["SELECT nextval('ids')"],
    ["SELECT \"Rename\" (1)"],
    ["SELECT * FROM app.rename_all()"],
    ["SELECT count(*) FROM users WHERE id = move(id)"],
    ["SELECT app.format('x')"],
    ["SELECT \"pg_catalog\" . lower('x')"],
    ["SELECT app /* ours */ .\nlag('x')"],
    ["SELECT pg_catalog.set_config('a', 'b', false)"]
  ])("may write in %s", (sql) => assert.isTrue(callsUnknown(sql)))
})
