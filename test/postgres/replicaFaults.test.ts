/**
 * A replica that is lost, starts, lags, hangs or is none any more breaks no read: the primary is read meanwhile.
 */
import { assert, describe, it } from "@effect/vitest"
import { Query, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import process from "node:process"
import { logged } from "../contract/logged.ts"
import { Item, on, primaryServer, readFrom, until, where } from "./following/servers.ts"
import { reads } from "./following/ways.ts"

type Server = PostgresServer.PostgresServer

const status = Effect.flatMap(Postgres.Replicas, (replicas) => Effect.map(replicas.status, ([only]) => only))

const isIn = (state: Postgres.ReplicaStatus["state"]) => until(Effect.map(status, (only) => only?.state === state))

/** The processes of a server that run something like this. */
const backends = (server: Server, like: string) =>
  Effect.map(
    on(server, `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '${like}'`),
    (found) => found.flat().map((row) => Number(Object.values(row)[0]))
  )

const signal = (pids: ReadonlyArray<number>, name: NodeJS.Signals) =>
  Effect.sync(() => pids.forEach((pid) => process.kill(pid, name)))

/** A primary with a replica of its own, and a program with both. */
const withReplica = <A, E, R>(
  run: (servers: { readonly primary: Server; readonly replica: Server }) => Effect.Effect<A, E, R>,
  settings: Readonly<Record<string, string>> = {}
) =>
  Effect.scoped(Effect.gen(function*() {
    const primary = yield* primaryServer
    const replica = yield* PostgresServer.replica(primary, { settings })
    return yield* run({ primary, replica }).pipe(
      Effect.provide(Postgres.layer({ ...primary, replicas: [{ host: replica.host }] }))
    )
  }))

const messages = (lines: ReadonlyArray<{ readonly level: string; readonly message: unknown }>) =>
  lines.map(({ level, message }) => `${level}: ${String(message)}`)

describe("a replica", () => {
  it.live("is killed while it is read from, and read from again when it is back", () =>
    Effect.gen(function*() {
      const [, lines] = yield* logged(withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values([{ id: 1, name: "first" }])
          yield* readFrom(replica)
          const still = { reading: true }
          const first = Effect.gen(function*() {
            while (still.reading) assert.strictEqual(yield* reads.all(1), "first")
          })
          const own = Effect.gen(function*() {
            for (let round = 0; still.reading; round++) {
              yield* Query.upsert(Item).values({ id: 2, name: String(round) })
              assert.strictEqual(yield* reads.all(2), String(round))
              assert.strictEqual(yield* reads.stream(2), String(round))
              yield* Effect.sleep("20 millis")
            }
          })
          const reading = yield* Effect.forkChild(Effect.all([first, first, own], { concurrency: "unbounded" }))
          for (let time = 0; time < 3; time++) {
            // a process that dies so takes all others of its server with it, which then starts anew
            yield* signal((yield* backends(replica, "SELECT%")).slice(0, 1), "SIGKILL")
            yield* isIn("unreachable")
            yield* isIn("following")
            const before = (yield* status)?.reads ?? 0
            yield* until(Effect.map(status, (now) => (now?.reads ?? 0) > before + 10))
          }
          still.reading = false
          yield* Fiber.join(reading)
          yield* readFrom(replica)
          assert.notStrictEqual(replica.host, primary.host)
        })
      ))
      const told = messages(lines).filter((line) => line.includes("The replica"))
      const [lost, back] = [
        /^Warn: The replica postgres at \/.* is not read from: /,
        /^Info: The replica postgres at \/.* follows its primary, and is read from again$/
      ]
      // a process of a dying server may answer once more, so that it is lost twice
      assert.isAtLeast(told.length, 6)
      for (const [place, line] of told.entries()) assert.match(line, place % 2 === 0 ? lost : back)
    }), 120_000)

  it.live("is promoted, and read from no more", () =>
    Effect.gen(function*() {
      const [, lines] = yield* logged(withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values([{ id: 1, name: "before" }])
          yield* readFrom(replica)
          yield* on(replica, "SELECT pg_promote()", "UPDATE items SET name = 'elsewhere'")
          yield* Query.update(Item).set(() => ({ name: "here" })).everywhere()
          for (let time = 0; time < 50; time++) assert.strictEqual(yield* reads.all(1), "here")
          yield* isIn("promoted")
          assert.strictEqual(yield* where, primary.host)
          yield* Effect.sleep("1500 millis")
          assert.strictEqual(yield* where.pipe(Postgres.stale("1 hour")), primary.host)
          assert.isFalse((yield* status)?.isUsed)
        })
      ))
      assert.deepStrictEqual(messages(lines).map((line) => line.replace(/\/\S*/, "…")), [
        "Warn: The replica postgres at … is not read from: it is no replica any more, but takes writes of its own"
      ])
    }), 120_000)

  it.live("of another system is never read from", () =>
    Effect.scoped(Effect.gen(function*() {
      const primary = yield* primaryServer
      const stranger = yield* primaryServer
      const replica = yield* PostgresServer.replica(stranger)
      yield* on(stranger, "INSERT INTO items VALUES (1, 'strange')")
      yield* Effect.gen(function*() {
        assert.isUndefined(yield* reads.all(1))
        assert.deepInclude(yield* status, { state: "foreign", isUsed: false, reads: 0 })
        yield* Query.insert(Item).values([{ id: 1, name: "own" }])
        yield* Effect.sleep("50 millis")
        assert.strictEqual(yield* reads.all(1), "own")
        assert.strictEqual(yield* reads.all(1).pipe(Postgres.stale("1 minute")), "own")
      }).pipe(
        Effect.provide(Postgres.layer({ ...primary, replicas: [{ host: replica.host }] })),
        Effect.provide(Logger.layer([]))
      )
    })), 120_000)

  it.live(
    "that isn't there keeps no program from starting, and is read from when it is",
    () =>
      Effect.scoped(Effect.gen(function*() {
        const primary = yield* primaryServer
        const [, lines] = yield* logged(
          Effect.gen(function*() {
            assert.strictEqual(yield* where, primary.host)
            assert.deepStrictEqual(yield* status, {
              name: "postgres at /nowhere:5432",
              state: "unreachable",
              isUsed: false,
              position: undefined,
              lag: 0,
              reads: 0
            })
            yield* Effect.sleep("1500 millis")
          }).pipe(Effect.provide(Postgres.layer({ ...primary, replicas: [{ host: "/nowhere" }] })))
        )
        assert.lengthOf(lines, 1)
      })),
    120_000
  )

  it.live(
    "that does not answer is left alone until it does",
    () =>
      withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* readFrom(replica)
          const watched = yield* backends(replica, "%pg_control_recovery%")
          yield* Effect.acquireUseRelease(
            signal(watched, "SIGSTOP"),
            () =>
              Effect.gen(function*() {
                yield* isIn("unreachable")
                assert.strictEqual(yield* where, primary.host)
                // by another connection
                yield* isIn("following")
                yield* readFrom(replica)
              }),
            () => signal(watched, "SIGCONT")
          )
        })
      ).pipe(Effect.provide(Logger.layer([]))),
    120_000
  )

  it.live(
    "that stops to answer what it is asked leaves that to the primary",
    () =>
      withReplica(({ replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values([{ id: 1, name: "first" }])
          yield* readFrom(replica)
          yield* Effect.acquireUseRelease(
            PostgresServer.pause(replica),
            () =>
              Effect.gen(function*() {
                const asked = [reads.all(1), reads.stream(1), reads.columns(1)]
                assert.deepStrictEqual(
                  yield* Effect.all(asked, { concurrency: "unbounded" }),
                  ["first", "first", "first"]
                )
                assert.strictEqual((yield* status)?.state, "unreachable")
              }),
            () => PostgresServer.resume(replica)
          )
          yield* readFrom(replica)
        })
      ).pipe(Effect.provide(Logger.layer([]))),
    120_000
  )

  it.live(
    "breaks a stream that has begun, and no other",
    () =>
      withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values(Array.from({ length: 20_000 }, (_, id) => ({ id, name: "x".repeat(100) })))
          yield* readFrom(replica)
          const end = on(
            replica,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
          )
          let rows = 0
          const broken = yield* Query.from(Item).stream.pipe(
            Stream.runForEach(() => rows++ === 0 ? end : Effect.void),
            Effect.flip
          )
          assert.strictEqual(broken._tag, "StreamBroken")
          assert.isBelow(rows, 20_000)
          // a stream that is ended before its first row begins anew on the primary
          yield* isIn("following")
          yield* readFrom(replica)
          yield* on(primary, "ALTER TABLE items RENAME TO stored", slowView)
          yield* Effect.sleep("500 millis")
          const slow = yield* Effect.forkChild(
            Stream.runCollect(Query.from(Item).where((item) => item.id.eq(1)).stream)
          )
          yield* until(Effect.map(backends(replica, "%items%"), (found) => found.length > 0))
          yield* end
          assert.lengthOf(yield* Fiber.join(slow), 1)
        })
      ).pipe(Effect.provide(Logger.layer([]))),
    120_000
  )

  it.live(
    "gives up a read that is in the way of what it replays, and the primary answers",
    () =>
      withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values([{ id: 1, name: "slow" }])
          yield* on(primary, "ALTER TABLE items RENAME TO stored", slowView)
          yield* Effect.sleep("500 millis")
          yield* readFrom(replica)
          const slow = yield* Effect.forkChild(reads.all(1))
          yield* until(Effect.map(backends(replica, "%items%"), (found) => found.length > 0))
          yield* on(primary, "ALTER TABLE stored ADD COLUMN more INTEGER")
          assert.strictEqual(yield* Fiber.join(slow), "slow")
          const conflicts = on(replica, "SELECT 1 FROM pg_stat_database_conflicts WHERE confl_lock = 1")
          yield* until(Effect.map(conflicts, ([found]) => found?.length === 1))
        }), { max_standby_streaming_delay: "0" }),
    120_000
  )

  it.live(
    "fails a read whose time is up, and what fails everywhere fails as ever",
    () =>
      withReplica(({ primary, replica }) =>
        Effect.gen(function*() {
          yield* Query.insert(Item).values([{ id: 1, name: "slow" }])
          yield* on(primary, "ALTER TABLE items RENAME TO stored", slowView)
          yield* Effect.sleep("500 millis")
          yield* readFrom(replica)
          const limited = Session.statementTimeout("100 millis")
          assert.strictEqual((yield* Effect.flip(limited(reads.all(1))))._tag, "TimedOut")
          assert.strictEqual((yield* Effect.flip(limited(reads.stream(1))))._tag, "TimedOut")
          yield* on(primary, "DROP VIEW items")
          yield* Effect.sleep("500 millis")
          yield* readFrom(replica)
          assert.strictEqual((yield* Effect.flip(reads.all(1)))._tag, "QueryFailed")
          assert.strictEqual((yield* Effect.flip(reads.stream(1)))._tag, "QueryFailed")
          assert.strictEqual((yield* status)?.state, "following")
        })
      ),
    120_000
  )
})

/** Items whose reading takes a while on the replica. */
const slowView = `CREATE VIEW items AS
  SELECT id, name FROM stored, (SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(2) END) AS slowly`
