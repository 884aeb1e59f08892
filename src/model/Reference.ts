/**
 * References of several fields together, declared with the model; `Column.references` is for those of one field.
 *
 * @since 0.1.0
 */
import type { OnDelete } from "./columnMark.ts"
import type * as Model from "./Model.ts"

export type { OnDelete } from "./columnMark.ts"

/**
 * Fields of a model that together refer to a row of another.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reference<out Field extends string = string> {
  readonly fields: ReadonlyArray<Field>
  /** The other model. */
  readonly model: () => Model.Any
  /** The fields of the other model, in the order of those that refer to them. */
  readonly targets: ReadonlyArray<string>
  readonly onDelete: OnDelete | undefined
}

/**
 * Fields that together refer to a composite key of another model, enforced by the database.
 *
 * @example
 * ```ts
 * import { Column, Model, Reference } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Seat extends Model.Class<Seat>("Seat")({
 *   hall: Column.primaryKey(Schema.String),
 *   number: Column.primaryKey(Schema.Int)
 * }, { table: "seats" }) {}
 *
 * class Ticket extends Model.Class<Ticket>("Ticket")({
 *   id: Column.serial(Schema.Int),
 *   hall: Schema.String,
 *   seat: Schema.Int
 * }, {
 *   table: "tickets",
 *   references: [Reference.to(["hall", "seat"], () => Seat, ["hall", "number"], { onDelete: "cascade" })]
 * }) {}
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const to = <const Fields extends ReadonlyArray<string>, M extends Model.Any>(
  fields: Fields,
  model: () => M,
  targets: { readonly [K in keyof Fields]: keyof M["fields"] & string },
  options: { readonly onDelete?: OnDelete } = {}
): Reference<Fields[number]> => ({ fields, model, targets, onDelete: options.onDelete })
