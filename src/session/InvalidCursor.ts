/**
 * A cursor that leads nowhere.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A cursor is none of this query's: it was made by another one, cut off, or changed on its way. `reason` says which.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   label: Schema.String
 * }, { table: "parcels" }) {}
 *
 * const parcels = Query.from(Parcel).orderBy((parcel) => parcel.label.asc())
 *
 * // a cursor that a client gave back; a wrong one leads to the first page
 * const next = (after: string) =>
 *   Query.page(parcels, { size: 20, after }).pipe(
 *     Effect.catchTag("InvalidCursor", () => Query.page(parcels, { size: 20 }))
 *   )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCursor
  extends Schema.TaggedError<InvalidCursor>()("InvalidCursor", { cursor: Schema.String, reason: Schema.String })
{
  override get message(): string {
    return `The cursor ${JSON.stringify(this.cursor)} can't be used: ${this.reason}. Begin again without one.`
  }
}
