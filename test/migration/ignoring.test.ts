/**
 * What is left alone stays as it is, whatever models want.
 */
import { assert, describe, it } from "@effect/vitest"
import { Structure, Type } from "andamios-orm"
import { ignoring } from "../../src/migration/comparing/ignoring.ts"

const table = (more: Partial<Structure.TableStructure> = {}): Structure.TableStructure => ({
  name: "books",
  columns: [{ name: "id", type: Type.int32, nullable: false }],
  uniques: [],
  checks: [],
  foreignKeys: [],
  indexes: [],
  ...more
})

const only = (...tables: ReadonlyArray<Structure.TableStructure>) => ({ ...Structure.empty, tables })

const author = { columns: ["author_id"], references: { name: "authors" }, targets: ["id"] }

describe("what is left alone", () => {
  const wanted = table({
    uniques: [{ columns: ["isbn"] }],
    checks: [{ name: "old", condition: "(age > 1)" }, { condition: "a > b" }],
    foreignKeys: [author]
  })
  const live = table({
    uniques: [{ name: "books_isbn_key", columns: ["isbn"] }, { columns: ["code", "number"] }],
    checks: [{ condition: "a > b" }, { name: "young", condition: { duckdb: "age < 9", postgres: "age < 10" } }],
    foreignKeys: [{ ...author, name: "books_author_id_fkey", onDelete: "cascade" }]
  })
  const left = (...ignore: ReadonlyArray<string>) =>
    ignoring(only(live), only(wanted), { ignore: ignore.map((name) => `books.${name}`) }).tables[0]

  it("goes by the names of constraints, or by columns where there is none", () => {
    assert.deepStrictEqual(left(), wanted)
    assert.deepStrictEqual(left("books_author_id_fkey")?.foreignKeys, live.foreignKeys)
    assert.deepStrictEqual(left("(author_id)")?.foreignKeys, live.foreignKeys)
    assert.deepStrictEqual(left("(isbn)")?.uniques, live.uniques.slice(0, 1))
    assert.deepStrictEqual(left("(code, number)")?.uniques, [...wanted.uniques, ...live.uniques.slice(1)])
  })

  it("goes by the condition of a check, in any of its texts", () => {
    assert.deepStrictEqual(left("old")?.checks, wanted.checks.slice(1))
    assert.deepStrictEqual(left("(a > b)")?.checks, [...wanted.checks.slice(0, 1), ...live.checks.slice(0, 1)])
    assert.deepStrictEqual(left("(age < 10)")?.checks, [...wanted.checks, ...live.checks.slice(1)])
    assert.deepStrictEqual(left("young", "(age *)")?.checks, [...wanted.checks.slice(1), ...live.checks.slice(1)])
  })

  it("is nothing of a table that is not there yet", () => {
    assert.deepStrictEqual(ignoring(only(), only(wanted), { ignore: ["books.(author_id)"] }).tables[0]?.foreignKeys, [])
  })
})
