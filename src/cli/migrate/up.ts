/**
 * `andamios migrate up`: applies the revisions that the database doesn't have yet.
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

export const up = Command.make(
  "up",
  { target: Argument.optional(targetArgument), ...runFlags },
  ({ target, ...flags }) =>
    Effect.gen(function*() {
      const service = yield* Migrator
      yield* running(flags, (options) => service.up(Option.getOrUndefined(target), options))
    }).pipe(Effect.provide(migrator))
).pipe(
  Command.withDescription("Applies revisions up to a target: all that there are, if none is given"),
  Command.withExamples([
    { command: "andamios migrate up", description: "all that is not applied yet" },
    { command: "andamios migrate up +1", description: "the next one" },
    { command: "andamios migrate up --allow-loss books.subtitle", description: "even where that column goes" }
  ])
)
