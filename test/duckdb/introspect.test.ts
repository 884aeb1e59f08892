/**
 * What DuckDB tells of its structure is what was created, and creates the same again.
 */
import { assert, it } from "@effect/vitest"
import { Migration, Model, Type } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe } from "vitest"
import { storedType } from "../../src/duckdb/storedType.ts"
import { tableOf } from "../../src/model/Table.ts"
import { Database } from "../../src/session/Database.ts"
import { creation } from "../../src/sql/creation.ts"
import type { Operation } from "../../src/sql/operation.ts"
import type { Structure } from "../../src/sql/Structure.ts"
import { tableStructure } from "../../src/sql/tableStructure.ts"
import { kinds } from "../contract/columnKinds.ts"
import { carryOut, introspected, sql } from "../migration/carryOut.ts"

class Kinds extends Model.Class<Kinds>("Kinds")(
  { id: Schema.Int, ...Object.fromEntries(kinds.map(({ schema }, index) => [`k${index}`, schema])) },
  { table: "kinds" }
) {}

const inMemory = TestDatabase.layer([])

/** What creates a structure. */
const created = (structure: Structure): ReadonlyArray<Operation> => [
  ...structure.schemas.map(Migration.createSchema),
  ...structure.enums.map(Migration.createEnum),
  ...structure.sequences.map(Migration.createSequence),
  ...creation(structure.tables).filter(({ _tag }) => _tag === "CreateTable"),
  ...structure.views.map(Migration.createView)
]

/** The structure of a new database in which this one is created. */
const again = (structure: Structure) =>
  Effect.gen(function*() {
    yield* carryOut(created(structure))
    return yield* introspected
  }).pipe(Effect.provide(inMemory, { local: true }))

/** The structure of a new database in which these statements have run. */
const here = (...statements: ReadonlyArray<string>) =>
  Effect.andThen(sql(...statements), introspected).pipe(Effect.provide(inMemory, { local: true }))

describe("DuckDB: what a database is made of", () => {
  it.effect("is nothing in a new one", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* here(), { schemas: [], enums: [], sequences: [], tables: [], views: [] })
    }))

  it.effect("is all that was created by hand, and can be created again", () =>
    Effect.gen(function*() {
      const structure = yield* here(
        "CREATE SCHEMA \"s q\"",
        "CREATE TYPE mood AS ENUM ('it''s', 'b')",
        "CREATE TYPE \"s q\".\"Mood 2\" AS ENUM ('c, d', 'e')",
        "CREATE SEQUENCE counter START 5 INCREMENT 2",
        "CREATE SEQUENCE \"People_id_seq\"",
        "CREATE TABLE \"People\" (id BIGINT PRIMARY KEY DEFAULT nextval('\"People_id_seq\"'), boss BIGINT " +
          "REFERENCES \"People\" (id), name VARCHAR NOT NULL DEFAULT 'x' COLLATE NOCASE, n INTEGER DEFAULT nextval('counter'), " +
          "twice BIGINT GENERATED ALWAYS AS (id * 2), m mood, l \"s q\".\"Mood 2\"[], e ENUM('q', 'r'), j JSON DEFAULT '{}', " +
          "day DATE DEFAULT DATE '2020-01-02', on_ BOOLEAN DEFAULT true, numbers INTEGER[] DEFAULT [1, 2], " +
          "made TIMESTAMP DEFAULT now(), u UNION(a INTEGER, b VARCHAR), moment TIMETZ, UNIQUE (name, n), " +
          "CHECK (((n > 0) OR n < -2) AND 'people_n' <> ''), CHECK ((n > 1 AND id > 0) AND 'it''s' <> ''), CHECK (length(name) > 1))",
        "CREATE TABLE \"s q\".a (x INTEGER, y INTEGER, PRIMARY KEY (y, x))",
        "CREATE TABLE \"s q\".b (x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES \"s q\".a (y, x))",
        "CREATE INDEX by_name ON \"People\" ((lower(name)), n)",
        "CREATE UNIQUE INDEX \"Only one\" ON \"s q\".b ((CASE WHEN x IS NULL THEN y END))",
        "COMMENT ON TABLE \"People\" IS 'it''s'",
        "COMMENT ON COLUMN \"People\".name IS 'theirs'",
        "CREATE VIEW elders AS SELECT name FROM \"People\" WHERE n > 5",
        "CREATE VIEW \"s q\".v (one, \"t w\") AS SELECT x, y FROM \"s q\".b",
        "COMMENT ON VIEW elders IS 'old'",
        "CREATE TEMP TABLE passing (x INTEGER)",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE other.elsewhere (x INTEGER)"
      )
      assert.deepStrictEqual(structure.schemas, ["s q"])
      assert.deepStrictEqual(structure.enums, [
        { name: "mood", values: ["it's", "b"] },
        { schema: "s q", name: "Mood 2", values: ["c, d", "e"] }
      ])
      assert.deepStrictEqual(structure.sequences, [{ name: "counter", start: 5, increment: 2 }])
      const custom = (duckdb: string) => Type.custom(Type.text, { duckdb })
      const place = { schema: "s q", name: "a" }
      assert.deepStrictEqual(structure.tables, [
        {
          name: "People",
          columns: [
            { name: "id", type: Type.int64, nullable: false, identity: true },
            { name: "boss", type: Type.int64, nullable: true },
            {
              name: "name",
              type: custom("VARCHAR COLLATE NOCASE"),
              nullable: false,
              default: "'x'",
              comment: "theirs"
            },
            { name: "n", type: Type.int32, nullable: true, default: "nextval('counter')" },
            { name: "twice", type: Type.int64, nullable: true, generated: "(id * 2)" },
            { name: "m", type: custom("\"mood\""), nullable: true },
            { name: "l", type: Type.list(Type.nullable(custom("\"s q\".\"Mood 2\""))), nullable: true },
            { name: "e", type: Type.custom(Type.oneOf("q", "r"), { duckdb: "ENUM('q', 'r')" }), nullable: true },
            { name: "j", type: Type.json, nullable: true, default: "'{}'" },
            { name: "day", type: Type.date, nullable: true, default: "CAST('2020-01-02' AS DATE)" },
            { name: "on_", type: Type.boolean, nullable: true, default: "CAST('t' AS BOOLEAN)" },
            {
              name: "numbers",
              type: Type.list(Type.nullable(Type.int32)),
              nullable: true,
              default: "main.list_value(1, 2)"
            },
            { name: "made", type: Type.timestamp, nullable: true, default: "now()" },
            { name: "u", type: custom("UNION(a INTEGER, b VARCHAR)"), nullable: true },
            { name: "moment", type: custom("TIME WITH TIME ZONE"), nullable: true }
          ],
          primaryKey: { columns: ["id"] },
          uniques: [{ columns: ["name", "n"] }],
          checks: [
            { name: "people_n", condition: "((n > 0) OR (n < -2))" },
            { name: "it's", condition: "((n > 1) AND (id > 0))" },
            { condition: "(length(\"name\") > 1)" }
          ],
          foreignKeys: [{ columns: ["boss"], references: { name: "People" }, targets: ["id"] }],
          indexes: [{ name: "by_name", on: ["(lower(\"name\"))", "n"], unique: false }],
          comment: "it's"
        },
        {
          ...place,
          columns: [
            { name: "x", type: Type.int32, nullable: false },
            { name: "y", type: Type.int32, nullable: false }
          ],
          primaryKey: { columns: ["y", "x"] },
          uniques: [],
          checks: [],
          foreignKeys: [],
          indexes: []
        },
        {
          schema: "s q",
          name: "b",
          columns: [
            { name: "x", type: Type.int32, nullable: true },
            { name: "y", type: Type.int32, nullable: true }
          ],
          uniques: [],
          checks: [],
          foreignKeys: [{ columns: ["x", "y"], references: place, targets: ["y", "x"] }],
          indexes: [{
            name: "Only one",
            on: ["(CASE  WHEN ((x IS NULL)) THEN (y) ELSE NULL END)"],
            unique: true
          }]
        }
      ])
      assert.deepStrictEqual(structure.views, [
        { name: "elders", sql: "SELECT \"name\" FROM People WHERE (n > 5)", comment: "old" },
        { schema: "s q", name: "v", sql: "SELECT * FROM (SELECT x, y FROM \"s q\".b) AS named(one, \"t w\")" }
      ])
      const copied = yield* again(structure)
      assert.deepStrictEqual(yield* again(copied), copied)
      assert.deepStrictEqual({ ...copied, views: [] }, { ...structure, views: [] })
    }))

  it.effect("has every type of column as it was declared", () =>
    Effect.gen(function*() {
      const { dialect } = yield* Database
      const desired = tableStructure(tableOf(Kinds), dialect)
      yield* carryOut([Migration.createTable(desired)])
      const { tables } = yield* introspected
      assert.deepStrictEqual(
        tables[0]?.columns.map(({ type }) => dialect.columnType(type)),
        desired.columns.map(({ type }) => dialect.columnType(type))
      )
    }).pipe(Effect.provide(inMemory)))

  it("reads types in types", () => {
    assert.deepStrictEqual(
      storedType("STRUCT(a JSON, \"b c\" MAP(VARCHAR, DECIMAL(3,1)[2])[])[]", []),
      Type.list(Type.nullable(Type.struct(
        ["a", Type.nullable(Type.json)],
        [
          "b c",
          Type.nullable(Type.list(Type.nullable(Type.map(
            Type.text,
            Type.nullable(Type.list(Type.nullable(Type.decimal(3, 1)), 2))
          ))))
        ]
      )))
    )
  })
})
