/**
 * An index is made as its structure says.
 */
import { assert, it } from "@effect/vitest"
import { dialect } from "../../src/postgres/dialect.ts"
import { createIndex } from "../../src/sql/compileTable.ts"

it("an index says its kind, its expressions and its condition where it has any", () => {
  const index = { name: "book_words", on: ["words"], unique: false } as const
  assert.strictEqual(
    createIndex({ name: "books" }, index, dialect, "refuse"),
    `CREATE INDEX "book_words" ON "books" (words)`
  )
  assert.strictEqual(
    createIndex({ name: "books" }, { ...index, unique: true, using: "gin", where: "pages > 1" }, dialect, "keep"),
    `CREATE UNIQUE INDEX IF NOT EXISTS "book_words" ON "books" USING gin (words) WHERE pages > 1`
  )
})
