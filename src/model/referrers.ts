/**
 * Which tables refer to a table. What a model refers to is looked up when it is asked for, because it may be defined later.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { referring } from "./referring.ts"
import { type ForeignKey, identityOf, type Table, tableOf } from "./Table.ts"

/** A foreign key, and the table that has it. */
export interface Referrer {
  readonly table: Table
  readonly key: ForeignKey
}

const cache = new WeakMap<Table, { readonly models: number; readonly found: ReadonlyArray<Referrer> }>()

/** The foreign keys that refer to a table, each once however many models describe it. */
export const referrersOf = (target: Table): ReadonlyArray<Referrer> => {
  const known = cache.get(target)
  if (known?.models === referring.size) return known.found
  const found = find(target)
  cache.set(target, { models: referring.size, found })
  return found
}

/** The tables of this name that others refer to, in whichever schema; capitals make no difference. */
export const referredByName = (name: string): ReadonlyArray<Table> =>
  referringTables().flatMap(({ foreignKeys }) =>
    foreignKeys.map((key) => tableOf(key.model())).filter((target) => target.name.toLowerCase() === name.toLowerCase())
  )

/** The tables that refer to others; of a model that can't be a table there is none. */
const referringTables = (): ReadonlyArray<Table> =>
  [...referring].flatMap((model) => {
    const tried = Result.try(() => tableOf(model))
    return Result.isFailure(tried) ? [] : [tried.success]
  })

const find = (target: Table): ReadonlyArray<Referrer> => {
  const found = new Map<string, Referrer>()
  for (const table of referringTables()) {
    for (const key of table.foreignKeys) {
      if (identityOf(tableOf(key.model())) !== identityOf(target)) continue
      found.set(JSON.stringify([identityOf(table), key.columns.map(({ name }) => name), key.targets]), { table, key })
    }
  }
  return [...found.values()]
}
