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
