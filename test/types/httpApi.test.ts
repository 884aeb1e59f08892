/**
 * An HTTP API over repositories answers every failure, and nobody forgets one.
 */
import { OrmError } from "andamios-orm"
import * as Effect from "effect/Effect"
import type { BadRequestProblem } from "effect/http-api/HttpApiError"
import { describe, expectTypeOf, it } from "vitest"
import { answered, type Clash, type Missing } from "../../examples/advanced/http-api/problems.ts"

const failing = <E>(failure: E): Effect.Effect<never, E> => Effect.fail(failure)

describe("a failure", () => {
  it("becomes the answer that it has, and no other", () => {
    const missing = failing(new OrmError.NotFound({ model: "Book", criteria: "id = 1" }))
    expectTypeOf(answered(missing)).toEqualTypeOf<Effect.Effect<never, Missing>>()
    const conflict = failing<OrmError.Conflict | OrmError.InvalidCursor>(new OrmError.Conflict({ reason: "" }))
    expectTypeOf(answered(conflict)).toEqualTypeOf<Effect.Effect<never, Clash | BadRequestProblem>>()
  })

  it("that has no answer doesn't compile", () => {
    const several = failing(new OrmError.MultipleFound({ sql: "SELECT 1" }))
    // @ts-expect-error Argument of type 'Effect<never, MultipleFound, never>' is not assignable to parameter of type …
    expectTypeOf(() => answered(several)).toBeFunction()
  })
})
