/**
 * What all writes have in common: they are values until they are run.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { QueryFailed, Unsupported } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Projection } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import type { Alias, Node } from "../sql/node.ts"
import type { Write as Statement } from "../sql/write.ts"
import { type Sql, sqlOf } from "./read.ts"
import { scopeOf as scopeOfTable } from "./related.ts"
import type { Scope } from "./scope.ts"
import { type Fields, nodesOf, type StageOf, type Values } from "./selection.ts"

/**
 * A write, which is run with `yield*`. It answers with an `A`: the number of its rows, or what is made of them.
 *
 * @category models
 * @since 0.1.0
 */
export abstract class Write<A, E, R = never> extends Effectable.Class<A, E, Session | R> {}

/**
 * A write of rows that a condition or a query tells.
 *
 * @category models
 * @since 0.1.0
 */
export abstract class Change<E, R = never> extends Write<number, E, R> {
  /** The write as a plain value, once what it says is checked. */
  protected abstract readonly statement: Effect.Effect<Statement, E>

  /** The text that the session's database is sent, and the values of its placeholders. */
  get toSql(): Effect.Effect<Sql, E | QueryFailed | Unsupported, Session | R> {
    return Effect.flatMap(this.statement, (statement) => sqlOf(statement))
  }
}

/**
 * A write that answers with what an effect answers with.
 *
 * @category models
 * @since 0.1.0
 */
export class Answering<A, E, R = never> extends Write<A, E, R> {
  private readonly answer: Effect.Effect<A, E, Session>

  constructor(answer: Effect.Effect<A, E, Session>) {
    super()
    this.answer = answer
  }

  override asEffect(): Effect.Effect<A, E, Session | R> {
    return this.answer
  }
}

/** The rows of a model that a condition tells. */
export interface Target<M extends Model.Any> {
  readonly model: M
  readonly alias: Alias
  readonly where: Node | undefined
}

/** What callbacks are given of the rows. */
export const scopeOf = <M extends Model.Any>({ alias, model }: Target<M>): Scope<M> =>
  Expression.scope<Scope<M>>(scopeOfTable(tableOf(model), alias, false))

/** A condition that tells rows of a model. */
export type Condition<M extends Model.Any, L extends Expression.Stage> = (
  columns: NoInfer<Scope<M>>
) => Expression.Expression<boolean | null, L>

/**
 * What a write can give back of its rows: values of each.
 *
 * @category models
 * @since 0.1.0
 */
export type Returned = Fields<Expression.RowStage>

/**
 * The services that what is given back needs.
 *
 * @category models
 * @since 0.1.0
 */
export type ReturnedServices<S extends Returned> = Expression.Services<StageOf<S>>

/**
 * The rows that a write gives back of a model.
 *
 * @category models
 * @since 0.1.0
 */
export type ReturnedValues<S extends Returned> = ReadonlyArray<Values<S>>

/** What is made of a row: an instance of the model, or these values. */
export const projectionOf = (model: Model.Any, alias: Alias, fields: Returned | undefined): Projection =>
  fields === undefined
    ? { _tag: "Instance", source: alias, table: tableOf(model), optional: false }
    : {
      _tag: "Record",
      fields: Object.entries(nodesOf(fields)).map(([name, node]) => [name, { _tag: "Value", node }])
    }
