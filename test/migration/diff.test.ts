/**
 * Differences are found as a person would tell them, and renames only where they are told.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Structure, Type } from "andamios-orm"
import * as Result from "effect/Result"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { described } from "../../src/migration/planning/planSteps.ts"
import { candidates, renaming } from "../../src/migration/comparing/renames.ts"
import { dialect } from "../../src/postgres/dialect.ts"
import { evolve } from "../../src/sql/evolve.ts"

type Part = Partial<Structure.Structure>

const made = (...operations: ReadonlyArray<Migration.Operation>): Structure.Structure =>
  evolve(Structure.empty, operations)

const table = (
  name: string,
  columns: ReadonlyArray<Structure.ColumnStructure>,
  parts: Partial<Structure.TableStructure> = {}
) => Migration.createTable({ name, columns, ...parts })

const whole = (name: string) => Migration.column(name, Type.int32)
const text = (name: string) => Migration.column(name, Type.text)

const words = (from: Structure.Structure, to: Structure.Structure) => diff(from, to, { dialect }).map(described)

const withParts = (parts: Part): Structure.Structure => ({ ...Structure.empty, ...parts })

describe("differences", () => {
  it("are in the order in which they can be done", () => {
    const from = made(
      table("a", [whole("id"), whole("b")], {
        primaryKey: { columns: ["id"] },
        foreignKeys: [{ columns: ["b"], references: { name: "b" }, targets: ["id"] }]
      }),
      table("b", [whole("id"), whole("a")], {
        primaryKey: { columns: ["id"] },
        foreignKeys: [{ columns: ["a"], references: { name: "a" }, targets: ["id"] }]
      })
    )
    assert.deepStrictEqual(words(Structure.empty, from), ["create table b", "create table a", "add foreign key b (a)"])
    assert.deepStrictEqual(words(from, Structure.empty), ["drop foreign key b (a)", "drop table a", "drop table b"])
  })

  it("take references off while the types of both sides change", () => {
    const of = (type: typeof Type.int32) =>
      made(
        table("parents", [Migration.column("id", type)], { primaryKey: { columns: ["id"] } }),
        table("children", [Migration.column("parent", type)], {
          foreignKeys: [{ columns: ["parent"], references: { name: "parents" }, targets: ["id"] }]
        })
      )
    assert.deepStrictEqual(words(of(Type.int32), of(Type.int64)), [
      "drop foreign key children (parent)",
      "change column parents.id",
      "change column children.parent",
      "add foreign key children (parent)"
    ])
  })

  it("take references off while the key that they refer to becomes another", () => {
    const keyed = { primaryKey: { columns: ["id"] } }
    const of = (key: Partial<Structure.TableStructure>) =>
      made(
        table("parents", [whole("id")], key),
        table("children", [whole("parent")], {
          foreignKeys: [{ columns: ["parent"], references: { name: "parents" }, targets: ["id"] }]
        })
      )
    assert.deepStrictEqual(words(of(keyed), of({ uniques: [{ columns: ["id"] }] })), [
      "drop foreign key children (parent)",
      "drop primary key parents (id)",
      "add unique key parents (id)",
      "add foreign key children (parent)"
    ])
    assert.deepStrictEqual(words(of(keyed), made(table("parents", [whole("id")]))), [
      "drop foreign key children (parent)",
      "drop primary key parents (id)",
      "drop table children"
    ])
  })

  it("make computed columns anew, and what is over them", () => {
    const of = (type: typeof Type.int32, generated: string | undefined) =>
      made(table("a", [
        Migration.column("base", type),
        Migration.column("sum", Type.int64, { nullable: true, ...(generated === undefined ? {} : { generated }) })
      ], {
        uniques: [{ columns: ["sum"] }],
        checks: [{ name: "sum check", condition: "sum > 0" }, { name: "base check", condition: "base > 0" }],
        indexes: [
          { name: "sum index", on: ["base"], unique: false, where: "sum > 0" },
          { name: "base index", on: ["base"], unique: false }
        ]
      }))
    const around = (...inside: ReadonlyArray<string>) => [
      "drop index sum index",
      "drop check a.sum check",
      "drop unique key a (sum)",
      ...inside,
      "add unique key a (sum)",
      "add check a.sum check",
      "create index sum index"
    ]
    const sum = "(base + 1)"
    assert.deepStrictEqual(
      words(of(Type.int32, sum), of(Type.int32, "(base + 2)")),
      around("drop column a.sum", "add column a.sum")
    )
    assert.deepStrictEqual(
      words(of(Type.int32, sum), of(Type.int64, sum)),
      around("drop column a.sum", "change column a.base", "add column a.sum")
    )
    assert.deepStrictEqual(
      words(of(Type.int32, undefined), of(Type.int64, sum)),
      around("change column a.base", "change column a.sum")
    )
    // what was computed stays as it is, and nothing over it has to go
    assert.deepStrictEqual(words(of(Type.int64, sum), of(Type.int32, undefined)), [
      "change column a.sum",
      "change column a.base"
    ])
  })

  it("say what is said otherwise", () => {
    const of = (comment: string | undefined) =>
      made(
        table(
          "a",
          [{ ...whole("id"), ...(comment === undefined ? {} : { comment }) }],
          comment === undefined ? {} : { comment }
        )
      )
    const there: ReadonlyArray<Migration.Operation> = [
      { _tag: "Comment", table: { name: "a" }, column: "id", to: "it" },
      { _tag: "Comment", table: { name: "a" }, to: "it" }
    ]
    assert.deepStrictEqual(diff(of(undefined), of("it"), { dialect }), there)
    assert.deepStrictEqual(evolve(of(undefined), there), of("it"))
    assert.deepStrictEqual(evolve(of("it"), diff(of("it"), of(undefined), { dialect })), of(undefined))
  })

  it("are in the words of the database that they are of", () => {
    const of = (check: Structure.SqlText) => made(table("a", [whole("id")], { checks: [{ condition: check }] }))
    assert.deepStrictEqual(words(of({ duckdb: "x", postgres: "id > 0" }), of("id > 0")), [])
    assert.deepStrictEqual(words(of({ duckdb: "id > 0" }), of({ duckdb: "id > 0" })), [])
    assert.deepStrictEqual(words(of({ duckdb: "id > 0" }), of("id > 0")), ["drop check a.", "add check a."])
    const other = of({ duckdb: "id > 1" })
    assert.deepStrictEqual(evolve(other, diff(other, of("id > 0"), { dialect })), of("id > 0"))
  })

  it("count what becomes of rows that refer only where the database does", () => {
    const of = (onDelete?: "cascade") =>
      made(table("a", [whole("id"), whole("of")], {
        primaryKey: { columns: ["id"] },
        foreignKeys: [{ columns: ["of"], references: { name: "a" }, targets: ["id"], ...(onDelete && { onDelete }) }]
      }))
    assert.lengthOf(diff(of(), of("cascade"), { dialect: duckdb }), 0)
    assert.deepStrictEqual(words(of(), of("cascade")), ["drop foreign key a (of)", "add foreign key a (of)"])
  })

  it("know checks by name where they have one, and keys by columns alone", () => {
    const of = (name: string | undefined, condition = "id > 0") =>
      made(table("a", [whole("id")], {
        checks: [{ ...(name === undefined ? {} : { name }), condition }],
        uniques: [{ ...(name === undefined ? {} : { name }), columns: ["id"] }]
      }))
    assert.deepStrictEqual(words(of("one"), of(undefined)), [])
    assert.deepStrictEqual(words(of("one"), of("two")), ["drop check a.one", "add check a.two"])
    assert.deepStrictEqual(words(of(undefined), of(undefined, "id > 1")), ["drop check a.", "add check a."])
  })

  it("leave it to the database to name a key whose name is in use", () => {
    const key = { name: "a_pkey", columns: ["id"] }
    const from = made(table("b", [whole("id")], { primaryKey: key }))
    const to = made(table("a", [whole("id")], { primaryKey: key }), table("b", [whole("id")], { primaryKey: key }))
    assert.deepStrictEqual(diff(from, to, { dialect }), [
      table("a", [whole("id")], { primaryKey: { columns: ["id"] } })
    ])
  })

  it("free the name of an index before its table is dropped", () => {
    const indexes = [{ name: "by id", on: ["id"], unique: false }]
    const [from, to] = ["a", "b"].map((name) => made(table(name, [whole("id")], { indexes })))
    assert.deepStrictEqual(words(from ?? Structure.empty, to ?? Structure.empty), [
      "drop index by id",
      "create table b",
      "drop table a"
    ])
  })

  it("give an enum new values before they are used, and take old ones when they are not", () => {
    const of = (...values: ReadonlyArray<string>) => withParts({ enums: [{ name: "mood", values }] })
    const change = (from: ReadonlyArray<string>, to: ReadonlyArray<string>) =>
      Migration.changeEnum({ name: "mood", values: from }, { name: "mood", values: to })
    assert.deepStrictEqual(diff(of("a", "b"), of("c", "b"), { dialect }), [
      change(["a", "b"], ["c", "b", "a"]),
      change(["c", "b", "a"], ["c", "b"])
    ])
    assert.deepStrictEqual(diff(of("a", "b"), of("a"), { dialect }), [change(["a", "b"], ["a"])])
    assert.deepStrictEqual(diff(of("a", "b"), of("b", "a"), { dialect }), [change(["a", "b"], ["b", "a"])])
  })

  it("make a sequence anew that counts otherwise", () => {
    const of = (increment: number) => withParts({ sequences: [{ name: "numbers", start: 1, increment }] })
    assert.deepStrictEqual(words(of(1), of(2)), ["drop sequence numbers", "create sequence numbers"])
  })

  it("make views anew that read a changed one, through others or not", () => {
    const of = (sql: string) =>
      withParts({
        views: [
          { name: "top", sql: "SELECT id FROM middle" },
          { name: "beside", sql: "SELECT 1" },
          { name: "middle", sql: "SELECT id FROM bottom" },
          { name: "bottom", sql }
        ]
      })
    assert.deepStrictEqual(words(of("SELECT 1 AS id"), of("SELECT 2 AS id")), [
      "drop view top",
      "drop view middle",
      "drop view bottom",
      "create view bottom",
      "create view middle",
      "create view top"
    ])
  })
})

describe("renames", () => {
  const from = made(
    Migration.createSchema("sales"),
    table("books", [whole("id"), text("title"), text("note")]),
    Migration.createTable({ schema: "sales", name: "orders", columns: [whole("id"), text("by")] })
  )
  const to = made(
    Migration.createSchema("sales"),
    table("works", [whole("id"), text("heading"), text("title")]),
    Migration.createTable({ schema: "sales", name: "orders", columns: [whole("id"), text("buyer")] })
  )
  const told = (names: Readonly<Record<string, string>>, before = from, after = to) =>
    Result.map(renaming(before, after, names), (renames) => renames.map(described))

  it("are told by the names before, of which columns go first, and each when its name is free", () => {
    const names = { books: "works", "books.note": "title", "books.title": "heading", "sales.orders.by": "buyer" }
    assert.deepStrictEqual(Result.getOrThrow(told(names)), [
      "rename column books.title to heading",
      "rename column books.note to title",
      "rename column sales.orders.by to buyer",
      "rename table books to works"
    ])
    const renames = Result.getOrThrow(renaming(from, to, names))
    assert.deepStrictEqual(diff(from, to, { dialect, renames }), renames)
  })

  it.each([
    [{ book: "works" }, "no such table or column"],
    [{ "books.titel": "heading" }, "no such table or column"],
    [{ books: "work" }, "nothing of the new name is wanted"],
    [{ "books.title": "head", books: "works" }, "nothing of the new name is wanted"],
    [{ "books.title": "heading" }, "nothing of the new name is wanted"],
    [{ "books.note": "title", books: "works" }, "the new name is taken"]
  ])("are refused where %o can't be", (names, reason) => {
    const refused = Result.getOrThrow(Result.flip(told(names)))
    assert.strictEqual(refused._tag, "RenameRefused")
    assert.include(refused.message, reason)
  })

  it("are refused in a circle", () => {
    const two = (one: string, other: string) => made(table(one, [whole("id")]), table(other, [text("id")]))
    const refused = Result.getOrThrow(Result.flip(told({ a: "b", b: "a" }, two("a", "b"), two("b", "a"))))
    assert.include(refused.message, "the new name is taken")
  })

  it("go through keys, checks, indexes, computed columns and views", () => {
    const before = made(
      table("a", [whole("id"), Migration.column("sum", Type.int64, { generated: "id + 1" })], {
        primaryKey: { columns: ["id"] },
        checks: [{ name: "positive", condition: "id > 0" }],
        indexes: [{ name: "by id", on: ["id"], unique: false, where: "id > 0" }],
        foreignKeys: [{ columns: ["id"], references: { name: "a" }, targets: ["id"] }]
      }),
      Migration.createView({ name: "all", sql: "SELECT a.id FROM a", reads: [{ name: "a" }] }),
      Migration.createView({ name: "none", sql: "SELECT 1" })
    )
    const after = evolve(before, [Migration.renameColumn("a", "id", "key"), Migration.renameTable("a", "b")])
    assert.deepStrictEqual(
      after,
      made(
        table("b", [whole("key"), Migration.column("sum", Type.int64, { generated: "key + 1" })], {
          primaryKey: { columns: ["key"] },
          checks: [{ name: "positive", condition: "key > 0" }],
          indexes: [{ name: "by id", on: ["key"], unique: false, where: "key > 0" }],
          foreignKeys: [{ columns: ["key"], references: { name: "b" }, targets: ["key"] }]
        }),
        Migration.createView({ name: "all", sql: "SELECT b.id FROM b", reads: [{ name: "b" }] }),
        Migration.createView({ name: "none", sql: "SELECT 1" })
      )
    )
  })

  it("may be what goes and what comes of the same type, for somebody to decide", () => {
    assert.deepStrictEqual(candidates(from, to, { dialect }), [
      { kind: "table", from: "books", to: ["works"] },
      { kind: "column", from: "sales.orders.by", to: ["buyer"] }
    ])
    const renames = Result.getOrThrow(renaming(from, to, { books: "works" }))
    assert.deepStrictEqual(candidates(from, to, { dialect, renames }), [
      { kind: "column", from: "books.note", to: ["heading"] },
      { kind: "column", from: "sales.orders.by", to: ["buyer"] }
    ])
    const unlike = made(table("numbers", [Migration.column("value", Type.double)]))
    assert.deepStrictEqual(candidates(from, unlike, { dialect }), [])
  })
})
