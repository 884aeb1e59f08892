/**
 * Processes that migrate, started and spoken to by tests.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Place } from "./longWay.ts"

const program = fileURLToPath(new URL("runner.ts", import.meta.url))

/** What a process is told to do. */
export interface Order {
  readonly direction: "up" | "down"
  /** The step before which it kills itself. */
  readonly kill?: number
}

/** What a process says to an order; nothing where it was killed. */
export interface Answer {
  readonly ran?: ReadonlyArray<string>
  readonly failed?: string
  readonly said?: string
}

/** A process that does what it is told until the scope is closed. */
export const runner = Effect.fnUntraced(function*(place: Place) {
  const answers = yield* Queue.unbounded<Answer>()
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--conditions=andamios-source", program, JSON.stringify(place)], {
        env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
        stdio: ["pipe", "pipe", "pipe"]
      })
    ),
    (started) =>
      Effect.callback<void>((resume) => {
        if (started.exitCode !== null || started.signalCode !== null) resume(Effect.void)
        else started.once("close", () => resume(Effect.void))
        started.kill("SIGKILL")
      })
  )
  let said = ""
  child.stderr.on("data", (text) => said += String(text))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what runner.ts writes
  createInterface(child.stdout).on("line", (line) => Queue.offerUnsafe(answers, JSON.parse(line) as Answer))
  child.once("close", () => Queue.offerUnsafe(answers, said === "" ? {} : { said }))
  return (order: Order) =>
    Effect.andThen(Effect.sync(() => child.stdin.write(`${JSON.stringify(order)}\n`)), Queue.take(answers))
})
