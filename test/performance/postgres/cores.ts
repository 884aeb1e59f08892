/**
 * The cores that the server and we run on.
 *
 * A question is asked, and then waited for: either the server works or we do. Where each has a core of its own, that core falls asleep
 * meanwhile, and waking it takes longer than many an answer, but not always: it depends on where the system has put the server's process
 * for that connection. On one core there is nothing to wake. What the compiler and the garbage collector do beside it stays elsewhere.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { execFileSync } from "node:child_process"
import process from "node:process"

/** Runs something with our own thread and the server's processes on one core, where `taskset` can do that. */
export const onOneCore = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.matchEffect(allowed, {
    onFailure: () =>
      Effect.andThen(Console.error("There is no taskset: the cores are those that the system gives."), work),
    onSuccess: (cores) =>
      Effect.acquireUseRelease(keptOn(/\d+$/.exec(cores)?.[0] ?? cores), () => work, () => Effect.orDie(keptOn(cores)))
  })

const taskset = (...args: ReadonlyArray<string>) =>
  Effect.try(() => execFileSync("taskset", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))

/** The cores that we may run on, such as `0-3`. */
const allowed = Effect.map(
  taskset("--cpu-list", "--pid", String(process.pid)),
  (told) => told.slice(told.lastIndexOf(":") + 1).trim()
)

/** Puts our thread, the server and all of its connections on these cores; connections that are opened later are there, too. */
const keptOn = Effect.fnUntraced(function*(cores: string) {
  const sql = yield* SqlClient.SqlClient
  const server = yield* sql<{ readonly pid: string }>`
    SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid UNION SELECT CAST(pid AS TEXT) FROM pg_stat_activity`
  // a connection may be closed meanwhile
  yield* Effect.forEach(server, ({ pid }) => Effect.ignore(taskset("--cpu-list", "--pid", cores, pid)))
  yield* taskset("--cpu-list", "--pid", cores, String(process.pid))
})
