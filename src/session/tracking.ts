/**
 * What a unit of work knows of rows, and what it is about to write of them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type { Table } from "../model/Table.ts"
import type { Service } from "../model/role.ts"
import { tableOf } from "../model/Table.ts"
import type { Projection } from "../sql/ast.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { type RowKey, rowKey } from "../sql/rowKey.ts"
import * as IdentityMap from "./identityMap.ts"
import { instancesOf } from "./instances.ts"
import type { Services } from "./mixedIn.ts"
import * as PendingWork from "./pending.ts"
import type { Row } from "./validate.ts"

/** What is known and what is pending, of which the second goes first. */
export interface Tracking {
  readonly known: IdentityMap.IdentityMap
  readonly pending: PendingWork.PendingWork
  readonly keyOf: (table: Table, row: Row) => RowKey
  /** The row that is known under a key; `undefined` where none is, and `null` where it is to be removed. */
  readonly rowAt: (table: Table, key: RowKey) => Row | null | undefined
  /** The instance that is known of a row that was read: it is that row itself where none was, or `anew`. */
  readonly instanceOf: (table: Table, row: Row, anew: boolean) => Row
  /** What puts the instances that are known in place of the whole rows in what a projection makes; nothing where there are none. */
  readonly instancesIn: <A>(projection: Projection, anew: boolean) => ((row: A) => A) | undefined
}

/** Nothing that is known yet. */
export const make = (features: Dialect["features"], keep: number): Tracking => {
  const known = IdentityMap.make(keep)
  const pending = PendingWork.make()

  const keyOf = (table: Table, row: Row) => rowKey(instancesOf(table, features).key, row)

  const rowAt = (table: Table, key: RowKey): Row | null | undefined => {
    const waiting = pending.get(table, key)
    switch (waiting?._tag) {
      case "Insert":
      case "Update":
        return waiting.after
      case "Delete":
        return null
      case undefined:
        return asRow(known.get(table, key))
    }
  }

  const instanceOf = (table: Table, row: Row, anew: boolean): Row => {
    if (table.isView || table.primaryKey.length === 0) return row
    const key = keyOf(table, row)
    const waiting = pending.get(table, key)
    if (waiting?._tag === "Delete") return row
    const found = waiting?.after ?? (anew ? undefined : asRow(known.get(table, key)))
    if (found === undefined) known.set(table, key, row)
    return found ?? row
  }

  const finderOf = (projection: Projection, anew: boolean): ((value: unknown) => unknown) | undefined => {
    switch (projection._tag) {
      case "Value":
        return undefined
      case "Instance":
        return ofRow((row) => instanceOf(projection.table, row, anew))
      case "Record": {
        const finders = projection.fields.flatMap(([name, field]) => {
          const find = finderOf(field, anew)
          return find === undefined ? [] : [[name, find] as const]
        })
        return finders.length === 0 ? undefined : ofRow((row) => withInstances(row, finders))
      }
      case "Rows": {
        const find = finderOf(projection.read.projection, anew)
        return find && ((rows) => Array.isArray(rows) ? rows.map(find) : rows)
      }
    }
  }

  return {
    known,
    pending,
    keyOf,
    rowAt,
    instanceOf,
    instancesIn: <A>(projection: Projection, anew: boolean) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it gives another instance of the same row
      finderOf(projection, anew) as ((row: A) => A) | undefined
  }
}

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null

/** Does something with a row; what a left join has found no row for stays nothing. */
const ofRow = (run: (row: Row) => unknown) => (value: unknown) => isRow(value) ? run(value) : value

const asRow = (value: object | undefined): Row | undefined => isRow(value) ? value : undefined

/** A record may be shared, so it is left as it is. */
const withInstances = (
  row: Row,
  finders: ReadonlyArray<readonly [name: string, find: (value: unknown) => unknown]>
): Row => {
  const found = finders.map(([name, find]) => [name, find(row[name])] as const)
  return found.every(([name, value]) => row[name] === value) ? row : { ...row, ...Object.fromEntries(found) }
}

/** What has to be known of a fiber's services when a row is written: what its history is signed with. */
export const servicesFor = ({ roles }: Table, services: Services): Services => {
  const wanted = roles.flatMap(({ role }) =>
    role._tag === "UpdatedBy" && role.history !== undefined
      ? [role.service, ...servicesOf(tableOf(role.history()))]
      : []
  )
  if (wanted.length === 0) return nothing
  const keys = new Set(wanted.map(({ key }) => key))
  return Context.makeUnsafe(new Map([...services.mapUnsafe].filter(([key]) => keys.has(key))))
}

const nothing: Services = Context.empty()

const servicesOf = ({ roles }: Table): ReadonlyArray<Service> =>
  roles.flatMap(({ role }) => "service" in role ? [role.service] : [])
