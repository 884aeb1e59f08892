/**
 * Deletes of rows that a condition tells.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { DeleteError, ReadError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type * as Expression from "../sql/Expression.ts"
import type { Delete as Statement } from "../sql/write.ts"
import { also } from "./read.ts"
import type { Scope } from "./scope.ts"
import {
  Answering,
  Change,
  type Condition,
  projectionOf,
  type Returned,
  type ReturnedServices,
  type ReturnedValues,
  scopeOf,
  type Target
} from "./write.ts"

/**
 * A delete that doesn't say yet of which rows.
 *
 * @category models
 * @since 0.1.0
 */
export class DeleteOf<M extends Model.Any, R = never> {
  private readonly state: Target<M>

  constructor(state: Target<M>) {
    this.state = state
  }

  /** Deletes the rows that the condition holds for. */
  where<L extends Expression.RowStage = never>(
    condition: Condition<M, L>
  ): Delete<M, R | Expression.Services<L>> {
    return new Delete({ ...this.state, where: condition(scopeOf(this.state)).node })
  }

  /** Deletes all rows. */
  everywhere(): Delete<M, R> {
    return new Delete(this.state)
  }
}

/**
 * A delete, which answers with the number of rows that it deleted.
 *
 * @errors DeleteError
 * @category models
 * @since 0.1.0
 */
export class Delete<M extends Model.Any, R = never> extends Change<DeleteError, R> {
  private readonly state: Target<M>

  constructor(state: Target<M>) {
    super()
    this.state = state
  }

  /** Deletes only the rows that this condition holds for, too. */
  where<L extends Expression.RowStage = never>(
    condition: Condition<M, L>
  ): Delete<M, R | Expression.Services<L>> {
    return new Delete({ ...this.state, where: also(this.state.where, condition(scopeOf(this.state)).node) })
  }

  /** Answers with the rows as they were, or with values of them; their order is the database's. */
  returning(): Answering<ReadonlyArray<M["Type"]>, DeleteError | ReadError, R>
  returning<const S extends Returned>(
    fields: (columns: NoInfer<Scope<M>>) => S
  ): Answering<ReturnedValues<S>, DeleteError | ReadError, R | ReturnedServices<S>>
  returning(fields?: (columns: NoInfer<Scope<M>>) => Returned): unknown {
    const { alias, model } = this.state
    const projection = projectionOf(model, alias, fields?.(scopeOf(this.state)))
    return new Answering(Effect.flatMap(Session, (session) => session.returning(this.deletion, projection)))
  }

  override asEffect(): Effect.Effect<number, DeleteError, Session | R> {
    return Effect.flatMap(Session, (session) => session.run(this.deletion))
  }

  protected get statement(): Effect.Effect<Statement> {
    return Effect.succeed(this.deletion)
  }

  private get deletion(): Statement {
    const { alias, model, where } = this.state
    return { _tag: "Delete", table: tableOf(model), alias, where }
  }
}

/**
 * Deletes rows of a model. It says by `where` which, or by `everywhere` that all are meant.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const short = Query.delete(Book).where((book) => book.pages.lt(20))
 * const gone = short.returning((book) => ({ isbn: book.isbn }))
 * ```
 *
 * @category writes
 * @since 0.1.0
 */
export const remove = <M extends Model.Stored>(model: M): DeleteOf<M, Model.WriteServices<M>> =>
  new DeleteOf({ model, alias: { name: tableOf(model).name }, where: undefined })
