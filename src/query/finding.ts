/**
 * Reads of a model's rows, by their primary keys and by conditions.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { refuseMissing } from "../session/keyedRows.ts"
import { operation } from "../session/operation.ts"
import type { NotFound, ReadError, StreamError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { fieldOf } from "../sql/node.ts"
import { keyFields } from "../sql/rowKey.ts"
import { byKeys } from "./byKeys.ts"
import { missing, readByKey } from "./keyed.ts"
import { loader } from "./loader.ts"
import { from } from "./Query.ts"
import { type KeyedRows, type Loaded, reading } from "./reading.ts"
import type { Scope } from "./scope.ts"

/**
 * Reads of rows of one model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reading<M extends Model.Any> extends KeyedRows<Scope<M>, M["Type"], Model.Services<M>> {
  /** The row with this primary key, if there is one. */
  readonly findById: (key: Model.Key<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /** The row with this primary key; fails where there is none. */
  readonly get: (key: Model.Key<M>) => Effect.Effect<M["Type"], ReadError | NotFound, Model.Services<M>>
  /** The rows with these primary keys, each at the place of its key, as far as there are any: one statement for any number. */
  readonly findMany: (
    keys: ReadonlyArray<Model.Key<M>>
  ) => Effect.Effect<ReadonlyArray<Option.Option<M["Type"]>>, ReadError, Model.Services<M>>
  /** The rows with these primary keys, each at the place of its key; fails where one is missing, and names those. */
  readonly getMany: (
    keys: ReadonlyArray<Model.Key<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, ReadError | NotFound, Model.Services<M>>
  /** The first row in the order of the primary key, if there is one. */
  readonly first: Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /**
   * The row with this primary key, if there is one. What fibers look up at the same time is read together, each key once: those of one
   * transaction, and of one tenant.
   */
  readonly loader: (key: Model.Key<M>) => Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /** Runs all rows into a sink, such as one that writes a file, each encoded as `importFrom` takes it. */
  readonly exportTo: <A, E, R>(
    sink: Sink.Sink<A, M["Encoded"], unknown, E, R>
  ) => Effect.Effect<A, StreamError | E, R | Model.Services<M>>
}

/** Reads rows of a model in a session. */
export const finding = <M extends Model.Any>(
  session: Session["Service"],
  model: M,
  loaded: Loaded<M["Type"]> | undefined
): Reading<M> => {
  const table = tableOf(model)
  const query = from(model)
  const rows = reading(session, query, loaded)
  const { alias } = query.statement.from
  /** What is read, after what is done with rows when they are read, which sees none where there is none. */
  const through = (found: Effect.Effect<ReadonlyArray<M["Type"] | undefined>, ReadError>) =>
    loaded === undefined
      ? found
      : Effect.flatMap(found, (some) => loaded(some.filter((row) => row !== undefined)))
  const readByKeys = byKeys(session, model, query)
  const encode = Schema.encodeEffect(Schema.NonEmptyArray(model))

  const statementOf = readByKey(query.statement, table)

  /** A key has at most one row, so nothing limits what is found. */
  const readOne = ([key]: ReadonlyArray<unknown>) => session.run(statementOf(key))

  const lookUp = (key: Model.Key<M>) => through(session.lookUp({ table, keys: [key], read: readOne }))

  /** The rows of keys after what is done with rows when they are read, which sees none where there is none. */
  const findAll = Effect.fnUntraced(function*(keys: ReadonlyArray<unknown>) {
    const found = yield* session.lookUp({ table, keys, read: readByKeys })
    if (loaded === undefined) return found
    const made = yield* loaded(found.filter((row) => row !== undefined))
    let next = 0
    return found.map((row) => row === undefined ? undefined : made[next++])
  })

  return {
    ...rows,
    findById: operation("Repository.findById")((key: Model.Key<M>) =>
      Effect.map(lookUp(key), ([row]) => Option.fromUndefinedOr(row))
    ),
    get: operation("Repository.get")((key: Model.Key<M>) =>
      Effect.flatMap(lookUp(key), ([row]) => row === undefined ? Effect.fail(missing(table, key)) : Effect.succeed(row))
    ),
    findMany: operation("Repository.findMany")((keys: ReadonlyArray<Model.Key<M>>) =>
      Effect.map(findAll(keys), (found) => found.map((row) => Option.fromUndefinedOr(row)))
    ),
    getMany: operation("Repository.getMany")(Effect.fnUntraced(function*(keys: ReadonlyArray<Model.Key<M>>) {
      const found = yield* findAll(keys)
      yield* refuseMissing({ table, rows: keys.map((key) => keyFields(table, key)) }, found)
      return found.filter((row) => row !== undefined)
    })),
    first: Effect.map(
      through(session.run({
        ...query.statement,
        orderBy: table.primaryKey.map((column) =>
          ({ node: fieldOf(alias, column), direction: "ASC", nulls: "LAST" }) as const
        ),
        limit: 1
      })),
      ([row]) => Option.fromUndefinedOr(row)
    ),
    loader: loader(session, model, findAll),
    exportTo: (sink) => Stream.run(Stream.mapArrayEffect(rows.stream(), (some) => Effect.orDie(encode(some))), sink)
  }
}
