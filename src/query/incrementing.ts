/**
 * Adds to numbers of a row, whatever they are by then.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Model from "../model/Model.ts"
import { type TableColumn, tableOf } from "../model/Table.ts"
import { inRow, invalid } from "../session/invalid.ts"
import type { FieldIssue, Invalid } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { columnValue } from "../sql/operand.ts"
import { type Alias, fieldOf } from "../sql/node.ts"
import { isNumber } from "../sql/slot.ts"
import { type NotStorable, numberStorer } from "../sql/storable.ts"
import type { Assignment } from "../sql/write.ts"
import { keyIs, missing } from "./keyed.ts"
import { changeValidator } from "../session/validatePatch.ts"
import { projectionOf } from "./write.ts"

/** Adds amounts to the numbers of a model's row, and answers with it. */
export const incrementing = <M extends Model.Any>(session: Session["Service"], model: M) => {
  const table = tableOf(model)
  const check = changeValidator(model)

  /** What the fields of a row become: those that grow, and those that the model sets with every change. */
  const assignments = Effect.fnUntraced(function*(alias: Alias, amounts: Row) {
    const made = yield* check({}, Object.keys(amounts))
    yield* checkAmounts(model, table.columns, amounts)
    return table.columns.flatMap((column): ReadonlyArray<Assignment> => {
      if (Object.hasOwn(amounts, column.field)) return [sum(alias, column, amounts[column.field])]
      return Object.hasOwn(made, column.field) ? [{ column, node: columnValue(made[column.field], column) }] : []
    })
  })

  return Effect.fnUntraced(function*([key]: ReadonlyArray<Model.Key<M>>, amounts: Row) {
    const alias = { name: table.name }
    const set = yield* assignments(alias, amounts)
    const rows = yield* session.returning<M["Type"]>(
      { _tag: "Update", table, alias, set, where: keyIs(alias, table, key) },
      projectionOf(model, alias, undefined)
    )
    return rows.length === 0 ? yield* missing(table, key) : rows
  })
}

const sum = (alias: Alias, column: TableColumn, amount: unknown): Assignment => ({
  column,
  node: {
    _tag: "Arithmetic",
    operator: "+",
    left: fieldOf(alias, column),
    right: columnValue(amount, column),
    slot: column
  }
})

/** Refuses amounts that can't be added, and a change of nothing. */
const checkAmounts = (
  model: Model.Any,
  columns: ReadonlyArray<TableColumn>,
  amounts: Row
): Effect.Effect<void, Invalid> => {
  const grown = columns.filter(({ field }) => Object.hasOwn(amounts, field))
  const issues = grown.length === 0
    ? [{ path: [], message: "there is nothing to add" }]
    : grown.flatMap((column) => issuesOf(column, amounts[column.field]))
  return issues.length === 0 ? Effect.void : Effect.fail(invalid(model, [inRow(0, issues)], (all) => all))
}

const issuesOf = ({ codec, field, type }: TableColumn, amount: unknown): ReadonlyArray<FieldIssue> => {
  const refused = (message: string) => [{ path: [field], message }]
  if (amount === undefined || amount === null) {
    return refused(`it grows by ${amount}; leave the field out to keep what is stored`)
  }
  if (codec !== undefined || !isNumber(type)) {
    return refused("it is not stored as a number, so nothing can be added to it")
  }
  return Result.match(Result.try(() => numberStorer(type)(amount)), {
    onSuccess: () => [],
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it throws nothing else
    onFailure: (problem) => refused((problem as NotStorable).message)
  })
}
