/**
 * A text of several statements is parted where a statement ends, and nowhere else.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { statementsOf } from "../../src/sql/statements.ts"

/** Statements that have semicolons in themselves, too. */
const Statement = Schema.Literals([
  "SELECT 1",
  "SELECT ';' AS \"a;b\"",
  "SELECT /* ; */ 2 -- ;\n + 1",
  "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$",
  "CREATE FUNCTION g() RETURNS INT BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
])

const Between = Schema.Literals([";", " ;\n", ";; -- nothing;\n;", "\n/* over; */;\n"])

const Parted = Schema.Array(Schema.Struct({ statement: Statement, between: Between })).check(Schema.isMaxLength(6))

describe("the statements of a text", () => {
  it.effect.prop("are those that it was put together of, whatever is between them", {
    parted: Arbitrary.schema(Parted)
  }, ({ parted }) =>
    Effect.sync(() => {
      const statements = parted.map(({ statement }) => statement)
      const text = parted.map(({ between, statement }) => statement + between).join("")
      assert.deepStrictEqual<unknown>(statementsOf(text), statements)
      assert.deepStrictEqual<unknown>(statementsOf(`; ${text} SELECT 'last'`), [...statements, "SELECT 'last'"])
    }))
})
