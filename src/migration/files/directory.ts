/**
 * The revisions of a directory: modules whose default export is one, and pairs of SQL files.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { readdir, readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Revision } from "../Migration.ts"
import { RevisionsInvalid } from "../MigrationError.ts"
import { sqlRevision } from "./sqlRevision.ts"

/** A revision, and the file in the directory that it comes from. */
export interface FileRevision<R = never> {
  readonly file: string
  readonly revision: Revision<R>
}

/**
 * The revisions of a directory, in the order of their files' names. What begins with a dot or a line, and what declares types alone, is
 * left out.
 */
export const directoryOf = Effect.fnUntraced(function*<R = never>(
  directory: string
): Effect.fn.Return<ReadonlyArray<FileRevision<R>>, RevisionsInvalid> {
  const names = yield* Effect.mapError(
    attempted(() => readdir(directory)),
    (reason) => new RevisionsInvalid({ issues: [{ revision: directory, reason }] })
  )
  const files = names.filter((name) => !/^[._]/.test(name)).toSorted()
  const [found, issues] = yield* Effect.partition(
    files.filter((name) => isModule(name) || /\.(?:up|down)\.sql$/.test(name)),
    (file) =>
      Effect.mapBoth(isModule(file) ? ofModule<R>(directory, file) : ofPair(directory, file, files), {
        onFailure: (reason) => ({ revision: file, reason }),
        onSuccess: (revision) => revision === undefined ? [] : [{ file, revision }]
      })
  )
  return issues.length === 0 ? found.flat() : yield* new RevisionsInvalid({ issues })
})

const isModule = (name: string): boolean => /\.m?[jt]s$/.test(name) && !/\.d\.m?ts$/.test(name)

const ofModule = Effect.fnUntraced(function*<R>(directory: string, file: string) {
  const path = resolve(directory, file)
  const found: unknown = yield* attempted(() => import(pathToFileURL(path).href))
  const revision: unknown = Predicate.hasProperty(found, "default") ? found.default : undefined
  if (!isRevision<R>(revision)) {
    return yield* Effect.fail("its default export is no revision; export what Migration.make gives")
  }
  // an effect can't be compared, but its text can
  const hasEffects = revision.up.some(({ _tag }) => _tag === "Run")
  return hasEffects ? { ...revision, source: yield* attempted(() => readFile(path, "utf8")) } : revision
})

/** The revision of a file for the way up, and of the one beside it; a file for the way back alone is none. */
const ofPair = Effect.fnUntraced(function*(directory: string, file: string, files: ReadonlyArray<string>) {
  const read = (name: string) => attempted(() => readFile(join(directory, name), "utf8"))
  const name = file.replace(/\.(?:up|down)\.sql$/, "")
  if (!files.includes(`${name}.up.sql`)) return yield* Effect.fail(`there is no ${name}.up.sql beside it`)
  if (file.endsWith(".down.sql")) return undefined
  const down = files.includes(`${name}.down.sql`) ? yield* read(`${name}.down.sql`) : undefined
  return sqlRevision(name, yield* read(file), down)
})

const isRevision = <R>(value: unknown): value is Revision<R> =>
  Predicate.hasProperty(value, "id") && typeof value.id === "string" && Predicate.hasProperty(value, "parents") &&
  Predicate.hasProperty(value, "up") && Array.isArray(value.up)

const attempted = <A>(run: () => Promise<A>): Effect.Effect<A, string> =>
  Effect.tryPromise({ try: run, catch: (error) => Predicate.isError(error) ? error.message : String(error) })
