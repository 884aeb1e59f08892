/**
 * What repositories promise.
 */
import { failures } from "../failures.ts"
import { hooks } from "../hooks.ts"
import { increment } from "../increment.ts"
import { incrementToLimit, noIncrementToLimit } from "../incrementToLimit.ts"
import { loader } from "../loader.ts"
import { lostUpdates } from "../lostUpdates.ts"
import { randomRepository } from "../randomRepository.ts"
import { repository } from "../repository.ts"
import { saving } from "../saving.ts"
import type { Facts } from "../Subject.ts"

export const repositories = {
  repository,
  failures,
  loader,
  saving,
  increment,
  incrementToLimit: {
    isMade: (facts: Facts) => !facts.sharded,
    made: incrementToLimit,
    refused: noIncrementToLimit,
    because: "the coordinator adds once more to what a shard gives back, and refuses what is too large then"
  },
  hooks,
  lostUpdates,
  randomRepository
}
