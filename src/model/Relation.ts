/**
 * Relations between models: which rows of another model belong to a row, told by fields that have the same values.
 *
 * A class declares its relations in its body, as `static readonly relations = () => ({ … })`.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Option from "effect/Option"
import type * as Model from "./Model.ts"

/**
 * How many rows a relation leads to: `many`, `one` or none, or `certain`ly one wherever the fields that name it are not null.
 *
 * @category models
 * @since 0.1.0
 */
export type Arity = "many" | "one" | "certain"

/**
 * Where a relation keeps the key that it goes by: in the rows that it leads to (`hasMany`, `hasOne`), in the row that declares it
 * (`belongsTo`), or in rows between (`manyToMany`).
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "hasMany" | "hasOne" | "belongsTo" | "manyToMany"

/**
 * The fields that keep the key of a relation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keeping<K extends Kind, Fields> {
  readonly kind: K
  readonly fields: Fields
}

/**
 * A relation to rows of `M`. `Owner` are the fields of the model that declares it, with the values that these must have, `T` is
 * the model between, and `Kept` says which fields keep the key.
 *
 * @category models
 * @since 0.1.0
 */
export interface Relation<A extends Arity, M extends Model.Any, Owner, T extends Model.Any = never, Kept = unknown> {
  readonly kind: Kind
  readonly arity: A
  /** The model that the relation leads to. */
  readonly target: () => M
  /** Fields of the model that declares the relation. */
  readonly from: ReadonlyArray<string>
  /** Fields of the target, or of the model between, that have the values of `from`. */
  readonly to: ReadonlyArray<string>
  readonly between: Between<T> | undefined
  readonly "~owner"?: Owner
  readonly "~kept"?: Kept
}

/**
 * A model whose rows pair those of two others: `to` of the target has the values of its `from`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Between<T extends Model.Any = Model.Any> {
  /** The model between. */
  readonly model: () => T
  readonly from: ReadonlyArray<string>
  readonly to: ReadonlyArray<string>
}

/**
 * A relation that fits no tables. It is a mistake in the program, so it is thrown where the relation is first used.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Relation } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Person extends Model.Class<Person>("Person")({ id: Column.primaryKey(Schema.Int) }, { table: "people" }) {}
 *
 * // thrown where a query first uses the relation, so it comes as a defect
 * const program = Query.from(Person).all.pipe(
 *   Effect.catchDefect((defect) =>
 *     defect instanceof Relation.InvalidRelation ? Effect.logError(defect.message) : Effect.die(defect)
 *   )
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRelation extends Data.TaggedError("InvalidRelation")<{
  readonly model: string
  readonly relation: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.model}.${this.relation} can't be a relation: ${this.reason}`
  }
}

/** One field, or several that are a key together. */
type Names = string | ReadonlyArray<string>

/** The names of one field or several. */
type NameIn<N> = N extends ReadonlyArray<infer Name> ? Name : N

type Field<M extends Model.Any> = keyof M["fields"] & string

/** As many fields as there are names. */
type Matching<N, F> = N extends ReadonlyArray<unknown> ? { readonly [I in keyof N]: F } : F

/** What the values of a field are compared as. */
type Compared<S> = S extends { readonly Type: infer A } ? A extends Option.Option<infer V> ? V : NonNullable<A> : never

/** The fields that must have the values of others of `M`, each with these. */
type Requires<From, M extends Model.Any, To> = From extends string
  ? { readonly [K in From]: Compared<M["fields"][To & string]> }
  : From extends readonly [infer First extends string, ...infer More]
    ? To extends readonly [infer Target, ...infer Others]
      ? { readonly [K in First]: Compared<M["fields"][Target & string]> } & Requires<More, M, Others>
    : unknown
  : unknown

/**
 * What is wrong with the fields that a relation asks of a model; `never` where nothing is.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem<M extends Model.Any, Owner> = {
  readonly [K in keyof Owner & string]: K extends keyof M["fields"]
    ? Same<Compared<M["fields"][K]>, Owner[K]> extends true ? never
    : `The field ${K} and the one that it is compared to have values of different types`
    : `The relation goes by ${K}, which is no field of the model`
}[keyof Owner & string]

/** The relation, or what is wrong with it. */
type Fitting<R, P> = [P] extends [never] ? R : P

type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false

/**
 * The fields that a relation goes by: the target has in `to` what the model that declares it has in `from`.
 *
 * @category models
 * @since 0.1.0
 */
export interface By<From, To> {
  readonly from: From
  readonly to: To
}

/**
 * The fields that a relation goes by over a model between: it has in `throughFrom` what the model that declares the relation has
 * in `from`, and in `throughTo` what the target has in `to`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ByThrough<T, From, ThroughFrom, ThroughTo, To> extends By<From, To> {
  /** The model between. */
  readonly through: () => T
  readonly throughFrom: ThroughFrom
  readonly throughTo: ThroughTo
}

/**
 * The rows of another model that name this one, of which there can be many.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Relation } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.NonEmptyString
 * }, { table: "authors" }) {
 *   static readonly relations = () => ({
 *     books: Relation.hasMany(() => Book, { from: "id", to: "authorId" })
 *   })
 * }
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   authorId: Column.references(Schema.Int, () => Author, "id")
 * }, { table: "books" }) {
 *   static readonly relations = () => ({
 *     author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" })
 *   })
 * }
 *
 * const authors = Query.from(Author).include({ books: true })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const hasMany = <M extends Model.Any, const From extends Names, const To extends Matching<From, Field<M>>>(
  target: () => M,
  { from, to }: By<From, To>
): Relation<"many", M, Requires<From, M, To>, never, Keeping<"hasMany", NameIn<To>>> =>
  make("hasMany", "many", target, from, to)

/**
 * The one row of another model that names this one, if there is any. The fields that it does so in are a key: unique, all together.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Relation } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Person extends Model.Class<Person>("Person")({
 *   id: Column.primaryKey(Schema.Int),
 *   name: Schema.String
 * }, { table: "people" }) {
 *   static readonly relations = () => ({
 *     passport: Relation.hasOne(() => Passport, { from: "id", to: "personId" })
 *   })
 * }
 *
 * class Passport extends Model.Class<Passport>("Passport")({
 *   number: Column.primaryKey(Schema.String),
 *   personId: Column.unique(Schema.Int)
 * }, { table: "passports" }) {}
 *
 * const people = Query.from(Person).include({ passport: true })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const hasOne = <M extends Model.Any, const From extends Names, const To extends Matching<From, Field<M>>>(
  target: () => M,
  { from, to }: By<From, To>
): Relation<"one", M, Requires<From, M, To>, never, Keeping<"hasOne", NameIn<To>>> =>
  make("hasOne", "one", target, from, to)

/**
 * The row of another model that this one names, by a key of it. There is one wherever the fields that name it are not null, as a
 * foreign key makes sure; with `optional` there may be none, as where the row is hidden, or where no foreign key is kept.
 *
 * @category constructors
 * @since 0.1.0
 */
export const belongsTo = <
  M extends Model.Any,
  const From extends Names,
  const To extends Matching<From, Field<M>>,
  const Optional extends boolean = false
>(
  target: () => M,
  { from, optional, to }: By<From, To> & { readonly optional?: Optional }
): Relation<
  Optional extends true ? "one" : "certain",
  M,
  Requires<From, M, To>,
  never,
  Keeping<"belongsTo", NameIn<From>>
> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition on `Optional`, said in values
  const arity = (optional === true ? "one" : "certain") as Optional extends true ? "one" : "certain"
  return make("belongsTo", arity, target, from, to)
}

/**
 * The rows of another model that a model between pairs with this one.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Relation } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Tag extends Model.Class<Tag>("Tag")({ name: Column.primaryKey(Schema.String) }, { table: "tags" }) {}
 *
 * class BookTag extends Model.Class<BookTag>("BookTag")({
 *   isbn: Column.primaryKey(Schema.String),
 *   tag: Column.primaryKey(Schema.String)
 * }, { table: "book_tags" }) {}
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {
 *   static readonly relations = () => ({
 *     tags: Relation.manyToMany(() => Tag, {
 *       through: () => BookTag,
 *       from: "isbn",
 *       throughFrom: "isbn",
 *       throughTo: "tag",
 *       to: "name"
 *     })
 *   })
 * }
 *
 * const novels = Query.from(Book).where((book) => book.tags.some((tag) => tag.name.eq("novel")))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const manyToMany = <
  M extends Model.Any,
  T extends Model.Any,
  const From extends Names,
  const ThroughFrom extends Matching<From, Field<T>>,
  const ThroughTo extends Field<T> | ReadonlyArray<Field<T>>,
  const To extends Matching<ThroughTo, Field<M>>
>(
  target: () => M,
  by: ByThrough<T, From, ThroughFrom, ThroughTo, To>
): Fitting<
  Relation<
    "many",
    M,
    Requires<From, T, ThroughFrom>,
    T,
    Keeping<"manyToMany", NameIn<ThroughFrom> | NameIn<ThroughTo>>
  >,
  Problem<T, Requires<ThroughTo, M, To>>
> => {
  const between: Between<T> = { model: by.through, from: several(by.throughTo), to: several(by.to) }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the condition is only there for its message
  return make("manyToMany", "many", target, by.from, by.throughFrom, between) as never
}

const make = <A extends Arity, M extends Model.Any, Owner, T extends Model.Any, Kept>(
  kind: Kind,
  arity: A,
  target: () => M,
  from: Names,
  to: unknown,
  between?: Between<T>
): Relation<A, M, Owner, T, Kept> => ({ kind, arity, target, from: several(from), to: several(to), between })

const several = (names: unknown): ReadonlyArray<string> => (Array.isArray(names) ? names : [names]).map(String)
