/**
 * Schemas of columns, and what a column is beside its values: a key, unique, generated, a reference.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as EffectModel from "effect/schema/Model"
import type * as VariantSchema from "effect/schema/VariantSchema"
import { type AnyField, type ColumnMark, markedField, type OnDelete, withType } from "./columnMark.ts"
import { marked } from "./declaring.ts"
import type * as Model from "./Model.ts"
import { uuidV4 as randomUuid } from "./uuidV4.ts"
import { uuidV7 as ascendingUuid } from "./uuidV7.ts"

export * from "./customColumn.ts"
export * from "./nestedColumns.ts"
export * from "./numberColumns.ts"
export * from "./textColumns.ts"
export * from "./timeColumns.ts"

export {
  comment,
  type Computed,
  databaseDefault,
  generated,
  type MadeByDatabase,
  named,
  type Sensitive,
  sensitive
} from "./declaring.ts"

/**
 * A field of a model: a schema, or schemas by variant.
 *
 * @category models
 * @since 0.1.0
 */
export type Field = AnyField

/**
 * A field with the same schema in every variant.
 *
 * @category models
 * @since 0.1.0
 */
export interface Everywhere<S extends Schema.Top> extends
  VariantSchema.Field<{
    readonly select: S
    readonly insert: S
    readonly update: S
    readonly json: S
    readonly jsonCreate: S
    readonly jsonUpdate: S
  }>
{}

/**
 * A field as it is, or a schema as the field that it makes.
 *
 * @category models
 * @since 0.1.0
 */
export type AsField<F> = F extends Schema.Top ? Everywhere<F> : F

/**
 * A field that belongs to the primary key, told by the type so that `findById` knows what to ask for.
 *
 * @category models
 * @since 0.1.0
 */
export type PrimaryKey<F> = F & { readonly "~andamios/primaryKey": true }

/**
 * A field whose values are all different, told by the type so that an upsert knows it for a key.
 *
 * @category models
 * @since 0.1.0
 */
export type Unique<F> = F & { readonly "~andamios/unique": true }

/**
 * A field that names a row of another model, told by the type so that an insert knows that there may be no such row.
 *
 * @category models
 * @since 0.1.0
 */
export type References<F> = F & { readonly "~andamios/references": true }

/**
 * A field that the database fills in: it is in what is read, and not in what is inserted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Generated<S extends Schema.Top>
  extends VariantSchema.Field<{ readonly select: S; readonly update: S; readonly json: S }>
{}

/**
 * A field that an insert may leave out, also where it comes as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithDefault<S extends Schema.Top & Schema.WithoutConstructorDefault> extends
  VariantSchema.Field<{
    readonly select: S
    readonly insert: Schema.withConstructorDefault<S>
    readonly update: S
    readonly json: S
    readonly jsonCreate: Schema.withConstructorDefault<Schema.optionalKey<S>>
    readonly jsonUpdate: S
  }>
{}

/**
 * Gives the schema the identifier of its row: a UUID of version 7 that the application makes, as the primary key.
 *
 * Made from Effect's `Clock` and `Random`, so it is the same again under `TestClock` and `Random.withSeed`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.id(AuthorId),
 *   name: Schema.NonEmptyString
 * }, { table: "authors" }) {}
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const id = <const B extends string>(
  schema: Schema.brand<Schema.String, B>
): PrimaryKey<EffectModel.UuidV7Insert<B>> => {
  const uuid = withType(schema, { _tag: "Uuid" })
  const insert = uuid.pipe(Schema.withConstructorDefault(ascendingUuid))
  return primary(markedField({ select: uuid, insert, update: uuid, json: uuid }, { primaryKey: true }))
}

/**
 * A primary key of the schema's values, which inserts supply. Several make a composite key, in the model's order.
 *
 * @category keys
 * @since 0.1.0
 */
export const primaryKey = <F extends Field>(field: F): PrimaryKey<AsField<F>> =>
  primary(marked(field, { primaryKey: true }))

/**
 * A primary key that the database numbers, 1, 2, 3 …, with gaps where inserts failed.
 *
 * @category keys
 * @since 0.1.0
 */
export const serial = <S extends Schema.Top>(schema: S): PrimaryKey<Generated<S>> =>
  primary(markedField({ select: schema, update: schema, json: schema }, { primaryKey: true, generated: true }))

/**
 * No two rows have the same value here. For several fields together see `Index.unique`.
 *
 * @category keys
 * @since 0.1.0
 */
export const unique = <F extends Field>(field: F): Unique<AsField<F>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  marked(field, { unique: true }) as Unique<AsField<F>>

/**
 * A foreign key: the value is that of a field of a row of another model, enforced by the database.
 *
 * `onDelete` says what becomes of the row when the other is deleted. PostgreSQL carries it out itself. DuckDB can't: there a
 * repository deletes or changes the rows that refer to others in a transaction of their own, before those. Inside a transaction
 * that is `Unsupported`, and a deletion by plain SQL is refused as long as there are such rows.
 *
 * Where a model refers to itself, or two to each other, the arrow's type has to be written: `(): Model.Any => Employee`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Airport extends Model.Class<Airport>("Airport")({
 *   iata: Column.primaryKey(Schema.String)
 * }, { table: "airports" }) {}
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   origin: Column.references(Schema.String, () => Airport, "iata")
 * }, { table: "flights" }) {}
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const references = <F extends Field, M extends Model.Any>(
  field: F,
  model: () => M,
  target: keyof M["fields"] & string,
  options: { readonly onDelete?: OnDelete } = {}
): References<AsField<F>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  marked(field, { reference: { model, field: target, onDelete: options.onDelete } }) as References<AsField<F>>

/**
 * An insert may leave the field out; then it is this value. The database knows it too, exactly, for inserts from elsewhere; but for
 * intervals, bytes, maps and types of one's own.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Member extends Model.Class<Member>("Member")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.String,
 *   points: Column.withDefault(Column.int32, 0)
 * }, { table: "members" }) {}
 *
 * // points are 0
 * const ada = Member.insert.make({ name: "Ada" })
 * ```
 *
 * @category defaults
 * @since 0.1.0
 */
export const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  value: S["~type.make.in"]
): WithDefault<S> => madeWhereAbsent(schema, Effect.succeed(value), { default: { _tag: "Value", value } })

/**
 * A UUID of version 7 that the application makes where an insert leaves it out: such ones ascend with time.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Device extends Model.Class<Device>("Device")({
 *   id: Column.primaryKey(Column.uuidV7(Schema.String)),
 *   secret: Column.uuidV4(Schema.String)
 * }, { table: "devices" }) {}
 * ```
 *
 * @category defaults
 * @since 0.1.0
 */
export const uuidV7 = <S extends UuidSchema>(schema: S): WithDefault<S> => madeBy(schema, ascendingUuid)

/**
 * A UUID of version 4 that the application makes where an insert leaves it out: such ones are random, and tell nothing.
 *
 * Made from Effect's `Random`, so it is the same again under `Random.withSeed`.
 *
 * @category defaults
 * @since 0.1.0
 */
export const uuidV4 = <S extends UuidSchema>(schema: S): WithDefault<S> => madeBy(schema, randomUuid)

/** A schema of texts, plain or of a brand, whose constructor makes no value of its own. */
type UuidSchema = Schema.Codec<string, string> & Schema.WithoutConstructorDefault & {
  readonly "~type.make.in": string
}

const madeBy = <S extends UuidSchema>(schema: S, make: Effect.Effect<string>): WithDefault<S> =>
  madeWhereAbsent(withType(schema, { _tag: "Uuid" }), make, {})

/** A constructor makes the value that an insert leaves out; JSON may leave it out for the insert to make. */
const madeWhereAbsent = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  make: Effect.Effect<S["~type.make.in"]>,
  mark: ColumnMark
): WithDefault<S> =>
  markedField({
    select: schema,
    insert: schema.pipe(Schema.withConstructorDefault(make)),
    update: schema,
    json: schema,
    jsonCreate: Schema.withConstructorDefault<Schema.optionalKey<S>>(make)(Schema.optionalKey(schema)),
    jsonUpdate: schema
  }, mark)

const primary = <F>(field: F): PrimaryKey<F> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  field as PrimaryKey<F>
