/**
 * What programs say to each other over the channels of a PostgreSQL database.
 *
 * @since 0.1.0
 */
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { StatementError } from "../session/OrmError.ts"
import { readFailure } from "./failure.ts"
import { listening } from "./listening.ts"
import type { CountedPool } from "./pool.ts"

/**
 * What comes over a channel: a notice with its text, or word that all is heard from now on. What was said before that may not have been: it
 * comes first, and again whenever the connection was lost for a while.
 *
 * @category models
 * @since 0.1.0
 */
export type Heard =
  | { readonly _tag: "Listening" }
  | { readonly _tag: "Notice"; readonly payload: string }

/** The channels of a database. */
export class Notices extends Context.Service<Notices, {
  readonly listen: (channel: string) => Stream.Stream<Heard, StatementError>
  readonly notify: (channel: string, payload: string) => Effect.Effect<void, StatementError>
}>()("andamios/Notices") {}

/** The channels of the database behind a client and its pool; who hears something may read of it at once, so a mark is raised before. */
export const make = (
  client: PgClient,
  pool: CountedPool,
  database: string,
  raise: () => void
): Notices["Service"] => {
  const raising = Effect.sync(raise)
  return {
    listen: (channel) =>
      Stream.callback<Heard, StatementError>((queue) =>
        listening(pool, channel, {
          begun: Effect.andThen(raising, Queue.offer(queue, { _tag: "Listening" })),
          heard: (payload) => Effect.andThen(raising, Queue.offer(queue, { _tag: "Notice", payload })),
          lost: () => Effect.void
        }).pipe(Effect.mapError((error) => readFailure(error, { database, sql: "LISTEN" })))
      ),
    notify: (channel, payload) =>
      Effect.mapError(
        client.notify(channel, payload),
        (error) => readFailure(error, { database, sql: "SELECT pg_notify" })
      )
  }
}
