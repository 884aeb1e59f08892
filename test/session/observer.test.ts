/**
 * A statement that is watched tells how it ended, whatever ended it.
 */
import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { observedQuery } from "../../src/session/observed.ts"
import * as TableVersions from "../../src/session/tableVersions.ts"
import * as Observer from "../../src/session/observer.ts"
import { withSpans } from "../contract/withSpans.ts"

const query = { sql: "SELECT 1", parameters: [], columns: [], shape: undefined }

it.effect("a span has the kind of what ended its statement, by OpenTelemetry's name where that is no error", () =>
  Effect.gen(function*() {
    const { observe } = yield* Observer.make(
      { "db.system.name": "duckdb", "db.namespace": "memory" },
      TableVersions.make()
    )
    const told = Effect.fnUntraced(function*(cause: Cause.Cause<unknown>) {
      const run = observe(observedQuery(query), Effect.failCause(cause), () => undefined)
      const [, [span]] = yield* withSpans(Effect.exit(run))
      return span?.attributes.get("error.type")
    })
    assert.strictEqual(yield* told(Cause.die(new TypeError("not a function"))), "TypeError")
    assert.strictEqual(yield* told(Cause.die("what a library of others could throw")), "_OTHER")
    assert.strictEqual(yield* told(Cause.fail({ what: "no error" })), "_OTHER")
    assert.strictEqual(yield* told(Cause.interrupt()), "interrupted")
  }))
