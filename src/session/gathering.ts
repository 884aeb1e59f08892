/**
 * Which lookups can be answered together.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type { Table } from "../model/Table.ts"
import { keyTexts } from "../sql/rowKey.ts"
import type { Database } from "./Database.ts"
import * as Decode from "./Decode.ts"
import type { Services } from "./mixedIn.ts"

/**
 * A text for what lookups in a table must have in common to be one statement: the transaction, whose rows they see, and whether
 * these are checked.
 */
export const gathering = ({ transactionIn }: Pick<Database["Service"], "transactionIn">) => {
  const numbers = new WeakMap<object, number>()
  let last = 0

  const numberOf = (transaction: object | undefined): number => {
    if (transaction === undefined) return 0
    const number = numbers.get(transaction) ?? ++last
    numbers.set(transaction, number)
    return number
  }

  return ({ roles }: Table, services: Services): string => {
    const owners = roles.flatMap(({ role }) =>
      role._tag === "Tenant" ? [[Context.getOrUndefined(services, role.service)]] : []
    )
    return JSON.stringify([
      numberOf(transactionIn(services)),
      Context.get(services, Decode.Strict),
      ...keyTexts(owners, 1)
    ])
  }
}
