/**
 * Keeps commands of development away from databases of production.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { NotForProduction } from "../CommandError.ts"

/** Fails where `NODE_ENV` says that this is production. */
export const refuseProduction = Effect.fnUntraced(function*(command: string) {
  const environment = yield* Config.String("NODE_ENV").pipe(Config.withDefault(""), Effect.orElseSucceed(() => ""))
  if (environment !== "production") return
  return yield* new NotForProduction({
    command,
    reason: "NODE_ENV is production",
    instead: "Write a revision with `andamios generate` and apply it with `andamios migrate up`, or say --force."
  })
})
