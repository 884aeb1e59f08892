/**
 * A folder that is gone after the test.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

export const temporaryDirectory = Effect.flatMap(
  FileSystem.FileSystem,
  (files) => files.makeTempDirectoryScoped({ prefix: "andamios-test-" })
).pipe(Effect.provide(NodeFileSystem.layer), Effect.orDie)
