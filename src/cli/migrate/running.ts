/**
 * What the commands that run revisions have in common: their flags, a bar while they run, and what they tell afterwards.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import type { Done, RunOptions } from "../../migration/Migrator.ts"
import { Database } from "../../session/Database.ts"
import { answer, counted, duration, type Ink, ink, progress, table, tell } from "../output.ts"
import { readProof } from "./proofFile.ts"

/** Where to go. */
export const targetArgument = Argument.String("target").pipe(
  Argument.withDescription(
    "A revision's id or the beginning of one, head, heads, base, +2, -1, 8f2c+1, or a label as in billing@head"
  )
)

/** What may be lost. */
export const allowLossFlag = Flag.String("allow-loss").pipe(
  Flag.withMetavar("NAMES"),
  Flag.withDescription("What may be lost, as the plan names it: books,authors.born, or everything"),
  Flag.optional
)

/** How revisions are run. */
export const runFlags = {
  prove: Flag.Boolean("prove").pipe(
    Flag.withDescription("Compares all rows before and after, and goes back where something is lost"),
    Flag.withDefault(false)
  ),
  proof: Flag.String("proof").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("A proof that `andamios migrate prove --out` wrote: the plan has to be the same still"),
    Flag.optional
  ),
  allowLoss: allowLossFlag,
  snapshot: Flag.String("snapshot").pipe(
    Flag.withMetavar("DIRECTORY"),
    Flag.withDescription(
      "First puts all rows aside as Parquet files in a new directory, for `andamios migrate restore`"
    ),
    Flag.optional
  )
}

interface RunFlags {
  readonly prove: boolean
  readonly proof: Option.Option<string>
  readonly allowLoss: Option.Option<string>
  readonly snapshot: Option.Option<string>
}

/** Runs revisions as the flags say, with a bar on a terminal, and tells what was done. */
export const running = Effect.fnUntraced(function*<E, R>(
  { allowLoss, proof, prove, snapshot }: RunFlags,
  run: (options: RunOptions) => Effect.Effect<ReadonlyArray<Done>, E, R>
) {
  const onStep = yield* progress
  const proved = Option.isSome(proof) ? yield* readProof(proof.value) : undefined
  if (Option.isSome(snapshot)) yield* putAside(snapshot.value)
  const done = yield* Effect.scoped(run({
    prove,
    ...(proved === undefined ? {} : { proof: proved }),
    ...(Option.isSome(allowLoss) ? { allowLoss: allowedLoss(allowLoss.value) } : {}),
    onStep: ({ done: before, revision, step, total }) => onStep({ done: before, total, what: `${revision} ${step}` })
  }))
  yield* answer({ done }, text(done, yield* ink))
}, Effect.scoped)

const putAside = Effect.fnUntraced(function*(directory: string) {
  const { introspect } = yield* Database
  const { takeSnapshot } = yield* snapshots
  yield* takeSnapshot(directory, yield* introspect)
  yield* tell(`The rows are in ${directory}.`)
})

/** Parquet files are DuckDB's, which a project with another database may not have. */
export const snapshots = Effect.promise(() => import("../snapshot.ts"))

/** What is allowed to be lost, as the flag says it. */
export const allowedLoss = (names: string): ReadonlyArray<string> | "everything" =>
  names === "everything" ? names : names.split(",").map((name) => name.trim())

const text = (done: ReadonlyArray<Done>, paint: Ink): string => {
  if (done.length === 0) return "Nothing to do: the database is there already."
  const rows = done.map(({ direction, id, milliseconds, name }) => [
    direction === "up" ? paint("green", "applied") : paint("yellow", "undone"),
    id,
    name,
    duration(milliseconds)
  ])
  const all = done.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return `${table([], rows, { paint })}\n\n${counted(done.length, "revision")} in ${duration(all)}`
}
