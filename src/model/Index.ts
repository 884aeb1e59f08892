/**
 * Indexes of a table, declared with the model.
 *
 * @since 0.1.0
 */

/**
 * An index on one or more fields of a model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Index<out Field extends string = string> {
  readonly fields: ReadonlyArray<Field>
  readonly unique: boolean
  /** The name that it has in the database, where that is not made of its columns'. */
  readonly name?: string
}

/**
 * A unique index, whose type knows its fields in order: they are a key that rows can be told apart by.
 *
 * @category models
 * @since 0.1.0
 */
export interface UniqueIndex<out Fields extends ReadonlyArray<string>> extends Index<Fields[number]> {
  readonly fields: Fields
  readonly unique: true
}

/**
 * An index that makes looking up these fields fast.
 *
 * @category constructors
 * @since 0.1.0
 */
export const on = <const Fields extends ReadonlyArray<string>>(...fields: Fields): Index<Fields[number]> => ({
  fields,
  unique: false
})

/**
 * A key of several fields: no two rows have the same values in all of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unique = <const Fields extends ReadonlyArray<string>>(...fields: Fields): UniqueIndex<Fields> => ({
  fields,
  unique: true
})

/**
 * An index that has this name in the database, such as one that was there before the model. A key of several fields is a unique index
 * then, and no constraint.
 *
 * @example
 * ```ts
 * import { Column, Index, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String,
 *   edition: Schema.Int
 * }, {
 *   table: "books",
 *   indexes: [Index.named("idx_title", Index.on("title")), Index.named("uq_edition", Index.unique("title", "edition"))]
 * }) {}
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const named = <const I extends Index>(name: string, index: I): I => ({ ...index, name })
