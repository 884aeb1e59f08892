/**
 * Hears what other programs write. Where it can't, no answer is given from memory.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { SqlError } from "effect/sql/SqlError"
import type { TableVersions } from "../session/tableVersions.ts"
import { type Listener, listening } from "./listening.ts"
import type { CountedPool } from "./pool.ts"
import { channel, writtenByOthers } from "./writtenNotice.ts"

/** Hears until the scope ends what is told in other names than that of this Layer, and waits until it does. */
export const hearing = Effect.fnUntraced(function*(
  pool: CountedPool,
  from: string,
  versions: TableVersions,
  database: string
) {
  const first = yield* Deferred.make<void, SqlError>()
  let hears: (() => void) | undefined = versions.deaf()
  const listener: Listener = {
    begun: Effect.suspend(() => {
      hears?.()
      hears = undefined
      return Deferred.succeed(first, undefined)
    }),
    heard: (payload) =>
      Effect.sync(() => {
        const written = writtenByOthers(from, payload)
        if (written !== undefined) versions.heard(written)
      }),
    lost: (error) =>
      Effect.suspend(() => {
        if (hears !== undefined) return Effect.void
        hears = versions.deaf()
        return Effect.logWarning(
          `What other programs write to ${database} is not heard at the moment, so nothing is answered from memory: ${error.message}`
        )
      })
  }
  yield* listening(pool, channel, listener).pipe(
    Effect.onExit((exit) =>
      Effect.suspend(() => {
        hears ??= versions.deaf()
        return Exit.isFailure(exit) ? Deferred.failCause(first, exit.cause) : Effect.void
      })
    ),
    Effect.forkScoped
  )
  yield* Deferred.await(first)
})
