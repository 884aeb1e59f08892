/**
 * How far rows are believed when they are read.
 *
 * A model is read as its table's option `decode` says: `"trusted"` by default, `"strict"` where others create or fill the table.
 * `Decode.strict` reads everything strictly for once, for instance to find the rows that somebody else put in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * Whether all models are read strictly, whatever their tables say; `false` by default.
 *
 * @example
 * ```ts
 * import { Column, Decode, Model, Query } from "andamios-orm"
 * import { Effect, Layer, Schema, Stream } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Schema.Int.check(Schema.isGreaterThan(0))
 * }, { table: "books" }) {}
 *
 * // a program all of whose reads are strict
 * const Strict = Layer.succeed(Decode.Strict, true)
 * const books = Query.from(Book).all.pipe(Effect.provide(Strict))
 *
 * // and one stream that is
 * const stream = Query.from(Book).stream.pipe(Stream.provideService(Decode.Strict, true))
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const Strict: Context.Reference<boolean> = Context.Reference("andamios/Decode/Strict", {
  defaultValue: () => false
})

/**
 * Checks every row that the effect reads by its model's schema: one that breaks it fails the read with `Undecodable`, which names
 * the column, the row and what the schema says.
 *
 * @example
 * ```ts
 * import { Column, Decode, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Schema.Int.check(Schema.isGreaterThan(0))
 * }, { table: "books" }) {}
 *
 * const checked = Query.from(Book).all.pipe(Decode.strict)
 * ```
 *
 * @category policies
 * @since 0.1.0
 */
export const strict: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Strict,
  true
)
