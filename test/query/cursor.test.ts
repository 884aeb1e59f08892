/**
 * A cursor is the place that it was made of, and whatever else is given for one is refused.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import { fromEpochMilliseconds } from "../../src/model/ColumnType.ts"
import * as Cursor from "../../src/query/cursor.ts"
import { digest } from "../../src/sql/hash.ts"

const forged = (payload: unknown) => {
  const text = JSON.stringify(payload)
  return digest(text) + Base64Url.encode(text)
}

describe("a cursor", () => {
  it.effect("keeps values of every kind", () =>
    Effect.gen(function*() {
      const values = [
        null,
        "é'\"",
        "",
        true,
        1.5,
        -0.25,
        Number.NaN,
        Number.NEGATIVE_INFINITY,
        2n ** 63n - 1n,
        new Date(5),
        BigDecimal.fromStringUnsafe("10.50"),
        fromEpochMilliseconds(-1.001)
      ]
      const read = yield* Cursor.decode("shape", Cursor.encode("shape", values))
      assert.deepStrictEqual(
        read.map((value) => BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : value),
        values.map((value) => BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : value)
      )
    }))

  it.effect("made by hand is refused where it holds what is no value", () =>
    Effect.gen(function*() {
      for (
        const payload of [
          ["shape", [{ as: "bigint", text: "one" }]],
          ["shape", [{ as: "decimal", text: "one" }]],
          ["shape", [{ as: "function", text: "1" }]],
          ["shape", [[1]]],
          ["shape"],
          "shape",
          ["other", [1]]
        ]
      ) {
        assert.instanceOf(yield* Effect.flip(Cursor.decode("shape", forged(payload))), OrmError.InvalidCursor)
      }
    }))
})
