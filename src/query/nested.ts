/**
 * What an aggregate takes and gives, typed by the relations of its models.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type * as Model from "../model/Model.ts"
import type { Between, Keeping, Kind } from "../model/Relation.ts"
import type { StaleRow } from "../session/OrmError.ts"
import type { Related, Scope } from "./scope.ts"

/** The relations that a model declares. */
type Declared<M> = M extends { readonly relations: () => infer D } ? D : unknown

type TargetOf<R> = R extends { readonly target: () => infer T extends Model.Any } ? T : never

type KeptBy<R> = R extends { readonly "~kept"?: infer K } ? NonNullable<K> : never

type KindOf<R> = KeptBy<R> extends Keeping<infer K, unknown> ? K : never

/** The fields that keep the key of a relation: of the row, of the related row, or of the one between. */
type KeyFieldsOf<R> = KeptBy<R> extends Keeping<Kind, infer F> ? F : never

/** The fields of the related row that name the row, which are filled in. */
type ForeignOf<R> = KindOf<R> extends "hasMany" | "hasOne" ? KeyFieldsOf<R> : never

type BetweenOf<R> = R extends { readonly between: Between<infer T> | undefined } ? T : never

/**
 * Which relations belong to the rows of a model, by their names: with `true` their rows alone, or with what belongs to those in turn.
 *
 * @category models
 * @since 0.1.0
 */
export type Shape<M extends Model.Any> = Declared<M> extends infer D
  ? { readonly [K in keyof D]?: true | Shape<TargetOf<D[K]>> }
  : never

/**
 * Says of what is no relation that it is none, and of one that leads back where the row comes from, that it does.
 *
 * @category models
 * @since 0.1.0
 */
export type Known<M extends Model.Any, S, F = never> = {
  readonly [K in keyof S]: K extends keyof Declared<M>
    ? LeadsBack<Declared<M>[K], F> extends true ?
      { readonly "it leads back to the row that this one belongs to": never }
    : S[K] extends true ? unknown
    : Known<TargetOf<Declared<M>[K]>, S[K], ForeignOf<Declared<M>[K]>>
    : { readonly "there is no such relation": never }
}

/** Whether a row names the one that it belongs to by a relation; `F` are its fields that do. */
type LeadsBack<R, F> = [F] extends [never] ? false
  : KindOf<R> extends "belongsTo" ? [Extract<KeyFieldsOf<R>, F>] extends [never] ? false : true
  : false

/** What belongs to the rows that a relation of a shape leads to. */
type Inner<S, K extends keyof S> = S[K] extends true ? {} : S[K]

/** The relation of a model by its name. */
type RelationOf<M, K> = K extends keyof Declared<M> ? Declared<M>[K] : never

/** The relations of a shape that are named by fields of the row itself. */
type Naming<M, S> = { readonly [K in keyof S]: KindOf<RelationOf<M, K>> extends "belongsTo" ? K : never }[keyof S]

/** The fields that the relations of a shape fill in, beside those that name the row it belongs to. */
type NamingFields<M, S> = [Naming<M, S>] extends [never] ? never : KeyFieldsOf<RelationOf<M, Naming<M, S>>>

/** The relations that a new row can't do without: those that fill in a field which it must have, and which is never null. */
type RequiredRelation<M extends Model.Any, S> = {
  readonly [K in Naming<M, S>]: KeyFieldsOf<RelationOf<M, K>> extends infer F extends keyof Model.Insert<M>
    ? [Nullable<M, F>] extends [never] ? {} extends Pick<Model.Insert<M>, F> ? never : K : never
    : never
}[Naming<M, S>]

/** Those of some fields that can be empty. */
type Nullable<M extends Model.Any, F> = F extends keyof M["fields"]
  ? M["fields"][F]["Type"] extends infer A ? null extends A ? F : A extends Option.Option<unknown> ? F : never : never
  : never

/**
 * The key of a row that belongs to another: without the fields that name that one, which may be left out.
 */
type ChildKey<M extends Model.Any, F> = [Extract<Model.PrimaryKeyField<M>, F>] extends [never] ? Model.Key<M>
  :
    & { readonly [K in Exclude<Model.PrimaryKeyField<M> & string, F>]: M["fields"][K]["Type"] }
    & { readonly [K in Extract<Model.PrimaryKeyField<M> & string, F>]?: M["fields"][K]["Type"] }

/** What has to be known of a row between beside the two that it pairs; such a relation can't make it. */
type Extra<R, T = BetweenOf<R>> = T extends Model.Any ? Exclude<RequiredKeys<Model.Insert<T>>, KeyFieldsOf<R>>
  : never

type RequiredKeys<A> = { readonly [K in keyof A]-?: {} extends Pick<A, K> ? never : K }[keyof A]

type PairsAlone<R, A> = [Extra<R>] extends [never] ? A
  : `The rows between have more to say: ${Extra<R> & string}. Make the relation to them a part of the aggregate`

type Movable<R, A> = [Extract<Model.PrimaryKeyField<TargetOf<R>>, ForeignOf<R>>] extends [never] ? A
  : `Its row is told by ${
    & ForeignOf<R>
    & string}, a part of its primary key: create it where it belongs, and delete the other`

type Releasable<M extends Model.Any, F, A> = [Nullable<M, F>] extends [never]
  ? `It can't do without: ${F & string} is never null`
  : A

/**
 * A row to create: what its model's insert takes, without the fields that relations fill in, and with rows that belong to it.
 *
 * @category models
 * @since 0.1.0
 */
export type Create<M extends Model.Any, S, F = never> =
  & Omit<Model.Insert<M>, (F & string) | (NamingFields<M, S> & string)>
  & { readonly [K in Exclude<keyof S, RequiredRelation<M, S>>]?: CreateBy<RelationOf<M, K>, Inner<S, K>> }
  & { readonly [K in RequiredRelation<M, S>]: CreateBy<RelationOf<M, K>, Inner<S, K>> }

type CreateBy<R, S> = Creating<R, TargetOf<R>, S>[KindOf<R>]

/** What a new row can say of its relations, by their kinds. */
interface Creating<R, T extends Model.Any, S> {
  readonly hasMany: {
    readonly create?: ReadonlyArray<Create<T, S, ForeignOf<R>>>
    readonly connect?: Movable<R, ReadonlyArray<Model.Key<T>>>
  }
  readonly hasOne: {
    readonly create?: Create<T, S, ForeignOf<R>>
    readonly connect?: Movable<R, Model.Key<T>>
  }
  readonly belongsTo:
    | { readonly create: Create<T, S>; readonly connect?: never }
    | { readonly connect: Model.Key<T>; readonly create?: never }
  readonly manyToMany: {
    readonly create?: PairsAlone<R, ReadonlyArray<Create<T, S>>>
    readonly connect?: PairsAlone<R, ReadonlyArray<Model.Key<T>>>
  }
}

/** New values of a row, without its key. */
type Changes<M extends Model.Any, S, F> =
  & {
    readonly [
      K in Exclude<Model.ChangeableField<M>, Model.VersionField<M> | F | NamingFields<M, S>>
    ]?: Required<M["update"]["Type"]>[K]
  }
  & { readonly [K in Extract<Model.ChangeableField<M>, Model.VersionField<M>>]: M["update"]["Type"][K] }
  & { readonly [K in keyof S]?: UpdateBy<M, RelationOf<M, K>, Inner<S, K>> }

/**
 * A change of a row: its key, new values of any fields, and what becomes of the rows that belong to it.
 *
 * @category models
 * @since 0.1.0
 */
export type Update<M extends Model.Any, S, F = never> = KeyRecord<M, F> & Changes<M, S, F>

type KeyRecord<M extends Model.Any, F> =
  & { readonly [K in Exclude<Model.PrimaryKeyField<M> & string, F>]: M["fields"][K]["Type"] }
  & { readonly [K in Extract<Model.PrimaryKeyField<M> & string, F>]?: M["fields"][K]["Type"] }

/** A row to create, or to overwrite where there is one with its key: the key that the database makes may be left out. */
type Upsert<M extends Model.Any, S, F> =
  & Create<M, S, F>
  & {
    readonly [K in Exclude<Model.PrimaryKeyField<M> & string, keyof Model.Insert<M> | F>]?: M["fields"][K]["Type"]
  }
  & { readonly [K in Model.VersionField<M> & string]?: M["fields"][K]["Type"] }

type UpdateBy<M extends Model.Any, R, S> = Updating<M, R, TargetOf<R>, S>[KindOf<R>]

/** What a change can say of the relations of its row, by their kinds. */
interface Updating<M extends Model.Any, R, T extends Model.Any, S> {
  readonly hasMany: Creating<R, T, S>["hasMany"] & {
    readonly update?: ReadonlyArray<Update<T, S, ForeignOf<R>>>
    readonly upsert?: ReadonlyArray<Upsert<T, S, ForeignOf<R>>>
    readonly delete?: ReadonlyArray<ChildKey<T, ForeignOf<R>>>
    readonly disconnect?: Releasable<T, ForeignOf<R>, ReadonlyArray<ChildKey<T, ForeignOf<R>>>>
    readonly set?: Movable<R, Releasable<T, ForeignOf<R>, ReadonlyArray<Model.Key<T>>>>
  }
  readonly hasOne: Creating<R, T, S>["hasOne"] & {
    readonly update?: Changes<T, S, ForeignOf<R>>
    readonly upsert?: Upsert<T, S, ForeignOf<R>>
    readonly delete?: true
    readonly disconnect?: Releasable<T, ForeignOf<R>, true>
  }
  readonly belongsTo: {
    readonly create?: Create<T, S>
    readonly connect?: Model.Key<T>
    readonly update?: Changes<T, S, never>
    readonly disconnect?: Releasable<M, KeyFieldsOf<R>, true>
  }
  readonly manyToMany: Creating<R, T, S>["manyToMany"] & {
    readonly update?: ReadonlyArray<Update<T, S>>
    readonly upsert?: PairsAlone<R, ReadonlyArray<Upsert<T, S, never>>>
    readonly delete?: ReadonlyArray<Model.Key<T>>
    readonly disconnect?: ReadonlyArray<Model.Key<T>>
    readonly set?: PairsAlone<R, ReadonlyArray<Model.Key<T>>>
  }
}

/**
 * A whole tree as it should be: rows that were loaded, changed or not, and new ones, which leave out what the database makes.
 *
 * @category models
 * @since 0.1.0
 */
export type Graph<M extends Model.Any, S, F = never> =
  & Omit<Model.Insert<M>, (F & string) | (NamingFields<M, S> & string)>
  & {
    readonly [
      K in
        | Exclude<keyof M["fields"] & string, keyof Model.Insert<M>>
        | Extract<keyof M["fields"] & string, F | NamingFields<M, S>>
    ]?: M["fields"][K]["Type"]
  }
  & { readonly [K in keyof S]: GraphBy<M, RelationOf<M, K>, Inner<S, K>> }

type GraphBy<M extends Model.Any, R, S> = Saving<M, R, TargetOf<R>, S>[KindOf<R>]

/** What a tree has for a relation, by its kind. */
interface Saving<M extends Model.Any, R, T extends Model.Any, S> {
  readonly hasMany: ReadonlyArray<Graph<T, S, ForeignOf<R>>>
  readonly hasOne: Graph<T, S, ForeignOf<R>> | null
  readonly belongsTo: Graph<T, S> | ([Nullable<M, KeyFieldsOf<R>>] extends [never] ? never : null)
  readonly manyToMany: PairsAlone<R, ReadonlyArray<Graph<T, S>>>
}

/**
 * A row with all that belongs to it.
 *
 * @category models
 * @since 0.1.0
 */
export type Tree<M extends Model.Any, S> = [keyof S] extends [never] ? M["Type"]
  : M["Type"] & { readonly [K in keyof S & keyof Scope<M>]: TreeBy<Scope<M>[K], Inner<S, K>> }

type TreeBy<H, S> = H extends Related<infer T, infer Missing, unknown>
  ? H extends { readonly "~many": true } ? ReadonlyArray<Tree<T, S>> : Tree<T, S> | Missing
  : never

/** Every model of an aggregate, with those between. */
type Members<M extends Model.Any, S> =
  | M
  | { readonly [K in keyof S]: BetweenOf<RelationOf<M, K>> | Members<TargetOf<RelationOf<M, K>>, Inner<S, K>> }[keyof S]

/**
 * The services that reads of an aggregate need beside the session.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<M extends Model.Any, S> = Members<M, S> extends infer T
  ? T extends Model.Any ? Model.Services<T> : never
  : never

/**
 * The services that writes of an aggregate need beside the session.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteServices<M extends Model.Any, S> = Members<M, S> extends infer T
  ? T extends Model.Any ? Model.WriteServices<T> : never
  : never

/**
 * What a change of an aggregate fails with where one of its rows was changed since it was read, if a model of it tells.
 *
 * @category models
 * @since 0.1.0
 */
export type Stale<M extends Model.Any, S> = Members<M, S> extends infer T
  ? T extends Model.Any ? [Model.VersionField<T>] extends [never] ? never : StaleRow : never
  : never
