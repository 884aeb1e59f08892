/**
 * What a model declares becomes the structure of its table, in the words of each database.
 */
import { assert, describe, it } from "@effect/vitest"
import { Check, Column, Model, Query, Reference, Table } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { sharedPattern } from "../../src/model/sharedPattern.ts"
import { dialect as duckDb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { Inexpressible } from "../../src/sql/compilation.ts"
import { checkCondition } from "../../src/sql/compileCheck.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { creation } from "../../src/sql/creation.ts"
import { compileTableExists } from "../../src/sql/tableExists.ts"
import { tableStructure } from "../../src/sql/tableStructure.ts"

const statements = (model: Model.Any, dialect: Dialect) => created(Table.tableOf(model), dialect)

const created = (table: Table.Table, dialect: Dialect) =>
  creation([tableStructure(table, dialect)]).flatMap((operation) =>
    compileOperation(operation, dialect, { existing: "keep" })
  )

/** The check of a schema, on each database. */
const conditions = (schema: Schema.Top) => {
  const [column] = Table.columnsOf("Checked", { value: schema })
  if (column === undefined) throw new Error("there is a column")
  return [checkCondition(column, duckDb), checkCondition(column, postgres)]
}

describe("the check of a column", () => {
  it.each<[string, Schema.Top, string]>([
    ["a lower bound", Schema.Int.check(Schema.isGreaterThanOrEqualTo(2)), `"value" >= 2`],
    ["a bound between integers", Schema.Int.check(Schema.isLessThan(2.5)), `"value" <= 2`],
    [
      "both bounds",
      Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: 1n, maximum: 2n })),
      `"value" >= 1 AND "value" <= 2`
    ],
    ["an excluded bound", Schema.Int.check(Schema.isGreaterThan(2)), `"value" > 2`],
    ["a text that is not empty", Schema.NonEmptyString, `"value" <> ''`],
    ["several checks with one name", Schema.Number.check(Schema.isUint32()), `"value" >= 0 AND "value" <= 4294967295`],
    ["literals", Schema.Literals([1, 2]), `"value" IN (1, 2)`],
    ["what is stored of a transformed value", Schema.OptionFromNullOr(Schema.NonEmptyString), `"value" <> ''`],
    ["a sensitive value", Column.sensitive(Schema.NonEmptyString).schemas.select, `"value" <> ''`]
  ])("says %s", (_, schema, condition) => {
    assert.deepStrictEqual(conditions(schema), [condition, condition])
  })

  it("counts code points, and the units of UTF-16, in the way of each database", () => {
    assert.deepStrictEqual(conditions(Schema.String.check(Schema.isBetweenCodePoints(2, 3))), [
      `length("value") >= 2 AND length("value") <= 3`,
      `char_length("value") >= 2 AND char_length("value") <= 3`
    ])
    const [onDuckDb, onPostgres] = conditions(Schema.String.check(Schema.isMaxLength(3)))
    assert.include(onDuckDb, String.raw`[^\x{10000}-\x{10FFFF}]`)
    assert.include(onPostgres, String.raw`[^\U00010000-\U0010FFFF]`)
  })

  it.each<[string, Schema.Top]>([
    ["nothing", Schema.String],
    ["no length of a text", Schema.String.check(Schema.isMinLength(0))],
    ["a length of a list", Schema.Array(Schema.String).check(Schema.isMinLength(1))],
    ["a pattern of a uuid", Column.uuid.check(Schema.isPattern(/^0/))],
    ["the range of the type itself", Column.int32],
    ["a pattern that ignores case", Schema.String.check(Schema.isPattern(/^a$/i))],
    ["a pattern of any characters", Schema.String.check(Schema.isPattern(/^.$/))],
    ["a filter of its own", Schema.Int.check(Schema.makeFilter((value) => value % 2 === 0))],
    ["a hint for examples", Schema.Int.annotate({ arbitraryConstraint: { minimum: 3 } })],
    ["a document", Column.json(Schema.NullOr(Schema.NonEmptyString))],
    ["a value that is encoded", Schema.NumberFromString.check(Schema.isGreaterThan(3))],
    ["a multiple", Schema.Int.check(Schema.isMultipleOf(3))],
    [
      "a bound with more places than the column",
      Column.decimal({ precision: 4, scale: 1 }).check(Schema.isLessThanBigDecimal(BigDecimal.make(125n, 2)))
    ]
  ])("leaves %s to the application", (_, schema) => {
    assert.deepStrictEqual(conditions(schema), [undefined, undefined])
  })
})

describe("a pattern", () => {
  it.each([
    ["^[A-Z]{2}-\\d+$", "^[A-Z]{2}-[0-9]+$"],
    ["^\\w+\\.[\\d\\\\d.]*$", "^[A-Za-z0-9_]+\\.[0-9\\\\d.]*$"],
    ["(?:a|b)+c?", "(?:a|b)+c?"],
    ["(it's)", "(it's)"],
    ["a{2,}", "a{2,}"],
    ["", ""]
  ])("is read alike everywhere: %s", (source, shared) => {
    assert.strictEqual(sharedPattern(source), shared)
    for (const text of ["AB-12", "a_b.1\\d", "abac", "it's", "aaa", "", "ab"]) {
      assert.strictEqual(new RegExp(shared).test(text), new RegExp(source).test(text), text)
    }
  })

  it.each([
    "a.b",
    "[^a]",
    "a+?",
    "\\s",
    "\\bword",
    "(?=a)",
    "ä",
    "(a{2}){2}",
    "a$b",
    "a^",
    "[a-\\d]",
    "\\u0041",
    "(?<n>a)"
  ])(
    "is left to the application: %s",
    (source) => {
      assert.strictEqual(sharedPattern(source), undefined)
    }
  )
})

describe("the structure of a table", () => {
  class Hall extends Model.Class<Hall>("Hall")({
    city: Column.primaryKey(Schema.String),
    number: Column.primaryKey(Schema.Int)
  }, { table: "halls", schema: "shows" }) {}

  class Show extends Model.Class<Show>("Show")({
    id: Column.primaryKey(Schema.Int),
    hall: Schema.NullOr(Schema.Int),
    place: Schema.NullOr(Schema.String)
  }, {
    table: "shows",
    schema: "shows",
    references: [Reference.to(["place", "hall"], () => Hall, ["city", "number"], { onDelete: "setNull" })]
  }) {}

  it("has references of several columns, in the order of what they refer to", () => {
    const key = `FOREIGN KEY ("place", "hall") REFERENCES "shows"."halls" ("city", "number")`
    assert.include(statements(Show, duckDb).join(), `${key})`)
    assert.include(statements(Show, postgres).join(), `${key} ON DELETE SET NULL)`)
    assert.strictEqual(statements(Show, duckDb)[0], `CREATE SCHEMA IF NOT EXISTS "shows"`)
  })

  it("says what a database can't do with it", () => {
    class Far extends Model.Class<Far>("Far")({ id: Schema.Int }, { table: "far", database: "away" }) {}
    assert.throws(() => statements(Far, postgres), Inexpressible, "the table away.far")
    assert.include(statements(Far, duckDb).join(), `"away"."main"."far"`)
    class Asking extends Model.Class<Asking>("Asking")({ id: Schema.Int }, { table: "asking" }) {
      static readonly checks = () =>
        Check.of(Asking, (asking) => ({
          known: asking.id.in(Query.from(Far).select((far) => ({ id: far.id })))
        }))
    }
    assert.throws(() => statements(Asking, postgres), Inexpressible, "a query in the structure of a table")
    class Long extends Model.Class<Long>("Long")({
      tiny: Column.withDefault(Schema.Int, 2 ** 60)
    }, { table: "long" }) {}
    assert.throws(() => statements(Long, postgres), Inexpressible, "the default of Long.tiny")
  })

  it("leaves to the application what it has no text for", () => {
    class Lap extends Model.Class<Lap>("Lap")({
      time: Column.withDefault(Column.duration, Duration.minutes(1)),
      all: Column.withDefault(Schema.Array(Schema.Struct({ time: Column.duration })), [])
    }, { table: "laps" }) {
      static readonly checks = () => Check.of(Lap, (lap) => ({ short: lap.time.lt(Duration.minutes(2)) }))
    }
    assert.throws(() => statements(Lap, postgres), Inexpressible, "a value of type Interval")
    const table = { ...Table.tableOf(Lap), model: Hall }
    assert.notInclude(created(table, duckDb).join(), "DEFAULT")
  })

  it("is left alone by what a class has under the names of declarations", () => {
    class Odd extends Model.Class<Odd>("Odd")({ id: Schema.Int }, { table: "odd" }) {
      static readonly checks = () => "none"
      static readonly generated = 1
    }
    assert.deepStrictEqual(statements(Odd, duckDb), [`CREATE TABLE IF NOT EXISTS "odd" ("id" BIGINT NOT NULL)`])
  })

  it("is looked for where the model says", () => {
    class Far extends Model.Class<Far>("Far")({ id: Schema.Int }, { table: "far", database: "away" }) {}
    assert.deepStrictEqual(
      compileTableExists(Table.tableOf(Far), duckDb).parameters.map(({ value }) => value),
      ["far", "main", "away"]
    )
    assert.deepStrictEqual(
      compileTableExists(Table.tableOf(Show), postgres).parameters.map(({ value }) => value),
      ["shows", "shows"]
    )
  })
})
