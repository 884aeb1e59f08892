/**
 * What databases tell of checks and defaults, read as a person would have written it in a model.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ColumnType, Type } from "andamios-orm"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { checked } from "../../src/migration/pulling/checkText.ts"
import { withDefault } from "../../src/migration/pulling/defaultText.ts"
import { docComment, enclosed, template } from "../../src/migration/pulling/layout.ts"
import { camel, className, key, take } from "../../src/migration/pulling/names.ts"
import { bareWords, conjuncts, plainWords } from "../../src/migration/pulling/plainWords.ts"
import { comparedAs, schemaText } from "../../src/migration/pulling/schemaText.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"

const integer = Type.int32
const safe: ColumnType.ColumnType = { _tag: "Int64", as: "number" }
const big: ColumnType.ColumnType = { _tag: "Int64", as: "bigint" }
const short: ColumnType.ColumnType = { _tag: "Text", length: { least: 0, most: 5 } }

describe("words of SQL", () => {
  it.each([
    ["a>=1", "a >= 1"],
    ["(a != 1)", "a <> 1"],
    [
      "('x'::text = ANY (ARRAY['a'::character varying, 'b''::c'::varchar(20)]::text[]))",
      "'x' = ANY ARRAY [ 'a' , 'b''::c' ]"
    ],
    ["'2020-01-01'::timestamp(6) without time zone", "'2020-01-01'"],
    ["x::double precision > 1.5", "x > 1.5"],
    ["CAST(CAST(a AS VARCHAR) AS DECIMAL(10, 2)) = 1", "a = 1"],
    ["CAST(a AS", "a"],
    ["\"Big One\" = \"recipientId\"", "\"Big One\" = recipientId"],
    ["\"and\" = \"plain\"", "\"and\" = plain"],
    ["\"ä\" = 'it''s'", "\"ä\" = 'it''s'"]
  ])("%s is %s without casts and brackets", (sql, words) => {
    assert.strictEqual(bareWords(sql), words)
  })

  it.each<readonly [string, ReadonlyArray<string>]>([
    ["((a > 1) AND (b < 2))", ["a > 1", "b < 2"]],
    ["a BETWEEN 1 AND 2 AND b = 3", ["a BETWEEN 1 AND 2", "b = 3"]],
    ["(a = 1) OR (b = 2 AND c = 3)", ["a = 1 OR b = 2 AND c = 3"]],
    ["a = '(AND)'", ["a = '(AND)'"]],
    ["(a = 1", ["a = 1"]]
  ])("%s joins conditions", (sql, parts) => {
    assert.deepStrictEqual(conjuncts(plainWords(sql)), parts)
  })
})

describe("a check", () => {
  it.each<readonly [string, ColumnType.ColumnType, string]>([
    ["(a > 0)", integer, "Schema.isGreaterThan(0)"],
    ["(a >= - 3 AND a < 150)", safe, "Schema.isGreaterThanOrEqualTo(-3), Schema.isLessThan(150)"],
    ["a <= '9007199254740993'::bigint", big, "Schema.isLessThanOrEqualToBigInt(9007199254740993n)"],
    ["a > 0", Type.int128, "Schema.isGreaterThanBigInt(0n)"],
    ["length(a) >= 3", Type.text, "Schema.isMinCodePoints(3)"],
    ["char_length(a) <= 3", Type.text, "Schema.isMaxCodePoints(3)"],
    ["a <> '' AND length(a) <= 3", Type.text, "Schema.isNonEmpty(), Schema.isMaxCodePoints(3)"],
    ["a ~ '^[A-Z]/x$'::text", Type.text, String.raw`Schema.isPattern(/^[A-Z]\/x$/)`],
    ["regexp_matches(a, '^[a-z]+$', 's')", Type.text, "Schema.isPattern(/^[a-z]+$/)"]
  ])("%s of a schema is recognised", (condition, type, text) => {
    assert.deepStrictEqual(checked(condition, "a", type), { type, checks: text.split(/, (?=Schema)/) })
  })

  it("can be the type of a column", () => {
    assert.deepStrictEqual(checked("a IN ('x', 'it''s')", "a", Type.text), {
      type: Type.oneOf("x", "it's"),
      checks: []
    })
    assert.deepStrictEqual(checked("a = ANY (ARRAY['x'::text])", "a", Type.text), { type: Type.oneOf("x"), checks: [] })
    assert.deepStrictEqual(checked("a IN (1, -2)", "a", safe), {
      type: safe,
      checks: [],
      schema: "Schema.Literals([1, -2])"
    })
    assert.deepStrictEqual(checked("length(a) BETWEEN 0 AND 5", "a", Type.text), { type: short, checks: [] })
    assert.deepStrictEqual(checked("length(a) BETWEEN 5 AND 5", "a", Type.text), {
      type: { _tag: "Text", length: { least: 5, most: 5 } },
      checks: []
    })
    assert.deepStrictEqual(checked("length(a) >= 5", "a", short), {
      type: { _tag: "Text", length: { least: 5, most: 5 } },
      checks: []
    })
    assert.deepStrictEqual(checked("a <> ''", "a", Type.text), {
      type: Type.text,
      checks: [],
      schema: "Schema.NonEmptyString"
    })
  })

  it.each<readonly [string, ColumnType.ColumnType]>([
    ["b > 0", integer],
    ["a > b", integer],
    ["a > 0 AND b > 0", integer],
    ["a > 0 OR a < -5", integer],
    ["a > 1.5", Type.double],
    ["a > 0", Type.text],
    ["a <> 7", integer],
    ["a IN ('x', 1)", Type.text],
    ["a IN (1, 2)", integer],
    ["a IN ('x', lower('Y'))", Type.text],
    ["a IN ('x')", short],
    ["a <> '' AND a IN ('x')", Type.text],
    ["a ~ 'x' || 'y'", Type.text],
    ["a ~ '(?i)x'", Type.text],
    ["length(a) > 3", Type.text],
    ["length(a) >= 3", integer],
    ["length(a) BETWEEN 2 AND 5", Type.text],
    ["length(a) BETWEEN 0 AND 5", short],
    ["regexp_matches(a, b, 's')", Type.text],
    ["regexp_matches(a, 'x', 's')", integer],
    ["length(b) > length(a)", Type.text]
  ])("%s is none that a schema would say so", (condition, type) => {
    assert.isUndefined(checked(condition, "a", type))
  })

  it("knows its column by any name", () => {
    assert.deepStrictEqual(checked("(unitPrice > 0)", "unitPrice", integer)?.checks, ["Schema.isGreaterThan(0)"])
    assert.deepStrictEqual(checked("\"and\" > 0 AND \"and\" < 9", "and", integer)?.checks.length, 2)
    assert.deepStrictEqual(checked("\"a \"\"b\" > 0", "a \"b", integer)?.checks, ["Schema.isGreaterThan(0)"])
    assert.isUndefined(checked("length > 3", "title", Type.text))
  })
})

describe("a default", () => {
  it.each<readonly [ColumnType.ColumnType, string, string]>([
    [Type.text, "'it''s'::text", "Column.withDefault(S, \"it's\")"],
    [Type.text, "upper('x')", "Column.databaseDefault(S, { sql: \"upper('x')\" })"],
    [Type.oneOf("x"), "'x'", "Column.withDefault(S, \"x\")"],
    [Type.oneOf("x"), "'y'", "Column.databaseDefault(S, { sql: \"'y'\" })"],
    [Type.boolean, "true", "Column.withDefault(S, true)"],
    [Type.boolean, "NULL", "Column.databaseDefault(S, { sql: \"NULL\" })"],
    [integer, "7", "Column.withDefault(S, 7)"],
    [integer, "1.5", "Column.databaseDefault(S, { sql: \"1.5\" })"],
    [integer, "1 + 1", "Column.databaseDefault(S, { sql: \"1 + 1\" })"],
    [big, "'-7'::integer", "Column.withDefault(S, -7n)"],
    [big, "'-70000000000'::bigint", "Column.withDefault(S, -70000000000n)"],
    [big, "'-7'::bigint", "Column.databaseDefault(S, { sql: \"'-7'::bigint\" })"],
    [safe, "-7", "Column.withDefault(S, -7)"],
    [Type.int128, "7", "Column.withDefault(S, 7n)"],
    [Type.double, "'1.5'::double precision", "Column.withDefault(S, 1.5)"],
    [Type.double, "1.5", "Column.databaseDefault(S, { sql: \"1.5\" })"],
    [Type.decimal(10, 2), "'1.50'::numeric(10,2)", "Column.withDefault(S, BigDecimal.fromStringUnsafe(\"1.50\"))"],
    [Type.date, "7", "Column.databaseDefault(S, { sql: \"7\" })"]
  ])("of %o that is %s", (type, sql, text) => {
    assert.strictEqual(withDefault("S", type, sql, postgres), text)
  })

  it("is one of the words that models have, where it is the database's own", () => {
    for (const dialect of [duckdb, postgres]) {
      for (const [kind, type] of [["now", Type.timestamp], ["today", Type.date], ["uuid", Type.uuid]] as const) {
        const sql = dialect.databaseDefault(kind, type)
        assert.strictEqual(withDefault("S", type, sql, dialect), `Column.databaseDefault(S, "${kind}")`)
      }
    }
    assert.strictEqual(
      withDefault("S", Type.text, { duckdb: "a()", "other one": "b()" }, duckdb),
      "Column.databaseDefault(S, { sql: { duckdb: \"a()\", \"other one\": \"b()\" } })"
    )
  })
})

describe("names", () => {
  it.each([
    ["order_details", "OrderDetail", "orderDetails"],
    ["Order Details", "OrderDetail", "orderDetails"],
    ["HTTPServers", "HttpServer", "httpServers"],
    ["people", "Person", "people"],
    ["categories", "Category", "categories"],
    ["boxes", "Box", "boxes"],
    ["status", "Status", "status"],
    ["address", "Address", "address"],
    ["is", "Is", "is"],
    ["2024 sales", "Table2024Sale", "_2024Sales"],
    ["größen", "Größen", "größen"],
    ["日本", "日本", "日本"],
    ["!!", "Table", "_"]
  ])("%s is the class %s and the field %s", (name, ofClass, ofField) => {
    assert.deepStrictEqual([className(name), camel(name)], [ofClass, ofField])
  })

  it("are taken once", () => {
    const taken = new Set(["a", "b", "b2"])
    assert.deepStrictEqual([take(taken, "a", "c"), take(taken, "a", "b"), take(taken, "c")], [
      "c",
      "b3",
      "c2"
    ])
    assert.deepStrictEqual([key("a1"), key("1a"), key("__proto__")], ["a1", "\"1a\"", "\"__proto__\""])
  })
})

describe("text of TypeScript", () => {
  it("breaks where a line is too long", () => {
    const long = "x".repeat(60)
    assert.strictEqual(enclosed("f(", ["a", "b"], ["[", "]"], ")", 0), "f([a, b])")
    assert.strictEqual(enclosed("f(", ["a"], ["{", "}"], ")", 0), "f({ a })")
    assert.strictEqual(enclosed("f(", [], ["{", "}"], ")", 0), "f({})")
    assert.strictEqual(enclosed("f(", [long, long], ["[", "]"], ")", 2), `f([\n    ${long},\n    ${long}\n  ])`)
    assert.strictEqual(enclosed("a\nf(", ["b\nc"], ["[", "]"], ")", 0), "a\nf([\n  b\nc\n])")
  })

  it("holds any comment and any SQL", () => {
    assert.strictEqual(docComment(undefined, 0) + docComment("  ", 0), "")
    assert.strictEqual(docComment("one */", 0), "/** one * / */\n")
    assert.strictEqual(docComment("one\r\n\ntwo", 2), "  /**\n   * one\n   *\n   * two\n   */\n")
    assert.strictEqual(template("a ` \\ ${b} $c"), "`a \\` \\\\ \\${b} $c`")
  })
})

describe("the schema of a type", () => {
  it("is that of its values, or a custom one by the database's name", () => {
    const text = (type: ColumnType.ColumnType) => schemaText(type, duckdb)
    assert.strictEqual(
      text(Type.decimal(60, 10)),
      "Column.custom(Schema.String, { as: Schema.String, duckdb: \"DECIMAL(60, 10)\" })"
    )
    assert.strictEqual(text({ _tag: "Timestamp", as: "Date" }), "Schema.Date")
    assert.strictEqual(text({ _tag: "Interval", as: "Duration" }), "Column.duration")
    assert.strictEqual(
      text({ _tag: "Map", key: Type.double, value: { type: integer, nullable: false } }),
      "Column.custom(Schema.String, { as: Schema.String, duckdb: \"MAP(DOUBLE, INTEGER)\" })"
    )
    assert.strictEqual(
      text({ _tag: "List", element: { type: integer, nullable: true }, size: 3 }),
      "Column.array(Schema.NullOr(Column.int32), 3)"
    )
    for (const type of ["Int8", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128", "Float", "Time"] as const) {
      const name = type.toLowerCase()
      assert.strictEqual(text({ _tag: type }), `Column.${name}`)
    }
  })

  it("tells what can be compared", () => {
    assert.deepStrictEqual(
      [
        Type.uuid,
        integer,
        big,
        safe,
        Type.int128,
        Type.boolean,
        Type.list(Type.text),
        Type.custom(Type.text, { duckdb: "BIT" })
      ].map(comparedAs),
      ["string", "number", "bigint", "number", "bigint", "Boolean", "List", "string"]
    )
  })
})
