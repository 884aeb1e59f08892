/**
 * Models: classes that say what a row is, once, as an Effect Schema.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as EffectModel from "effect/schema/Model"
import type * as VariantSchema from "effect/schema/VariantSchema"
import type { Index } from "./Index.ts"
import { columnMark } from "./columnMark.ts"
import type { ColumnNaming } from "./naming.ts"
import type { Reference } from "./Reference.ts"
import { columnsOf, namesOf } from "./Table.ts"
import { refers } from "./referring.ts"

export type { ColumnNaming } from "./naming.ts"

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
  readonly update: Schema.Top & { readonly fields: Schema.Struct.Fields }
  readonly DecodingServices: never
  readonly EncodingServices: never
  readonly [VariantSchema.TypeId]: VariantSchema.Struct.Fields
  readonly "~andamios/indexes"?: ReadonlyArray<Index>
  readonly "~andamios/references"?: ReadonlyArray<Reference>
}

/**
 * A model whose table can be created and written to: any but one of a view.
 *
 * @category models
 * @since 0.1.0
 */
export interface Stored extends Any {
  readonly "~andamios/view"?: never
}

/**
 * What a model says about its table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<
  Field extends string = string,
  Indexes extends ReadonlyArray<Index<Field>> = ReadonlyArray<Index<Field>>,
  References extends ReadonlyArray<Reference<NoInfer<Field>>> = ReadonlyArray<Reference<NoInfer<Field>>>
> {
  /** The table's name in the database. */
  readonly table: string
  /** The schema of the database that the table is in, such as `sales`; by default where the database makes its tables. */
  readonly schema?: string
  /** The attached database that the table is in. PostgreSQL has none: there it is `Unsupported`. */
  readonly database?: string
  /** How columns are named after their fields; as these are written, unless it is `"snake_case"`. `Column.named` goes first. */
  readonly columns?: ColumnNaming
  readonly indexes?: Indexes
  /** References of several fields together. */
  readonly references?: References
  /** What the table is for, to be read in the database. */
  readonly comment?: string
  /** `"trusted"` by default; `"strict"` for a table that others create or fill, and for a view. */
  readonly decode?: DecodePolicy
}

/**
 * What a model says about the view that it reads.
 *
 * @category models
 * @since 0.1.0
 */
export interface ViewOptions extends Pick<Options, "schema" | "database" | "columns"> {
  /** The view's name in the database. */
  readonly view: string
  /** `"strict"` by default. */
  readonly decode?: DecodePolicy
}

/**
 * How far the rows of a table are believed when they are read.
 *
 * `"trusted"`: every value is checked to be one of its column's type. What the schema says beyond that, such as a minimum or a
 * pattern, was checked when this library wrote the row, and the table keeps nulls out of its columns.
 *
 * `"strict"`: every value is checked by its schema too, and a row that breaks it fails the read with `Undecodable`.
 *
 * Both give the same instances of rows that fit.
 *
 * @category models
 * @since 0.1.0
 */
export type DecodePolicy = "trusted" | "strict"

declare module "effect/Schema" {
  namespace Annotations {
    interface Augment {
      readonly "andamios/table"?: Options & { readonly isView?: boolean } | undefined
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
export type ClassOf<
  Self,
  Fields extends VariantSchema.Struct.Fields,
  Indexes extends ReadonlyArray<Index> = ReadonlyArray<never>,
  References extends ReadonlyArray<Reference> = ReadonlyArray<never>
> =
  & VariantSchema.Class<
    Self,
    Fields,
    Schema.Struct<VariantSchema.ExtractFields<"select", Fields, true>>,
    Variant,
    "select"
  >
  & { readonly [V in Variant]: VariantSchema.Extract<V, VariantSchema.Struct<Fields>> }
  /** Indexes and references, for the types alone: they know the unique ones for keys, and which failures there can be. */
  & { readonly "~andamios/indexes"?: Indexes }

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
<
  const Fields extends VariantSchema.Struct.Fields,
  const Indexes extends ReadonlyArray<Index<keyof VariantSchema.ExtractFields<"select", Fields> & string>> = [],
  const References extends ReadonlyArray<
    Reference<NoInfer<keyof VariantSchema.ExtractFields<"select", Fields> & string>>
  > = []
>(
  fields: Fields & VariantSchema.Struct.Validate<Fields, Variant>,
  options: Options<keyof VariantSchema.ExtractFields<"select", Fields> & string, Indexes, References>
): [Self] extends [never] ? "Missing `Self` generic - use `class Self extends Model.Class<Self>(...)`"
  : ClassOf<Self, Fields, Indexes, References> =>
{
  const model = define(identifier, fields, options)
  if (refersToOthers(fields, options)) refers(model)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition is only there for its message
  return model as never
}

const define = (
  identifier: string,
  fields: VariantSchema.Struct.Fields,
  options: Options & { readonly isView?: boolean }
): Any => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Effect's class, with our options for its annotations
  const make = EffectModel.Class(identifier) as unknown as (fields: object, annotations: Annotated) => Any
  const model = make(fields, { "andamios/table": options })
  namesOf(identifier, options)
  columnsOf(identifier, fields, options.columns)
  return model
}

/**
 * The class that `Model.View` returns: one that is only read.
 *
 * @category models
 * @since 0.1.0
 */
export type ViewOf<Self, Fields extends VariantSchema.Struct.Fields> =
  & ClassOf<Self, Fields>
  & { readonly "~andamios/view"?: "a view is only read: see Query.from" }

/**
 * Makes a model class of a view, which `Query.from` reads like any model. It has no repository, and its view is created by a
 * migration or plain SQL. Its rows are checked by their schemas, as nobody else does.
 *
 * @example
 * ```ts
 * import { Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Delay extends Model.View<Delay>("Delay")({
 *   origin: Schema.String,
 *   minutes: Schema.Int
 * }, { view: "delays" }) {}
 *
 * const late = Query.from(Delay).where((delay) => delay.minutes.gt(60))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const View = <Self = never>(identifier: string) =>
<const Fields extends VariantSchema.Struct.Fields>(
  fields: Fields & VariantSchema.Struct.Validate<Fields, Variant>,
  { view, ...options }: ViewOptions
): [Self] extends [never] ? "Missing `Self` generic - use `class Self extends Model.View<Self>(...)`"
  : ViewOf<Self, Fields> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition is only there for its message
  define(identifier, fields, { decode: "strict", ...options, table: view, isView: true }) as never

const refersToOthers = (
  fields: VariantSchema.Struct.Fields,
  { references = [] }: Pick<Options, "references">
): boolean => references.length > 0 || Object.values(fields).some((field) => columnMark(field).reference !== undefined)

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
export type PrimaryKeyField<M extends Any> = Marked<M, { readonly "~andamios/primaryKey": true }>

/**
 * The names of a model's fields that the database computes.
 *
 * @category models
 * @since 0.1.0
 */
export type GeneratedField<M extends Any> = Marked<M, { readonly "~andamios/computed": true }> & string

/** The names of a model's fields that are marked so. */
type Marked<M extends Any, Mark> = {
  readonly [K in keyof M[typeof VariantSchema.TypeId]]: M[typeof VariantSchema.TypeId][K] extends Mark ? K : never
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

/**
 * The keys of a model that tell rows apart before they are stored: the field of the primary key, a unique field, or the fields of
 * a unique index in their order. A key that the database numbers is none of them.
 *
 * @category models
 * @since 0.1.0
 */
export type ConflictKey<M extends Any> =
  | Extract<Single<PrimaryKeyField<M>> | Marked<M, { readonly "~andamios/unique": true }>, keyof Insert<M> & string>
  | UniqueIndexFields<NonNullable<M["~andamios/indexes"]>[number], keyof Insert<M> | TenantField<M>>

type Single<K> = IsUnion<K> extends true ? never : K

type UniqueIndexFields<I, Field> = I extends { readonly unique: true; readonly fields: infer Fields }
  ? Fields extends ReadonlyArray<Field> ? Fields : never
  : never

/**
 * What the keys of a model are called, as `UniqueViolation` names the one that is taken: by its field, or by its fields as in
 * `"aisle, place"`. A primary key of several fields is the `"primary key"`.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyName<M extends Any> =
  | (IsUnion<PrimaryKeyField<M>> extends true ? "primary key" : PrimaryKeyField<M> & string)
  | (Marked<M, { readonly "~andamios/unique": true }> & string)
  | NameOfFields<NonNullable<M["~andamios/indexes"]>[number]>

type NameOfFields<I> = I extends { readonly unique: true; readonly fields: infer Fields } ? Joined<Fields> : never

type Joined<Names> = Names extends readonly [infer Only extends string] ? Only
  : Names extends readonly [infer First extends string, ...infer More] ? `${First}, ${Joined<More>}`
  : never

/**
 * Whether rows of a model can name rows of others: by `Column.references`, or by `Reference.to` in its options.
 *
 * @category models
 * @since 0.1.0
 */
export type HasReferences<M extends Any> = [
  Marked<M, { readonly "~andamios/references": true }> | NonNullable<M["~andamios/references"]>[number]
] extends [never] ? false : true

/**
 * The names of a model's fields that can change: those of its update variant, without the primary key.
 *
 * @category models
 * @since 0.1.0
 */
export type ChangeableField<M extends Any> = Exclude<keyof M["update"]["Type"] & string, PrimaryKeyField<M>>

/**
 * A change of one row: its primary key, and new values of any other fields. Where the model has `Mixin.version`, it carries the
 * version that was read.
 *
 * @category models
 * @since 0.1.0
 */
export type Patch<M extends Any> =
  & { readonly [K in PrimaryKeyField<M> & string]: M["fields"][K]["Type"] }
  & { readonly [K in Exclude<ChangeableField<M>, VersionField<M>>]?: Required<M["update"]["Type"]>[K] }
  & { readonly [K in Extract<ChangeableField<M>, VersionField<M>>]: M["update"]["Type"][K] }
  & ([PrimaryKeyField<M>] extends [never] ? { readonly "a primary key, which this model lacks": never } : unknown)

/**
 * A whole row to be stored in place of the one with its primary key: all fields that can change, but those that have a new value with
 * every change by themselves. Where the model has `Mixin.version`, it carries the version that was read.
 *
 * @category models
 * @since 0.1.0
 */
export type Update<M extends Any> =
  & { readonly [K in PrimaryKeyField<M> & string]: M["fields"][K]["Type"] }
  & { readonly [K in keyof M["update"]["~type.make.in"] as K extends PrimaryKeyField<M> ? never : K]:
    M["update"]["~type.make.in"][K] }
  & ([PrimaryKeyField<M>] extends [never] ? { readonly "a primary key, which this model lacks": never } : unknown)

/**
 * The services that every query of a model needs beside the session, such as the one that knows the tenant.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<M extends Any> = M[typeof VariantSchema.TypeId][keyof M[typeof VariantSchema.TypeId]] extends
  infer F ? F extends { readonly "~andamios/services": infer R } ? R : never
  : never

/**
 * The services that every write of a model needs beside the session: those of its queries, and the one that knows the user.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteServices<M extends Any> =
  | Services<M>
  | (M[typeof VariantSchema.TypeId][keyof M[typeof VariantSchema.TypeId]] extends infer F
    ? F extends { readonly "~andamios/writeServices": infer R } ? R : never
    : never)

/**
 * The field of a model that tells when a row was deleted, if it has one: `Mixin.softDelete`.
 *
 * @category models
 * @since 0.1.0
 */
export type SoftDeleteField<M extends Any> = Marked<M, { readonly "~andamios/softDelete": true }>

/**
 * The field of a model that counts how often a row was stored, if it has one: `Mixin.version`.
 *
 * @category models
 * @since 0.1.0
 */
export type VersionField<M extends Any> = Marked<M, { readonly "~andamios/version": true }>

/** The fields of a model that tell whose a row is. */
type TenantField<M extends Any> = Marked<M, { readonly "~andamios/services": unknown }>
