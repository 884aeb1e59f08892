/**
 * Everyday operations on the rows of one model.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { type Table, type TableColumn, tableOf } from "../model/Table.ts"
import { type DeleteError, type InsertError, NotFound, type ReadError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import * as Expression from "../sql/Expression.ts"
import { type Imported, type ImportOptions, importRows } from "./importRows.ts"
import * as Query from "./Query.ts"
import { validator } from "./validate.ts"

export type { Imported, ImportOptions } from "./importRows.ts"

/**
 * A condition on a model's columns.
 *
 * @category models
 * @since 0.1.0
 */
export type Where<M extends Model.Any> = (columns: Expression.Columns<M>) => Expression.Expression<boolean | null>

/**
 * The rows of one model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repository<M extends Model.Any> {
  /** Inserts a row and returns it as it is stored. */
  readonly insert: (input: Model.Insert<M>) => Effect.Effect<M["Type"], InsertError>
  /** Inserts rows, all or none, and returns them in the order given. */
  readonly insertMany: (inputs: ReadonlyArray<Model.Insert<M>>) => Effect.Effect<ReadonlyArray<M["Type"]>, InsertError>
  /** The row with this primary key, if there is one. */
  readonly findById: (key: Model.Key<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError>
  /** The row with this primary key; fails where there is none. */
  readonly get: (key: Model.Key<M>) => Effect.Effect<M["Type"], ReadError | NotFound>
  /** All rows. */
  readonly all: Effect.Effect<ReadonlyArray<M["Type"]>, ReadError>
  /** The rows that the condition holds for. */
  readonly find: (where: Where<M>) => Effect.Effect<ReadonlyArray<M["Type"]>, ReadError>
  /** The first row that the condition holds for, if there is one. */
  readonly findOne: (where: Where<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError>
  /** Deletes the row with this primary key; fails where there is none. */
  readonly delete: (key: Model.Key<M>) => Effect.Effect<void, DeleteError | NotFound>
  /**
   * Inserts rows from elsewhere, such as a file, batch by batch. Each is decoded by the model's insert schema; those that don't
   * fit are counted and told, never stored and never dropped in silence. A row that its schema accepts and the database can't
   * hold ends the import with `Invalid`, and a batch with a broken constraint with that; the batches before stay.
   */
  readonly importFrom: <E, R>(
    rows: Stream.Stream<unknown, E, R>,
    options?: ImportOptions
  ) => Effect.Effect<Imported, E | InsertError, R>
  /** A query on the model, to be refined; see `Query`. */
  readonly query: Query.From<Expression.Columns<M>, never, M["Type"]>
}

/**
 * The repository of a model in the current session.
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
export const make = Effect.fnUntraced(function*<M extends Model.Any>(
  model: M
): Effect.fn.Return<Repository<M>, never, Session> {
  const session = yield* Session
  const table = tableOf(model)
  const validate = validator(model)
  const query = Query.from(model)
  const inSession = Effect.provideService(Session, session)

  const insertMany = Effect.fn("Repository.insertMany")(function*(inputs: ReadonlyArray<Model.Insert<M>>) {
    const rows = yield* Effect.forEach(inputs, validate)
    return yield* session.run<M["Type"]>({ _tag: "Insert", table, rows, returning: true })
  })

  const insert = Effect.fn("Repository.insert")(function*(input: Model.Insert<M>) {
    const row = yield* validate(input, 0)
    const [inserted] = yield* session.run<M["Type"]>({ _tag: "Insert", table, rows: [row], returning: true })
    return inserted
  })

  /** A key has at most one row, so nothing limits what is found. */
  const findById = Effect.fn("Repository.findById")((key: Model.Key<M>) =>
    Effect.map(session.run(query.where(() => keyIs(table, key)).statement), (rows) => Option.fromIterable(rows))
  )

  const get = Effect.fn("Repository.get")(function*(key: Model.Key<M>) {
    const found = yield* findById(key)
    if (Option.isSome(found)) return found.value
    return yield* new NotFound({ model: model.identifier, criteria: criteria(table, key) })
  })

  const remove = Effect.fn("Repository.delete")(function*(key: Model.Key<M>) {
    const deleted = yield* session.run({ _tag: "Delete", table, where: keyIs(table, key).node })
    if (deleted === 0) return yield* new NotFound({ model: model.identifier, criteria: criteria(table, key) })
  })

  return {
    insert,
    insertMany,
    findById,
    get,
    all: query.all.pipe(inSession),
    find: (where) => query.where(where).all.pipe(inSession),
    findOne: (where) => query.where(where).first.pipe(inSession),
    delete: remove,
    importFrom: importRows(session, model),
    query
  }
})

/** The columns of the primary key with their values in a key. */
const keyValues = (table: Table, key: unknown): ReadonlyArray<readonly [TableColumn, unknown]> => {
  const isComposite = table.primaryKey.length > 1 && Predicate.isObject(key)
  const values = new Map(isComposite ? Object.entries(key) : [])
  return table.primaryKey.map((column) => [column, isComposite ? values.get(column.field) : key])
}

const keyIs = (table: Table, key: unknown): Expression.Condition =>
  keyValues(table, key)
    .map(([column, value]) => Expression.equal({ _tag: "Field", source: table.name, column, slot: column }, value))
    .reduce((all, part) => all.and(part))

const criteria = (table: Table, key: unknown): string =>
  keyValues(table, key).map(([{ field }, value]) => `${field} = ${String(value)}`).join(" and ")

/**
 * A repository class: `class Books extends Repository.Service<Books>()("app/Books", Book, (repository) => ({ … })) {}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<Self, Id extends string, M extends Model.Any, Methods>
  extends Context.ServiceClass<Self, Id, Repository<M> & Methods>
{
  /** The repository over the session's database. */
  readonly layer: Layer.Layer<Self, never, Session>
}

/**
 * Makes a repository into a service with methods of its own, and a Layer that provides it.
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
 * @category constructors
 * @since 0.1.0
 */
export const Service = <Self>() =>
<const Id extends string, M extends Model.Any, Methods extends object = {}>(
  id: Id,
  model: M,
  extend?: (repository: Repository<M>) => Methods
): ServiceClass<Self, Id, M, Methods> => {
  const service = Context.Service<Self, Repository<M> & Methods>()(id)
  const layer = Layer.effect(
    service,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without `extend` there are no methods: `Methods` is {}
    Effect.map(make(model), (repository) => ({ ...repository, ...extend?.(repository) }) as Repository<M> & Methods)
  ).pipe(Layer.fresh) // made anew over each database, also where one is opened within another one's program
  return Object.assign(service, { layer })
}
