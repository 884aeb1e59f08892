/**
 * A folder that is gone after the test.
 */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const temporaryDirectory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-files-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
