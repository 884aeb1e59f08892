/**
 * How a command ends: what it says of a failure, and its exit code.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { messageOf } from "../model/messageOf.ts"
import { Answered } from "./CommandError.ts"
import { Manner } from "./manner.ts"
import { ink, jsonText } from "./output.ts"

/** What exit codes mean. */
export const exitCodes = {
  done: 0,
  /** It was tried, and failed. */
  failed: 1,
  /** The database is not what it should be: revisions are pending, or it differs from the models. */
  different: 2,
  /** It was not tried: it would lose something, somebody else migrates, the history was edited, or a person said no. */
  refused: 3,
  /** It can't be tried: the command line, the config or a revision file is wrong, or a question was not answered. */
  misused: 4,
  interrupted: 130
} as const

/** The exit codes of failures, by their tags; of any other it is `failed`. */
const codes: Readonly<Record<string, number>> = {
  NotUpToDate: exitCodes.different,
  MoveDiffers: exitCodes.different,
  MoveRefused: exitCodes.refused,
  LossRefused: exitCodes.refused,
  ProofStale: exitCodes.refused,
  SnapshotFailed: exitCodes.refused,
  SquashRefused: exitCodes.refused,
  HistoryDiffers: exitCodes.refused,
  Irreversible: exitCodes.refused,
  MigrationLocked: exitCodes.refused,
  DatabaseLocked: exitCodes.refused,
  AlembicPending: exitCodes.refused,
  AlembicUnknown: exitCodes.refused,
  AdoptionRefused: exitCodes.refused,
  Declined: exitCodes.refused,
  QueryWrites: exitCodes.refused,
  NotForProduction: exitCodes.refused,
  ConfigLacks: exitCodes.misused,
  ConfigInvalid: exitCodes.misused,
  RevisionsInvalid: exitCodes.misused,
  AlembicInvalid: exitCodes.misused,
  TargetUnknown: exitCodes.misused,
  RenameRefused: exitCodes.misused,
  Unanswered: exitCodes.misused,
  FileUnusable: exitCodes.misused
}

/** The exit code of a command that failed; what it failed with is told on the way. */
export const ended = Effect.fnUntraced(function*(cause: Cause.Cause<unknown>) {
  if (Cause.hasInterruptsOnly(cause)) return exitCodes.interrupted
  const failure = Cause.squash(cause)
  // the presenter of the command line has told what is wrong with its words
  if (Predicate.isTagged(failure, "ShowHelp")) return isWrong(failure) ? exitCodes.misused : exitCodes.done
  if (failure instanceof Answered) return failure.exitCode
  const { json, traces } = yield* Manner
  const paint = yield* ink
  if (json) yield* Console.log(jsonText({ error: documentOf(failure) }))
  else yield* Console.error(`${paint("red", "error")} ${textOf(failure, Cause.hasDies(cause))}`)
  if (traces) yield* Console.error(Cause.pretty(cause))
  return codeOf(failure)
})

const isWrong = (failure: object): boolean =>
  "errors" in failure && Array.isArray(failure.errors) && failure.errors.length > 0

const codeOf = (failure: unknown): number => {
  if (!Predicate.hasProperty(failure, "_tag") || typeof failure._tag !== "string") return exitCodes.failed
  if (failure._tag === "DatabaseUnavailable" && "cause" in failure) return codeOf(failure.cause)
  return codes[failure._tag] ?? exitCodes.failed
}

const textOf = (failure: unknown, isDefect: boolean): string => {
  const message = messageOf(failure)
  return isDefect
    ? `${message}\nNobody expected this: run it again with --log-level debug, and report what it says.`
    : message
}

/** A failure as JSON: its tag, its message and its fields. */
const documentOf = (failure: unknown) => {
  const { cause: _, ...fields }: { readonly cause?: unknown } = typeof failure === "object" ? { ...failure } : {}
  return { ...fields, message: textOf(failure, false) }
}
