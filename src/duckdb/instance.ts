/**
 * Opens DuckDB: one instance for each file in a process, because two would overwrite each other's work.
 *
 * @since 0.1.0
 */
import { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { isMainThread } from "node:worker_threads"
import { ConnectionFailed, type DatabaseLocked } from "../session/OrmError.ts"
import { toOpenError } from "./failure.ts"
import { register } from "./rowSource.ts"

/** DuckDB's own settings, as it spells them. */
export type Settings = Readonly<Record<string, string>>

interface Opened {
  readonly instance: DuckDBInstance
  readonly settings: string
  users: number
}

const opened = new Map<string, Opened>()

/** Opening and closing take turns, so that nobody is given an instance that is on its way out. */
const turn = Semaphore.makeUnsafe(1)

/**
 * The instance of a file, shared with everyone in the process who has it open, and closed after the last of them; a path of
 * `:memory:` is a new database each time.
 */
export const open = (
  path: string,
  settings: Settings
): Effect.Effect<DuckDBInstance, ConnectionFailed | DatabaseLocked, Scope.Scope> =>
  path === ":memory:"
    ? Effect.acquireRelease(create(path, settings), (instance) => Effect.sync(() => instance.closeSync()))
    : Effect.map(
      Effect.acquireRelease(turn.withPermit(share(path, settings)), (shared) => turn.withPermit(leave(shared))),
      ({ instance }) => instance
    )

const share = Effect.fnUntraced(function*(path: string, settings: Settings) {
  const file = yield* realPath(path)
  const text = JSON.stringify(settings)
  const known = opened.get(file)
  if (known === undefined) {
    const made: Opened = { instance: yield* create(path, settings), settings: text, users: 1 }
    opened.set(file, made)
    return made
  }
  if (known.settings !== text) {
    const reason = "it is open in this process with other settings; give all Layers of a file the same options"
    return yield* new ConnectionFailed({ database: path, reason })
  }
  known.users++
  return known
})

const leave = (shared: Opened) =>
  Effect.sync(() => {
    shared.users--
    if (shared.users > 0) return
    for (const [file, known] of opened) if (known === shared) opened.delete(file)
    shared.instance.closeSync()
  })

/** The file that a path leads to: the same for every link and spelling, also when it doesn't exist yet. */
const realPath = (path: string) =>
  Effect.try({
    try: () => join(realpathSync(dirname(resolve(path))), basename(path)),
    catch: (cause) => new ConnectionFailed({ database: path, reason: `there is no folder ${dirname(path)}`, cause })
  }).pipe(Effect.flatMap((file) => Effect.orElseSucceed(Effect.try(() => realpathSync(file)), () => file)))

const create = Effect.fnUntraced(function*(path: string, settings: Settings) {
  if (!isMainThread) {
    const reason =
      "DuckDB can't be opened in a worker thread: two threads with one file would destroy it. Open it in the main thread"
    return yield* new ConnectionFailed({ database: path, reason })
  }
  const instance = yield* Effect.tryPromise({
    try: () => DuckDBInstance.create(path, { ...quiet, ...settings }),
    catch: (error) => toOpenError(error, path)
  })
  yield* Effect.tryPromise({
    try: async () => {
      const connection = await instance.connect()
      register(connection)
      connection.closeSync()
    },
    catch: (error) => toOpenError(error, path)
  }).pipe(Effect.onError(() => Effect.sync(() => instance.closeSync())))
  return instance
})

/** Nothing is downloaded behind the user's back. */
const quiet: Settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" }
