/**
 * Reads of rows by their primary keys, each at the place of its key.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Join, ListSource, Select } from "../sql/ast.ts"
import { type Alias, both, type Field, fieldOf, type Node } from "../sql/node.ts"
import { whole } from "../sql/slot.ts"
import { keyFields } from "../sql/rowKey.ts"
import type { From } from "./from.ts"
import { project } from "./joining.ts"

/** A row, and the place of its key, counted from 1. */
interface Placed<A> {
  readonly place: number
  readonly row: A
}

/**
 * Reads the rows of a model's query that have these primary keys, by one statement for any number of them. A place where nothing was
 * found holds `undefined`, and a key that is given twice is found twice.
 */
export const byKeys = <M extends Model.Any, C, R>(
  session: Session["Service"],
  model: M,
  { statement }: From<C, never, M["Type"], R>
) => {
  const { primaryKey } = tableOf(model)
  const given: Alias = { name: "given" }
  const { from } = statement

  const select = (keys: ReadonlyArray<unknown>): Select<Placed<M["Type"]>> => {
    const rows = keys.map((key) => keyFields(tableOf(model), key))
    const lists = primaryKey.map((column, index) => ({
      name: `key${index}`,
      values: rows.map((row) => row[column.field]),
      slot: column,
      column
    }))
    const source: ListSource = { _tag: "ListSource", alias: given, lists, place: "place" }
    const same = lists.map(({ column, name }): Node => ({
      _tag: "Comparison",
      operator: "=",
      left: fieldOf(from.alias, column),
      right: fieldOf(given, { ...column, name })
    }))
    const join: Join = { kind: "inner", source, on: same.reduce(both) }
    return project({ ...statement, joins: [join] }, {
      _tag: "Record",
      fields: [["place", { _tag: "Value", node: place(given) }], ["row", statement.projection]]
    })
  }

  return (keys: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<M["Type"] | undefined>, ReadError> => {
    if (keys.length === 0) return Effect.succeed([])
    return Effect.map(session.run(select(keys)), (found) => {
      const rows = new Array<M["Type"] | undefined>(keys.length).fill(undefined)
      for (const { place: at, row } of found) rows[at - 1] = row
      return rows
    })
  }
}

const place = (source: Alias): Field => ({ _tag: "Field", source, name: "place", slot: whole, column: undefined })
