/**
 * Which lookups can be answered together.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import { keyTexts } from "../sql/rowKey.ts"
import type { Database } from "./Database.ts"
import * as Decode from "./Decode.ts"
import { WantedFreshness } from "./freshness.ts"
import type { Services } from "./mixedIn.ts"
import * as QueryCache from "./QueryCache.ts"

/**
 * A text for what lookups in a table must have in common to be one statement: the transaction, whose rows they see, how new these are
 * to be, from which cache, and whether they are checked.
 */
export const gathering = ({ transactionIn }: Pick<Database["Service"], "transactionIn">) => {
  const numbers = new WeakMap<object, number>()
  let last = 0

  const numberOf = (thing: object | undefined): number => {
    if (thing === undefined) return 0
    return getOrInsert(numbers, thing, () => ++last)
  }

  return ({ roles }: Table, services: Services): string => {
    const owners = roles.flatMap(({ role }) =>
      role._tag === "Tenant" ? [[Context.getOrUndefined(services, role.service)]] : []
    )
    return JSON.stringify([
      numberOf(transactionIn(services)),
      numberOf(Context.get(services, QueryCache.Current)),
      Context.get(services, WantedFreshness),
      Context.get(services, Decode.Strict),
      ...keyTexts(owners, 1)
    ])
  }
}
