/**
 * Factories: rows for tests, made of a model's schema, of which a test says only what it is about.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as VariantSchema from "effect/schema/VariantSchema"
import type * as Model from "../model/Model.ts"
import type { InsertError, TransactionError } from "../session/OrmError.ts"
import { type Session, transaction } from "../session/Session.ts"
import { createdRows, type Parents } from "./making/createdRows.ts"
import { begin, Seeded } from "./making/current.ts"
import type { FactoryFailed } from "./making/FactoryFailed.ts"
import { madeRows, type Values } from "./making/madeRows.ts"
import { Recipe, wantedRows } from "./making/recipe.ts"

export type { Parents } from "./making/createdRows.ts"
export { FactoryFailed } from "./making/FactoryFailed.ts"

/**
 * The names of a model's fields that refer to rows of others.
 *
 * @category models
 * @since 0.1.0
 */
export type ReferringField<M extends Model.Any> =
  | {
    readonly [K in keyof M[typeof VariantSchema.TypeId]]: M[typeof VariantSchema.TypeId][K] extends {
      readonly "~andamios/references": true
    } ? K
      : never
  }[keyof M[typeof VariantSchema.TypeId]]
  | NonNullable<M["~andamios/references"]>[number]["fields"][number]

/**
 * What is said of rows: values of fields, functions that make them of a row's number and the parameters, or for a field that refers to
 * another row the factory of that. And other values of parameters.
 *
 * @category models
 * @since 0.1.0
 */
export type Overrides<M extends Model.Any, Transient extends object = {}> =
  & {
    readonly [K in keyof Model.Insert<M>]?:
      | Model.Insert<M>[K]
      | ((number: number, parameters: Transient) => Model.Insert<M>[K])
      | (K extends ReferringField<M> ? AnyFactory : never)
  }
  & { readonly [K in keyof Transient]?: Transient[K] }

/**
 * How a factory makes rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<M extends Model.Any, Traits extends string, Transient extends object> {
  /** What is said of every row. */
  readonly values?: NoInfer<Overrides<M, Transient>>
  /** Parameters that are no fields, with their values where nothing else is said: functions of fields get them. */
  readonly transient?: Transient
  /** What is said of some rows, by names. */
  readonly traits?: { readonly [Name in Traits]: NoInfer<Overrides<M, Transient>> }
}

/**
 * What creating rows can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type CreateError = InsertError | TransactionError | FactoryFailed

/**
 * Any factory.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyFactory {
  readonly "~andamios/recipe": unknown
}

/**
 * Makes rows of a model. It is a value: `with` and `trait` give another one.
 *
 * @category models
 * @since 0.1.0
 */
export class Factory<M extends Model.Stored, Traits extends string = never, Transient extends object = {}>
  implements AnyFactory
{
  readonly "~andamios/recipe": Recipe
  private readonly traits: Readonly<Record<string, Values>>

  constructor(recipe: Recipe, traits: Readonly<Record<string, Values>>) {
    this["~andamios/recipe"] = recipe
    this.traits = traits
  }

  /** A factory of rows of which this is said, too. */
  with(overrides: Overrides<M, Transient>): Factory<M, Traits, Transient> {
    return new Factory(this["~andamios/recipe"].and(toValues(overrides)), this.traits)
  }

  /** A factory of rows of which these traits say more, the later going before the earlier. */
  trait(...names: ReadonlyArray<Traits>): Factory<M, Traits, Transient> {
    const recipe = names.reduce((sum, name) => sum.and(this.traits[name] ?? {}), this["~andamios/recipe"])
    return new Factory(recipe, this.traits)
  }

  /**
   * The values of a row to be inserted; nothing is stored. A field that refers to another row has some value of its type, or that which
   * is given: `create` makes the other row.
   */
  build(overrides: Overrides<M, Transient> = {}): Effect.Effect<Model.Insert<M>, FactoryFailed> {
    return Effect.map(this.buildMany(1, overrides), first)
  }

  /** The values of so many rows. */
  buildMany(
    count: number,
    overrides: Overrides<M, Transient> = {}
  ): Effect.Effect<ReadonlyArray<Model.Insert<M>>, FactoryFailed> {
    const recipe = this.recipe(overrides)
    const built = Effect.flatMap(wantedRows(recipe, count), (wanted) =>
      madeRows(
        recipe.model,
        wanted.map(({ given, number }) => ({
          number,
          given: Object.fromEntries(Object.entries(given).filter(([, value]) => !(value instanceof Recipe)))
        }))
      ))
    return built
  }

  /**
   * Stores a row, after the rows that it refers to and that are not given. What mixins of those models need has to be there, too.
   */
  create(
    overrides: Overrides<M, Transient> = {}
  ): Effect.Effect<M["Type"], CreateError, Session | Model.WriteServices<M>> {
    return Effect.map(this.createMany(1, overrides), first)
  }

  /**
   * Stores so many rows by one statement, all or none. Rows that they refer to are `shared` by all of them, or one for `each`; where
   * they are a key by themselves there is one for each anyway.
   */
  createMany(
    count: number,
    overrides: Overrides<M, Transient> = {},
    options: { readonly parents?: Parents } = {}
  ): Effect.Effect<ReadonlyArray<M["Type"]>, CreateError, Session | Model.WriteServices<M>> {
    return transaction(createdRows(this.recipe(overrides), count, options.parents ?? "shared"))
  }

  private recipe(overrides: Overrides<M, Transient>): Recipe {
    return this["~andamios/recipe"].and(toValues(overrides))
  }
}

/** What is said, with the recipes of factories in their places. */
const toValues = (overrides: object): Values =>
  Object.fromEntries(
    Object.entries(overrides).map(([name, value]: readonly [string, unknown]) => [
      name,
      value instanceof Factory ? value["~andamios/recipe"] : value
    ])
  )

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of one row that was asked for there is one
const first = <A>(rows: ReadonlyArray<A>): A => rows[0] as A

/**
 * Makes a factory of a model's rows. Every value passes the model's schema and is unique where it has to be; names, emails, prices,
 * dates and the like look real where a field's name says so. What a default makes is left out, and a reference that may be null is.
 *
 * Factories begin anew on each database, so that the same test makes the same rows, on the same day of Effect's `Clock`; `seed` makes
 * others. Values that break a check over several fields (`Check.of`) are made anew, as often as 200 times; where none is found, as for a
 * field that is the sum of others, it fails with `FactoryFailed`: say that field. Checks that only a database can tell are left to it.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Factory } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.NonEmptyString,
 *   email: Column.unique(Schema.String)
 * }, { table: "authors" }) {}
 *
 * class Book extends Model.Class<Book>("Book")({
 *   id: Column.serial(Schema.Int),
 *   author: Column.references(Schema.Int, () => Author, "id"),
 *   title: Schema.NonEmptyString,
 *   pages: Schema.Int.check(Schema.isGreaterThan(0))
 * }, { table: "books" }) {}
 *
 * const books = Factory.make(Book, {
 *   values: { title: (number, { series }) => `${series}, volume ${number}` },
 *   transient: { series: "Andamios" },
 *   traits: { long: { pages: 1_000 } }
 * })
 *
 * const test = Effect.gen(function*() {
 *   const book = yield* books.trait("long").create()                       // and its author
 *   const more = yield* books.createMany(10, { series: "Scaffold" }, { parents: "each" })
 *   return [book, ...more]
 * }).pipe(Factory.seed(42))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <M extends Model.Stored, const Traits extends string = never, Transient extends object = {}>(
  model: M,
  { traits, transient, values }: Options<M, Traits, Transient> = {}
): Factory<M, Traits, Transient> =>
  new Factory(
    new Recipe(model, {}, toValues(transient ?? {})).and(toValues(values ?? {})),
    Object.fromEntries(
      Object.entries<object>(traits ?? {}).map(([name, overrides]) => [name, toValues(overrides)])
    )
  )

/**
 * Values for one row after another, again from the first when all had their turn.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Factory, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Layer, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // packed, sent, lost, packed, …
 * const parcels = Factory.make(Parcel, { values: { state: Factory.cycle("packed", "sent", "lost") } })
 *
 * // rows of this test are the same ones whenever it runs, and others than with another number
 * const test = parcels.createMany(10).pipe(
 *   Effect.provide(Layer.merge(TestDatabase.layer([Parcel]), Factory.layer(42)))
 * )
 * ```
 *
 * @category sequences
 * @since 0.1.0
 */
export const cycle = <const A>(...values: readonly [A, ...ReadonlyArray<A>]): (number: number) => A => (number) =>
  Arr.getUnsafe(values, (number - 1) % values.length)

/**
 * Runs an effect whose factories begin anew with this seed: they make the same rows whenever it runs, whatever was made before. Give
 * each test a database of its own with it, because two effects of one seed make the same keys.
 *
 * @category seeds
 * @since 0.1.0
 */
export const seed = (number: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => Effect.provideService(effect, Seeded, begin(number)))

/**
 * A Layer whose factories begin anew with this seed.
 *
 * @category seeds
 * @since 0.1.0
 */
export const layer = (number: number): Layer.Layer<never> => Layer.sync(Seeded, () => begin(number))
