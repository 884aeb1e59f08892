/**
 * Up to where a server that follows the primary must have come, so that one may read from it.
 *
 * The primary writes all that happens into a log. Whoever has replayed the log up to the position that the primary had after a write has
 * that write. So a write raises a mark before it is known to be done, and what the primary is asked after that is the position to be past.
 *
 * @since 0.1.0
 */
import { machineClock } from "../../session/ownTime.ts"

/** This moment, by a clock that nobody sets. */
export const now = (): number => Number(machineClock.monotonicTimeNanosUnsafe()) / 1e6

/** The primary's position at a moment: what was committed before is behind it. */
interface Beat {
  readonly moment: number
  readonly position: bigint
}

/** What is known of the primary's positions. */
export interface Positions {
  /** Says that something may have been written. */
  readonly raise: () => void
  /** Says that the primary is asked at a moment: what it answers is to be given to what this gives. */
  readonly asking: (moment: number) => (position: bigint) => void
  /** Behind which all that was written lies; nothing while the primary has not been asked since. */
  readonly ofWrites: () => bigint | undefined
  /** Behind which all lies that was committed before a moment; nothing where that is too short a while ago. */
  readonly of: (moment: number) => bigint | undefined
  /** How many milliseconds somebody who is at a position was behind the primary, when that was asked last. */
  readonly lag: (position: bigint) => number
}

/** As many beats are kept: some ten minutes. */
const most = 600

/** The positions of a primary that was not asked yet. */
export const make = (): Positions => {
  let mark = 0
  let known: { readonly mark: number; readonly position: bigint } | undefined
  const beats: Array<Beat> = []

  return {
    raise: () => {
      mark++
    },
    asking: (moment) => {
      const asked = mark
      return (position) => {
        if (known === undefined || known.mark < asked) known = { mark: asked, position }
        if (moment - (beats.at(-1)?.moment ?? -Infinity) < spacing) return
        beats.push({ moment, position })
        if (beats.length > most) beats.shift()
      }
    },
    ofWrites: () => known?.mark === mark ? known.position : undefined,
    of: (moment) => {
      let found: bigint | undefined
      for (let at = beats.length - 1; at >= 0; at--) {
        const beat = beats[at]
        if (beat === undefined || beat.moment < moment) break
        found = beat.position
      }
      return found
    },
    lag: (position) => {
      const last = beats.at(-1)?.moment ?? 0
      return last - (beats.findLast((beat) => beat.position <= position)?.moment ?? beats[0]?.moment ?? last)
    }
  }
}

/** Milliseconds that beats are apart at least; what is asked in between is for writes. */
const spacing = 500
