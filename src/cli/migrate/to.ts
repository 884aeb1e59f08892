/**
 * `andamios migrate to`: goes to a revision, up and down as it takes.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Migrator } from "../../migration/Migrator.ts"
import { migrator } from "../project.ts"
import { runFlags, running, targetArgument } from "./running.ts"

export const to = Command.make(
  "to",
  { target: targetArgument, ...runFlags },
  ({ target, ...flags }) =>
    Effect.gen(function*() {
      const service = yield* Migrator
      yield* running(flags, (options) => service.to(target, options))
    }).pipe(Effect.provide(migrator))
).pipe(Command.withDescription("Undoes what is not on the way to a target, and applies what is"))
