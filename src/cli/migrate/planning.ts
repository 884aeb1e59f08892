/**
 * What `plan` and `prove` are about: a target, and the direction to it.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import { targetArgument } from "./running.ts"

/** Where to go, and which way. */
export const planned = {
  target: Argument.optional(targetArgument),
  direction: Flag.Literals("direction", ["up", "down", "to"]).pipe(
    Flag.withDescription("Which command it is about: migrate up, migrate down or migrate to"),
    Flag.withDefault("up")
  )
}
