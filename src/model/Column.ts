/**
 * Schemas of columns, and what a column is beside its values: a key, unique, generated, a reference.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as EffectModel from "effect/schema/Model"
import type * as VariantSchema from "effect/schema/VariantSchema"
import type { Holds } from "./arrayKind.ts"
import { type AnyField, type ColumnMark, mark, markedField, withType } from "./columnMark.ts"
import { toUnscaled } from "./ColumnType.ts"
import type * as Model from "./Model.ts"
import { uuidV7 } from "./uuidV7.ts"

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
 * A field that the database fills in: it is in what is read, and not in what is inserted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Generated<S extends Schema.Top>
  extends VariantSchema.Field<{ readonly select: S; readonly update: S; readonly json: S }>
{}

/**
 * A field that an insert may leave out.
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
    readonly jsonCreate: Schema.withConstructorDefault<S>
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
  const insert = uuid.pipe(Schema.withConstructorDefault(uuidV7))
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
  target: keyof M["fields"] & string
): AsField<F> => marked(field, { reference: { model, field: target } })

/**
 * An insert may leave the field out; then it is this value. The database knows it too, for inserts from elsewhere, where it is a
 * text, a number, a boolean or JSON.
 *
 * @category defaults
 * @since 0.1.0
 */
export const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  value: S["~type.make.in"]
): WithDefault<S> => {
  const insert = schema.pipe(Schema.withConstructorDefault(Effect.succeed(value)))
  return markedField(
    { select: schema, insert, update: schema, json: schema, jsonCreate: insert, jsonUpdate: schema },
    { default: value }
  )
}

/**
 * The schema of `Column.int8`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int8 extends Schema.Int, Holds<Int8Array> {
  readonly "Rebuild": Int8
}

/**
 * The schema of `Column.int16`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int16 extends Schema.Int, Holds<Int16Array> {
  readonly "Rebuild": Int16
}

/**
 * The schema of `Column.int32`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Int32 extends Schema.Int, Holds<Int32Array> {
  readonly "Rebuild": Int32
}

/**
 * The schema of `Column.date`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Day extends EffectModel.Date, Holds<Int32Array> {
  readonly "Rebuild": Day
}

/** The schema, whose columns are read whole into arrays of their own kind. */
const holding = <S extends Schema.Top & Holds<unknown>>(schema: Schema.Top): S =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind of array is only in the type, to be read by `ArrayOf`
  schema as unknown as S

const integer = <S extends Schema.Int & Holds<unknown>>(type: "Int8" | "Int16" | "Int32", bits: number): S =>
  holding<S>(
    withType(Schema.Int.check(Schema.isBetween({ minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 })), {
      _tag: type
    })
  )

/**
 * An integer from -128 to 127.
 *
 * @category types
 * @since 0.1.0
 */
export const int8: Int8 = integer("Int8", 8)

/**
 * An integer from -32,768 to 32,767.
 *
 * @category types
 * @since 0.1.0
 */
export const int16: Int16 = integer("Int16", 16)

/**
 * An integer from -2,147,483,648 to 2,147,483,647.
 *
 * @category types
 * @since 0.1.0
 */
export const int32: Int32 = integer("Int32", 32)

/**
 * A `bigint` of 64 bits. `Schema.Int` is stored with 64 bits too and read as a `number`.
 *
 * @category types
 * @since 0.1.0
 */
export const int64: Schema.BigInt = withType(
  Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n })),
  { _tag: "Int64", as: "bigint" }
)

/**
 * A floating point number of 64 bits, `NaN` and the infinities included: what `Schema.Number` is stored as.
 *
 * @category types
 * @since 0.1.0
 */
export const double: Schema.Number = withType(Schema.Number, { _tag: "Double" })

/**
 * An exact decimal with this many digits in all (`precision`, 1 to 38), of which `scale` stand behind the point.
 *
 * @category types
 * @since 0.1.0
 */
export const decimal = (options: {
  readonly precision: number
  readonly scale: number
}): Schema.BigDecimalFromString => {
  const { precision, scale } = options
  const fits = Schema.makeFilter((value: BigDecimal.BigDecimal) => {
    const unscaled = toUnscaled(value, scale)
    return unscaled !== undefined && String(unscaled < 0n ? -unscaled : unscaled).length <= precision
  }, { expected: `a decimal of at most ${precision} digits, ${scale} of them behind the point` })
  return withType(Schema.BigDecimalFromString.check(fits), { _tag: "Decimal", precision, scale })
}

const years = (expected: string, also: (instant: DateTime.Utc) => boolean) =>
  Schema.makeFilter(
    (instant: DateTime.Utc) =>
      instant.epochMilliseconds >= -62_135_596_800_000 && instant.epochMilliseconds < 253_402_300_800_000 &&
      also(instant),
    { expected }
  )

/**
 * A day of the calendar, as the `DateTime.Utc` of its midnight, from the years 1 to 9999.
 *
 * @category types
 * @since 0.1.0
 */
export const date: Day = holding<Day>(withType(
  EffectModel.Date.check(
    years("midnight (UTC) of a day between the years 1 and 9999", (day) => day.epochMilliseconds % 86_400_000 === 0)
  ),
  { _tag: "Date" }
))

/**
 * An instant in whole microseconds, from the years 1 to 9999, stored in UTC.
 *
 * The milliseconds of the `DateTime.Utc` carry the microseconds as a fraction, exactly so between the years 1691 and 2248.
 *
 * @category types
 * @since 0.1.0
 */
export const timestamp: Schema.DateTimeUtcFromDate = withType(
  Schema.DateTimeUtcFromDate.check(years("an instant between the years 1 and 9999", () => true)),
  { _tag: "Timestamp", as: "DateTime" }
)

/**
 * A UUID of any version.
 *
 * @category types
 * @since 0.1.0
 */
export const uuid: Schema.String = withType(Schema.String.check(Schema.isUUID()), { _tag: "Uuid" })

/**
 * A JSON document of the schema's shape, stored as the database's JSON type and validated when it is read.
 *
 * @category types
 * @since 0.1.0
 */
export const json = <S extends Schema.Top>(schema: S): Schema.toCodecJson<S> =>
  withType(Schema.toCodecJson(schema), { _tag: "Json" })

const primary = <F>(field: F): PrimaryKey<F> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  field as PrimaryKey<F>

const marked = <F extends Field>(field: F, more: ColumnMark): AsField<F> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a mark changes no variant
  mark(field, more) as unknown as AsField<F>
