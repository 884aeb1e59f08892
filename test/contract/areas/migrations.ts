/**
 * What migrations promise.
 */
import { adopting } from "../adopting.ts"
import { migrationHistory } from "../migrationHistory.ts"
import { migrationsBesideAlembic } from "../migrationsBesideAlembic.ts"
import { migrationSteps } from "../migrationSteps.ts"
import { migrator } from "../migrator.ts"
import { ownNames } from "../ownNames.ts"
import { randomMigrations } from "../randomMigrations.ts"

export const migrations = {
  adopting,
  migrationHistory,
  migrationSteps,
  migrationsBesideAlembic,
  migrator,
  ownNames,
  randomMigrations
}
