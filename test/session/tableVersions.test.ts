/**
 * What is known of writes that others have told of, and of transactions that nobody has begun.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { make } from "../../src/session/tableVersions.ts"
import { unknown } from "../../src/session/versions.ts"

describe("the versions of a database", () => {
  it("go up for any read where others write to what they can't name, and only then", () => {
    const versions = make()
    const before = versions.structure()
    versions.heard(["books"])
    assert.strictEqual(versions.structure(), before)
    versions.heard([unknown])
    assert.notStrictEqual(versions.structure(), before)
  })

  it.effect("have nothing to tell of a transaction that has written nothing", () =>
    Effect.gen(function*() {
      const versions = make()
      let told = 0
      versions.watch(() =>
        Effect.sync(() => {
          told++
          return Effect.void
        })
      )
      const transaction = {}
      assert.deepStrictEqual(versions.pending(transaction), [])
      assert.strictEqual(yield* versions.committing(transaction, Effect.succeed("done")), "done")
      assert.strictEqual(told, 0)
    }))
})
