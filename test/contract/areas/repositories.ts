/**
 * What repositories promise.
 */
import { failures } from "../failures.ts"
import { hooks } from "../hooks.ts"
import { increment } from "../increment.ts"
import { loader } from "../loader.ts"
import { lostUpdates } from "../lostUpdates.ts"
import { randomRepository } from "../randomRepository.ts"
import { repository } from "../repository.ts"
import { saving } from "../saving.ts"

export const repositories = {
  repository,
  failures,
  loader,
  saving,
  increment,
  hooks,
  lostUpdates,
  randomRepository
}
