/**
 * Lets one runner at a time migrate a database, and others wait for so long and no longer.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Database } from "../../session/Database.ts"
import type { ReadError } from "../../session/OrmError.ts"
import { MigrationLocked } from "../MigrationError.ts"

/** Runs an effect when its turn has come. The time is that of the wait alone: what has begun is not ended. */
export const inTurn =
  (database: Database["Service"], wait: Duration.Input) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ReadError | MigrationLocked, R> =>
    Effect.suspend(() => {
      let state: "waiting" | "begun" | "given up" = "waiting"
      const milliseconds = Duration.toMillis(Duration.fromInputUnsafe(wait))
      const turn = Effect.suspend(() => {
        // its turn may come in the moment in which it gives up
        if (state === "given up") return Effect.never
        state = "begun"
        return effect
      })
      const end = Effect.andThen(
        Effect.sleep(milliseconds),
        Effect.suspend(() => {
          if (state === "begun") return Effect.never
          state = "given up"
          return Effect.fail(new MigrationLocked({ database: database.name, milliseconds }))
        })
      )
      return Effect.raceFirst(database.exclusively(turn), end)
    })
