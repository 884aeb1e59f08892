/**
 * Types of DuckDB that are written down are types that it has, and the compiler knows their values.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
import type * as DateTime from "effect/DateTime"
import { expectTypeOf } from "vitest"

const { parameter } = DuckDb

describe("types of DuckDB", () => {
  it.each<readonly [type: () => unknown, reason: string]>([
    [() => DuckDbType.DECIMAL(39, 0), "there is no DECIMAL(39, 0)"],
    [() => DuckDbType.DECIMAL(3, 4), "there is no DECIMAL(3, 4)"],
    [() => DuckDbType.ENUM([]), "the values of an ENUM are some, and different"],
    [() => DuckDbType.ENUM(["a", "a"]), "the values of an ENUM are some, and different"],
    [() => DuckDbType.ARRAY(DuckDbType.INTEGER, 0), "an ARRAY has 1 to 100,000 items, not 0"],
    [() => DuckDbType.STRUCT({}), "DuckDB has no STRUCT or UNION without parts"],
    [
      () => DuckDbType.STRUCT({ a: DuckDbType.INTEGER, A: DuckDbType.INTEGER }),
      "takes upper and lower case for the same: a, A"
    ],
    [() => DuckDbType.STRUCT({ "a\0": DuckDbType.INTEGER }), "can't keep such a name"]
  ])("that don't exist can't be made: %s", (type, reason) => {
    assert.throws(type, reason)
  })

  it("take only their own values", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Integer | null'
    parameter(DuckDbType.INTEGER, "1")
    // @ts-expect-error Type '"c"' is not assignable to type '"a" | "b" | null'
    parameter(DuckDbType.LIST(DuckDbType.ENUM(["a", "b"])), ["a", "c"])
    // @ts-expect-error Property 'b' is missing
    parameter(DuckDbType.STRUCT({ a: DuckDbType.INTEGER, b: DuckDbType.VARCHAR }), { a: 1 })
    // @ts-expect-error Type 'string' is not assignable to type 'Integer'
    parameter(DuckDbType.UNION({ number: DuckDbType.INTEGER, text: DuckDbType.VARCHAR }), { tag: "number", value: "x" })
    expectTypeOf<DuckDbType.Value<typeof DuckDbType.DATE>>().toEqualTypeOf<string | Date | DateTime.DateTime>()
  })
})
