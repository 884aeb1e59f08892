/**
 * What is in a PostgreSQL database is told as it is, and made again from what was told, it is the same.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type ColumnType, Model, Session, Table, Type } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import { diff } from "../../src/migration/comparing/diff.ts"
import { dialect } from "../../src/postgres/dialect.ts"
import { Database } from "../../src/session/Database.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { empty, type Structure } from "../../src/sql/Structure.ts"
import { kinds } from "../contract/columnKinds.ts"

const running = Effect.fnUntraced(function*(statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.forEach(statements, (text) => sql.unsafe(text), { discard: true }))
})

/** What is told of a database that holds nothing but what these statements make. */
const told = Effect.fnUntraced(function*(...statements: ReadonlyArray<string>) {
  yield* running([
    "DROP SCHEMA IF EXISTS sales CASCADE",
    "DROP SCHEMA IF EXISTS \"a.b\" CASCADE",
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
    ...statements
  ])
  return yield* (yield* Database).introspect
})

const creation = (structure: Structure) =>
  diff(empty, structure, { dialect }).flatMap((operation) => compileOperation(operation, dialect))

/** What is told, and again of a database that was made of it. */
const toldTwice = Effect.fnUntraced(function*(...statements: ReadonlyArray<string>) {
  const found = yield* told(...statements)
  assert.deepStrictEqual(yield* told(...creation(found)), found)
  return found
})

const table = { uniques: [], checks: [], foreignKeys: [], indexes: [] }
const { int32, text } = Type

layer(TestDatabase.layerPostgres([]), { timeout: "120 seconds" })("a PostgreSQL database", (it) => {
  it.effect("tells the types of all columns of models as they were declared", () =>
    Effect.gen(function*() {
      const models = kinds.map(({ schema }, index) => {
        class Kind extends Model.Class<Kind>(`Kind ${index}`)({
          id: Column.serial(Schema.Int),
          value: schema,
          option: Schema.NullOr(schema),
          list: Schema.Array(Schema.NullOr(schema))
        }, { table: `kind_${index}` }) {}
        return Kind
      })
      yield* told()
      yield* Session.createTables(models)
      const { introspect } = yield* Database
      const found = yield* introspect
      for (const model of models) {
        const declared = Table.tableOf(model)
        const { columns = [] } = found.tables.find(({ name }) => name === declared.name) ?? {}
        assert.deepStrictEqual(
          columns.map(({ identity, name, nullable, type }, index) => [
            name,
            // a name that the model gives may be another one for the same type
            declared.columns[index]?.type._tag === "Custom" ? "custom" : dialect.columnType(type),
            nullable,
            identity
          ]),
          declared.columns.map(({ generated, name, nullable, type }) => [
            name,
            type._tag === "Custom" ? "custom" : dialect.columnType(type),
            nullable,
            generated ? true : undefined
          ])
        )
      }
      assert.deepStrictEqual(yield* told(...creation(found)), found)
    }))

  it.effect("tells tables, with all that belongs to them", () =>
    Effect.gen(function*() {
      const found = yield* toldTwice(
        "CREATE TABLE authors (id SERIAL PRIMARY KEY, \"Full Name\" TEXT NOT NULL UNIQUE)",
        `CREATE TABLE books (
          id BIGINT GENERATED ALWAYS AS IDENTITY,
          author INTEGER CONSTRAINT by REFERENCES authors ON DELETE CASCADE,
          title VARCHAR(40) DEFAULT 'it''s' CHECK (title IN ('a', 'it''s', 'b, c')),
          price NUMERIC(10, 2) NOT NULL DEFAULT -1,
          doubled NUMERIC(12, 2) GENERATED ALWAYS AS (price * 2) STORED,
          dropped INTEGER,
          CONSTRAINT books_key PRIMARY KEY (title, id),
          CONSTRAINT positive CHECK (price > -5)
        )`,
        "ALTER TABLE books DROP COLUMN dropped",
        "CREATE UNIQUE INDEX books_low ON books (lower(title) COLLATE \"C\", price DESC) WHERE price > 0",
        "CREATE INDEX books_ways ON books (title varchar_pattern_ops NULLS FIRST, price DESC NULLS LAST, (price + 1))",
        "COMMENT ON TABLE books IS 'what is read'",
        "COMMENT ON COLUMN books.price IS 'in €'"
      )
      assert.deepStrictEqual(found.tables, [
        {
          ...table,
          name: "authors",
          columns: [
            { name: "id", type: int32, nullable: false, identity: true },
            { name: "Full Name", type: text, nullable: false }
          ],
          primaryKey: { name: "authors_pkey", columns: ["id"] },
          uniques: [{ name: "authors_Full Name_key", columns: ["Full Name"] }]
        },
        {
          ...table,
          name: "books",
          comment: "what is read",
          columns: [
            { name: "id", type: Type.int64, nullable: false, identity: true },
            { name: "author", type: int32, nullable: true },
            {
              name: "title",
              type: Type.textOf({ least: 0, most: 40 }),
              nullable: false,
              default: "'it''s'::character varying"
            },
            {
              name: "price",
              type: Type.decimal(10, 2),
              nullable: false,
              default: "'-1'::integer",
              comment: "in €"
            },
            {
              name: "doubled",
              type: Type.decimal(12, 2),
              nullable: true,
              generated: "(price * (2)::numeric)"
            }
          ],
          primaryKey: { name: "books_key", columns: ["title", "id"] },
          checks: [
            {
              name: "books_title_check",
              condition: "((title)::text = ANY (ARRAY[('a'::character varying)::text, " +
                "('it''s'::character varying)::text, ('b, c'::character varying)::text]))"
            },
            { name: "positive", condition: "(price > ('-5'::integer)::numeric)" }
          ],
          foreignKeys: [{
            name: "by",
            columns: ["author"],
            references: { name: "authors" },
            targets: ["id"],
            onDelete: "cascade"
          }],
          indexes: [
            {
              name: "books_low",
              on: ["lower((title)::text) COLLATE \"C\"", "price DESC"],
              unique: true,
              where: "(price > (0)::numeric)"
            },
            {
              name: "books_ways",
              on: ["title varchar_pattern_ops NULLS FIRST", "price DESC NULLS LAST", "((price + (1)::numeric))"],
              unique: false
            }
          ]
        }
      ])
    }))

  it.effect("tells types for which there is no other word by their names", () =>
    Effect.gen(function*() {
      const found = yield* toldTwice(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        `CREATE TABLE things (
          a mood, b mood[], c VARCHAR, d CHAR(3), e NUMERIC, f NUMERIC(45, 3), g NUMERIC(2, -1), h TIMESTAMP(3), i TIMESTAMPTZ(0),
          j TIME(2), k INTERVAL HOUR TO SECOND, l JSON, m JSONB[], n INET, o VARCHAR(5)[], p VARCHAR[], q NUMERIC(3, 5)
        )`
      )
      const base = (name: string, of: ColumnType.ColumnType) => Type.custom(of, { postgres: name })
      const mood = Type.oneOf("sad", "ok")
      const list = (type: ColumnType.ColumnType) => Type.list(Type.nullable(type))
      assert.deepStrictEqual(found.tables[0]?.columns.map(({ type }) => type), [
        base("mood", mood),
        base("mood[]", list(mood)),
        base("character varying", text),
        base("character(3)", text),
        base("numeric", text),
        base("numeric(45,3)", text),
        base("numeric(2,-1)", text),
        base("timestamp(3) without time zone", Type.timestamp),
        base("timestamp(0) with time zone", Type.timestampZoned),
        base("time(2) without time zone", Type.time),
        base("interval hour to second", Type.interval),
        base("json", Type.json),
        base("jsonb[]", text),
        base("inet", text),
        list(Type.textOf({ least: 0, most: 5 })),
        base("character varying[]", list(text)),
        base("numeric(3,5)", text)
      ])
      const domains = yield* told(
        "CREATE DOMAIN whole AS NUMERIC(39, 0)",
        "CREATE DOMAIN spot AS POINT",
        "CREATE TABLE places (a whole, b spot)"
      )
      assert.deepStrictEqual(domains.tables[0]?.columns.map(({ type }) => type), [
        base("whole", Type.int128),
        base("spot", text)
      ])
    }))

  it.effect("tells schemas, enums, sequences and views, and what is in other schemas with its schema", () =>
    Effect.gen(function*() {
      const found = yield* toldTwice(
        "CREATE SCHEMA sales",
        "CREATE SCHEMA \"a.b\"",
        "CREATE TYPE sales.\"Mood\" AS ENUM ('sad', 'o''k')",
        "CREATE SEQUENCE numbers START 7 INCREMENT 3",
        "CREATE TABLE sales.owners (id INTEGER PRIMARY KEY, mood sales.\"Mood\" DEFAULT 'sad')",
        "CREATE TABLE pets (owner INTEGER REFERENCES sales.owners ON DELETE SET NULL, number BIGINT DEFAULT nextval('numbers'))",
        "CREATE VIEW a_view AS SELECT owner, count(*) AS pets FROM pets JOIN sales.owners ON id = owner GROUP BY owner",
        "CREATE VIEW sales.wider AS SELECT * FROM a_view",
        "COMMENT ON VIEW a_view IS 'how many'"
      )
      assert.deepStrictEqual(found.schemas, ["a.b", "sales"])
      assert.deepStrictEqual(found.enums, [{ schema: "sales", name: "Mood", values: ["sad", "o'k"] }])
      assert.deepStrictEqual(found.sequences, [{ name: "numbers", start: 7, increment: 3 }])
      const [pets, owners] = found.tables
      assert.deepStrictEqual(pets?.foreignKeys.map(({ onDelete, references }) => [references, onDelete]), [
        [{ schema: "sales", name: "owners" }, "setNull"]
      ])
      assert.deepStrictEqual(owners?.columns[1], {
        name: "mood",
        type: Type.custom(Type.oneOf("sad", "o'k"), { postgres: "sales.\"Mood\"" }),
        nullable: true,
        default: "'sad'::sales.\"Mood\""
      })
      assert.deepStrictEqual(
        found.views.map(({ comment, name, reads, schema }) => ({ comment, name, reads, schema })),
        [
          {
            comment: "how many",
            name: "a_view",
            reads: [{ name: "owners", schema: "sales" }, { name: "pets" }],
            schema: undefined
          },
          { comment: undefined, name: "wider", reads: [{ name: "a_view" }], schema: "sales" }
        ]
      )
    }))

  it.effect("leaves out partitions, materialized views, and what there are no words for", () =>
    Effect.gen(function*() {
      const found = yield* told(
        "CREATE TABLE events (id INTEGER NOT NULL, at DATE NOT NULL, note TEXT, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
        "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE TABLE notes (id INTEGER, at DATE, FOREIGN KEY (id, at) REFERENCES events)",
        "CREATE MATERIALIZED VIEW kept AS SELECT * FROM events",
        "CREATE INDEX with_more ON events (id) INCLUDE (note)",
        "CREATE INDEX documents ON notes USING hash (at)",
        "CREATE EXTENSION IF NOT EXISTS plpgsql"
      )
      assert.deepStrictEqual(
        found.tables.map(({ foreignKeys, indexes, name }) => [name, foreignKeys.length, indexes]),
        [
          ["events", 0, []],
          ["notes", 1, [{ name: "documents", on: ["at"], unique: false, using: "hash" }]]
        ]
      )
      assert.deepStrictEqual(found.views, [])
      assert.deepStrictEqual(yield* told(), empty)
    }))

  it.effect("says the same of what is in a schema at the front of the path", () =>
    Effect.gen(function*() {
      const making = [
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, mood mood DEFAULT 'sad' CHECK (mood <> 'ok'), friend INTEGER REFERENCES people)",
        "CREATE INDEX sad ON people (id) WHERE mood = 'sad'",
        "CREATE VIEW moods AS SELECT mood FROM people WHERE mood = 'ok'"
      ]
      const live = yield* told(...making)
      const { introspect, transaction } = yield* Database
      const shadow = yield* transaction(
        Effect.gen(function*() {
          yield* running(["CREATE SCHEMA scratch", "SET LOCAL search_path = scratch, public", ...making])
          const found = yield* introspect
          yield* running(["DROP SCHEMA scratch CASCADE"])
          return found
        })
      )
      const isHere = ({ schema }: { readonly schema?: string | undefined }) => schema === undefined
      assert.deepStrictEqual(shadow.tables.filter(isHere), live.tables)
      assert.deepStrictEqual(shadow.views.filter(isHere), live.views)
      assert.deepStrictEqual(shadow.enums.filter(isHere), live.enums)
      assert.deepStrictEqual(shadow.schemas, ["public"])
    }))
})
