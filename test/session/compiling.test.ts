/**
 * What makes a statement impossible is a failure that says why; any other error that is thrown meanwhile is a defect.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { withServices } from "../../src/session/compiling.ts"
import { Inexpressible } from "../../src/sql/compilation.ts"
import { NotStorable } from "../../src/sql/storable.ts"

class CurrentUser extends Context.Service<CurrentUser, string>()("compiling/CurrentUser") {}

const failing = (error: Error) =>
  withServices("DuckDB", () => {
    throw error
  })

describe("what is made with the services of the fiber", () => {
  it.effect("is made with them", () =>
    Effect.gen(function*() {
      const made = withServices("DuckDB", (services) => Context.getOption(services, CurrentUser))
      assert.deepStrictEqual(
        yield* Effect.provideService(made, CurrentUser, "ada"),
        Context.getOption(Context.make(CurrentUser, "ada"), CurrentUser)
      )
    }))

  it.effect("is unsupported where the database can't express it", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(failing(new Inexpressible("a lock", "Do without.")))
      assert.deepStrictEqual(
        failure,
        new OrmError.Unsupported({ database: "DuckDB", feature: "a lock", instead: "Do without." })
      )
    }))

  it.effect("fails where a value can't be stored", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(failing(new NotStorable("it is none")))
      assert.deepStrictEqual(
        failure,
        new OrmError.QueryFailed({ sql: "", reason: "a parameter can't be sent: it is none" })
      )
    }))

  it.effect("ends with the error itself where that is a bug", () =>
    Effect.gen(function*() {
      const bug = new TypeError("undefined is not a function")
      const exit = yield* Effect.exit(failing(bug))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause) && Cause.squash(exit.cause) === bug)
    }))
})
