/**
 * Who runs this process, as a history tells it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { hostname, userInfo } from "node:os"

/** The user and the machine; some machines know no name for a user. */
export const processOwner: Effect.Effect<string> = Effect.map(
  Effect.orElseSucceed(Effect.try(() => userInfo().username), () => "somebody"),
  (user) => `${user}@${hostname()}`
)
