/**
 * How far the primary is in its log: asked every second, and after a write as soon as somebody reads.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as RcRef from "effect/RcRef"
import { byOwnTime } from "../../session/ownTime.ts"
import type { CountedPool } from "../pool.ts"
import { now, type Positions } from "./positions.ts"
import { askPrimary } from "./recovery.ts"

/** The primary, which the others follow. */
export interface Lead {
  /** What tells its log from others; nothing before its first answer. */
  readonly log: () => string | undefined
  /** Asks how far it is. Where it doesn't answer, nothing is known, and so nothing is read elsewhere. */
  readonly ask: Effect.Effect<void>
  /** Asks without being waited for, unless somebody does already. */
  readonly asking: Effect.Effect<void>
  readonly watching: Effect.Effect<never>
}

/** How often it is asked how it is, and how long it may take to answer. */
const interval = "1 second"
const patience = "3 seconds"

/** The primary, asked over a connection beside its pool, all of whose connections may be lent for a while. */
export const lead = Effect.fnUntraced(function*(pool: CountedPool, positions: Positions) {
  const scope = yield* Effect.scope
  const own = yield* RcRef.make({
    acquire: Effect.tap(pool.severable, ({ sever }) => Effect.addFinalizer(() => sever)),
    idleTimeToLive: Duration.infinity
  })
  let log: string | undefined
  let isAsked = false
  const asked = Effect.gen(function*() {
    const { connection, sever } = yield* RcRef.get(own)
    const learned = positions.asking(now())
    const silence = Effect.andThen(Effect.sleep(patience), Effect.andThen(sever, Effect.fail("it does not answer")))
    const place = yield* Effect.raceFirst(askPrimary(connection), silence)
    log = place.log
    learned(place.position)
  })
  const ask = Effect.scoped(asked).pipe(Effect.catch(() => RcRef.invalidate(own)), byOwnTime)
  const over = Effect.sync(() => {
    isAsked = false
  })
  return {
    log: () => log,
    ask,
    asking: Effect.suspend(() => {
      if (isAsked) return Effect.void
      isAsked = true
      return Effect.asVoid(Effect.forkIn(Effect.ensuring(ask, over), scope))
    }),
    watching: Effect.forever(Effect.andThen(byOwnTime(Effect.sleep(interval)), ask))
  } satisfies Lead
})
