/**
 * What a run says beside those before it.
 */
import type { Case } from "../cases.ts"
import type { Run } from "./history.ts"

/** A ratio below this part of the median of the last runs is worse. Runs on a quiet machine are apart by less than half of that. */
export const margin = 0.2

/** The fastest tenth counts: whatever else a machine does makes work slower, and never faster. */
export const undisturbed = (one: Case): Case => ({ ...one, plan: { ...one.plan, quantile: 0.1 } })

/** So many of the last runs count. */
const last = 10

/** With fewer, nothing is judged. */
export const fewest = 3

/** A ratio that is worse than those of the last runs. */
export interface Worse {
  readonly name: string
  readonly ratio: number
  readonly median: number
}

/** The last runs on machines like that of a run, by which it is judged: none before one that was slower and accepted. */
export const before = (run: Run, history: ReadonlyArray<Run>): ReadonlyArray<Run> => {
  const alike = history.filter(({ machine }) => machine === run.machine)
  const accepted = alike.findLastIndex((one) => one.accepted === true)
  return alike.slice(Math.max(0, accepted)).slice(-last)
}

/** The ratios that are worse than the median of the last runs by more than the margin. */
export const worse = (run: Run, history: ReadonlyArray<Run>): ReadonlyArray<Worse> => {
  const runs = before(run, history)
  return Object.entries(run.ratios).flatMap(([name, ratio]) => {
    const known = runs.flatMap(({ ratios }) => ratios[name] ?? [])
    if (known.length < fewest) return []
    const median = medianOf(known)
    return ratio < median * (1 - margin) ? [{ name, ratio, median }] : []
  })
}

const medianOf = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
