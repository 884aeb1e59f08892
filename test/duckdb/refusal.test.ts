/**
 * A dangerous statement is told from its words, however they are written, and no other statement is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { foreignKeysOf, refusalOf } from "../../src/duckdb/connection/refusal.ts"
import { isOneStatement } from "../../src/sql/words.ts"
import * as Bare from "./laws/bare.ts"

describe("what a refusal asks about", () => {
  it.each([
    ["ALTER TABLE cities RENAME TO towns", ["cities"]],
    ["alter table if exists only cities * rename to towns", ["cities"]],
    ["ALTER TABLE if RENAME TO towns", ["if"]],
    [`ALTER TABLE atlas."Big ""Cities""" RENAME TO towns`, ["atlas", `Big "Cities"`]],
    ["ALTER TABLE memory . main . städte RENAME TO towns", ["memory", "main", "städte"]],
    ["--\n/* a /* b */ c */;;ALTER--x\r/**/TABLE cities RENAME/**/TO towns", ["cities"]],
    ["CREATE OR REPLACE TABLE cities (name VARCHAR)", ["cities"]],
    ["CREATE OR REPLACE TABLE cities AS FROM towns", ["cities"]],
    ["create or replace unlogged table main.cities(name varchar)", ["main", "cities"]],
    ["CREATE OR REPLACE TEMP TABLE cities (name VARCHAR)", ["temp", "cities"]],
    ["CREATE OR REPLACE LOCAL TEMPORARY TABLE cities (name VARCHAR)", ["temp", "cities"]],
    ["CREATE OR REPLACE TEMP TABLE temp.cities (name VARCHAR)", ["temp", "cities"]],
    ["EXPLAIN ANALYZE ALTER TABLE cities RENAME TO towns", ["cities"]],
    ["EXPLAIN (ANALYZE, FORMAT json) CREATE OR REPLACE TABLE cities AS SELECT 1", ["cities"]]
  ])("%s", (sql, table) => {
    assert.deepStrictEqual(refusalOf(sql)?.table, table)
  })
})

describe("what is always refused", () => {
  it.each([
    "DROP SEQUENCE numbering CASCADE",
    "drop sequence if exists main.\"numbering\" cascade;",
    "DROP /* CASCADE */ SEQUENCE numbering -- RESTRICT\nCASCADE",
    "DROP MACRO twice CASCADE",
    "DROP FUNCTION twice CASCADE",
    "DROP MACRO TABLE twice CASCADE"
  ])("%s", (sql) => {
    const refusal = refusalOf(sql)
    assert.include(refusal?.feature, "CASCADE")
    assert.isUndefined(refusal?.table)
  })
})

describe("what is not refused", () => {
  it.each([
    "",
    ";",
    "--",
    "/*",
    "\"",
    "EXPLAIN (",
    "ALTER TABLE cities RENAME COLUMN name TO title",
    "ALTER TABLE cities RENAME name TO title",
    "ALTER TABLE cities RENAME \"to\" TO title",
    "ALTER VIEW cities RENAME TO towns",
    "ALTER TABLE cities ADD COLUMN name VARCHAR DEFAULT 'x RENAME TO y'",
    "-- ALTER TABLE cities RENAME TO towns",
    "/* ALTER TABLE cities RENAME TO towns */ SELECT 1",
    "/* /* */ ALTER TABLE cities RENAME TO towns",
    "SELECT 'ALTER TABLE cities RENAME TO towns'",
    "\"ALTER\" TABLE cities RENAME TO towns",
    "CREATE TABLE cities (name VARCHAR)",
    "CREATE TABLE IF NOT EXISTS replace (name VARCHAR)",
    "CREATE OR REPLACE VIEW cities AS SELECT 'CREATE OR REPLACE TABLE cities'",
    "CREATE OR REPLACE MACRO cities() AS 1",
    "DROP SEQUENCE numbering",
    "DROP SEQUENCE cascade",
    "DROP SEQUENCE IF EXISTS cascade",
    "DROP SEQUENCE \"numbering CASCADE\"",
    "DROP SEQUENCE numbering /* CASCADE */",
    "DROP TABLE cities CASCADE",
    "DROP SCHEMA atlas CASCADE"
  ])("%s", (sql) => {
    assert.isUndefined(refusalOf(sql))
  })

  it.effect.prop("whatever a query holds", { text: Schema.String }, ({ text }) =>
    Effect.sync(() => {
      assert.isUndefined(refusalOf(`SELECT ${text}`))
      assert.isUndefined(refusalOf(`INSERT INTO notes VALUES ('${text}')`))
    }))
})

describe("one statement", () => {
  it.each([
    ["", true],
    ["SELECT 1", true],
    ["SELECT 1; -- the end\n /* of it */", true],
    ["SELECT ';', \";\" -- ;\n /* ; */", true],
    ["; SELECT 1;", true],
    ["SELECT 1; SELECT 2", false],
    ["SELECT ';'; SELECT 2", false]
  ])("%s: %s", (sql, isOne) => {
    assert.strictEqual(isOneStatement(sql), isOne)
  })
})

describe("a table's foreign keys", () => {
  const found = Effect.fnUntraced(function*(table: ReadonlyArray<string>) {
    const connection = yield* Bare.connection
    yield* Bare.run(
      connection,
      "CREATE SCHEMA atlas",
      "CREATE TABLE countries (code VARCHAR PRIMARY KEY, follows VARCHAR REFERENCES countries (code))",
      "CREATE TABLE atlas.countries (code VARCHAR PRIMARY KEY)",
      "CREATE TABLE atlas.\"Big 'Cities'\" (country VARCHAR REFERENCES atlas.countries (code))",
      "CREATE TEMP TABLE rivers (name VARCHAR PRIMARY KEY, mouth VARCHAR REFERENCES rivers (name))"
    )
    return (yield* Bare.rows(connection, foreignKeysOf(table))).length
  }, Effect.scoped)

  const there: ReadonlyArray<ReadonlyArray<string>> = [
    ["countries"],
    ["MAIN", "Countries"],
    ["memory", "countries"],
    ["memory", "main", "countries"],
    ["big 'cities'"],
    ["atlas", "Big 'Cities'"],
    ["memory", "atlas", "Big 'Cities'"],
    ["rivers"],
    ["temp", "rivers"]
  ]
  for (const table of there) {
    it.live(`are found by ${table.join(".")}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* found(table), 1)
      }))
  }

  const elsewhere: ReadonlyArray<ReadonlyArray<string>> = [
    ["atlas", "countries"],
    ["temp", "countries"],
    ["memory", "atlas", "countries"],
    ["other", "main", "countries"],
    ["nowhere"]
  ]
  for (const table of elsewhere) {
    it.live(`are not found by ${table.join(".")}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* found(table), 0)
      }))
  }
})
