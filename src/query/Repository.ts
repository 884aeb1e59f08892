/**
 * Everyday operations on the rows of one model.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { columnWith, type Table, tableOf } from "../model/Table.ts"
import {
  type DeleteError,
  type InsertError,
  type Invalid,
  NotFound,
  type ReadError,
  type StaleRow,
  type UpdateError
} from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import * as Expression from "../sql/Expression.ts"
import { type Alias, both, fieldOf, type Node } from "../sql/node.ts"
import { describeKey } from "../sql/rowKey.ts"
import { bulk, keyFields } from "./bulk.ts"
import { type Imported, type ImportOptions, importRows } from "./importRows.ts"
import * as Query from "./Query.ts"
import { validator } from "../session/validate.ts"

export type { Imported, ImportOptions } from "./importRows.ts"

/**
 * A condition on a model's columns.
 *
 * @category models
 * @since 0.1.0
 */
export type Where<M extends Model.Any> = (
  columns: Query.Scope<M>
) => Expression.Expression<boolean | null, "of each row" | Expression.Needs<Model.Services<M>>>

/**
 * What an upsert asks for and overwrites.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpsertOptions<M extends Model.Any, On extends Model.ConflictKey<M>> extends UpsertUpdate<M, On> {
  /** The key that tells whether a row is stored: a field, or the fields of a unique index. The primary key by default. */
  readonly on?: On
}

interface UpsertUpdate<M extends Model.Any, On> {
  /** The fields of a stored row to overwrite; all that can change by default, and none with `[]`. */
  readonly update?: ReadonlyArray<
    Exclude<keyof Model.Insert<M> & string, Model.PrimaryKeyField<M> | FieldOf<On>>
  >
}

/** The fields of a key. */
type FieldOf<On> = On extends ReadonlyArray<unknown> ? On[number] : On

/**
 * The options of an upsert, which have to name the key where the primary key is numbered by the database, or there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type UpsertArguments<M extends Model.Any, On extends Model.ConflictKey<M>> = [Model.ConflictKey<M>] extends
  [never] ? HasPrimaryKey<M> extends true ? [options?: UpsertOptions<M, On>]
  : [
    options: { readonly on: "The model has no key that inserts give: Column.primaryKey, Column.unique or Index.unique" }
  ]
  : HasPrimaryKey<M> extends true ? [options?: UpsertOptions<M, On>]
  : [options: UpsertOptionsWithKey<M, On>]

/** The options where the primary key does not do. */
interface UpsertOptionsWithKey<M extends Model.Any, On> extends UpsertUpdate<M, On> {
  readonly on: On
}

/** Whether a model has a primary key that inserts give. */
type HasPrimaryKey<M extends Model.Any> = [Model.PrimaryKeyField<M>] extends [never] ? false
  : Model.PrimaryKeyField<M> extends keyof Model.Insert<M> ? true
  : false

/** What a change fails with where the row was changed since it was read, if the model tells. */
type Stale<M extends Model.Any> = [Model.VersionField<M>] extends [never] ? never : StaleRow

/**
 * The rows of one model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repository<M extends Model.Any> {
  /** Inserts a row and returns it as it is stored. */
  readonly insert: (input: Model.Insert<M>) => Effect.Effect<M["Type"], InsertError, Model.WriteServices<M>>
  /** Inserts rows, all or none, and returns them in the order given. */
  readonly insertMany: (
    inputs: ReadonlyArray<Model.Insert<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, InsertError, Model.WriteServices<M>>
  /**
   * Inserts a row, or overwrites the one that has its key, and returns it as it is stored; see `upsertMany`.
   */
  readonly upsert: <const On extends Model.ConflictKey<M> = never>(
    input: Model.Insert<M>,
    ...options: UpsertArguments<M, On>
  ) => Effect.Effect<M["Type"], UpdateError, Model.WriteServices<M>>
  /**
   * Inserts rows, or overwrites those that have their key, all or none, and returns them in the order given, as they are stored.
   *
   * `on` is the key: the primary key unless it says another. `update` are the fields to overwrite: all that can change unless it
   * says which; with `[]` a stored row stays as it is, and is what is returned. The primary key of a stored row never changes.
   * Two inputs with the same key are `Invalid`, and so is one whose key is null. Where another transaction stores the same key
   * at the same time it is a `Conflict`.
   */
  readonly upsertMany: <const On extends Model.ConflictKey<M> = never>(
    inputs: ReadonlyArray<Model.Insert<M>>,
    ...options: UpsertArguments<M, On>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, UpdateError, Model.WriteServices<M>>
  /** Changes fields of the row with this primary key and returns it as it is stored; fails where there is none. */
  readonly patch: (
    change: Model.Patch<M>
  ) => Effect.Effect<M["Type"], UpdateError | NotFound | Stale<M>, Model.WriteServices<M>>
  /**
   * Changes fields of rows, each its own, all or none, and returns the rows in the order of their changes, as they are stored.
   * A field that is left out keeps its value. Keys that no row has are `NotFound`, which names them; two changes of one row are
   * `Invalid`. With `Mixin.version` a row that was changed since its version was read is a `StaleRow`.
   */
  readonly patchMany: (
    changes: ReadonlyArray<Model.Patch<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, UpdateError | NotFound | Stale<M>, Model.WriteServices<M>>
  /** The row with this primary key, if there is one. */
  readonly findById: (key: Model.Key<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /** The row with this primary key; fails where there is none. */
  readonly get: (key: Model.Key<M>) => Effect.Effect<M["Type"], ReadError | NotFound, Model.Services<M>>
  /** All rows. */
  readonly all: Effect.Effect<ReadonlyArray<M["Type"]>, ReadError, Model.Services<M>>
  /** The rows that the condition holds for. */
  readonly find: (where: Where<M>) => Effect.Effect<ReadonlyArray<M["Type"]>, ReadError, Model.Services<M>>
  /** The first row that the condition holds for, if there is one. */
  readonly findOne: (where: Where<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /** Deletes the row with this primary key; fails where there is none. With `Mixin.softDelete` the row stays, and is hidden. */
  readonly delete: (key: Model.Key<M>) => Effect.Effect<void, DeleteError | NotFound, Model.WriteServices<M>>
  /** Deletes the rows with these primary keys, all or none, and returns how many there were. */
  readonly deleteMany: (
    keys: ReadonlyArray<Model.Key<M>>
  ) => Effect.Effect<number, DeleteError | Invalid, Model.WriteServices<M>>
  /**
   * Inserts rows from elsewhere, such as a file, batch by batch. Each is decoded by the model's insert schema; those that don't
   * fit are counted and told, never stored and never dropped in silence. A row that its schema accepts and the database can't
   * hold ends the import with `Invalid`, and a batch with a broken constraint with that; the batches before stay.
   */
  readonly importFrom: <E, R>(
    rows: Stream.Stream<unknown, E, R>,
    options?: ImportOptions
  ) => Effect.Effect<Imported, E | InsertError, R | Model.WriteServices<M>>
  /** A query on the model, to be refined; see `Query`. */
  readonly query: Query.From<Query.Scope<M>, never, M["Type"], Model.Services<M>>
}

/**
 * What the repository of a model with `Mixin.softDelete` has beside.
 *
 * @category models
 * @since 0.1.0
 */
export interface Deleted<M extends Model.Any> {
  /**
   * Brings a deleted row back and returns it; fails where no deleted row has this primary key. It is a `UniqueViolation` where a row
   * has taken one of its unique keys since.
   */
  readonly restore: (key: Model.Key<M>) => Effect.Effect<M["Type"], UpdateError | NotFound, Model.WriteServices<M>>
  /** Removes the row with this primary key for good, deleted before or not; fails where there is none. */
  readonly purge: (
    key: Model.Key<M>
  ) => Effect.Effect<void, DeleteError | Invalid | NotFound, Model.WriteServices<M>>
  /** A query on the model that also finds its deleted rows. */
  readonly withDeleted: Query.From<Expression.Columns<M>, never, M["Type"], Model.Services<M>>
}

/**
 * The repository of a model, with what its mixins bring.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<M extends Model.Any> = [Model.SoftDeleteField<M>] extends [never] ? Repository<M>
  : Repository<M> & Deleted<M>

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
export const make = Effect.fnUntraced(function*<M extends Model.Stored>(
  model: M
): Effect.fn.Return<Of<M>, never, Session> {
  const session = yield* Session
  const table = tableOf(model)
  const validate = validator(model)
  const query = Query.from(model)

  const insertMany = Effect.fn("Repository.insertMany")(function*(inputs: ReadonlyArray<Model.Insert<M>>) {
    const rows = yield* validate(inputs)
    return yield* session.run<M["Type"]>({ _tag: "Insert", table, rows, returning: true })
  })

  const insert = Effect.fn("Repository.insert")(function*(input: Model.Insert<M>) {
    const rows = yield* validate([input])
    const [inserted] = yield* session.run<M["Type"]>({ _tag: "Insert", table, rows, returning: true })
    return inserted
  })

  /** A key has at most one row, so nothing limits what is found. */
  const findById = Effect.fn("Repository.findById")((key: Model.Key<M>) =>
    Effect.map(
      session.run({ ...query.statement, where: keyIs(query.statement.from.alias, table, key) }),
      (rows) => Option.fromIterable(rows)
    )
  )

  const get = Effect.fn("Repository.get")(function*(key: Model.Key<M>) {
    const found = yield* findById(key)
    if (Option.isSome(found)) return found.value
    return yield* new NotFound({ model: model.identifier, criteria: criteria(table, key) })
  })

  const remove = Effect.fn("Repository.delete")(function*(key: Model.Key<M>) {
    const alias = { name: table.name }
    const deleted = yield* session.run({ _tag: "Delete", table, alias, where: keyIs(alias, table, key) })
    if (deleted === 0) return yield* new NotFound({ model: model.identifier, criteria: criteria(table, key) })
  })

  const purge = Effect.fn("Repository.purge")(function*(key: Model.Key<M>) {
    const purged = yield* session.run({ _tag: "DeleteKeys", table, keys: [keyFields(table, key)], purge: true })
    if (purged === 0) return yield* new NotFound({ model: model.identifier, criteria: criteria(table, key) })
  })

  const restore = Effect.fn("Repository.restore")(function*(key: Model.Key<M>) {
    const [restored] = yield* session.run<M["Type"]>({ _tag: "Restore", table, keys: [keyFields(table, key)] })
    return restored
  })

  const deleted = columnWith(table, "DeletedAt") === undefined
    ? {}
    : { purge, restore, withDeleted: query.withDeleted() }

  const repository = {
    insert,
    insertMany,
    findById,
    get,
    all: session.run(query.statement),
    find: (where: Where<M>) => session.run(query.where(where).statement),
    findOne: (where: Where<M>) =>
      Effect.map(session.run(query.where(where).limit(1).statement), (rows) => Option.fromIterable(rows)),
    delete: remove,
    ...bulk(session, model),
    importFrom: importRows(session, model),
    query,
    ...deleted
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table was read from M: its mixins tell what there is
  return repository as unknown as Of<M>
})

const keyIs = (alias: Alias, table: Table, key: unknown): Node => {
  const values = keyFields(table, key)
  return table.primaryKey
    .map((column) => Expression.equal(fieldOf(alias, column), values[column.field]).node)
    .reduce(both)
}

const criteria = (table: Table, key: unknown): string => describeKey(table.primaryKey, keyFields(table, key))

/**
 * A repository class: `class Books extends Repository.Service<Books>()("app/Books", Book, (repository) => ({ … })) {}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<Self, Id extends string, M extends Model.Any, Methods>
  extends Context.ServiceClass<Self, Id, Of<M> & Methods>
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
<const Id extends string, M extends Model.Stored, Methods extends object = {}>(
  id: Id,
  model: M,
  extend?: (repository: Of<M>) => Methods
): ServiceClass<Self, Id, M, Methods> => {
  const service = Context.Service<Self, Of<M> & Methods>()(id)
  const layer = Layer.effect(
    service,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without `extend` there are no methods: `Methods` is {}
    Effect.map(make(model), (repository) => ({ ...repository, ...extend?.(repository) }) as Of<M> & Methods)
  ).pipe(Layer.fresh) // made anew over each database, also where one is opened within another one's program
  return Object.assign(service, { layer })
}
