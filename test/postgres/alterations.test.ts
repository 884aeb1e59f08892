/**
 * What hangs on a column or a type is taken off while PostgreSQL changes it, and put back; nobody's rows are lost.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, type Structure, Type } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect } from "../../src/postgres/dialect.ts"
import { Database } from "../../src/session/Database.ts"
import { Inexpressible } from "../../src/sql/compilation.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import type { Lock } from "../../src/sql/Dialect.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { empty } from "../../src/sql/Structure.ts"

const running = Effect.fnUntraced(function*(statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.forEach(statements, (text) => sql.unsafe(text), { discard: true }))
})

/** A database that holds nothing but what these statements make. */
const made = Effect.fnUntraced(function*(...statements: ReadonlyArray<string>) {
  yield* running(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", ...statements])
  return yield* (yield* Database).introspect
})

/** Does operations in one transaction, and tells what is there then. */
const changed = Effect.fnUntraced(function*(
  from: Structure.Structure,
  ...operations: ReadonlyArray<Migration.Operation>
) {
  const statements = operations.flatMap((operation, index) =>
    compileOperation(operation, dialect, {
      before: evolve(from, operations.slice(0, index)),
      following: operations.slice(index + 1)
    })
  )
  yield* running(statements)
  return { found: yield* (yield* Database).introspect, statements }
})

const columnOf = ({ tables }: Structure.Structure, table: string, column: string): Structure.ColumnStructure => {
  const found = tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)
  if (found === undefined) throw new Error(`there is a column ${table}.${column}`)
  return found
}

const change = (
  structure: Structure.Structure,
  table: string,
  column: string,
  to: Partial<Structure.ColumnStructure>,
  using?: string
): Migration.Operation => {
  const from = columnOf(structure, table, column)
  return Migration.changeColumn(table, {
    from,
    to: { ...from, ...to },
    ...(using === undefined ? {} : { using })
  })
}

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("PostgreSQL changes in place", (it) => {
  it.effect("the type of a column with a default, a key, a check, indexes, a computed column and views", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE TABLE books (id INTEGER PRIMARY KEY, price INTEGER NOT NULL DEFAULT 5 UNIQUE CHECK (price > 0), " +
          "doubled BIGINT GENERATED ALWAYS AS (price * 2) STORED UNIQUE)",
        "CREATE INDEX books_doubled ON books (doubled, (price + 1)) WHERE price > 1",
        "COMMENT ON COLUMN books.doubled IS 'twice'",
        "CREATE TABLE offers (doubled BIGINT REFERENCES books (doubled) ON DELETE CASCADE)",
        "CREATE VIEW prices AS SELECT id, price FROM books",
        "CREATE VIEW high_prices AS SELECT price FROM prices WHERE price > 3",
        "CREATE VIEW ids AS SELECT id FROM books",
        "COMMENT ON VIEW high_prices IS 'dear'",
        "INSERT INTO books (id, price) VALUES (1, 2), (2, 4)",
        "INSERT INTO offers VALUES (8)"
      )
      const { found, statements } = yield* changed(
        before,
        change(before, "books", "price", { type: Type.decimal(10, 2), default: "5.5" })
      )
      const kept = ({ tables, views }: Structure.Structure) => ({
        offers: tables.find(({ name }) => name === "offers"),
        doubled: columnOf({ ...empty, tables }, "books", "doubled").comment,
        keys: tables.find(({ name }) => name === "books")?.uniques,
        indexes: tables.find(({ name }) => name === "books")?.indexes.map(({ name }) => name),
        views: views.map(({ comment, name }) => [name, comment])
      })
      assert.deepStrictEqual(kept(found), kept(before))
      assert.isFalse(statements.some((text) => text.includes("\"ids\"")))
      assert.strictEqual(columnOf(found, "books", "price").default, "5.5")
      const sql = yield* SqlClient
      assert.deepStrictEqual(
        yield* sql`SELECT CAST(price AS TEXT) AS price, CAST(doubled AS INTEGER) AS doubled FROM books ORDER BY id`,
        [
          { price: "2.00", doubled: 4 },
          { price: "4.00", doubled: 8 }
        ]
      )
      assert.deepStrictEqual(yield* sql`SELECT CAST(price AS TEXT) AS price FROM high_prices`, [{ price: "4.00" }])
    }))

  it.effect("types that have no cast, without cutting anything off", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE TABLE values (a TEXT, b BOOLEAN, c SMALLINT, d INTEGER[], e DATE, f JSONB, g UUID, h TEXT)",
        "INSERT INTO values VALUES ('12', true, 2, '{1,2}', '2024-02-29', '\"x\"', '00000000-0000-4000-8000-000000000001', 'long')"
      )
      yield* changed(
        before,
        change(before, "values", "a", { type: Type.int64 }),
        change(before, "values", "b", { type: Type.int16 }),
        change(before, "values", "c", { type: Type.boolean }),
        change(before, "values", "d", { type: Type.list(Type.list(Type.text)) }),
        change(before, "values", "e", { type: Type.json }),
        change(before, "values", "f", { type: Type.oneOf("x") }),
        change(before, "values", "g", { type: Type.custom(Type.text, { postgres: "CHAR(36)" }) }),
        change(before, "values", "h", { type: Type.textOf({ least: 0, most: 4 }) }, "h || ''")
      )
      const sql = yield* SqlClient
      assert.deepStrictEqual(
        yield* sql`SELECT CAST(a AS INTEGER) AS a, b, c, d, e, f, CAST(g AS TEXT) AS g, h FROM values`,
        [{
          a: 12,
          b: 1,
          c: true,
          d: [1, 2],
          e: "2024-02-29",
          f: "\"x\"",
          g: "00000000-0000-4000-8000-000000000001",
          h: "long"
        }]
      )
      const after = yield* (yield* Database).introspect
      const cut = yield* Effect.exit(
        changed(after, change(after, "values", "h", { type: Type.textOf({ least: 0, most: 3 }) }))
      )
      assert.strictEqual(cut._tag, "Failure")
      yield* changed(after, change(after, "values", "f", { type: Type.json }, "CAST(f AS JSONB)"))
      const documents = yield* (yield* Database).introspect
      yield* changed(documents, change(documents, "values", "e", { type: Type.date }))
      assert.deepStrictEqual(yield* sql`SELECT CAST(e AS TEXT) AS e FROM values`, [{ e: "2024-02-29" }])
    }))

  it.effect("whether a column is numbered: behind the highest number, in its own width, or no longer", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE TABLE a (id INTEGER NOT NULL DEFAULT 3)",
        "INSERT INTO a VALUES (41), (-5)",
        "CREATE TABLE b (id SERIAL, other INTEGER GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE \"it's\" (id SERIAL)",
        "INSERT INTO \"it's\" VALUES (7)"
      )
      const { found } = yield* changed(
        before,
        change(before, "a", "id", { default: undefined, identity: true }),
        change(before, "b", "id", { type: Type.int64 }),
        change(before, "b", "other", { type: Type.int64 }),
        change(before, "it's", "id", { identity: undefined, default: "9" })
      )
      assert.isTrue(columnOf(found, "a", "id").identity)
      assert.isTrue(columnOf(found, "b", "id").identity)
      assert.isUndefined(columnOf(found, "it's", "id").identity)
      assert.deepStrictEqual(found.sequences, [])
      const sql = yield* SqlClient
      assert.deepStrictEqual(yield* sql`INSERT INTO a DEFAULT VALUES RETURNING id`, [{ id: 42 }])
      assert.deepStrictEqual(yield* sql`INSERT INTO "it's" DEFAULT VALUES RETURNING id`, [{ id: 9 }])
      const types = yield* sql<{ readonly type: string }>`SELECT seqtypid::regtype::text AS type FROM pg_sequence`
      assert.deepStrictEqual(types.map(({ type }) => type).toSorted(), ["bigint", "bigint", "integer"])

      yield* changed(found, change(found, "b", "other", { identity: undefined, nullable: true }))
      const again = yield* (yield* Database).introspect
      assert.isUndefined(columnOf(again, "b", "other").identity)
      yield* changed(again, change(again, "it's", "id", { identity: true, default: undefined }))
      assert.deepStrictEqual(yield* sql`INSERT INTO "it's" DEFAULT VALUES RETURNING id`, [{ id: 10 }])
    }))

  it.effect("whether and how a column is computed", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE TABLE sums (a INTEGER, b INTEGER CHECK (b > 0), c INTEGER GENERATED ALWAYS AS (a + 1) STORED, " +
          "d INTEGER GENERATED ALWAYS AS (a + 2) STORED, PRIMARY KEY (a, b), UNIQUE (c), FOREIGN KEY (a, b) REFERENCES sums)",
        "CREATE VIEW read AS SELECT * FROM sums",
        "INSERT INTO sums (a, b) VALUES (1, 2)"
      )
      const { found } = yield* changed(
        before,
        change(before, "sums", "b", { generated: "a * 10", nullable: false }),
        change(before, "sums", "c", { generated: "a - 1" }),
        change(before, "sums", "d", { generated: undefined, type: Type.text })
      )
      const sql = yield* SqlClient
      assert.deepStrictEqual(yield* sql`SELECT * FROM read`, [{ a: 1, b: 10, c: 0, d: "3" }])
      const [table] = found.tables
      assert.deepStrictEqual(
        [table?.primaryKey?.columns, table?.uniques.length, table?.checks.length, table?.foreignKeys.length],
        [["a", "b"], 1, 1, 1]
      )
    }))

  it.effect("constraints whose names nobody has told", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE TABLE \"it's\" (id INTEGER CONSTRAINT own_name PRIMARY KEY, code TEXT, up INTEGER, UNIQUE (code, id), " +
          "FOREIGN KEY (up) REFERENCES \"it's\", CONSTRAINT checked CHECK (id > 0))"
      )
      const { condition = "" } = before.tables[0]?.checks[0] ?? {}
      const dropping = [
        Migration.dropForeignKey("it's", { columns: ["up"], references: { name: "it's" }, targets: ["id"] }),
        Migration.dropUnique("it's", { columns: ["code", "id"] }),
        Migration.dropPrimaryKey("it's", { columns: ["id"] })
      ]
      const { found } = yield* changed(before, ...dropping, Migration.dropCheck("it's", { condition }))
      const [table] = found.tables
      assert.deepStrictEqual([table?.foreignKeys, table?.uniques, table?.checks, table?.primaryKey], [
        [],
        [],
        [],
        undefined
      ])

      yield* made(
        "CREATE TABLE \"it's\" (id INTEGER PRIMARY KEY, code TEXT, up INTEGER REFERENCES \"it's\", UNIQUE (code, id), UNIQUE (id, code))"
      )
      const unknown = yield* changed(empty, ...dropping)
      assert.deepStrictEqual(unknown.found.tables[0]?.uniques.map(({ columns }) => columns), [["id", "code"]])
      assert.throws(() => compileOperation(Migration.dropCheck("it's", { condition }), dialect), Inexpressible)
      assert.throws(() => compileOperation(Migration.dropPrimaryKey("a", { columns: ["b"] }), duckdb), Inexpressible)
    }))

  it.effect("the values of an enum", () =>
    Effect.gen(function*() {
      const before = yield* made(
        "CREATE SCHEMA IF NOT EXISTS moods",
        "DROP TYPE IF EXISTS moods.mood CASCADE",
        "CREATE TYPE moods.mood AS ENUM ('ok', 'sad')",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, mood moods.mood DEFAULT 'ok' CHECK (mood <> 'sad'), was moods.mood[], " +
          "isOk BOOLEAN GENERATED ALWAYS AS (mood = 'ok') STORED, UNIQUE (mood))",
        "CREATE INDEX ok ON people (id) WHERE mood = 'ok'",
        "CREATE TABLE friends (mood moods.mood REFERENCES people (mood))",
        "CREATE VIEW moody AS SELECT mood FROM people WHERE mood = 'ok'",
        "INSERT INTO people VALUES (1, 'ok', '{sad,ok}')",
        "INSERT INTO friends VALUES ('ok')"
      )
      const [mood] = before.enums
      assert.isDefined(mood)
      const values = (...all: ReadonlyArray<string>) => ({ ...mood, values: all })
      const wider = values("first", "ok", "it's", "sad", "last")
      const added = yield* changed(before, Migration.changeEnum(mood, wider))
      assert.deepStrictEqual(added.found.enums, [wider])
      assert.deepStrictEqual(added.statements, [
        `ALTER TYPE "moods"."mood" ADD VALUE 'first' BEFORE 'ok'`,
        `ALTER TYPE "moods"."mood" ADD VALUE 'it''s' AFTER 'ok'`,
        `ALTER TYPE "moods"."mood" ADD VALUE 'last' AFTER 'sad'`
      ])

      const narrower = values("sad", "new", "ok")
      const replaced = yield* changed(
        added.found,
        Migration.changeEnum(wider, narrower),
        change(added.found, "people", "mood", { default: "'new'::moods.mood" })
      )
      assert.deepStrictEqual(replaced.found.enums, [narrower])
      const shapes = ({ tables, views }: Structure.Structure) => ({
        tables: tables.map(({ columns, ...table }) => ({
          ...table,
          columns: columns.map(({ generated }) => generated)
        })),
        views
      })
      assert.deepStrictEqual(shapes(replaced.found), shapes(before))
      assert.strictEqual(columnOf(replaced.found, "people", "mood").default, "'new'::moods.mood")
      const sql = yield* SqlClient
      assert.deepStrictEqual(yield* sql`SELECT CAST(was AS TEXT) AS was, isok FROM people`, [{
        was: "{sad,ok}",
        isok: true
      }])

      const used = values("sad", "new", "ok", "next")
      yield* changed(
        replaced.found,
        Migration.changeEnum(narrower, used),
        Migration.execute("INSERT INTO people VALUES (2, 'next')")
      )
      const gone = yield* Effect.exit(changed(replaced.found, Migration.changeEnum(used, values("ok"))))
      assert.strictEqual(gone._tag, "Failure")
      assert.deepStrictEqual((yield* (yield* Database).introspect).enums, [used])
      const none = { name: "none", values: [] }
      const first = yield* changed(
        empty,
        Migration.createEnum(none),
        Migration.changeEnum(none, { ...none, values: ["a", "b"] })
      )
      assert.deepStrictEqual(first.found.enums[0], { ...none, values: ["a", "b"] })
      yield* running(["DROP SCHEMA moods CASCADE"])
    }))

  it.effect("nothing in a transaction that has to be outside of one", () =>
    Effect.gen(function*() {
      yield* made("CREATE TABLE big (id INTEGER)")
      const operation = Migration.execute("CREATE INDEX CONCURRENTLY big_index ON big (id)")
      assert.strictEqual((yield* Effect.exit(changed(empty, operation)))._tag, "Failure")
      const sql = yield* SqlClient
      yield* Effect.forEach(compileOperation(operation, dialect), (text) => sql.unsafe(text))
      assert.lengthOf((yield* (yield* Database).introspect).tables[0]?.indexes ?? [], 1)
    }))

  it("tells who waits", () => {
    const column = Migration.column("a", Type.int32)
    const reference = { columns: ["a"], references: { name: "b" }, targets: ["a"] }
    const mood = { name: "mood", values: ["ok"] }
    const locks: ReadonlyArray<readonly [Lock, Migration.Operation]> = [
      ["none", Migration.createTable({ name: "a", columns: [column] })],
      ["writes", Migration.createTable({ name: "a", columns: [column], foreignKeys: [reference] })],
      ["writes", Migration.addForeignKey("a", reference)],
      ["writes", Migration.createIndex("a", "i", ["a"])],
      ["none", Migration.comment("a", { to: "what it is" })],
      ["everything", Migration.addColumn("a", column)],
      ["none", Migration.changeEnum(mood, { ...mood, values: ["ok", "sad"] })],
      ["everything", Migration.changeEnum(mood, { ...mood, values: ["sad"] })]
    ]
    for (const [lock, operation] of locks) {
      assert.strictEqual(dialect.alterations.lock(operation, { before: empty, following: [] }), lock)
    }
  })
})
