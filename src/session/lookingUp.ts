/**
 * Looks up rows by their primary keys, through the cache where there is one.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Table } from "../model/Table.ts"
import { valueText } from "../sql/hash.ts"
import { askedKeyTexts } from "../sql/keyText.ts"
import type { Database } from "./Database.ts"
import type { Strictness } from "./strictness.ts"
import type { Services } from "./mixedIn.ts"
import type { ReadError } from "./OrmError.ts"
import { bypass, Current as QueryCache } from "./QueryCache.ts"

/**
 * Rows of a table that are looked up by their primary keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lookup<A> {
  readonly table: Table
  readonly keys: ReadonlyArray<unknown>
  /** Reads the rows of some of the keys, each at the place of its key. */
  readonly read: (keys: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<A | undefined>, ReadError>
}

/** Looks up rows of a database. Inside of a transaction rows are read that nobody else may see. */
export const lookingUp = (database: Database["Service"], strictness: Strictness) => {
  const textsOf = askedKeyTexts(database.dialect.features)

  return <A>({ keys, read, table }: Lookup<A>): Effect.Effect<ReadonlyArray<A | undefined>, ReadError> =>
    Effect.withFiber((fiber) => {
      const cache = fiber.getRef(QueryCache)
      if (cache?.lookUp === undefined || database.transactionIn(fiber.context) !== undefined) return read(keys)
      // what a file holds changes without us
      const texts = database.outside.has(table.fullName) ? undefined : textsOf(table, keys)
      if (texts === undefined) return read(keys)
      return cache.lookUp({
        database,
        table,
        checked: strictness(fiber)(table),
        owner: ownerOf(table, fiber.context),
        keys: texts,
        read: (places) => bypass(read(places.map((place) => keys[place])))
      })
    })
}

/** Where a service is missing, reading says so, and nothing is kept. */
const ownerOf = ({ roles }: Table, services: Services): string =>
  roles.flatMap(({ role }) => role._tag === "Tenant" ? [valueText(Context.getOrUndefined(services, role.service))] : [])
    .join()
