/**
 * Finds the revision files of Alembic on the disk.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { readdir, readFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { messageOf } from "../../model/messageOf.ts"
import { AlembicInvalid, type AlembicIssue } from "../AlembicError.ts"
import { type AlembicFile, readHeader } from "./file.ts"
import { type AlembicGraph, graphOf } from "./graph.ts"
import { type AlembicPlaces, readIni } from "./ini.ts"
import { readToml } from "./toml.ts"

/**
 * Where Alembic's revisions are: the directory that `alembic init` made or one that holds revision files, or an `alembic.ini` with
 * the section in it that is meant, or a `pyproject.toml`.
 */
export type Place = { readonly directory: string } | { readonly ini: string; readonly section?: string }

/** The directories of the revision files, and what is said of the version table. */
export const placesOf = (place: Place): Effect.Effect<AlembicPlaces, AlembicInvalid> =>
  "ini" in place
    ? Effect.flatMap(reading(place.ini, () => readFile(place.ini, "utf8")), (text) =>
      understood(settingsAt(resolve(place.ini), text, place.section)))
    : Effect.map(
      reading(place.directory, () =>
        readdir(place.directory)),
      (names) => ({
        locations: [names.includes("versions") ? join(place.directory, "versions") : place.directory],
        versionTable: undefined,
        versionSchema: undefined
      })
    )

const settingsAt = (file: string, text: string, section = "alembic") =>
  file.endsWith(".toml") ? readToml(file, text, dirname(file)) : readIni(file, text, section, dirname(file))

/** The graph of all revision files in these directories. */
export const readGraph = Effect.fnUntraced(function*(locations: ReadonlyArray<string>) {
  const files: Array<AlembicFile> = []
  const issues: Array<AlembicIssue> = []
  for (const location of locations) {
    const names = yield* reading(location, () => readdir(location))
    for (const name of names.filter(isRevision).toSorted()) {
      const path = join(location, name)
      const header = readHeader(path, yield* reading(path, () => readFile(path, "utf8")))
      if ("id" in header) files.push(header)
      else issues.push(...header)
    }
  }
  if (issues.length > 0) return yield* new AlembicInvalid({ issues })
  return yield* understood<AlembicGraph>(graphOf(files))
})

/** Alembic reads the Python files of a directory, but for those of editors and of packages. */
const isRevision = (name: string): boolean => /^(?!\.#|__init__).*\.py$/.test(name)

const reading = <A>(file: string, read: () => Promise<A>): Effect.Effect<A, AlembicInvalid> =>
  Effect.tryPromise({
    try: read,
    catch: (cause) => new AlembicInvalid({ issues: [{ file, reason: messageOf(cause) }] })
  })

const understood = <A extends object>(found: A | ReadonlyArray<AlembicIssue>): Effect.Effect<A, AlembicInvalid> =>
  isIssues(found) ? new AlembicInvalid({ issues: found }) : Effect.succeed(found)

const isIssues = (found: object): found is ReadonlyArray<AlembicIssue> => Array.isArray(found)
