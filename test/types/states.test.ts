/**
 * What is expected of a table is some fields of its model.
 */
import { Column, Model } from "andamios-orm"
import { expectState } from "andamios-orm/testing"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"

class Leaf
  extends Model.Class<Leaf>("Leaf")({ id: Column.primaryKey(Schema.Int), color: Schema.String }, { table: "leaves" })
{}

class Root
  extends Model.Class<Root>("Root")({ id: Column.primaryKey(Schema.Int), depth: Schema.Int }, { table: "roots" })
{}

describe("an expected state", () => {
  it("has fields of each table's own model", () => {
    const fitting = expectState([Leaf, [{ color: "red" }, {}]], [Root, [{ depth: 1 }]])
    expectTypeOf<Effect.Success<typeof fitting>>().toEqualTypeOf<void>()
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    expectState([Leaf, [{ color: 1 }]])
    // @ts-expect-error Object literal may only specify known properties, and 'depth' does not exist
    expectState([Root, [{ depth: 1 }]], [Leaf, [{ depth: 1 }]])
  })
})
