/**
 * Everyday operations on the rows of one model.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Model from "../model/Model.ts"
import { columnWith, tableOf } from "../model/Table.ts"
import { Session } from "../session/Session.ts"
import type { Derived } from "./derived.ts"
import { finding, type Reading } from "./finding.ts"
import { loading } from "./hooking.ts"
import { equipped, type HookError, type Hooks, type HookServices } from "./hooks.ts"
import type { Condition, Rows } from "./reading.ts"
import { readModelOf } from "./readModel.ts"
import { type Deleted, restoring } from "./restoring.ts"
import type { Scope as ModelScope } from "./scope.ts"
import { type Writing, writing } from "./writing.ts"

export { catchKey } from "./catchKey.ts"
export type { ChangeErrorOf, InsertErrorOf, UpdateErrorOf } from "./failures.ts"
export type { Reading } from "./finding.ts"
export type { HookError, Hooks, HookServices } from "./hooks.ts"
export type { Imported, ImportOptions } from "./importRows.ts"
export type { Condition, KeyedRows, PageOptions, Rows } from "./reading.ts"
export type { Deleted } from "./restoring.ts"
export type { UpsertArguments, UpsertOptions } from "./upsertOptions.ts"
export type { Amounts, Writing } from "./writing.ts"

/**
 * A condition on a model's columns.
 *
 * @category models
 * @since 0.1.0
 */
export type Where<M extends Model.Any> = Condition<ModelScope<M>, Model.Services<M>>

/**
 * The rows of one model. `E` is what its hooks fail with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repository<M extends Model.Any, E = never> extends Reading<M>, Writing<M, E> {}

/**
 * The repository of a model, with what its mixins bring.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<M extends Model.Any, E = never> = [Model.SoftDeleteField<M>] extends [never] ? Repository<M, E>
  : Repository<M, E> & Deleted<M, E>

/**
 * The repository of a model in the current session. With `hooks`, effects run around its operations: see `Hooks`.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString
 * }, { table: "books" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308", title: "Les Misérables" }).pipe(
 *     Effect.catchTag("UniqueViolation", (taken) => Effect.log(taken.message))
 *   )
 *   return yield* books.findById("978-0140444308")
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<M extends Model.Stored, const H extends Hooks<M> = {}>(
  model: M,
  options: { readonly hooks?: H & Hooks<M> } = {}
): Effect.fn.Return<Of<M, HookError<H>>, never, Session | HookServices<H>> {
  const session = yield* Session
  const hooks: Hooks<M> = equipped(options.hooks ?? {}, session.withoutTransaction(yield* Effect.context()))
  const isSoftDeleted = columnWith(tableOf(model), "DeletedAt") !== undefined
  const repository = {
    ...finding(session, model, loading(hooks)),
    ...writing(session, model, hooks),
    ...(isSoftDeleted ? restoring(session, model, hooks) : {})
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table was read from M: its mixins tell what there is
  return repository as unknown as Of<M, HookError<H>>
})

/**
 * The rows of a model in the current session, to be read only: of a view, or where a part of a program is not to write.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readOnly = <M extends Model.Any>(model: M): Effect.Effect<Reading<M>, never, Session> =>
  Effect.map(Session, (session) => finding(session, model, undefined))

/**
 * The rows of a query in the current session, read as those of a model are: filtered, counted, paged and streamed.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Sale extends Model.Class<Sale>("Sale")({
 *   id: Column.serial(Schema.Int),
 *   shop: Schema.String,
 *   cents: Column.int32
 * }, { table: "sales" }) {}
 *
 * const perShop = Query.from(Sale)
 *   .groupBy((sale) => ({ shop: sale.shop }))
 *   .select((sale) => ({ sales: Query.count(), cents: Query.sum(sale.cents) }))
 *
 * const program = Effect.gen(function*() {
 *   const shops = yield* Repository.readModel(perShop)
 *   return yield* shops.find((shop) => shop.sales.gt(10))
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const readModel = <C, A, R>(query: Derived<C, A, R>): Effect.Effect<Rows<C, A, R>, never, Session> =>
  Effect.map(Session, (session) => readModelOf(session, query))

/**
 * A repository as a service: `class Books extends Repository.Service<Books>()("app/Books", Book, (repository) => ({ … })) {}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<Self, Id extends string, Shape, R = Session>
  extends Context.ServiceClass<Self, Id, Shape>
{
  /** The models of its rows, whose tables have to be there; none where the rows are those of a query. */
  readonly models: ReadonlyArray<Model.Any>
  /** The repository over the session's database. */
  readonly layer: Layer.Layer<Self, never, Exclude<R, Scope.Scope>>
}

/**
 * Makes a repository into a service of an identifier.
 *
 * @category models
 * @since 0.1.0
 */
export interface Serving<Self> {
  /** With methods of its own. */
  <const Id extends string, M extends Model.Stored, Methods extends object = {}>(
    id: Id,
    model: M,
    extend?: (repository: Of<M>) => Methods
  ): ServiceClass<Self, Id, Of<M> & Methods>
  /** With hooks around its operations, and methods of its own. */
  <const Id extends string, M extends Model.Stored, const H extends Hooks<M>, Methods extends object = {}>(
    id: Id,
    model: M,
    options: { readonly hooks: H & Hooks<M> },
    extend?: (repository: Of<M, HookError<H>>) => Methods
  ): ServiceClass<Self, Id, Of<M, HookError<H>> & Methods, Session | HookServices<H>>
}

/**
 * Makes a repository into a service with methods of its own, and a Layer that provides it. Hooks are given before the methods.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString
 * }, { table: "books" }) {}
 *
 * class Books extends Repository.Service<Books>()("app/Books", Book, (repository) => ({
 *   titled: (title: string) => repository.findOne((book) => book.title.eq(title))
 * })) {}
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const Service = <Self>(): Serving<Self> => {
  const service: unknown = (id: string, model: Model.Stored, first?: Hooked | Extend, last?: Extend) => {
    const [options, extend] = typeof first === "function" ? [{}, first] : [first, last]
    return serving(id, [model], make(model, options), extend)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same whatever the model and its hooks are
  return service as Serving<Self>
}

type Hooked = { readonly hooks: Hooks<Model.Stored> }
type Extend = (repository: Of<Model.Stored, unknown>) => object

/**
 * Makes the rows of a model, to be read only, into a service with methods of its own, and a Layer that provides it.
 *
 * @example
 * ```ts
 * import { Model, Query, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Delay extends Model.View<Delay>("Delay")({
 *   origin: Schema.String,
 *   minutes: Schema.Int
 * }, { view: "delays" }) {}
 *
 * class Delays extends Repository.ReadOnly<Delays>()("app/Delays", Delay, (delays) => ({
 *   late: delays.find((delay) => delay.minutes.gt(60))
 * })) {}
 *
 * const perOrigin = Query.from(Delay)
 *   .groupBy((delay) => ({ origin: delay.origin }))
 *   .select((delay) => ({ minutes: Query.sum(delay.minutes) }))
 *
 * class Origins extends Repository.ReadModel<Origins>()("app/Origins", perOrigin) {}
 *
 * const program = Effect.gen(function*() {
 *   const late = yield* (yield* Delays).late
 *   const origins = yield* (yield* Origins).all
 *   const all = yield* (yield* Repository.readOnly(Delay)).all
 *   return { late, origins, all }
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const ReadOnly = <Self>() =>
<const Id extends string, M extends Model.Any, Methods extends object = {}>(
  id: Id,
  model: M,
  extend?: (repository: Reading<M>) => Methods
): ServiceClass<Self, Id, Reading<M> & Methods> => serving(id, [model], readOnly(model), extend)

/**
 * Makes the rows of a query into a service with methods of its own, and a Layer that provides it.
 *
 * @category services
 * @since 0.1.0
 */
export const ReadModel = <Self>() =>
<const Id extends string, C, A, R, Methods extends object = {}>(
  id: Id,
  query: Derived<C, A, R>,
  extend?: (rows: Rows<C, A, R>) => Methods
): ServiceClass<Self, Id, Rows<C, A, R> & Methods> => serving(id, [], readModel(query), extend)

const serving = <Self, Id extends string, Base extends object, Methods extends object, R>(
  id: Id,
  models: ReadonlyArray<Model.Any>,
  base: Effect.Effect<Base, never, R>,
  extend: ((base: Base) => Methods) | undefined
): ServiceClass<Self, Id, Base & Methods, R> => {
  const service = Context.Service<Self, Base & Methods>()(id)
  const layer = Layer.effect(
    service,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without `extend` there are no methods: `Methods` is {}
    Effect.map(base, (made) => ({ ...made, ...extend?.(made) }) as Base & Methods)
  ).pipe(Layer.fresh) // made anew over each database, also where one is opened within another one's program
  return Object.assign(service, { models, layer })
}
