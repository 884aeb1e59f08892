/**
 * `andamios db seed`: puts rows into the tables, as the config says.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Database } from "../../session/Database.ts"
import { ConfigLacks } from "../CommandError.ts"
import { answer, duration } from "../output.ts"
import { database, Project } from "../project.ts"

export const seed = Command.make("seed", {}, () =>
  Effect.gen(function*() {
    const milliseconds = yield* seeding
    if (milliseconds === undefined) {
      const { file } = yield* Project
      return yield* new ConfigLacks({ file, what: "seed, which is an effect that puts rows into the tables" })
    }
    yield* answer({ seeded: true, milliseconds }, `seeded in ${duration(milliseconds)}`)
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Runs the config's seed, in one transaction")
  )

/** Runs the seed, all of it or nothing, and tells how long it took; undefined where there is none. */
export const seeding = Effect.gen(function*() {
  const { config } = yield* Project
  const { transaction } = yield* Database
  const started = yield* Clock.currentTimeMillis
  if (config.seed === undefined) return undefined
  yield* transaction(config.seed)
  return (yield* Clock.currentTimeMillis) - started
})
