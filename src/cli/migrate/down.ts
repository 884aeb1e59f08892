/**
 * `andamios migrate down`: undoes revisions.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Migrator } from "../../migration/Migrator.ts"
import { migrator } from "../project.ts"
import { runFlags, running, targetArgument } from "./running.ts"

export const down = Command.make(
  "down",
  { target: Argument.optional(targetArgument), ...runFlags },
  ({ target, ...flags }) =>
    Effect.gen(function*() {
      const service = yield* Migrator
      yield* running(flags, (options) => service.down(Option.getOrUndefined(target), options))
    }).pipe(Effect.provide(migrator))
).pipe(
  Command.withDescription("Undoes revisions down to a target, which stays: the last one alone, if none is given"),
  Command.withExamples([
    { command: "andamios migrate down", description: "the last one" },
    { command: "andamios migrate down base --allow-loss everything", description: "all of them" }
  ])
)
