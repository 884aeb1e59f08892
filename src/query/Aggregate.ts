/**
 * Rows that are saved together with the rows that belong to them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Model from "../model/Model.ts"
import { NotFound, type ReadError, type UpdateError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import * as Expression from "../sql/Expression.ts"
import { describeKey, keyFields } from "../sql/rowKey.ts"
import { memberOf } from "./members.ts"
import type { Create, Graph, Known, Services, Shape, Stale, Tree, Update, WriteServices } from "./nested.ts"
import * as Query from "./Query.ts"
import { scopeOf } from "./related.ts"
import type { Where } from "./Repository.ts"
import { saving } from "./treeSaves.ts"

export type { Create, Graph, Known, Services, Shape, Stale, Tree, Update, WriteServices } from "./nested.ts"

/**
 * The rows of a model, each with the rows that belong to it. A write is one transaction, and one statement for all rows of a relation,
 * however many there are: all is written or nothing.
 *
 * `Invalid` tells where in the input a value is that doesn't fit, such as `books.create.0.title`, before anything is written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Aggregate<M extends Model.Any, S> {
  /** Creates a row with rows that belong to it, and returns all of them as they are stored. */
  readonly create: (
    input: Create<M, S>
  ) => Effect.Effect<Tree<M, S>, UpdateError | NotFound | Stale<M, S>, WriteServices<M, S>>
  /** Creates rows with the rows that belong to them, all or none, and returns them in the order given. */
  readonly createMany: (
    inputs: ReadonlyArray<Create<M, S>>
  ) => Effect.Effect<ReadonlyArray<Tree<M, S>>, UpdateError | NotFound | Stale<M, S>, WriteServices<M, S>>
  /** The row with this primary key, with all that belongs to it; fails where there is none. */
  readonly get: (key: Model.Key<M>) => Effect.Effect<Tree<M, S>, ReadError | NotFound, Services<M, S>>
  /** The row with this primary key, with all that belongs to it, if there is one. */
  readonly findById: (key: Model.Key<M>) => Effect.Effect<Option.Option<Tree<M, S>>, ReadError, Services<M, S>>
  /** The rows that the condition holds for, each with all that belongs to it. */
  readonly find: (where: Where<M>) => Effect.Effect<ReadonlyArray<Tree<M, S>>, ReadError, Services<M, S>>
  /** A query on the rows with all that belongs to them, to be refined; see `Query`. */
  readonly query: Query.Included<Query.Scope<M>, Tree<M, S>, Services<M, S>>
  /**
   * Changes fields of a row, and does with the rows that belong to it what it is told. One that is named and doesn't belong to it is
   * `NotFound`. With `Mixin.version` the row's version is checked and raised, also where only others are changed.
   */
  readonly update: (
    change: Update<M, S>
  ) => Effect.Effect<Tree<M, S>, UpdateError | NotFound | Stale<M, S>, WriteServices<M, S>>
  /**
   * Stores a whole tree as it is given: compares it with what is stored, inserts rows that are new, changes those that differ, and
   * deletes those that are gone. Rows of a `manyToMany` or `belongsTo` are no longer named, and stay. With `Mixin.version` the version
   * of the row is checked and raised.
   */
  readonly save: (
    graph: Graph<M, S>
  ) => Effect.Effect<Tree<M, S>, UpdateError | NotFound | Stale<M, S>, WriteServices<M, S>>
  /** Stores whole trees as they are given, and returns them in their order; see `save`. */
  readonly saveMany: (
    graphs: ReadonlyArray<Graph<M, S>>
  ) => Effect.Effect<ReadonlyArray<Tree<M, S>>, UpdateError | NotFound | Stale<M, S>, WriteServices<M, S>>
  /**
   * Deletes the row with this primary key and the rows that belong to it; fails where there is none. What it is paired with or names
   * stays. On DuckDB the rows farthest from it go first, each distance in a transaction of its own: inside a transaction this is
   * `Unsupported`.
   */
  readonly delete: (
    key: Model.Key<M>
  ) => Effect.Effect<void, UpdateError | NotFound, WriteServices<M, S>>
}

/**
 * The rows of a model with those of its relations that belong to them: what is named here is read and saved as one.
 *
 * @example
 * ```ts
 * import { Aggregate, Column, Model, Relation } from "andamios-orm"
 * import { Effect, Schema } from "effect"
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
 *   authorId: Column.references(Schema.Int, () => Author, "id"),
 *   title: Schema.NonEmptyString
 * }, { table: "books" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const authors = yield* Aggregate.make(Author, { books: true })
 *   const victor = yield* authors.create({
 *     name: "Victor Hugo",
 *     books: { create: [{ isbn: "978-0140444308", title: "Les Misérables" }] }
 *   })
 *   // the whole of it as it should be: one book has another title, and one is new
 *   const [first] = victor.books
 *   return yield* authors.save({
 *     ...victor,
 *     books: [{ isbn: "978-0140444308", title: `${first?.title}, volume 1` }, { isbn: "978-0140443530", title: "Notre-Dame" }]
 *   })
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<M extends Model.Stored, const S extends Shape<M>>(
  model: M,
  shape: S & Known<M, S>
): Effect.fn.Return<Aggregate<M, S>, never, Session> {
  const session = yield* Session
  const root = memberOf(model, shape)
  const { table } = root
  const { statement } = Query.from(model)
  const scope = Expression.scope<Query.Scope<M>>(scopeOf(table, statement.from.alias, false))
  const query = new Query.Included<Query.Scope<M>, Tree<M, S>, Services<M, S>>(statement, scope, {
    keeps: true,
    values: {},
    loads: root.loads
  })
  const { create, remove, save, trees, update } = saving(session, root)

  const findById = Effect.fn("Aggregate.findById")((key: Model.Key<M>) =>
    Effect.map(trees([keyFields(table, key)]), ([tree]) => Option.fromUndefinedOr(tree))
  )

  const aggregate = {
    create: Effect.fn("Aggregate.create")((input: Row) => Effect.map(create([input]), ([tree]) => tree)),
    createMany: Effect.fn("Aggregate.createMany")(create),
    get: Effect.fn("Aggregate.get")(function*(key: Model.Key<M>) {
      const found = yield* findById(key)
      if (Option.isSome(found)) return found.value
      const criteria = describeKey(table.primaryKey, keyFields(table, key))
      return yield* new NotFound({ model: model.identifier, criteria })
    }),
    findById,
    find: (where: Where<M>) => Effect.provideService(query.where(where).all, Session, session),
    query,
    update: Effect.fn("Aggregate.update")((change: Row) => Effect.map(update([change]), ([tree]) => tree)),
    save: Effect.fn("Aggregate.save")((graph: Row) => Effect.map(save([graph]), ([tree]) => tree)),
    saveMany: Effect.fn("Aggregate.saveMany")(save),
    delete: Effect.fn("Aggregate.delete")((key: Model.Key<M>) => remove([keyFields(table, key)]))
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the members were made of M by S: rows have what these tell
  return aggregate as unknown as Aggregate<M, S>
})
