/**
 * What goes into a model's rows, what tells them apart, and what can be changed of them.
 *
 * @since 0.1.0
 */
import type * as VariantSchema from "effect/schema/VariantSchema"
import type { Any } from "./Model.ts"

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
  & {
    readonly [K in keyof M["update"]["~type.make.in"] as K extends PrimaryKeyField<M> ? never : K]:
      M["update"]["~type.make.in"][K]
  }
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
