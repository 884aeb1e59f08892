/**
 * Schemas of columns of texts, and of what is kept as it is: uuids, bytes, JSON.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { withType } from "./columnMark.ts"

/**
 * A text of at most so many characters. A text without a limit is `Schema.String`.
 *
 * Characters are those of Unicode, which databases count: an emoji is one, where JavaScript counts two or more.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Passport extends Model.Class<Passport>("Passport")({
 *   number: Column.primaryKey(Column.char(9)),
 *   id: Column.unique(Column.uuid),
 *   name: Column.text(80),
 *   photo: Column.blob,
 *   visas: Column.json(Schema.Array(Schema.Struct({ country: Schema.String, until: Schema.String })))
 * }, { table: "passports" }) {}
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const text = (most: number): Schema.String =>
  withType(Schema.String.check(Schema.isMaxCodePoints(most)), { _tag: "Text", length: { least: 0, most } })

/**
 * A text of exactly so many characters, such as a code of a country. Nothing is filled up with spaces.
 *
 * @category types
 * @since 0.1.0
 */
export const char = (length: number): Schema.String =>
  withType(Schema.String.check(Schema.isMinCodePoints(length), Schema.isMaxCodePoints(length)), {
    _tag: "Text",
    length: { least: length, most: length }
  })

/**
 * A UUID of any version.
 *
 * @category types
 * @since 0.1.0
 */
export const uuid: Schema.String = withType(Schema.String.check(Schema.isUUID()), { _tag: "Uuid" })

/**
 * Bytes, as many as there are: what `Schema.Uint8Array` is stored as.
 *
 * @category types
 * @since 0.1.0
 */
export const blob: Schema.Uint8Array = withType(Schema.Uint8Array, { _tag: "Blob" })

/**
 * A JSON document of the schema's shape, stored as the database's JSON type and validated when it is read.
 *
 * @category types
 * @since 0.1.0
 */
export const json = <S extends Schema.Top>(schema: S): Schema.toCodecJson<S> =>
  withType(Schema.toCodecJson(schema), { _tag: "Json" })
