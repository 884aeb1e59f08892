/**
 * Programs that share their writes, started and spoken to by tests.
 */
import type { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { spawn } from "node:child_process"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Step } from "./steps.ts"

/** What a program is told to do. */
export type Order =
  | { readonly _tag: "Write"; readonly step: typeof Step.Type }
  | { readonly _tag: "WriteOn" }
  | { readonly _tag: "Read" }

/** What a program answers with. */
export interface Answer {
  readonly done?: boolean
  readonly failed?: string
  /** What a program that writes on has stored. */
  readonly name?: number
  readonly cached?: unknown
  readonly fresh?: unknown
  readonly live?: unknown
  readonly hits?: number
}

/** A program that does what it is told until the scope is closed, or it is killed. */
export const program = Effect.fnUntraced(function*(place: Postgres.Options) {
  const answers = yield* Queue.unbounded<Answer>()
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [
        "--conditions=andamios-source",
        fileURLToPath(new URL("program.ts", import.meta.url)),
        JSON.stringify(place)
      ], { stdio: ["pipe", "pipe", "inherit"] })
    ),
    (started) =>
      Effect.callback<void>((resume) => {
        if (started.exitCode !== null || started.signalCode !== null) resume(Effect.void)
        else started.once("close", () => resume(Effect.void))
        started.kill("SIGKILL")
      })
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what program.ts writes
  createInterface(child.stdout).on("line", (line) => Queue.offerUnsafe(answers, JSON.parse(line) as Answer))
  child.once("close", () => Queue.offerUnsafe(answers, { failed: "the program has ended" }))
  const order = (what: Order) => Effect.sync(() => void child.stdin.write(`${JSON.stringify(what)}\n`))
  return {
    answer: Queue.take(answers),
    order,
    ask: (what: Order) => Effect.andThen(order(what), Queue.take(answers)),
    kill: Effect.sync(() => void child.kill("SIGKILL"))
  }
})
