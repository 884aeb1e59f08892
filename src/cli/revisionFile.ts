/**
 * Puts new revisions into the directory of the project.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { fileName } from "../migration/files/revisionFile.ts"
import { FileUnusable } from "./CommandError.ts"
import { Project } from "./project.ts"

/** Writes the texts of a new revision, by the endings of their files; returns the names of these, from the working directory on. */
export const writeRevision = Effect.fnUntraced(function*(
  revision: { readonly id: string; readonly name: string },
  texts: Readonly<Record<string, string>>
) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { migrations } = yield* Project
  const start = fileName(yield* DateTime.now, revision)
  return yield* Effect.forEach(Object.entries(texts), ([ending, text]) => {
    const file = path.join(migrations, `${start}${ending}`)
    return files.makeDirectory(migrations, { recursive: true }).pipe(
      Effect.andThen(files.writeFileString(file, text, { flag: "wx" })),
      Effect.mapError(({ message }) => new FileUnusable({ file, reason: message })),
      Effect.as(path.relative(path.resolve(), file))
    )
  })
})
