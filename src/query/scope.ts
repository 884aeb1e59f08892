/**
 * What a query on a model can speak of: its columns, its computed columns and its relations.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type * as Model from "../model/Model.ts"
import type { Arity, Problem, Relation } from "../model/Relation.ts"
import type { Computed, Unstored } from "../sql/Computed.ts"
import type * as Expression from "../sql/Expression.ts"
import type { Optional } from "./derived.ts"

/**
 * What a query on a model can speak of: its columns, its computed columns and its relations.
 *
 * @category models
 * @since 0.1.0
 */
export type Scope<M extends Model.Any> = Expression.Columns<M> & ComputedColumns<M> & Relations<M>

/**
 * The same of a model whose row may be missing.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalScope<M extends Model.Any> =
  & Expression.OptionalColumns<M>
  & Optional<ComputedColumns<M>>
  & Relations<M>

/** The computed columns of a model that has any. */
type ComputedColumns<M> = M extends { readonly computed: () => Computed<infer F> }
  ? { readonly [K in keyof F]: F[K] & Unstored }
  : unknown

/** The relations of a model that has any. */
type Relations<M extends Model.Any> = M extends { readonly relations: () => infer Declared }
  ? { readonly [K in keyof Declared]: RelatedBy<M, K, Declared[K]> }
  : unknown

/** What a relation is in a query, or what is wrong with it. */
type RelatedBy<M extends Model.Any, Name, R> = R extends Relation<infer A, infer T, infer Owner, infer Between>
  ? Name extends keyof M["fields"] ? "The model has a field of this name"
  : [Problem<M, Owner>] extends [never] ? A extends "many" ? Many<T, Model.Services<T> | Model.Services<Between>>
    : One<T, MissingOf<M, A, Owner> | HiddenOf<T>>
  : Problem<M, Owner>
  : R

/** A row that is certain is missing only where the fields that name it are null. */
type MissingOf<M extends Model.Any, A extends Arity, Owner> = A extends "certain"
  ? MaybeNull<M["fields"][keyof Owner & keyof M["fields"]]["Type"]>
  : null

/** A row that is deleted softly is missing to those that name it. */
type HiddenOf<T extends Model.Any> = [Model.SoftDeleteField<T>] extends [never] ? never : null

type MaybeNull<A> = A extends Option.Option<unknown> | null ? null : never

/**
 * Rows of `T` that belong to a row, read with the services `R`; `Missing` is null where there may be none.
 *
 * @category relations
 * @since 0.1.0
 */
export interface Related<out T extends Model.Any, out Missing extends null, out R> {
  readonly "~related": T
  readonly "~missing": Missing
  readonly "~services": R
}

/** A condition on a related row. */
type Filter<T extends Model.Any, L extends Expression.Stage> = (
  related: NoInfer<Scope<T>>
) => Expression.Expression<boolean | null, L>

/**
 * The stage of what is asked of related rows, with the services that this needs.
 *
 * @category relations
 * @since 0.1.0
 */
export type RelatedStage<R, L> = "of each row" | Expression.Needs<R | Expression.Services<L>>

/**
 * The rows of `T` that belong to a row, of which there can be many.
 *
 * @category relations
 * @since 0.1.0
 */
export interface Many<T extends Model.Any, R = Model.Services<T>> extends Related<T, never, R> {
  readonly "~many": true
  /** Whether the condition holds for one of them; without a condition, whether there is any. */
  some<L extends Expression.RowStage = never>(condition?: Filter<T, L>): Expression.Condition<RelatedStage<R, L>>
  /** Whether the condition holds for none of them; without a condition, whether there is none. */
  none<L extends Expression.RowStage = never>(condition?: Filter<T, L>): Expression.Condition<RelatedStage<R, L>>
  /** Whether the condition holds for each of them, as it does where there is none. */
  every<L extends Expression.RowStage = never>(condition: Filter<T, L>): Expression.Condition<RelatedStage<R, L>>
  /** How many there are, or how many the condition holds for. */
  count<L extends Expression.RowStage = never>(
    condition?: Filter<T, L>
  ): Expression.NumberExpression<number, number, RelatedStage<R, L>>
  /** An aggregate of them, such as a sum; null where there is none. */
  aggregate<A>(
    make: (related: NoInfer<Scope<T>>) => Expression.Expression<A, "of a group">
  ): Expression.Of<A | null, RelatedStage<R, never>>
}

/**
 * The row of `T` that belongs to a row; `Missing` is null where there may be none.
 *
 * @category relations
 * @since 0.1.0
 */
export interface One<T extends Model.Any, Missing extends null = null, R = Model.Services<T>>
  extends Related<T, Missing, R>
{
  readonly "~many": false
  /** Whether there is one that the condition holds for; without a condition, whether there is one. */
  is<L extends Expression.RowStage = never>(condition?: Filter<T, L>): Expression.Condition<RelatedStage<R, L>>
  /** Whether there is none that the condition holds for; without a condition, whether there is none. */
  isNot<L extends Expression.RowStage = never>(condition?: Filter<T, L>): Expression.Condition<RelatedStage<R, L>>
  /** A value of it; null where there is none. */
  value<A, L extends Expression.RowStage = never>(
    pick: (related: NoInfer<Scope<T>>) => Expression.Expression<A, L>
  ): Expression.Of<A | null, RelatedStage<R, L>>
}
