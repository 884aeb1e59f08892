/**
 * The tokens of an SQL text, whatever that is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { closing, tokensOf } from "../../src/sql/sqlTokens.ts"

const texts = (sql: string) => tokensOf(sql).map(({ end, start }) => sql.slice(start, end))

const pieces = Arbitrary.map(
  Arbitrary.array(
    Arbitrary.schema(
      Schema.Literals([
        "a",
        "SELECT",
        " ",
        "\n",
        "'",
        "''",
        "\"",
        "$$",
        "$x$",
        "--",
        "/*",
        "*/",
        "(",
        ")",
        ",",
        "$1",
        "é",
        "."
      ])
    ),
    { maxLength: 20 }
  ),
  (parts) => parts.join("")
)

describe("the tokens of a text", () => {
  it.prop(
    "stand in order, and only blanks and comments are between them",
    { sql: pieces },
    ({ sql }) => {
      let end = 0
      for (const token of tokensOf(sql)) {
        assert.isAtLeast(token.start, end)
        assert.isAbove(token.end, token.start)
        assert.match(sql.slice(end, token.start), /^(?:\s|--|\/\*|$)/)
        end = token.end
      }
      assert.isAtMost(end, sql.length)
    },
    { arbitrary: { runs: 500 } }
  )

  it.each([
    ["a /* b /* c */ d */ e", ["a", "e"]],
    ["a /* b /* c */ d", ["a"]],
    ["a -- b\n c", ["a", "c"]],
    ["'a''b' \"c\"\"d\" $$e$$", ["'a''b'", "\"c\"\"d\"", "$$e$$"]],
    ["'never closed", ["'never closed"]]
  ])("are those of %s", (sql, expected) => assert.deepStrictEqual(texts(sql), expected))

  it("tell which bracket closes one, or that none does", () => {
    const [closed, open] = [tokensOf("(a, (b), c) d"), tokensOf("(a, (b)")]
    assert.strictEqual(closed[closing(closed, 0)]?.start, 10)
    assert.strictEqual(closing(open, 0), open.length)
  })
})
