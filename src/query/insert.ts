/**
 * Inserts of rows, and of what a query gives.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { InsertError, UpdateError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { validator } from "../session/validate.ts"
import * as Expression from "../sql/Expression.ts"
import type { Alias } from "../sql/node.ts"
import type { InsertFrom as Statement } from "../sql/write.ts"
import type { Derived } from "./derived.ts"
import { many, type Query } from "./read.ts"
import { returned } from "./returned.ts"
import {
  Answering,
  Change,
  projectionOf,
  type Returned,
  type ReturnedServices,
  type ReturnedValues,
  Write
} from "./write.ts"

/**
 * Rows that a query can give for a model: as many of the fields of its inserts as these require.
 *
 * @category models
 * @since 0.1.0
 */
export type NewRow<M extends Model.Any> = {
  readonly [K in keyof Model.Insert<M>]: K extends keyof M["fields"] ? M["fields"][K]["Type"] : never
}

/** What is wrong with selected values, if anything is: there is no field for them. */
type Fitting<Q, M extends Model.Any> = Q extends Derived<unknown, infer A, unknown>
  ? [Exclude<keyof A, keyof Model.Insert<M>>] extends [never] ? unknown
  : `The model has no field ${Exclude<keyof A, keyof Model.Insert<M>> & string} to insert`
  : unknown

/** The services that a query needs beside the session. */
type ServicesOf<Q> = Q extends Query<unknown, infer R> ? Exclude<R, Session> : never

/**
 * An insert that doesn't say yet what.
 *
 * @category models
 * @since 0.1.0
 */
export class InsertInto<M extends Model.Any, R = never> {
  private readonly model: M

  constructor(model: M) {
    this.model = model
  }

  /** Inserts a row, or several, all or none. */
  values(rows: Model.Insert<M> | ReadonlyArray<Model.Insert<M>>): Insert<M, R> {
    return new Insert(this.model, many<Model.Insert<M>>(rows))
  }

  /**
   * Inserts the rows of a query, without their ever leaving the database: each value goes into the field that it is named after.
   * What the application makes by itself, such as a `Column.id`, it makes for single rows only: the query has to give it.
   */
  from<Q extends Query<NewRow<M>, unknown>>(query: Q & Fitting<Q, M>): InsertFrom<M, R | ServicesOf<Q>> {
    return new InsertFrom(this.model, query)
  }
}

/**
 * An insert of rows, which answers with their number.
 *
 * @errors InsertError
 * @category models
 * @since 0.1.0
 */
export class Insert<M extends Model.Any, R = never> extends Write<number, InsertError, R> {
  private readonly model: M
  private readonly rows: ReadonlyArray<Model.Insert<M>>

  constructor(model: M, rows: ReadonlyArray<Model.Insert<M>>) {
    super()
    this.model = model
    this.rows = rows
  }

  /** Answers with the rows as they are stored, or with values of them, in the order given. */
  returning(): Answering<ReadonlyArray<M["Type"]>, InsertError, R>
  returning<const S extends Returned>(
    fields: (columns: Expression.Columns<M>) => S
  ): Answering<ReturnedValues<S>, UpdateError, R | ReturnedServices<S>>
  returning(fields?: (columns: Expression.Columns<M>) => Returned): unknown {
    const inserted = this.inserted(true)
    return fields === undefined ? new Answering(inserted) : new Answering(returned(this.model, inserted, fields))
  }

  override asEffect(): Effect.Effect<number, InsertError, Session | R> {
    return Effect.as(this.inserted(false), this.rows.length)
  }

  private inserted(returning: boolean) {
    const { model, rows } = this
    return Effect.gen(function*() {
      const session = yield* Session
      const valid = yield* validator(model)(rows)
      return yield* session.run<M["Type"]>({ _tag: "Insert", table: tableOf(model), rows: valid, returning })
    })
  }
}

/**
 * An insert of what a query gives, which answers with the number of rows.
 *
 * @errors InsertError
 * @category models
 * @since 0.1.0
 */
export class InsertFrom<M extends Model.Any, R = never> extends Change<InsertError, R> {
  private readonly model: M
  private readonly query: Query<unknown, unknown>
  private readonly alias: Alias

  constructor(model: M, query: Query<unknown, unknown>) {
    super()
    this.model = model
    this.query = query
    this.alias = { name: tableOf(model).name }
  }

  /** Answers with the rows as they are stored, or with values of them; their order is the database's. */
  returning(): Answering<ReadonlyArray<M["Type"]>, InsertError, R>
  returning<const S extends Returned>(
    fields: (columns: Expression.Columns<M>) => S
  ): Answering<ReturnedValues<S>, InsertError, R | ReturnedServices<S>>
  returning(fields?: (columns: Expression.Columns<M>) => Returned): unknown {
    const { alias, insertion, model } = this
    const scope = Expression.scope<Expression.Columns<M>>(Expression.columns(tableOf(model), alias, false))
    const projection = projectionOf(model, alias, fields?.(scope))
    return new Answering(Effect.flatMap(Session, (session) => session.returning(insertion, projection)))
  }

  override asEffect(): Effect.Effect<number, InsertError, Session | R> {
    return Effect.flatMap(Session, (session) => session.run(this.insertion))
  }

  protected get statement(): Effect.Effect<Statement> {
    return Effect.succeed(this.insertion)
  }

  private get insertion(): Statement {
    const { alias, model, query } = this
    return { _tag: "InsertFrom", table: tableOf(model), alias, select: query.statement }
  }
}

/**
 * Inserts rows of a model: given ones, or those of a query.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString
 * }, { table: "books" }) {}
 *
 * class Lost extends Model.Class<Lost>("Lost")({ isbn: Column.primaryKey(Schema.String) }, { table: "lost" }) {}
 *
 * const two = Query.insert(Book).values([{ isbn: "1", title: "One" }, { isbn: "2", title: "Two" }]).returning()
 * const lost = Query.insert(Lost).from(Query.from(Book).select((book) => ({ isbn: book.isbn })))
 * ```
 *
 * @category writes
 * @since 0.1.0
 */
export const insert = <M extends Model.Stored>(model: M): InsertInto<M, Model.WriteServices<M>> => new InsertInto(model)
