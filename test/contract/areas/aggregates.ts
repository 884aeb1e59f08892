/**
 * What aggregates promise: rows that are saved with the rows that belong to them.
 */
import { aggregateChanges } from "../aggregateChanges.ts"
import { aggregateTrees } from "../aggregateTrees.ts"
import { aggregateWrites } from "../aggregateWrites.ts"
import { randomAggregates } from "../randomAggregates.ts"

export const aggregates = {
  aggregateWrites,
  aggregateChanges,
  aggregateTrees,
  randomAggregates
}
