/**
 * Models: classes that say what a row is, once, as an Effect Schema.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as EffectModel from "effect/schema/Model"
import type * as VariantSchema from "effect/schema/VariantSchema"
import type { Index } from "./Index.ts"
import { columnsOf } from "./Table.ts"

/**
 * Any model class.
 *
 * @category models
 * @since 0.1.0
 */
export interface Any extends Schema.Top {
  readonly identifier: string
  /** What instances inherit: the model's getters and methods. */
  readonly prototype: object
  readonly fields: Schema.Struct.Fields
  readonly insert: Schema.Top & { readonly fields: Schema.Struct.Fields; readonly "~type.make": object }
  readonly update: Schema.Top
  readonly DecodingServices: never
  readonly EncodingServices: never
  readonly [VariantSchema.TypeId]: VariantSchema.Struct.Fields
}

/**
 * What a model says about its table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<Field extends string = string> {
  /** The table's name in the database. */
  readonly table: string
  readonly indexes?: ReadonlyArray<Index<Field>>
}

declare module "effect/Schema" {
  namespace Annotations {
    interface Augment {
      readonly "andamios/table"?: Options | undefined
    }
  }
}

type Variant = EffectModel.VariantsDatabase | EffectModel.VariantsJson

/**
 * The class that `Model.Class` returns: an Effect `Model` with its variants.
 *
 * @category models
 * @since 0.1.0
 */
export type ClassOf<Self, Fields extends VariantSchema.Struct.Fields> =
  & VariantSchema.Class<
    Self,
    Fields,
    Schema.Struct<VariantSchema.ExtractFields<"select", Fields, true>>,
    Variant,
    "select"
  >
  & { readonly [V in Variant]: VariantSchema.Extract<V, VariantSchema.Struct<Fields>> }

/**
 * Makes a model class. Any Effect Schema is a column; `Column` has those that need more than a schema says.
 *
 * The class is an ordinary Effect `Model`: `insert`, `update` and `json` are its variants, and instances are validated when
 * they are made. Throws `InvalidModel` where a field has no column type.
 *
 * @example
 * ```ts
 * import { Column, Index, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString,
 *   tags: Schema.Array(Schema.String)
 * }, { table: "books", indexes: [Index.on("title")] }) {
 *   get shout() {
 *     return this.title.toUpperCase()
 *   }
 * }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const Class = <Self = never>(identifier: string) =>
<const Fields extends VariantSchema.Struct.Fields>(
  fields: Fields & VariantSchema.Struct.Validate<Fields, Variant>,
  options: Options<keyof VariantSchema.ExtractFields<"select", Fields> & string>
): [Self] extends [never] ? "Missing `Self` generic - use `class Self extends Model.Class<Self>(...)`"
  : ClassOf<Self, Fields> =>
{
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Effect's class, with our options for its annotations
  const make = EffectModel.Class(identifier) as unknown as (fields: Fields, annotations: Annotated) => Any
  const model = make(fields, { "andamios/table": options })
  columnsOf(identifier, fields)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition is only there for its message
  return model as never
}

type Annotated = Schema.Annotations.Annotations

/**
 * What an insert of a model takes.
 *
 * @category models
 * @since 0.1.0
 */
export type Insert<M extends Any> = M["insert"]["~type.make.in"]

/**
 * The names of a model's fields that make its primary key.
 *
 * @category models
 * @since 0.1.0
 */
export type PrimaryKeyField<M extends Any> = {
  readonly [K in keyof M[typeof VariantSchema.TypeId]]: M[typeof VariantSchema.TypeId][K] extends
    { readonly "~andamios/primaryKey": true } ? K : never
}[keyof M[typeof VariantSchema.TypeId]]

/**
 * The value of a model's primary key: that of its field, or a record of its fields where it has several.
 *
 * @category models
 * @since 0.1.0
 */
export type Key<M extends Any> = IsUnion<PrimaryKeyField<M>> extends true
  ? { readonly [K in PrimaryKeyField<M>]: M["fields"][K & string]["Type"] }
  : M["fields"][PrimaryKeyField<M> & string]["Type"]

type IsUnion<T, U = T> = [T] extends [never] ? false : T extends unknown ? [U] extends [T] ? false : true : never
