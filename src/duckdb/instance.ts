/**
 * Opens DuckDB: one instance for each file in a process, because two would overwrite each other's work.
 *
 * @since 0.1.0
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { isMainThread } from "node:worker_threads"
import { ConnectionFailed, type DatabaseLocked } from "../session/OrmError.ts"
import { failureOf, toOpenError } from "./failure.ts"
import { rescue } from "./rescue.ts"
import { register } from "./rowSource.ts"

/** What an instance is opened with: DuckDB's own settings as it spells them, and statements that make it ready. */
export interface Settings {
  readonly config: Readonly<Record<string, string>>
  /** Statements that run when the instance is opened, such as `LOAD` and `ATTACH`. */
  readonly prepare: ReadonlyArray<string>
  /** Further files that those statements attach: they belong to this instance as its own file does. */
  readonly attached: ReadonlyArray<string>
}

/** A database that is open in this process, shared by all who have opened it. */
export interface Instance {
  /** A new connection, closed with its scope. After the instance was lost it waits until everything is closed, and reopens it. */
  readonly connect: Effect.Effect<DuckDBConnection, ConnectionFailed, Scope.Scope>
  /** Says that the engine has given up on the instance: it works again when every connection is closed and it is reopened. */
  readonly lose: Effect.Effect<void>
  /** Runs an effect in a scope's time whenever the instance is lost. */
  readonly onLoss: (effect: Effect.Effect<void>) => Effect.Effect<void, never, Scope.Scope>
  /** Runs a change of structure so that the file can be opened again however the process ends. */
  readonly checkpointed: <A, E>(connection: DuckDBConnection, change: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

interface Opened {
  readonly instance: Instance
  readonly settings: string
  readonly close: Effect.Effect<void>
  users: number
}

/** Everything open in this process, by real path; an attached file leads to the instance that has attached it. */
const opened = new Map<string, Opened>()

/** Opening and closing take turns, so that nobody is given an instance that is on its way out. */
const turn = Semaphore.makeUnsafe(1)

/** Opens a database for as long as the scope is open, together with all in this process who have it open already. */
export const open = (
  path: string,
  settings: Settings
): Effect.Effect<Instance, ConnectionFailed | DatabaseLocked, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(turn.withPermit(share(path, settings)), (shared) => turn.withPermit(leave(shared))),
    ({ instance }) => instance
  )

const share = Effect.fnUntraced(function*(path: string, settings: Settings) {
  const file = yield* realPath(path)
  const text = JSON.stringify(settings)
  const known = opened.get(file)
  if (known === undefined) {
    const attached = yield* Effect.forEach(settings.attached, realPath)
    const taken = attached.find((other) => opened.has(other))
    if (taken !== undefined) {
      const reason = `${taken} can't be attached, because it is open in this process by itself; open it in one way only`
      return yield* new ConnectionFailed({ database: path, reason })
    }
    const made = yield* create(path, settings, text)
    for (const name of isPrivate(path) ? attached : [file, ...attached]) opened.set(name, made)
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
  Effect.suspend(() => {
    shared.users--
    if (shared.users > 0) return Effect.void
    for (const [file, known] of opened) if (known === shared) opened.delete(file)
    return shared.close
  })

const isMemory = (path: string): boolean => path.startsWith(":memory:")

/** A database in memory without a name is nobody else's. */
const isPrivate = (path: string): boolean => path === ":memory:"

/** The file that a path leads to: the same for every link and spelling, also when it doesn't exist yet. */
const realPath = (path: string): Effect.Effect<string, ConnectionFailed> =>
  isMemory(path) ? Effect.succeed(isPrivate(path) ? "" : path) : Effect.try({
    try: () => join(realpathSync(dirname(resolve(path))), basename(path)),
    catch: (cause) => new ConnectionFailed({ database: path, reason: `there is no folder ${dirname(path)}`, cause })
  }).pipe(Effect.flatMap((file) => Effect.orElseSucceed(Effect.try(() => realpathSync(file)), () => file)))

const create = Effect.fnUntraced(function*(path: string, settings: Settings, text: string) {
  if (!isMainThread) {
    const reason =
      "DuckDB can't be opened in a worker thread: two threads with one file would destroy it. Open it in the main thread"
    return yield* new ConnectionFailed({ database: path, reason })
  }
  let native = yield* start(path, settings)
  let isLost = false
  let connections = 0
  const quiet = Latch.makeUnsafe(true)
  const losses = new Set<Effect.Effect<void>>()

  /** The instance, reopened where it was lost and nobody holds on to it any more. */
  const living: Effect.Effect<DuckDBInstance, ConnectionFailed | DatabaseLocked> = Effect.suspend(() => {
    if (!isLost) return Effect.succeed(native)
    if (isMemory(path)) return Effect.fail(forgotten(path))
    if (connections > 0) return Effect.andThen(quiet.await, living)
    native.closeSync()
    return Effect.map(start(path, settings), (reopened) => {
      isLost = false
      native = reopened
      return reopened
    })
  })

  const opening = Semaphore.makeUnsafe(1)
  const connection = Effect.flatMap(
    opening.withPermit(living),
    (instance) =>
      Effect.map(
        Effect.tryPromise({ try: () => instance.connect(), catch: (error) => failureOf(error, "") }),
        (made) => {
          connections++
          quiet.closeUnsafe()
          return made
        }
      )
  ).pipe(Effect.mapError((error) => {
    const known = error._tag === "Failure" ? toOpenError(error, path) : error
    return known._tag === "ConnectionFailed"
      ? known
      : new ConnectionFailed({ database: path, reason: known.message, cause: known })
  }))
  const disconnect = (made: DuckDBConnection) =>
    Effect.sync(() => {
      made.closeSync()
      connections--
      if (connections === 0) quiet.openUnsafe()
    })

  const instance: Instance = {
    connect: Effect.acquireRelease(connection, disconnect),
    lose: Effect.suspend(() => {
      if (isLost) return Effect.void
      isLost = true
      return Effect.all([...losses], { discard: true })
    }),
    onLoss: (effect) =>
      Effect.acquireRelease(
        Effect.sync(() => losses.add(effect)),
        () => Effect.sync(() => losses.delete(effect))
      ),
    checkpointed: isMemory(path) ? (_, change) => change : checkpointing()
  }
  const opened: Opened = { instance, settings: text, users: 1, close: Effect.sync(() => native.closeSync()) }
  return opened
})

const forgotten = (path: string) =>
  new ConnectionFailed({
    database: path,
    reason:
      "the engine has given up on it after an internal error, and what a database in memory held is lost with it; " +
      "build the Layer anew, and keep what must last in a file"
  })

/** A native instance that is ready to be used. */
const start = (
  path: string,
  settings: Settings
): Effect.Effect<DuckDBInstance, ConnectionFailed | DatabaseLocked> =>
  Effect.tryPromise({
    try: () => DuckDBInstance.create(path, { ...quietly, ...settings.config }),
    catch: (error) => failureOf(error, "")
  }).pipe(
    Effect.catchIf(
      (failure) => failure.kind === "WalUnreadable" && settings.config["access_mode"] !== "READ_ONLY",
      () =>
        Effect.andThen(
          rescue(path),
          Effect.tryPromise({
            try: () => DuckDBInstance.create(path, { ...quietly, ...settings.config }),
            catch: (error) => failureOf(error, "")
          })
        )
    ),
    Effect.tap((instance) =>
      Effect.tryPromise({
        try: async () => {
          const connection = await instance.connect()
          register(connection)
          for (const statement of settings.prepare) await connection.run(statement)
          connection.closeSync()
        },
        catch: (error) => failureOf(error, settings.prepare.join("; "))
      }).pipe(Effect.onError(() => Effect.sync(() => instance.closeSync())))
    ),
    Effect.mapError((failure) => toOpenError(failure, path))
  )

/** Nothing is downloaded behind the user's back. */
const quietly = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" }

/**
 * DuckDB can't replay some changes of structure from its write-ahead log, and then not open the file. With these settings a
 * commit writes into the file itself; they hold for the whole instance, so the first change sets and the last resets them.
 */
const checkpointing = (): Instance["checkpointed"] => {
  let changes = 0
  const set = (connection: DuckDBConnection, statements: ReadonlyArray<string>) =>
    Effect.ignore(Effect.tryPromise(async () => {
      for (const statement of statements) await connection.run(statement)
    }))
  return (connection, change) =>
    Effect.acquireUseRelease(
      Effect.suspend(() =>
        ++changes > 1 ? Effect.void : set(connection, [
          "SET GLOBAL checkpoint_threshold = '0b'",
          "SET GLOBAL auto_checkpoint_skip_wal_threshold = 0"
        ])
      ),
      () => change,
      () =>
        Effect.suspend(() =>
          --changes > 0
            ? Effect.void
            : set(connection, ["RESET GLOBAL checkpoint_threshold", "RESET GLOBAL auto_checkpoint_skip_wal_threshold"])
        )
    )
}
