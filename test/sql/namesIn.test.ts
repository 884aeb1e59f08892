/**
 * Names are found and replaced in SQL where they are names, and left alone where they are something else.
 */
import { assert, describe, it } from "@effect/vitest"
import {
  mentions,
  nameIn,
  withColumnRenamed,
  withSchemas,
  withTableRenamed,
  withTablesIn
} from "../../src/sql/namesIn.ts"

describe("names in SQL", () => {
  it("are mentioned with and without quotes, but not in texts and comments", () => {
    assert.isTrue(mentions("length(Title) > 0", "title"))
    assert.isTrue(mentions("\"Big One\" > 0", "Big One"))
    assert.isTrue(mentions({ duckdb: "a", postgres: "title" }, "title"))
    assert.isFalse(mentions("'title' <> /* title */ titles -- title", "title"))
    assert.isFalse(mentions("", "title"))
  })

  it("have quotes where they need them", () => {
    assert.deepStrictEqual(["title", "t2_", "Title", "2t", "order", "it\"s", ""].map(nameIn), [
      "title",
      "t2_",
      "\"Title\"",
      "\"2t\"",
      "\"order\"",
      "\"it\"\"s\"",
      "\"\""
    ])
  })

  it.each([
    ["(title)::text > 'title'", "(heading)::text > 'title'"],
    ["lower(\"title\") = title(title)", "lower(heading) = title(heading)"],
    ["CAST(day AS title) + part.title", "CAST(day AS title) + part.title"],
    ["  TITLE -- title\n", "  heading -- title\n"],
    [" ", " "]
  ])("of columns are replaced in %s", (sql, expected) => {
    assert.strictEqual(withColumnRenamed(sql, "title", "heading"), expected)
  })

  it("are replaced in the texts of all databases", () => {
    assert.deepStrictEqual(withColumnRenamed({ duckdb: "a > 0", postgres: "(a > 0)" }, "a", "the order"), {
      duckdb: "\"the order\" > 0",
      postgres: "(\"the order\" > 0)"
    })
  })

  it.each([
    ["SELECT books.title FROM books", "SELECT works.title FROM works"],
    [
      "SELECT books FROM authors, books AS b JOIN \"books\" c ON true",
      "SELECT books FROM authors, works AS b JOIN works c ON true"
    ],
    ["SELECT a, books FROM sales.books", "SELECT a, books FROM sales.books"],
    [
      "SELECT f(1, books), (SELECT 1), books FROM a WHERE b IN (1, books)",
      "SELECT f(1, books), (SELECT 1), books FROM a WHERE b IN (1, books)"
    ],
    ["SELECT 1 FROM (SELECT 1) AS a, books", "SELECT 1 FROM (SELECT 1) AS a, works"],
    [", books", ", books"]
  ])("of tables are replaced in %s", (sql, expected) => {
    assert.strictEqual(withTableRenamed(sql, { name: "books" }, "works"), expected)
  })

  it("of tables in a schema are replaced there alone", () => {
    assert.strictEqual(
      withTableRenamed(
        "SELECT sales.books.id FROM sales.books, books, other.books",
        { schema: "sales", name: "books" },
        "works"
      ),
      "SELECT sales.works.id FROM sales.works, works, other.books"
    )
  })

  it("get schemas where a query reads them, and lose them again", () => {
    const schemaOf = ({ name, schema }: { readonly schema?: string | undefined; readonly name: string }) =>
      name !== "books" ? undefined : schema === undefined ? "one" : schema === "sales" ? "The Other" : undefined
    const inside = withTablesIn(
      "SELECT books.id, f(books) FROM Books, sales.\"books\" AS b, far.books, authors",
      schemaOf
    )
    assert.strictEqual(
      inside,
      "SELECT books.id, f(books) FROM one.books, \"The Other\".\"books\" AS b, far.books, authors"
    )
    assert.strictEqual(withTablesIn("SELECT books.", schemaOf), "SELECT books.")
    assert.strictEqual(
      withSchemas(typeof inside === "string" ? inside : "", new Map([["one", undefined], ["The Other", "sales"]])),
      "SELECT books.id, f(books) FROM books, sales.\"books\" AS b, far.books, authors"
    )
  })
})
