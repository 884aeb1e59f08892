/**
 * Fields to spread into a model that change more than its type: its table, what is read of it, and what every write does.
 *
 * Each is a plain record of fields, so a field can have another name: `{ removedAt: Mixin.softDelete.deletedAt }`.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.id(AuthorId),
 *   name: Schema.NonEmptyString,
 *   ...Mixin.timestamps,
 *   ...Mixin.softDelete,
 *   ...Mixin.version
 * }, { table: "authors" }) {}
 * ```
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type * as VariantSchema from "effect/schema/VariantSchema"
import * as Column from "./Column.ts"
import { columnMark, markedField, selectSchema } from "./columnMark.ts"
import type * as Model from "./Model.ts"
import type { Role } from "./role.ts"

/**
 * The schema of an instant.
 *
 * @category models
 * @since 0.1.0
 */
export type Instant = Schema.DateTimeUtcFromDate

/**
 * An instant that a session fills in where it is left out.
 *
 * @category models
 * @since 0.1.0
 */
export type FilledIn = Schema.withConstructorDefault<Schema.optionalKey<Instant>>

/**
 * A field that a session writes by itself: it is in what is read, and in nothing that is written.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadField<S extends Schema.Top>
  extends VariantSchema.Field<{ readonly select: S; readonly json: S }>
{}

/**
 * A field whose value a service tells, told by the type so that whatever reads or writes the model asks for that service.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scoped<S extends Schema.Top, R> extends ReadField<S> {
  readonly "~andamios/services": R
}

/**
 * A field whose value a service tells, told by the type so that whatever writes the model asks for that service.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signed<S extends Schema.Top, R> extends ReadField<S> {
  readonly "~andamios/writeServices": R
}

/**
 * The schema of what is read of a field.
 *
 * @category models
 * @since 0.1.0
 */
export type SelectOf<F extends Column.Field> = F extends Schema.Top ? F
  : F extends VariantSchema.Field<{ readonly select: infer S extends Schema.Top }> ? S
  : never

const instant = Column.timestamp

const filledIn: FilledIn = Schema.optionalKey(instant).pipe(Schema.withConstructorDefault(DateTime.now))

/** A field that a session writes by itself. */
const made = (field: Column.Field, role: Role): ReadField<Schema.Top> => {
  const schema = selectSchema(field) ?? Schema.Never
  return markedField({ select: schema, json: schema }, { ...columnMark(field), role })
}

/**
 * When a row was inserted, and when it was changed last: by an insert, an upsert, a patch, a soft delete or a restore.
 *
 * Both come from Effect's `Clock`, so they are the same again under `TestClock`; all rows of one statement have the same. An insert
 * may carry them along, as an import does, and a patch `updatedAt`. Nothing changes `createdAt` afterwards.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Note extends Model.Class<Note>("Note")({
 *   id: Column.serial(Schema.Int),
 *   text: Schema.String,
 *   ...Mixin.timestamps,
 *   ...Mixin.softDelete,
 *   ...Mixin.version
 * }, { table: "notes" }) {}
 * ```
 *
 * @category mixins
 * @since 0.1.0
 */
export const timestamps: {
  readonly createdAt: VariantSchema.Field<
    { readonly select: Instant; readonly insert: FilledIn; readonly json: Instant }
  >
  readonly updatedAt: VariantSchema.Field<
    { readonly select: Instant; readonly insert: FilledIn; readonly update: FilledIn; readonly json: Instant }
  >
} = {
  createdAt: markedField({ select: instant, insert: filledIn, json: instant }, { role: { _tag: "CreatedAt" } }),
  updatedAt: markedField(
    { select: instant, insert: filledIn, update: filledIn, json: instant },
    { role: { _tag: "UpdatedAt" } }
  )
}

/**
 * When a row was deleted. Deleting sets it instead of removing the row, and no read finds such a row any more: no query, join,
 * subquery or relation, unless it asks for `Query.withDeleted`. The repository gets `restore`, `purge` and `withDeleted`.
 *
 * The keys of `Column.unique` and `Index.unique` hold among the rows that are not deleted; the primary key among all.
 *
 * @category mixins
 * @since 0.1.0
 */
export const softDelete: { readonly deletedAt: SoftDeleted } = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  deletedAt: made(Schema.NullOr(instant), { _tag: "DeletedAt" }) as SoftDeleted
}

/**
 * A field that tells when a row was deleted, told by the type so that a repository knows how to restore it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SoftDeleted extends ReadField<Schema.NullOr<Instant>> {
  readonly "~andamios/softDelete": true
}

/**
 * How often a row was stored: 1 when it is inserted, and one more with every change. A patch carries the version that was read,
 * and fails with `StaleRow` where the row has another by now, so that nobody overwrites what they have not seen.
 *
 * @category mixins
 * @since 0.1.0
 */
export const version: { readonly version: Versioned } = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  version: markedField(
    { select: Column.int32, update: Column.int32, json: Column.int32, jsonUpdate: Column.int32 },
    { role: { _tag: "Version" } }
  ) as Versioned
}

/**
 * A field that counts how often a row was stored, told by the type so that a patch has to carry it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Versioned extends
  VariantSchema.Field<{
    readonly select: Column.Int32
    readonly update: Column.Int32
    readonly json: Column.Int32
    readonly jsonUpdate: Column.Int32
  }>
{
  readonly "~andamios/version": true
}

/**
 * Whose a row is. Every query finds only the rows of the tenant that the service tells, every insert is theirs, and a key of
 * somebody else's row is the key of no row. Without the service a program does not compile; see `Query.acrossTenants`.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model, Query } from "andamios-orm"
 * import { Context, Effect, Schema } from "effect"
 *
 * const TenantId = Schema.String.pipe(Schema.brand("TenantId"))
 *
 * class CurrentTenant extends Context.Service<CurrentTenant, typeof TenantId.Type>()("app/CurrentTenant") {}
 *
 * class Invoice extends Model.Class<Invoice>("Invoice")({
 *   number: Column.primaryKey(Schema.Int),
 *   ...Mixin.tenant(CurrentTenant, TenantId)
 * }, { table: "invoices" }) {}
 *
 * const mine = Query.from(Invoice).all.pipe(Effect.provideService(CurrentTenant, TenantId.make("acme")))
 * ```
 *
 * @category mixins
 * @since 0.1.0
 */
export const tenant = <R, F extends Column.Field>(
  service: Context.Key<R, SelectOf<F>["Type"]>,
  field: F
): { readonly tenantId: Scoped<SelectOf<F>, R> } => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  tenantId: made(field, { _tag: "Tenant", service }) as Scoped<SelectOf<F>, R>
})

/**
 * Who inserted a row, and who changed it last, as a service tells that every write of the model needs.
 *
 * With a `history`, a model that has `Mixin.history`, every insert, change and delete is written down there, in the same
 * transaction: by whom, when, and the row before and after.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model } from "andamios-orm"
 * import { Context, Schema } from "effect"
 *
 * class CurrentUser extends Context.Service<CurrentUser, string>()("app/CurrentUser") {}
 *
 * class Change extends Model.Class<Change>("Change")({ ...Mixin.history(Schema.String) }, { table: "changes" }) {}
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.primaryKey(Schema.Int),
 *   name: Schema.String,
 *   ...Mixin.audit(CurrentUser, Schema.String, { history: () => Change })
 * }, { table: "authors" }) {}
 * ```
 *
 * @category mixins
 * @since 0.1.0
 */
export const audit = <R, F extends Column.Field, H extends Model.Any = never>(
  service: Context.Key<R, SelectOf<F>["Type"]>,
  field: F,
  { history: written }: { readonly history?: () => H } = {}
): {
  readonly createdBy: Signed<SelectOf<F>, R>
  readonly updatedBy: Signed<SelectOf<F>, R | Model.WriteServices<H>>
} => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  createdBy: made(field, { _tag: "CreatedBy", service }) as Signed<SelectOf<F>, R>,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark says it at run time, this at compile time
  updatedBy: made(field, { _tag: "UpdatedBy", service, history: written }) as Signed<
    SelectOf<F>,
    R | Model.WriteServices<H>
  >
})

const row = Schema.NullOr(Column.json(Schema.Record(Schema.String, Schema.Json)))

/**
 * The fields of a model that holds what became of the rows of others: see `Mixin.audit`.
 *
 * `model` is the identifier of a row's model and `key` its primary key, as text, or as a JSON array where it has several columns.
 * `before` and `after` are the row as JSON; there is none before an insert, and none after a delete.
 *
 * @category mixins
 * @since 0.1.0
 */
export const history = <F extends Column.Field>(user: F): {
  readonly id: Column.PrimaryKey<ReturnType<typeof Column.id<"ChangeId">>>
  readonly model: Schema.String
  readonly key: Schema.String
  readonly operation: Schema.Literals<readonly ["insert", "update", "delete"]>
  readonly at: Instant
  readonly by: F
  readonly before: typeof row
  readonly after: typeof row
} => ({
  id: Column.id(Schema.String.pipe(Schema.brand("ChangeId"))),
  model: Schema.String,
  key: Schema.String,
  operation: Schema.Literals(["insert", "update", "delete"]),
  at: instant,
  by: user,
  before: row,
  after: row
})
