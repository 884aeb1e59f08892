/**
 * A process that is killed while it writes leaves no answer behind that is older than what it has written.
 */
import { assert, it } from "@effect/vitest"
import { Query, QueryCache, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { Author } from "../contract/library.ts"
import { at, authors } from "./cachedWriter.ts"

/** Runs the writer, and kills it after that many milliseconds. */
const killed = (directory: string, after: number) =>
  Effect.callback<void>((resume) => {
    const child = spawn(
      process.execPath,
      ["--conditions=andamios-source", `${import.meta.dirname}/cachedWriter.ts`, directory],
      { stdio: ["ignore", "pipe", "inherit"] }
    )
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), after))
    child.once("exit", () => resume(Effect.void))
  })

it.live("a cache in files is right after its process was killed", () =>
  Effect.gen(function*() {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-cached-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const live = at(directory)
    yield* Effect.provide(
      Effect.andThen(Session.createTables([Author]), Query.insert(Author).values({ id: 1, name: "Ada" })),
      live,
      { local: true }
    )
    for (const after of [50, 110, 200]) {
      yield* killed(directory, after)
      const found = yield* Effect.provide(
        Effect.gen(function*() {
          const cached = yield* authors
          const stored = yield* QueryCache.bypass(authors)
          assert.deepStrictEqual(cached, stored)
          yield* Effect.sleep("150 millis")
          assert.deepStrictEqual(yield* authors, stored)
          return stored
        }),
        live,
        { local: true }
      )
      // what is kept now holds in the next process
      const later = yield* Effect.provide(
        Effect.all([authors, QueryCache.report]),
        live,
        { local: true }
      )
      assert.deepStrictEqual(later[0], found)
      assert.strictEqual(later[1].queries[0]?.stored, 1)
    }
  }), 120_000)
