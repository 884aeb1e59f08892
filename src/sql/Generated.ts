/**
 * Columns that the database computes of the others in their row.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import { ownColumns } from "./Check.ts"
import type { Columns, Expression, PlainStage } from "./Expression.ts"
import type { Node } from "./node.ts"

/**
 * What the generated columns of a model are computed of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Generated {
  readonly _tag: "Generated"
  readonly expressions: Readonly<Record<string, Node>>
}

/**
 * The expressions of all fields of a model that `Column.generated` makes.
 *
 * @category models
 * @since 0.1.0
 */
export type Expressions<M extends Model.Any> = {
  readonly [K in Model.GeneratedField<M>]: Expression<M["fields"][K]["Type"], PlainStage>
}

/**
 * Says what the generated columns of a model are, in a static member `generated` of its class.
 *
 * @example
 * ```ts
 * import { Column, Generated, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Line extends Model.Class<Line>("Line")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.String,
 *   initial: Column.generated(Schema.NullOr(Schema.String))
 * }, { table: "lines" }) {
 *   static readonly generated = () => Generated.of(Line, (line) => ({ initial: line.name }))
 * }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <M extends Model.Any>(model: M, expressions: (columns: Columns<M>) => Expressions<M>): Generated => ({
  _tag: "Generated",
  expressions: Object.fromEntries(
    Object.entries<Expression<unknown>>(expressions(ownColumns<M>(tableOf(model)))).map((
      [field, { node }]
    ) => [field, node])
  )
})

/**
 * What a table's generated columns are computed of, by field.
 *
 * @example
 * ```ts
 * import { Column, Generated, Model, Table } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Line extends Model.Class<Line>("Line")({
 *   id: Column.serial(Schema.Int),
 *   cents: Column.int32,
 *   twice: Column.generated(Column.int32)
 * }, { table: "lines" }) {
 *   static readonly generated = () => Generated.of(Line, (line) => ({ twice: line.cents.multiply(2) }))
 * }
 *
 * const fields = Object.keys(Generated.generatedOf(Table.tableOf(Line))) // ["twice"]
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const generatedOf = ({ model }: Table): Generated["expressions"] => {
  const said: unknown = Predicate.hasProperty(model, "generated") && typeof model.generated === "function"
    ? Reflect.apply(model.generated, model, [])
    : undefined
  return isGenerated(said) ? said.expressions : {}
}

const isGenerated = (said: unknown): said is Generated => Predicate.isTagged(said, "Generated")
