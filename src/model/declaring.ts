/**
 * What else a field can declare about its column; all of it is found under `Column`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as VariantSchema from "effect/schema/VariantSchema"
import type { AsField, Field } from "./Column.ts"
import { type ColumnMark, type DatabaseDefault, type DefaultSql, mark, markedField } from "./columnMark.ts"
import { loaded } from "./unloaded.ts"

/**
 * The field's column has this name in the database. For all columns of a model at once see its option `columns`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Column.named("page_count", Schema.Int)
 * }, { table: "books" }) {}
 * ```
 *
 * @category names
 * @since 0.1.0
 */
export const named = <F extends Field>(name: string, field: F): AsField<F> => marked(field, { name })

/**
 * Says what the field is for, to be read in the database. For the table see the model's option `comment`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Reading extends Model.Class<Reading>("Reading")({
 *   at: Column.primaryKey(Column.timestamp),
 *   kelvin: Column.comment(Schema.Number, "as the sensor tells it, not corrected")
 * }, { table: "readings", comment: "what the sensor tells, every minute" }) {}
 * ```
 *
 * @category names
 * @since 0.1.0
 */
export const comment = <F extends Field>(field: F, text: string): AsField<F> => marked(field, { comment: text })

/**
 * A field that an insert may leave out, because the database makes its value.
 *
 * @category models
 * @since 0.1.0
 */
export interface MadeByDatabase<S extends Schema.Top> extends
  VariantSchema.Field<{
    readonly select: S
    readonly insert: Schema.optionalKey<S>
    readonly update: S
    readonly json: S
    readonly jsonCreate: Schema.optionalKey<S>
    readonly jsonUpdate: S
  }>
{}

/**
 * An insert may leave the field out; then the database makes its value, which is read back with the row: `"now"` for a timestamp,
 * `"today"` for a date, both of the transaction and in UTC, and `"uuid"` for a random uuid. Anything else is an expression in SQL,
 * which goes into the table's structure as it is.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Visit extends Model.Class<Visit>("Visit")({
 *   id: Column.primaryKey(Column.databaseDefault(Column.uuid, "uuid")),
 *   page: Schema.String,
 *   at: Column.databaseDefault(Column.timestamp, "now"),
 *   number: Column.databaseDefault(Schema.Int, { sql: "nextval('visit_numbers')" })
 * }, { table: "visits" }) {}
 * ```
 *
 * @category defaults
 * @since 0.1.0
 */
export const databaseDefault = <S extends Schema.Top>(
  schema: S,
  made: DatabaseDefault | DefaultSql
): MadeByDatabase<S> => {
  const insert = Schema.optionalKey(schema)
  return markedField(
    { select: schema, insert, update: schema, json: schema, jsonCreate: insert, jsonUpdate: schema },
    { default: typeof made === "string" ? { _tag: "Made", kind: made } : { _tag: "Sql", sql: made.sql } }
  )
}

/**
 * A field whose values are told to nobody: `Redacted` in the model, and absent from its `json` variants.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sensitive<S extends Schema.Top> extends
  VariantSchema.Field<{
    readonly select: Schema.RedactedFromValue<S>
    readonly insert: Schema.RedactedFromValue<S>
    readonly update: Schema.RedactedFromValue<S>
  }>
{}

/**
 * A value that is told to nobody: it is `Redacted` in the model and stored as it is. It appears neither in the model's `json`
 * variants nor in logs, spans, errors of this library or the parameters of `toSql`. Where SQL by hand breaks its key, that is not told either.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Redacted, Schema } from "effect"
 *
 * class Account extends Model.Class<Account>("Account")({
 *   name: Column.primaryKey(Schema.String),
 *   token: Column.unique(Column.sensitive(Schema.NonEmptyString))
 * }, { table: "accounts" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const accounts = yield* Repository.make(Account)
 *   const account = yield* accounts.insert({ name: "ada", token: Redacted.make("s3cret") })
 *   yield* Effect.log(account.token) // <redacted>
 * })
 * ```
 *
 * @category privacy
 * @since 0.1.0
 */
export const sensitive = <S extends Schema.Top>(schema: S): Sensitive<S> => {
  const redacted = Schema.RedactedFromValue(loaded(schema))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema that is not loaded is refused by the model
  return markedField({ select: redacted, insert: redacted, update: redacted }, { sensitive: true }) as Sensitive<S>
}

/**
 * A field that the database computes: it is in what is read, and never in what is written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Computed<S extends Schema.Top> extends VariantSchema.Field<{ readonly select: S; readonly json: S }> {
  readonly "~andamios/computed": true
}

/**
 * A field whose value the database computes of others in its row; what it is, `Generated.of` says. PostgreSQL stores it, and DuckDB
 * computes it when it is read.
 *
 * @example
 * ```ts
 * import { Column, Generated, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Line extends Model.Class<Line>("Line")({
 *   id: Column.serial(Schema.Int),
 *   pieces: Column.int32,
 *   cents: Column.int32,
 *   sum: Column.generated(Column.int32)
 * }, { table: "lines" }) {
 *   static readonly generated = () => Generated.of(Line, (line) => ({ sum: line.pieces.multiply(line.cents) }))
 * }
 * ```
 *
 * @category defaults
 * @since 0.1.0
 */
export const generated = <S extends Schema.Top>(schema: S): Computed<S> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  markedField({ select: schema, json: schema }, { computed: true }) as unknown as Computed<S>

/** The same field with more said about its part in the table, and of a type that tells its variants. */
export const marked = <F extends Field>(field: F, more: ColumnMark): AsField<F> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a mark changes no variant
  mark(field, more) as unknown as AsField<F>
