/**
 * A file that holds the tables of all of Effect's modules outlives the process that made them, however that ended.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { EventJournal } from "effect/eventlog"
import { KeyValueStore } from "effect/persistence"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { databaseFile } from "./databases.ts"
import { modulesAt, numbers } from "./killed.ts"

it.live("what the modules of a killed process were told is all there", () =>
  Effect.gen(function*() {
    const path = yield* databaseFile
    const program = join(import.meta.dirname, "killed.ts")
    const child = spawnSync(process.execPath, ["--conditions=andamios-source", program, path], { encoding: "utf8" })
    assert.strictEqual(child.signal, "SIGKILL", child.stderr)

    yield* Effect.gen(function*() {
      const values = yield* KeyValueStore.KeyValueStore
      const events = yield* EventJournal.EventJournal
      const queue = yield* numbers
      assert.strictEqual(yield* values.get("key"), "value")
      assert.strictEqual((yield* events.entries).length, 1)
      assert.strictEqual(yield* queue.take(Effect.succeed), 42)
      yield* queue.offer(43)
      assert.strictEqual(yield* queue.take(Effect.succeed), 43)
    }).pipe(Effect.provide(modulesAt(path)))
  }).pipe(Effect.scoped))
