/**
 * `andamios migrate stamp`: says what the database has, without running anything.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Migrator } from "../../migration/Migrator.ts"
import { answer } from "../output.ts"
import { migrator } from "../project.ts"
import { targetArgument } from "./running.ts"

export const stamp = Command.make("stamp", {
  targets: targetArgument.pipe(Argument.variadic({ min: 1 })),
  purge: Flag.Boolean("purge").pipe(
    Flag.withDescription("Forgets all other revisions that the history has"),
    Flag.withDefault(false)
  )
}, ({ purge, targets }) =>
  Effect.gen(function*() {
    const stamped = yield* Migrator.use((service) => service.stamp(targets, { purge }))
    yield* answer(
      { stamped },
      stamped.length === 0 ? "There was nothing to stamp: the history has them." : stamped.map((id) => `stamped ${id}`)
    )
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Says that the database has these revisions and all before them, without running anything")
  )
