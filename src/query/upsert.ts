/**
 * Inserts of rows that overwrite those with the same key.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import type { UpdateError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type * as Expression from "../sql/Expression.ts"
import { bulk, type Options } from "./bulk.ts"
import { many } from "./read.ts"
import { returned } from "./returned.ts"
import type { UpsertArguments } from "./upsertOptions.ts"
import { Answering, type Returned, type ReturnedServices, type ReturnedValues, Write } from "./write.ts"

/**
 * An upsert that doesn't say yet of what.
 *
 * @category models
 * @since 0.1.0
 */
export class UpsertInto<M extends Model.Any, R = never> {
  private readonly model: M
  private readonly options: Options | undefined

  constructor(model: M, options: Options | undefined) {
    this.model = model
    this.options = options
  }

  /** Stores a row, or several, all or none. */
  values(rows: Model.Insert<M> | ReadonlyArray<Model.Insert<M>>): Upsert<M, R> {
    return new Upsert(this.model, many<Model.Insert<M>>(rows), this.options)
  }
}

/**
 * An upsert, which answers with the number of its rows.
 *
 * @errors UpdateError
 * @category models
 * @since 0.1.0
 */
export class Upsert<M extends Model.Any, R = never> extends Write<number, UpdateError, R> {
  private readonly model: M
  private readonly rows: ReadonlyArray<Model.Insert<M>>
  private readonly options: Options | undefined

  constructor(model: M, rows: ReadonlyArray<Model.Insert<M>>, options: Options | undefined) {
    super()
    this.model = model
    this.rows = rows
    this.options = options
  }

  /** Answers with the rows as they are stored, or with values of them, in the order given. */
  returning(): Answering<ReadonlyArray<M["Type"]>, UpdateError, R>
  returning<const S extends Returned>(
    fields: (columns: Expression.Columns<M>) => S
  ): Answering<ReturnedValues<S>, UpdateError, R | ReturnedServices<S>>
  returning(fields?: (columns: Expression.Columns<M>) => Returned): unknown {
    const { stored } = this
    return fields === undefined ? new Answering(stored) : new Answering(returned(this.model, stored, fields))
  }

  override asEffect(): Effect.Effect<number, UpdateError, Session | R> {
    return Effect.map(this.stored, ({ length }) => length)
  }

  private get stored() {
    const { model, options, rows } = this
    return Effect.flatMap(Session, (session) => bulk(session, model).upsertAll(rows, options))
  }
}

/**
 * Inserts rows of a model, or overwrites those that have their key; the options are those of a repository's `upsertMany`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString,
 *   copies: Column.int32
 * }, { table: "books" }) {}
 *
 * const stored = Query.upsert(Book, { update: ["copies"] }).values({ isbn: "1", title: "One", copies: 2 }).returning()
 * ```
 *
 * @category writes
 * @since 0.1.0
 */
export const upsert = <M extends Model.Stored, const On extends Model.ConflictKey<M> = never>(
  model: M,
  ...[options]: UpsertArguments<M, On>
): UpsertInto<M, Model.WriteServices<M>> => new UpsertInto(model, options)
