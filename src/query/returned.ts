/**
 * Values of rows that were just stored, which are read by their keys.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { type ReadError, type TransactionError, Unsupported } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { selectFrom } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import { keyIsAmong } from "../sql/keyCondition.ts"
import { fieldOf } from "../sql/node.ts"
import { keyTexts } from "../sql/rowKey.ts"
import { projectionOf, type Returned } from "./write.ts"

type Row = Readonly<Record<string, unknown>>

/** Stores rows and reads values of them, in the order of the rows and in one transaction. */
export const returned = Effect.fnUntraced(function*<M extends Model.Any, E>(
  model: M,
  storing: Effect.Effect<ReadonlyArray<unknown>, E, Session>,
  fields: (columns: Expression.Columns<M>) => Returned
): Effect.fn.Return<ReadonlyArray<Row>, E | ReadError | TransactionError, Session> {
  const session = yield* Session
  const table = tableOf(model)
  const alias = { name: table.name }
  const { primaryKey } = table
  if (primaryKey.length === 0) {
    return yield* new Unsupported({
      database: "Andamios ORM",
      feature: `values of new rows of ${model.identifier}, which has no primary key to find them by`,
      instead: "Let the whole rows be given back."
    })
  }
  const scope = Expression.scope<Expression.Columns<M>>(Expression.columns(table, alias, false))
  const values = projectionOf(model, alias, fields(scope))
  const key = primaryKey.map((column) => [column.field, { _tag: "Value", node: fieldOf(alias, column) }] as const)
  const select = selectFrom<{ readonly key: Row; readonly row: Row }>(
    { _tag: "TableSource", table, alias },
    { _tag: "Record", fields: [["key", { _tag: "Record", fields: key }], ["row", values]] }
  )
  const textsOf = (rows: ReadonlyArray<Row>) =>
    keyTexts(primaryKey.map(({ field }) => rows.map((one) => one[field])), rows.length)

  return yield* session.transaction(Effect.gen(function*() {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- instances of a model have its fields
    const instances = (yield* storing) as ReadonlyArray<Row>
    const found = yield* session.run({ ...select, where: keyIsAmong(table, alias, instances) })
    const texts = textsOf(found.map((one) => one.key))
    const rows = new Map(found.map((one, index) => [texts[index], one.row]))
    return textsOf(instances).flatMap((text): ReadonlyArray<Row> => {
      const stored = rows.get(text)
      return stored === undefined ? [] : [stored]
    })
  }))
})
