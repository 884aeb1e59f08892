/**
 * Models with rows that their mixins hide, for who asks for them.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import type { Lifted as LiftedRows } from "../sql/ast.ts"

/**
 * A model to read from with rows that are hidden otherwise. `R` are the services that this needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lifted<out M extends Model.Any, out R> {
  readonly "~services"?: R
  readonly model: M
  readonly lifted: ReadonlyArray<LiftedRows>
}

/** A model that can be deleted softly, or what is wrong with it. */
type SoftDeleted<M extends Model.Any> = [Model.SoftDeleteField<M>] extends [never]
  ? { readonly "a Mixin.softDelete, which this model lacks": never }
  : unknown

/**
 * A model with the rows that are deleted softly, as a source of a query or of a join.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.primaryKey(Schema.Int),
 *   ...Mixin.softDelete
 * }, { table: "authors" }) {}
 *
 * const deleted = Query.from(Query.withDeleted(Author)).where((author) => author.deletedAt.isNotNull())
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export function withDeleted<M extends Model.Any, R>(source: Lifted<M, R>): Lifted<M, R>
export function withDeleted<M extends Model.Any>(model: M & SoftDeleted<M>): Lifted<M, Model.Services<M>>
export function withDeleted(source: Model.Any | Lifted<Model.Any, unknown>): Lifted<Model.Any, unknown> {
  return lift(source, "deleted")
}

/**
 * A model with the rows of all tenants, as a source of a query or of a join: for administrators and for jobs. It needs no tenant.
 *
 * @example
 * ```ts
 * import { Column, Mixin, Model, Query } from "andamios-orm"
 * import { Context, Schema } from "effect"
 *
 * class CurrentTenant extends Context.Service<CurrentTenant, string>()("app/CurrentTenant") {}
 *
 * class Invoice extends Model.Class<Invoice>("Invoice")({
 *   number: Column.primaryKey(Schema.Int),
 *   ...Mixin.tenant(CurrentTenant, Schema.String)
 * }, { table: "invoices" }) {}
 *
 * // needs no tenant: it counts the invoices of all
 * const all = Query.from(Query.acrossTenants(Invoice)).count
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export function acrossTenants<M extends Model.Any>(model: M): Lifted<M, never>
export function acrossTenants<M extends Model.Any, R>(source: Lifted<M, R>): Lifted<M, never>
export function acrossTenants(source: Model.Any | Lifted<Model.Any, unknown>): Lifted<Model.Any, never> {
  return lift(source, "tenants")
}

const lift = (source: Model.Any | Lifted<Model.Any, unknown>, rows: LiftedRows): Lifted<Model.Any, never> =>
  "lifted" in source
    ? { model: source.model, lifted: [...source.lifted, rows] }
    : { model: source, lifted: [rows] }
