/**
 * The one way that making a value can fail.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A factory can't make a value of a field: its schema allows none that can be found, no more that are unique, or it needs a row that
 * needs this one; or the values that it finds break a check of the row. Say which it is, as in `factory.with({ field: … })`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Factory } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   // nobody finds such a text by chance
 *   code: Schema.String.check(Schema.makeFilter((code) => code === "ES-28013"))
 * }, { table: "parcels" }) {}
 *
 * const failing = Factory.make(Parcel).build().pipe(
 *   Effect.catchTag("FactoryFailed", ({ fields }) => Effect.log(`say what is in ${fields.join(", ")}`))
 * )
 *
 * const parcels = Factory.make(Parcel, { values: { code: "ES-28013" } })
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class FactoryFailed extends Schema.TaggedError<FactoryFailed>()("FactoryFailed", {
  model: Schema.String,
  fields: Schema.Array(Schema.String),
  reason: Schema.String
}) {
  override get message(): string {
    const fields = this.fields.join(", ")
    return `A factory can't make ${this.model}.${fields}: ${this.reason}. Give it a value: with({ ${fields}: … })`
  }
}
