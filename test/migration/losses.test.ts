/**
 * What operations may lose is told before anything is tried.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ColumnType, Migration, Structure, Type } from "andamios-orm"
import { lostBetween } from "../../src/migration/proving/fitting.ts"
import { lossesOf } from "../../src/migration/proving/losses.ts"

const enumOf = Type.oneOf("draft", "public")
const mood = Type.custom(Type.text, { duckdb: "MOOD", postgres: "mood" })
const point = Type.struct(["x", Type.int32], ["y", Type.int32])

/** Every value of the first fits the second. */
const widening: ReadonlyArray<readonly [ColumnType.ColumnType, ColumnType.ColumnType]> = [
  [Type.int8, Type.int16],
  [Type.uint8, Type.int16],
  [Type.int64, Type.decimal(19, 0)],
  [Type.int16, Type.float],
  [Type.int32, Type.double],
  [Type.int32, Type.textOf({ least: 0, most: 11 })],
  [Type.int64, Type.text],
  [Type.decimal(8, 2), Type.decimal(10, 4)],
  [Type.decimal(9, 0), Type.int32],
  [Type.decimal(15, 5), Type.double],
  [Type.decimal(6, 2), Type.float],
  [Type.decimal(6, 2), Type.text],
  [Type.float, Type.double],
  [Type.double, Type.double],
  [Type.double, Type.text],
  [Type.textOf({ least: 0, most: 5 }), Type.textOf({ least: 0, most: 6 })],
  [Type.textOf({ least: 0, most: 5 }), Type.text],
  [enumOf, Type.oneOf("public", "old", "draft")],
  [enumOf, Type.textOf({ least: 0, most: 6 })],
  [Type.boolean, Type.int8],
  [Type.boolean, Type.text],
  [Type.date, Type.timestamp],
  [Type.date, Type.text],
  [Type.timestamp, Type.timestamp],
  [Type.timestamp, Type.text],
  [Type.uuid, Type.textOf({ least: 36, most: 36 })],
  [Type.blob, Type.text],
  [Type.json, Type.json],
  [Type.time, Type.time],
  [Type.interval, Type.text],
  [Type.list(Type.int8), Type.list(Type.int16)],
  [Type.list(Type.int8, 3), Type.list(Type.int8)],
  [point, Type.struct(["y", Type.int64], ["x", Type.int32], ["z", Type.int32])],
  [Type.map(Type.int8, Type.int8), Type.map(Type.int16, Type.text)],
  [mood, Type.custom(Type.text, { postgres: "mood", duckdb: "MOOD" })],
  [mood, Type.text]
]

/** Values of the first may lose something as those of the second. */
const narrowing: ReadonlyArray<readonly [ColumnType.ColumnType, ColumnType.ColumnType, string]> = [
  [Type.int16, Type.int8, "numbers that are not from -128 to 127"],
  [Type.int8, Type.uint8, "numbers that are not from 0 to 255"],
  [Type.int64, Type.decimal(18, 0), "numbers of more than 18 digits before the point"],
  [Type.int64, Type.double, "digits behind the 15th"],
  [Type.int32, Type.float, "digits behind the 6th"],
  [Type.int32, Type.textOf({ least: 0, most: 10 }), "characters behind the 10th"],
  [Type.int32, Type.boolean, "what a boolean can't hold"],
  [Type.int32, enumOf, "what an enum can't hold"],
  [Type.decimal(8, 2), Type.decimal(8, 1), "digits behind the 1st after the point"],
  [Type.decimal(8, 2), Type.decimal(8, 0), "digits behind the point"],
  [Type.decimal(8, 2), Type.decimal(8, 3), "numbers of more than 5 digits before the point"],
  [Type.decimal(8, 2), Type.int64, "digits behind the point"],
  [Type.decimal(10, 0), Type.int32, "numbers that are not from -2147483648 to 2147483647"],
  [Type.decimal(16, 2), Type.double, "digits behind the 15th"],
  [Type.decimal(8, 2), Type.textOf({ least: 0, most: 3 }), "characters behind the 3rd"],
  [Type.decimal(8, 2), Type.uuid, "what a uuid can't hold"],
  [Type.double, Type.float, "digits behind the 6th"],
  [Type.double, Type.int32, "digits behind the point"],
  [Type.float, Type.date, "what a date can't hold"],
  [Type.text, Type.textOf({ least: 0, most: 12 }), "characters behind the 12th"],
  [Type.textOf({ least: 0, most: 30 }), Type.textOf({ least: 0, most: 22 }), "characters behind the 22nd"],
  [Type.text, enumOf, "texts other than draft, public"],
  [Type.text, Type.date, "texts that are no date"],
  [enumOf, Type.oneOf("draft"), "the values public"],
  [enumOf, Type.textOf({ least: 0, most: 5 }), "characters behind the 5th"],
  [Type.boolean, Type.date, "what a date can't hold"],
  [Type.date, Type.timestampZoned, "what a timestamp can't hold"],
  [Type.timestamp, Type.timestampZoned, "instants that depend on the time zone of the session"],
  [Type.timestamp, Type.date, "the time of the day"],
  [Type.timestamp, Type.time, "the day"],
  [Type.timestamp, Type.uuid, "what a uuid can't hold"],
  [Type.json, point, "what an object can't hold"],
  [Type.list(Type.int16), Type.list(Type.int8), "numbers that are not from -128 to 127"],
  [Type.list(Type.int8), Type.list(Type.int8, 3), "lists that are not 3 long"],
  [Type.list(Type.int8), Type.text, "what a text can't hold"],
  [point, Type.struct(["x", Type.int32]), "the fields y"],
  [point, Type.struct(["x", Type.int32], ["y", Type.int8]), "numbers that are not from -128 to 127"],
  [point, Type.json, "what a JSON document can't hold"],
  [Type.map(Type.int16, Type.int8), Type.map(Type.int8, Type.int8), "numbers that are not from -128 to 127"],
  [Type.map(Type.int8, Type.int8), Type.map(Type.int8, Type.uint8), "numbers that are not from 0 to 255"],
  [Type.map(Type.int8, Type.int8), Type.text, "what a text can't hold"],
  [mood, Type.custom(Type.text, { postgres: "other" }), "what a type of the database's own can't hold"],
  [Type.text, mood, "what a type of the database's own can't hold"]
]

describe("what fits into what", () => {
  it.each(widening)("%j loses nothing as %j", (from, to) => {
    assert.isUndefined(lostBetween(from, to))
  })

  it.each(narrowing)("%j may lose something as %j", (from, to, reason) => {
    assert.strictEqual(lostBetween(from, to), reason)
  })
})

describe("losses of operations", () => {
  const price = Migration.column("price", Type.decimal(8, 2))
  const books = { name: "books", columns: [price] }
  const told = (operation: Migration.Operation, before: Structure.Structure = Structure.empty) =>
    lossesOf(operation, before).map(({ reason, what }) => `${what}: ${reason}`)

  it("tells what is dropped", () => {
    assert.deepStrictEqual(told(Migration.dropTable({ ...books, schema: "shop" })), [
      "shop.books: all rows of the table"
    ])
    assert.deepStrictEqual(told(Migration.dropColumn("books", price)), ["books.price: all values of the column"])
    assert.deepStrictEqual(told(Migration.dropColumn("books", { ...price, generated: "1" })), [])
    assert.deepStrictEqual(told(Migration.dropSequence({ name: "counter", start: 1, increment: 1 })), [
      "counter: the number that the sequence has come to"
    ])
    assert.deepStrictEqual(told(Migration.dropSchema("shop")), [])
    const table = { ...books, schema: "shop", uniques: [], checks: [], foreignKeys: [], indexes: [] }
    assert.deepStrictEqual(told(Migration.dropSchema("shop"), { ...Structure.empty, tables: [table] }), [
      "shop.books: all rows of the table, where the schema goes with what is in it"
    ])
  })

  it("tells what columns and enums lose when they change", () => {
    const changed = (to: Partial<Structure.ColumnStructure>, using?: Structure.SqlText, from = price) =>
      told(
        Migration.changeColumn("books", { from, to: { ...price, ...to }, ...(using === undefined ? {} : { using }) })
      )
    assert.deepStrictEqual(changed({ type: Type.decimal(10, 2), nullable: true, default: "1" }), [])
    assert.deepStrictEqual(changed({ type: Type.decimal(8, 0) }), ["books.price: digits behind the point"])
    assert.deepStrictEqual(changed({}, "price / 2"), ["books.price: what price / 2 makes other of them"])
    assert.deepStrictEqual(changed({}, { duckdb: "a", postgres: "b" }), ["books.price: what a; b makes other of them"])
    assert.deepStrictEqual(changed({ generated: "1" }), [
      "books.price: all values of the column, which are computed from now on"
    ])
    assert.deepStrictEqual(changed({ generated: "2", type: Type.int8 }, undefined, { ...price, generated: "1" }), [])

    const from = { name: "state", values: ["draft", "public"] }
    assert.deepStrictEqual(told(Migration.changeEnum(from, { ...from, values: ["public"] })), [
      "state: the values draft where columns have them"
    ])
    assert.deepStrictEqual(told(Migration.changeEnum(from, { ...from, values: ["old", ...from.values] })), [])
  })

  it.each([
    "DELETE FROM books",
    "WITH old AS (SELECT 1) UPDATE books SET price = 0",
    "/* it's */ drop table books",
    "TRUNCATE books",
    "INSERT OR REPLACE INTO books VALUES (1)",
    "CREATE OR REPLACE TABLE books (id INTEGER)",
    "MERGE INTO books USING others ON true WHEN MATCHED THEN DELETE",
    "ALTER TABLE books ALTER COLUMN \"the price\" SET DATA TYPE INTEGER",
    "INSERT INTO books VALUES (1) ON CONFLICT DO UPDATE SET price = 1"
  ])("tells that SQL by hand may take something away: %s", (sql) => {
    assert.deepStrictEqual(told(Migration.execute(sql)), [`SQL: what this takes away: ${sql}`])
  })

  it.each([
    "INSERT INTO books VALUES ('drop it; it''s a delete')",
    "CREATE TABLE \"delete\" (id INTEGER REFERENCES books ON DELETE CASCADE ON UPDATE CASCADE)",
    "SELECT 1 -- drop table books\nFROM books FOR UPDATE",
    "SELECT replace(name, 'a', 'b') FROM books",
    "CREATE OR REPLACE VIEW dear AS SELECT * FROM books",
    "CREATE TRIGGER told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON books EXECUTE FUNCTION tell()"
  ])("tells nothing of SQL that takes nothing away: %s", (sql) => {
    assert.deepStrictEqual(told(Migration.execute(sql)), [])
  })

  it("shortens SQL that is long", () => {
    const [told80] = told(Migration.execute(`DELETE FROM books\n  WHERE ${"price > 1 AND ".repeat(20)} true`))
    assert.isTrue(told80?.endsWith("…"))
    assert.isBelow(told80?.length ?? 0, 120)
  })

  it("tells nothing of what only adds, renames or takes away rules", () => {
    for (
      const operation of [
        Migration.createTable(books),
        Migration.renameTable("books", "works"),
        Migration.addColumn("books", price),
        Migration.renameColumn("books", "price", "cost"),
        Migration.addUnique("books", { columns: ["price"] }),
        Migration.dropEnum({ name: "state", values: ["draft"] }),
        Migration.dropView({ name: "dear", sql: "SELECT 1" })
      ]
    ) assert.deepStrictEqual(told(operation), [])
  })
})
