/**
 * What asking for single rows can fail with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * There is no such row. `rows` are the places of the keys that have none, counted from 0, where there were several.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   label: Schema.String
 * }, { table: "parcels" }) {}
 *
 * const byId = Effect.gen(function*() {
 *   const parcels = yield* Repository.make(Parcel)
 *   return yield* parcels.get(7)
 * }).pipe(Effect.catchTag("NotFound", () => Effect.fail("there is no parcel 7")))
 *
 * const byLabel = Query.from(Parcel).where((parcel) => parcel.label.eq("fragile")).one.pipe(
 *   Effect.catchTag("NotFound", () => Effect.fail("no parcel is fragile")),
 *   Effect.catchTag("MultipleFound", () => Effect.fail("more than one is"))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  model: Schema.String,
  criteria: Schema.String,
  rows: Schema.optionalKey(Schema.Array(Schema.Int))
}) {
  override get message(): string {
    return `There is no ${this.model} with ${this.criteria}`
  }
}

/**
 * The row was changed since it was read: a change carries the `expected` version, and the row is at another, which is `stored`.
 * `rows` are the places of all changes that came too late, counted from 0, of which this is the first.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   label: Schema.String,
 *   ...Mixin.version
 * }, { table: "parcels" }) {}
 *
 * // with the version that the person saw who wrote the new label
 * const relabel = Effect.fn("relabel")(function*(id: number, label: string, version: number) {
 *   const parcels = yield* Repository.make(Parcel)
 *   return yield* parcels.patch({ id, label, version }).pipe(
 *     Effect.catchTag("StaleRow", () => Effect.fail("somebody else has changed this parcel: look at it again"))
 *   )
 * })
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class StaleRow extends Schema.TaggedError<StaleRow>()("StaleRow", {
  model: Schema.String,
  key: Schema.String,
  expected: Schema.Int,
  stored: Schema.Int,
  rows: Schema.Array(Schema.Int)
}) {
  override get message(): string {
    const more = this.rows.length > 1 ? ` So were ${this.rows.length - 1} more.` : ""
    return `${this.model} with ${this.key} was changed since version ${this.expected} was read, it is at version ${this.stored}.${more} ` +
      "Read it again, and make the change anew."
  }
}

/**
 * One row was asked for and there are several.
 *
 * @category errors
 * @since 0.1.0
 */
export class MultipleFound extends Schema.TaggedError<MultipleFound>()("MultipleFound", { sql: Schema.String }) {
  override get message(): string {
    return `One row was asked for, but there are more; narrow the query, or take \`.first\`.\nin: ${this.sql}`
  }
}
