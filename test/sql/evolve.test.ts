/**
 * What operations leave of a structure, one after the other.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import { evolve, inOrder } from "../../src/sql/evolve.ts"
import { empty } from "../../src/sql/Structure.ts"

const { addColumn, column, createTable, execute } = Migration

const operations = [
  createTable({ name: "books", columns: [column("id", Type.int32)] }),
  addColumn("books", column("pages", Type.int32, { nullable: true })),
  execute("UPDATE books SET pages = 1")
]

describe("the structure after operations", () => {
  it("is what each makes of the one before", () => {
    const moments = inOrder(empty, operations)
    assert.deepStrictEqual(moments.map(({ operation }) => operation), operations)
    assert.deepStrictEqual(
      moments.map(({ before }) => before),
      operations.map((_, index) => evolve(empty, operations.slice(0, index)))
    )
  })

  it("is the same where SQL by hand was executed, of which nothing is known", () =>
    assert.deepStrictEqual(evolve(empty, operations), evolve(empty, operations.slice(0, 2))))
})
