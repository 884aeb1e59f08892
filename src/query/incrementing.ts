/**
 * Adds to numbers of a row, whatever they are by then.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { columnWith, type Table, tableOf } from "../model/Table.ts"
import { invalid } from "../session/invalid.ts"
import type { Invalid } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { type Alias, fieldOf } from "../sql/node.ts"
import { columnValue } from "../sql/operand.ts"
import type { Assignment } from "../sql/write.ts"
import { keyIs, missing } from "./keyed.ts"
import { projectionOf } from "./write.ts"

/** Adds amounts to the numbers of a model's row, and answers with it. */
export const incrementing = <M extends Model.Any>(session: Session["Service"], model: M) => {
  const table = tableOf(model)

  return Effect.fnUntraced(function*([key]: ReadonlyArray<Model.Key<M>>, amounts: Row) {
    const alias = { name: table.name }
    const set = yield* sums(alias, table, amounts)
    const projection = projectionOf(model, alias, undefined)
    const rows = yield* session.returning<M["Type"]>(
      { _tag: "Update", table, alias, set, where: keyIs(alias, table, key) },
      projection
    )
    return rows.length === 0 ? yield* missing(table, key) : rows
  })
}

/** What the numbers become. */
const sums = (alias: Alias, table: Table, amounts: Row): Effect.Effect<ReadonlyArray<Assignment>, Invalid> => {
  const { columns, model, primaryKey } = table
  const version = columnWith(table, "Version")
  const found = Object.entries(amounts).map(([field, amount]) => ({
    field,
    amount,
    column: columns.find((column) =>
      column.field === field && Object.hasOwn(model.update.fields, field) && column !== version &&
      !primaryKey.includes(column)
    )
  }))
  const issues = found.flatMap(({ amount, column, field }) => {
    if (column === undefined) return [{ row: 0, path: [field], message: "there is no such field to change" }]
    return amount === undefined || amount === null
      ? [{ row: 0, path: [field], message: `it grows by ${amount}; leave the field out to keep what is stored` }]
      : []
  })
  if (found.length === 0) issues.push({ row: 0, path: [], message: "there is nothing to add" })
  if (issues.length > 0) return Effect.fail(invalid(model, [issues], (all) => all))
  return Effect.succeed(found.flatMap(({ amount, column }) =>
    column === undefined ? [] : [{
      column,
      node: {
        _tag: "Arithmetic",
        operator: "+",
        left: fieldOf(alias, column),
        right: columnValue(amount, column),
        slot: column
      }
    }]
  ))
}
