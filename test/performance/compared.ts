/**
 * Measures everyone in a case, in turn.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Case } from "./cases.ts"
import type { Competitor } from "./competitor.ts"
import { interleave, type Milliseconds } from "./interleave.ts"
import { beside, compare } from "./report.ts"

/** Everyone's figures in one case. */
export const compared = Effect.fnUntraced(
  function*({ contestant, name, operations, phases = [], plan, target }: Case, competitors: ReadonlyArray<Competitor>) {
    const contestants = competitors.flatMap((competitor) => contestant(competitor) ?? [])
    if (contestants[0]?.name !== competitors[0]?.name) {
      yield* Console.error(`${name}: not ours yet, so that only the answers of the others are compared`)
      yield* interleave(contestants, { ...plan, rounds: 1, warmUps: 0, warmFor: 0 })
      return []
    }
    yield* Console.error(`${name}: ${plan.rounds} rounds of ${contestants.length}`)
    const [ours, ...peers] = yield* interleave(contestants, plan)
    const each = (part: string, millisecondsOf: (taken: Milliseconds) => number) =>
      peers.map((peer, index) =>
        compare(
          part,
          millisecondsOf(ours ?? peer) / operations,
          contestants[index + 1]?.name ?? "",
          millisecondsOf(peer) / operations
        )
      )
    const comparisons = [
      ...phases.flatMap((phase, index) => each(`${name}, ${phase}`, (taken) => taken.phases[index] ?? 0)),
      ...each(name, ({ all }) => all)
    ]
    return target === undefined ? comparisons : [...comparisons, beside(name, (ours?.all ?? 0) / operations, target)]
  }
)
