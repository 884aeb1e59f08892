/**
 * Writes the files of models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Pulled } from "../../migration/pulling/renderModels.ts"
import { FileUnusable } from "../CommandError.ts"

/** Writes all files or, where one is in the way and may not be overwritten, none. */
export const written = Effect.fnUntraced(function*(out: string, { files }: Pulled, force: boolean) {
  const system = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.resolve(out)
  yield* Effect.gen(function*() {
    for (const file of force ? [] : files) {
      const name = path.join(directory, file.path)
      if (yield* system.exists(name)) {
        return yield* new FileUnusable({ file: name, reason: "It is there already. Say --force to overwrite it." })
      }
    }
    yield* system.makeDirectory(directory, { recursive: true })
    yield* Effect.forEach(files, (file) => system.writeFileString(path.join(directory, file.path), file.text), {
      discard: true
    })
  }).pipe(
    Effect.catchTag("PlatformError", ({ message }) => new FileUnusable({ file: directory, reason: message }))
  )
})
