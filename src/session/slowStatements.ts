/**
 * Tells of slow statements, with the plans of reads.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type { Plan } from "../sql/Plan.ts"
import type { SlowStatement } from "./profile.ts"
import { type Ended, Listeners } from "./profiling.ts"

/**
 * Publishes the statements of a queue, one after the other, for ever. What a database answers about a plan is kept for so many shapes;
 * of further ones none is asked for. Where it has none, the statement is told without.
 */
export const publishing = (
  queue: Queue.Dequeue<Ended>,
  hub: PubSub.PubSub<SlowStatement>,
  mostPlans: number
): Effect.Effect<never> => {
  const plans = new Map<string, Plan | undefined>()

  const planOf = Effect.fnUntraced(function*(sql: string, { plan }: Ended["observed"]) {
    const asked = plans.has(sql) || plans.size >= mostPlans ? undefined : plan?.()
    if (asked === undefined) return plans.get(sql)
    // that the plan can't be had is no failure of the program: the table may be gone, or not yet committed
    const found = yield* Effect.catchCause(Effect.asSome(asked), () => Effect.succeedNone)
    plans.set(sql, Option.getOrUndefined(found))
    return Option.getOrUndefined(found)
  })

  const publish = Effect.fnUntraced(function*({ nanoseconds, observed }: Ended) {
    const sql = observed.text() ?? observed.operation
    yield* PubSub.publish(hub, {
      sql,
      operation: observed.operation,
      table: observed.collection ?? null,
      parameters: observed.parameters(),
      milliseconds: nanoseconds / 1e6,
      plan: yield* planOf(sql, observed)
    })
  })

  return Effect.forever(Effect.flatMap(Queue.take(queue), publish)).pipe(
    // what is asked for here is no statement of the program
    Effect.provideService(Listeners, [])
  )
}
