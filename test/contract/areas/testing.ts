/**
 * What the tools for tests promise.
 */
import { factories } from "../factories.ts"
import { fixtures } from "../fixtures.ts"

export const testing = {
  factories,
  fixtures
}
