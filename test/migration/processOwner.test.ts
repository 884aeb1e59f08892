/**
 * A history tells who runs its process, as far as the machine knows.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { hostname, userInfo } from "node:os"
import { processOwner } from "../../src/migration/running/processOwner.ts"

it.effect("by the name of the user, and of the machine", () =>
  Effect.gen(function*() {
    assert.strictEqual(yield* processOwner, `${userInfo().username}@${hostname()}`)
  }))

// only root may run something as another user
it.skipIf(process.getuid?.() !== 0)("as somebody, where the user has no name", () => {
  const program =
    "process.setuid(54321); process.stdout.write(await (await import('effect/Effect')).runPromise(processOwner))"
  const source = new URL("../../src/migration/running/processOwner.ts", import.meta.url).href
  const text = `import { processOwner } from ${JSON.stringify(source)}; ${program}`
  const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", text], { encoding: "utf8" })
  assert.strictEqual(stdout, `somebody@${hostname()}`, stderr)
})
