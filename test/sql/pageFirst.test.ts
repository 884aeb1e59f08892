/**
 * A page of groups is read before its rows are joined, where nothing but their own columns decides which rows it has.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Sql } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { sharded } from "../../src/postgres/sharding/dialect.ts"
import type { Select } from "../../src/sql/ast.ts"
import { compileSelect } from "../../src/sql/compile.ts"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { columnValue } from "../../src/sql/operand.ts"
import type { ParameterValues } from "../../src/sql/placeholder.ts"

const shelfFields = { id: Column.primaryKey(Schema.Int), room: Schema.String }

class Shelf extends Model.Class<Shelf>("Shelf")(shelfFields, { table: "shelves", distribution: { by: "id" } }) {}

class SeenShelf extends Model.View<SeenShelf>("SeenShelf")(shelfFields, { view: "seen_shelves" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Schema.Int),
  shelf: Column.primaryKey(Schema.Int),
  pages: Schema.Int
}, { table: "books", distribution: { by: "shelf" } }) {}

const textOf = (statement: Select<unknown>, dialect: Dialect = postgres) =>
  compileSelect(statement, dialect, { isStrict: () => false, conditions: () => [] }).sql

const isFirst = (query: { readonly statement: Select<unknown> }, dialect?: Dialect) =>
  textOf(query.statement, dialect).includes(`FROM (SELECT * FROM "shelves" AS "shelf"`)

const shelves = Query.from(Shelf, "shelf")
const withBooks = shelves.leftJoin(Book, "book", ({ book, shelf }) => book.shelf.eq(shelf.id))
const byShelf = withBooks.groupBy(({ shelf }) => ({ id: shelf.id, room: shelf.room }))
const counted = byShelf.select(({ book }) => ({ books: Query.count(book.id) }))
const page = counted.orderBy(({ room }) => room.asc()).limit(20)

describe("a page of groups", () => {
  it("is read before its rows are joined", () => {
    const inRoom = withBooks.where(({ shelf }) => shelf.room.gt("b"))
      .groupBy(({ shelf }) => ({ id: shelf.id, room: shelf.room }))
      .select(({ book }) => ({ books: Query.count(book.id) }))
      .orderBy(({ room }) => room.asc())
      .limit(20).offset(40)
    for (const dialect of [duckdb, postgres]) {
      assert.strictEqual(
        textOf(inRoom.statement, dialect),
        `SELECT "shelf"."id", "shelf"."room", count("book"."id") AS "books" FROM (SELECT * FROM "shelves" AS "shelf" ` +
          `WHERE ("shelf"."room" > $1) ORDER BY "shelf"."room" ASC LIMIT $2 OFFSET $3) AS "shelf" ` +
          `LEFT JOIN "books" AS "book" ON ("book"."shelf" = "shelf"."id") GROUP BY "shelf"."id", "shelf"."room" ` +
          `ORDER BY "shelf"."room" ASC`
      )
    }
  })

  it("may be in an order that is made of its keys", () => {
    const letters = withBooks.groupBy(({ shelf }) => ({ id: shelf.id, letter: shelf.room.lower() }))
      .select(({ book }) => ({ books: Query.count(book.id) }))
      .orderBy(({ id, letter }) => [letter.asc(), id.multiply(2).desc()])
    assert.isTrue(isFirst(letters.limit(20)))
  })

  const joined = shelves.join(Book, "book", ({ book, shelf }) => book.shelf.eq(shelf.id))
    .groupBy(({ shelf }) => ({ id: shelf.id }))
    .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
  const byHand = shelves.leftJoin(
    Book,
    "book",
    ({ book, shelf }) => Sql.expression(Schema.Boolean)`${book.shelf} = ${shelf.id}`
  )
    .groupBy(({ shelf }) => ({ id: shelf.id }))
    .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
  const seen = Query.from(SeenShelf, "shelf").leftJoin(Book, "book", ({ book, shelf }) => book.shelf.eq(shelf.id))
    .groupBy(({ shelf }) => ({ id: shelf.id }))
    .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)

  it.each<readonly [string, { readonly statement: Select<unknown> }]>([
    ["all groups are wanted", counted],
    ["many are", page.limit(101)],
    ["a join leaves rows out", joined],
    ["a join is told by hand", byHand],
    ["the rows are those of a view", seen],
    [
      "a row may be in several groups",
      withBooks.groupBy(({ book, shelf }) => ({ id: shelf.id, book: book.id }))
        .select(({ book }) => ({ pages: Query.sum(book.pages) })).limit(20)
    ],
    [
      "a group may have several rows",
      withBooks.groupBy(({ shelf }) => ({ room: shelf.room }))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ],
    [
      "joined rows are asked for",
      withBooks.where(({ book }) => book.pages.gt(100))
        .groupBy(({ shelf }) => ({ id: shelf.id }))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ],
    [
      "others are looked for",
      withBooks.where(({ shelf }) => Query.exists(Query.from(Book).where((other) => other.shelf.eq(shelf.id))))
        .groupBy(({ shelf }) => ({ id: shelf.id }))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ],
    [
      "groups are asked for",
      byShelf.having(({ book }) => Query.count(book.id).gt(2))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ],
    ["their order is that of what they become", counted.orderBy(({ books }) => books.desc()).limit(20)],
    [
      "their order is that of something else of a row",
      withBooks.orderBy(({ shelf }) => shelf.room.asc())
        .groupBy(({ shelf }) => ({ id: shelf.id }))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ],
    [
      "what they add up is told by hand",
      byShelf.select(({ book }) => ({ pages: Query.sum(Sql.expression(Schema.Int)`${book.pages} + 1`) })).limit(20)
    ],
    ["equal ones are one", page.distinct()],
    [
      "they are of rows that are not joined",
      shelves.groupBy(({ shelf }) => ({ id: shelf.id }))
        .select(() => ({ count: Query.count() })).limit(20)
    ],
    [
      "groups are of several kinds",
      withBooks.rollup(({ shelf }) => ({ id: shelf.id }))
        .select(({ book }) => ({ books: Query.count(book.id) })).limit(20)
    ]
  ])("is read as it is asked for where %s", (_, query) => {
    assert.isFalse(isFirst(query))
  })

  it("is made of what each of several servers has", () => {
    assert.isFalse(isFirst(page, sharded({ strategy: "citus" })))
  })

  it("has one text for runs that ask for few, and one for those that ask for many", () => {
    const [column = assert.fail()] = withBooks.statement.from._tag === "TableSource"
      ? withBooks.statement.from.table.primaryKey
      : []
    const most = { ...columnValue(undefined, column), placeholder: (values: ParameterValues) => values["most"] }
    const shared: Select<unknown> = { ...page.statement, limit: most }
    const asked = (rows: number) =>
      compileSelect(
        { ...shared, given: { shared, values: { most: rows }, own: () => page.limit(rows).statement } },
        postgres,
        { isStrict: () => false, conditions: () => [] }
      )
    for (const rows of [100, 101, 3, 1_000]) {
      const { parameters, sql } = asked(rows)
      assert.strictEqual(sql, textOf(page.limit(rows).statement))
      assert.deepStrictEqual(parameters.map(({ value }) => value), [rows])
    }
    assert.notStrictEqual(asked(100).sql, asked(101).sql)
    assert.throws(() => asked(-1), "a limit or offset of -1 rows")
  })
})
