/**
 * Servers that are killed in the middle of what they do, and started again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import type { PostgresServer } from "./PostgresServer.ts"

/** Where a server that was started has its files. */
type Started = Pick<PostgresServer, "host">

/**
 * Kills a server at once, with all of its processes, as a machine that loses its power: what was committed stays, and nothing else. It
 * does nothing to one that is killed already.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { PostgresServer } from "andamios-orm/testing"
 * import { Effect } from "effect"
 *
 * const test = Effect.gen(function*() {
 *   const server = yield* PostgresServer.start()
 *   const database = Postgres.layer(server)
 *   yield* PostgresServer.kill(server)
 *   // what a program does meanwhile
 *   yield* PostgresServer.restart(server)
 *   return database
 * })
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const kill = (server: Started): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (existsSync(join(server.host, "killed"))) return Effect.void
    writeFileSync(join(server.host, "killed"), "")
    const own = processesOf(server)
    return Effect.andThen(told(own, "SIGKILL"), until(() => hasEnded(own)))
  })

/**
 * Starts a server again that was killed, on what it has stored, and waits until it takes connections.
 *
 * @category faults
 * @since 0.1.0
 */
export const restart = (server: Started): Effect.Effect<void> =>
  Effect.suspend(() => {
    const [before] = statusOf(server)
    writeFileSync(join(server.host, "again"), "")
    return until(() => {
      const [id, ...rest] = statusOf(server)
      return id !== before && rest.some((line) => line.startsWith("ready"))
    })
  })

/**
 * Stops a server where it is, with all of its processes: it keeps its connections, and answers nothing until `resume`.
 *
 * @example
 * ```ts
 * import { Query, Column, Model } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { PostgresServer } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * // what a program makes of a server that hangs
 * const test = Effect.scoped(Effect.gen(function*() {
 *   const server = yield* PostgresServer.start()
 *   yield* Effect.gen(function*() {
 *     yield* PostgresServer.pause(server)
 *     const answer = yield* Effect.timeoutOption(Query.from(Parcel).count, "1 second")
 *     yield* PostgresServer.resume(server)
 *     return answer
 *   }).pipe(Effect.provide(Postgres.layer(server)))
 * }))
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const pause = (server: Started): Effect.Effect<void> =>
  Effect.suspend(() => {
    writeFileSync(join(server.host, "paused"), "")
    return told(processesOf(server), "SIGSTOP")
  })

/**
 * Lets a server go on that was paused.
 *
 * @category faults
 * @since 0.1.0
 */
export const resume = (server: Started): Effect.Effect<void> =>
  Effect.suspend(() => {
    rmSync(join(server.host, "paused"), { force: true })
    return told(processesOf(server), "SIGCONT")
  })

/** The first process of a server, and those that it has started. */
const processesOf = (server: Started): ReadonlyArray<string> => {
  const [first = ""] = statusOf(server)
  const all = listed("-Ao", "pid=,ppid=").map((line) => line.trim().split(/\s+/))
  return [first, ...all.flatMap(([id = "", parent]) => parent === first ? [id] : [])]
}

/** What a server says of itself in a file, which it takes away when it ends: its first process, and at the end whether it takes connections. */
const statusOf = ({ host }: Started): ReadonlyArray<string> =>
  Result.match(Result.try(() => readFileSync(join(host, "data/postmaster.pid"), "utf8")), {
    onFailure: () => [],
    onSuccess: (text) => text.split("\n")
  })

/** Gives processes a signal; one of them may have ended by itself. */
const told = (processes: ReadonlyArray<string>, signal: NodeJS.Signals): Effect.Effect<void> =>
  Effect.forEach(
    processes,
    (id) => Effect.ignore(Effect.try({ try: () => process.kill(Number(id), signal), catch: () => "it has ended" })),
    { discard: true }
  )

/** One that has ended may still be listed, with the mark of a zombie, for as long as nobody has asked how it ended. */
const hasEnded = (processes: ReadonlyArray<string>): boolean =>
  listed("-o", "stat=", "-p", processes.join(",")).every((state) => state === "" || state.trim().startsWith("Z"))

const listed = (...questions: ReadonlyArray<string>): ReadonlyArray<string> =>
  spawnSync("ps", questions, { encoding: "utf8" }).stdout.split("\n")

const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.sync(holds).pipe(
    Effect.repeat({ until: (is) => is, schedule: Schedule.spaced("5 millis") }),
    Effect.asVoid,
    byTheRealClock
  )

/** It may be asked for in a test that has a clock of its own. */
const byTheRealClock = Effect.setContext(Context.empty())
