/**
 * Opens DuckDB: one instance for each file in a process, because two would overwrite each other's work.
 *
 * @since 0.1.0
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { isMainThread } from "node:worker_threads"
import { ConnectionFailed, type DatabaseLocked } from "../../session/OrmError.ts"
import * as TableVersions from "../../session/tableVersions.ts"
import { failureOf, toOpenError } from "../failure/failure.ts"
import { register } from "../writing/rowSource.ts"
import { rescue } from "./rescue.ts"

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
  /** Counts the statements so far that may have changed what others mean, such as a view or a setting. */
  readonly changes: () => number
  readonly changed: () => void
  /** Runs a change of structure so that the file can be opened again however the process ends. */
  readonly checkpointed: <A, E>(connection: DuckDBConnection, change: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Lets one effect run at a time; no other process has the file open meanwhile. */
  readonly turns: Semaphore.Semaphore
  /** How often its tables were written to, by whoever in this process. */
  readonly versions: TableVersions.TableVersions
}

interface Opened {
  readonly instance: Instance
  /** The real path of its own file. */
  readonly file: string
  readonly settings: string
  readonly close: Effect.Effect<void>
  users: number
}

/** Everything open in this process, by real path; an attached file leads to the instance that has attached it. */
const opened = new Map<string, Opened>()

/** Opening and closing take turns, so that nobody is given an instance that is on its way out. */
const turn = Semaphore.makeUnsafe(1)

/** Nobody else is ever given a database in memory without a name, so nothing waits for it. */
const inTurn = (path: string, { attached }: Settings) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  isPrivate(path) && attached.every(isPrivate) ? effect : turn.withPermit(effect)

/** Opens a database for as long as the scope is open, together with all in this process who have it open already. */
export const open = (
  path: string,
  settings: Settings
): Effect.Effect<Instance, ConnectionFailed | DatabaseLocked, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      inTurn(path, settings)(share(path, settings)),
      (shared) => inTurn(path, settings)(leave(shared))
    ),
    ({ instance }) => instance
  )

const share = Effect.fnUntraced(function*(path: string, settings: Settings) {
  const file = yield* realPath(path)
  const text = JSON.stringify(settings)
  const known = opened.get(file)
  if (known === undefined) {
    const attached = yield* Effect.forEach(settings.attached.filter((other) => !isPrivate(other)), realPath)
    const taken = attached.find((other) => opened.has(other))
    if (taken !== undefined) {
      return yield* refused(
        path,
        `${taken} can't be attached, because it is open in this process by itself; open it in one way only`
      )
    }
    const made = yield* create(path, file, settings, text)
    for (const name of isPrivate(path) ? attached : [file, ...attached]) opened.set(name, made)
    return made
  }
  if (known.file !== file) {
    return yield* refused(path, "it is attached to a database that is open in this process; open it in one way only")
  }
  if (known.settings !== text) {
    return yield* refused(
      path,
      "it is open in this process with other settings; give all Layers of a file the same options"
    )
  }
  known.users++
  return known
})

const refused = (database: string, reason: string) => new ConnectionFailed({ database, reason })

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

/**
 * A path as the engine is told it: whole, so that it stays the same when the program changes its folder. The engine itself would
 * take the name of a database in memory for that of a file.
 */
export const enginePath = (path: string): string => isMemory(path) ? ":memory:" : resolve(path)

/** The file of an open database, whose path is the same for every link and spelling; nothing of one in memory. */
export const fileOf = (path: string): string | undefined => isMemory(path) ? undefined : realpathSync(path)

/** The file that a path leads to: the same for every link and spelling, also when it doesn't exist yet. */
const realPath = (path: string): Effect.Effect<string, ConnectionFailed> => {
  if (isMemory(path)) return Effect.succeed(path)
  if (path === "") return refused(path, "its path is empty; give that of a file, or `:memory:`")
  return Effect.try({
    try: () => join(realpathSync(dirname(resolve(path))), basename(path)),
    catch: (cause) => new ConnectionFailed({ database: path, reason: `there is no folder ${dirname(path)}`, cause })
  }).pipe(Effect.flatMap((file) => Effect.orElseSucceed(Effect.try(() => realpathSync(file)), () => file)))
}

const create = Effect.fnUntraced(function*(path: string, file: string, settings: Settings, text: string) {
  if (!isMainThread) {
    return yield* refused(
      path,
      "DuckDB can't be opened in a worker thread: two threads with one file would destroy it. Open it in the main thread"
    )
  }
  let native = yield* (yield* Start)(path, settings)
  let isLost = false
  let connections = 0
  let changes = 0
  const quiet = Latch.makeUnsafe(true)
  const losses = new Set<Effect.Effect<void>>()

  const unavailable = (cause: unknown) =>
    new ConnectionFailed({ database: path, reason: failureOf(cause, "").reason, cause })

  /** The instance, reopened where it was lost and nobody holds on to it any more. */
  const living: Effect.Effect<DuckDBInstance, ConnectionFailed> = Effect.suspend(() => {
    if (!isLost) return Effect.succeed(native)
    if (isMemory(path)) return forgotten(path)
    if (connections > 0) return Effect.andThen(quiet.await, living)
    native.closeSync()
    return reopening
  })

  /** Nobody can stop it halfway: the engine would open the file all the same, and nobody close it. */
  const reopening = Effect.uninterruptible(Effect.mapBoth(start(path, settings), {
    onFailure: unavailable,
    onSuccess: (reopened) => {
      isLost = false
      native = reopened
      return reopened
    }
  }))

  const connection = (alive: DuckDBInstance) =>
    Effect.tryPromise({
      try: async () => {
        const made = await alive.connect()
        connections++
        quiet.closeUnsafe()
        return made
      },
      catch: unavailable
    })
  const disconnect = (made: DuckDBConnection) =>
    Effect.sync(() => {
      made.closeSync()
      connections--
      if (connections === 0) quiet.openUnsafe()
    })

  const opening = Semaphore.makeUnsafe(1)
  const instance: Instance = {
    connect: opening.withPermit(
      Effect.flatMap(living, (alive) => Effect.acquireRelease(connection(alive), disconnect))
    ),
    lose: Effect.uninterruptible(Effect.suspend(() => {
      if (isLost) return Effect.void
      isLost = true
      return Effect.all([...losses], { discard: true })
    })),
    onLoss: (effect) =>
      Effect.acquireRelease(
        Effect.sync(() => losses.add(effect)),
        () => Effect.sync(() => losses.delete(effect))
      ),
    changes: () => changes,
    changed: () => {
      changes++
    },
    checkpointed: isMemory(path) ? (_, change) => change : checkpointing(),
    turns: Semaphore.makeUnsafe(1),
    versions: TableVersions.make()
  }
  const made: Opened = { instance, file, settings: text, users: 1, close: Effect.sync(() => native.closeSync()) }
  return made
})

/** What gives a new database its native instance, where tests have one made ahead of time. */
export const Start = Context.Reference("andamios/duckdb/Start", { defaultValue: () => start })

const forgotten = (path: string) =>
  new ConnectionFailed({
    database: path,
    reason:
      "the engine has given up on it after an internal error, and what a database in memory held is lost with it; " +
      "build the Layer anew, and keep what must last in a file"
  })

/** A native instance that is ready to be used. */
export const start = (
  path: string,
  settings: Settings
): Effect.Effect<DuckDBInstance, ConnectionFailed | DatabaseLocked> =>
  opening(path, settings).pipe(
    Effect.catchIf(
      ({ kind }) => kind === "WalUnreadable" && settings.config["access_mode"] !== "READ_ONLY",
      () => Effect.andThen(rescue(enginePath(path)), opening(path, settings))
    ),
    Effect.tap((instance) =>
      Effect.onError(prepare(instance, settings.prepare), () => Effect.sync(() => instance.closeSync()))
    ),
    Effect.mapError((failure) => toOpenError(failure, path))
  )

const opening = (path: string, { config }: Settings) =>
  Effect.tryPromise({
    try: () => DuckDBInstance.create(enginePath(path), { ...quietly, ...config }),
    catch: (error) => failureOf(error, "")
  })

/** Nothing is downloaded behind the user's back. */
const quietly = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" }

/** Runs statements on a connection of their own, which is closed also when one fails: it would keep the file locked. */
const prepare = (instance: DuckDBInstance, statements: ReadonlyArray<string>) =>
  Effect.acquireUseRelease(
    Effect.promise(() => instance.connect()),
    (connection) =>
      Effect.tryPromise({
        try: async () => {
          register(connection)
          for (const statement of statements) await connection.run(statement)
        },
        catch: (error) => failureOf(error, statements.join("; "))
      }),
    (connection) => Effect.sync(() => connection.closeSync())
  )

/**
 * DuckDB can't replay some changes of structure from its write-ahead log, and then not open the file. With these settings a
 * commit writes into the file itself; they hold for the whole instance, so the first change sets and the last resets them.
 */
const checkpointing = (): Instance["checkpointed"] => {
  let changes = 0
  const switching = Semaphore.makeUnsafe(1)
  const set = (connection: DuckDBConnection, statements: ReadonlyArray<string>) =>
    Effect.ignore(Effect.tryPromise(async () => {
      for (const statement of statements) await connection.run(statement)
    }))
  const begin = (connection: DuckDBConnection) =>
    Effect.suspend(() => ++changes > 1 ? Effect.void : set(connection, writingThrough))
  const end = (connection: DuckDBConnection) =>
    Effect.suspend(() => --changes > 0 ? Effect.void : set(connection, writingLater))
  return (connection, change) =>
    Effect.acquireUseRelease(
      switching.withPermit(begin(connection)),
      () => change,
      () => switching.withPermit(end(connection))
    )
}

const writingThrough = [
  "SET GLOBAL checkpoint_threshold = '0b'",
  "SET GLOBAL auto_checkpoint_skip_wal_threshold = 0"
]
const writingLater = ["RESET GLOBAL checkpoint_threshold", "RESET GLOBAL auto_checkpoint_skip_wal_threshold"]
