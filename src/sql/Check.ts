/**
 * Checks of rows, written with the query language and kept by the database.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import { type Columns, columns, type Expression, type PlainStage, scope } from "./Expression.ts"
import type { Node } from "./node.ts"

/**
 * The checks of a model, each by the name that a broken one has in `CheckViolation.constraint`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Checks {
  readonly _tag: "Checks"
  readonly conditions: ReadonlyArray<readonly [name: string, condition: Node]>
}

/**
 * Says what holds for every row of a model, in a static member `checks` of its class. A condition that is unknown, because it meets
 * a null, is not broken.
 *
 * @example
 * ```ts
 * import { Check, Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Stay extends Model.Class<Stay>("Stay")({
 *   id: Column.serial(Schema.Int),
 *   arrival: Column.date,
 *   departure: Column.date
 * }, { table: "stays" }) {
 *   static readonly checks = () => Check.of(Stay, (stay) => ({ departsLater: stay.departure.gt(stay.arrival) }))
 * }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <M extends Model.Any>(
  model: M,
  conditions: (columns: Columns<M>) => Readonly<Record<string, Expression<boolean | null, PlainStage>>>
): Checks => ({
  _tag: "Checks",
  conditions: Object.entries(conditions(ownColumns<M>(tableOf(model)))).map(([name, { node }]) => [name, node])
})

/**
 * The columns of a table, for an expression that is a part of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ownColumns = <M extends Model.Any>(table: Table): Columns<M> =>
  scope(columns(table, { name: table.name }, false))

/**
 * The checks that a table's model has.
 *
 * @example
 * ```ts
 * import { Check, Column, Model, Table } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Trip extends Model.Class<Trip>("Trip")({
 *   id: Column.serial(Schema.Int),
 *   began: Column.timestamp,
 *   ended: Column.timestamp
 * }, { table: "trips" }) {
 *   static readonly checks = () => Check.of(Trip, (trip) => ({ ends_later: trip.ended.gt(trip.began) }))
 * }
 *
 * const table = Table.tableOf(Trip)
 * const names = Check.checksOf(table).map(([name]) => name) // ["ends_later"]
 * const { began } = Check.ownColumns<typeof Trip>(table)
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const checksOf = ({ model }: Table): Checks["conditions"] => {
  const said: unknown = Predicate.hasProperty(model, "checks") && typeof model.checks === "function"
    ? Reflect.apply(model.checks, model, [])
    : undefined
  return isChecks(said) ? said.conditions : []
}

const isChecks = (said: unknown): said is Checks => Predicate.isTagged(said, "Checks")
