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
import type { Distribution } from "./Distribution.ts"
import type { ColumnNaming } from "./naming.ts"
import type { Reference } from "./Reference.ts"
import { columnsOf, namesOf } from "./Table.ts"
import { refers } from "./referring.ts"
import { loaded } from "./unloaded.ts"

export type { Distribution } from "./Distribution.ts"
export type { ColumnNaming } from "./naming.ts"
export type * from "./rows.ts"

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
  References extends ReadonlyArray<Reference<NoInfer<Field>>> = ReadonlyArray<Reference<NoInfer<Field>>>,
  KeyField extends string = string
> {
  /** The table's name in the database. */
  readonly table: string
  /** The schema of the database that the table is in, such as `sales`; by default where the database makes its tables. */
  readonly schema?: string
  /** The attached database that the table is in. PostgreSQL has none: there it is `Unsupported`. */
  readonly database?: string
  /** How columns are named after their fields; as these are written, unless it is `"snake_case"`. `Column.named` goes first. */
  readonly columns?: ColumnNaming
  /** Indexes and unique keys of several fields, or with more to say than `Column.unique` does. */
  readonly indexes?: Indexes
  /** References of several fields together. */
  readonly references?: References
  /** How the rows are spread where a database has several servers; on the first of them alone, if it is not said. */
  readonly distribution?: Distribution<NoInfer<KeyField>>
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
  & { readonly "~andamios/indexes"?: Indexes; readonly "~andamios/references"?: References }

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
  options: Options<
    keyof VariantSchema.ExtractFields<"select", Fields> & string,
    Indexes,
    References,
    KeyOf<Fields>
  >
): [Self] extends [never] ? "Missing `Self` generic - use `class Self extends Model.Class<Self>(...)`"
  : ClassOf<Self, Fields, Indexes, References> =>
{
  const model = define(identifier, fields, options)
  if (refersToOthers(fields, options)) refers(model)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition is only there for its message
  return model as never
}

/** The names of fields that are a part of the primary key. */
type KeyOf<Fields> = {
  readonly [K in keyof Fields & string]: Fields[K] extends { readonly "~andamios/primaryKey": true } ? K : never
}[keyof Fields & string]

const define = (
  identifier: string,
  given: VariantSchema.Struct.Fields,
  options: Options & { readonly isView?: boolean }
): Any => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Effect's class, with our options for its annotations
  const make = EffectModel.Class(identifier) as unknown as (fields: object, annotations: Annotated) => Any
  const fields = Object.fromEntries(Object.entries(given).map(([name, field]) => [name, loaded(field)]))
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
 * Makes a model class of a view, which `Query.from` and `Repository.readOnly` read like any model; nothing writes to it. Its view is
 * created by a migration or plain SQL. Its rows are checked by their schemas, as nobody else does.
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
