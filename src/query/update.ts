/**
 * Changes of rows that a condition tells.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import type { Invalid, UpdateError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { changeValidator } from "../session/validatePatch.ts"
import { AnyExpression } from "../sql/anyExpression.ts"
import type * as Expression from "../sql/Expression.ts"
import { columnValue } from "../sql/operand.ts"
import type { Node } from "../sql/node.ts"
import type { Assignment, Update as Statement } from "../sql/write.ts"
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

/** The fields that an update can set; how often a row was stored is counted by itself. */
type Settable<M extends Model.Any> = Exclude<Model.ChangeableField<M>, Model.VersionField<M>>

/**
 * What fields of rows are set to: values, or expressions of the rows as they were.
 *
 * @category models
 * @since 0.1.0
 */
export type Changes<M extends Model.Any> = {
  readonly [K in Settable<M>]?:
    | M["update"]["Type"][K]
    | Expression.Expression<M["update"]["Type"][K], Expression.RowStage>
}

/** Says of other fields that there are none such. */
type NoOther<C, M extends Model.Any> = {
  readonly [K in Exclude<keyof C, Settable<M>>]: `The model has no field ${K & string} to change`
}

/** The services that what is set needs. */
type ChangeServices<C> = C[keyof C] extends infer V ?
  V extends Expression.Expression<unknown, infer L> ? Expression.Services<L>
  : never
  : never

/** What is set, before it is checked. */
type Given = Readonly<Record<string, unknown>>

interface State<M extends Model.Any> extends Target<M> {
  readonly given: Given
}

/**
 * An update that doesn't say yet of which rows.
 *
 * @category models
 * @since 0.1.0
 */
export class UpdateOf<M extends Model.Any, R = never> {
  private readonly state: State<M>

  constructor(state: State<M>) {
    this.state = state
  }

  /** Sets these fields, in addition to those set before. Fields that are left out keep their values. */
  set<const C extends object & Changes<M>>(
    changes: (columns: NoInfer<Scope<M>>) => C & NoOther<C, M>
  ): UpdateOf<M, R | ChangeServices<C>> {
    return new UpdateOf({ ...this.state, given: { ...this.state.given, ...changes(scopeOf(this.state)) } })
  }

  /** Changes the rows that the condition holds for. */
  where<L extends Expression.RowStage = never>(
    condition: Condition<M, L>
  ): Update<M, R | Expression.Services<L>> {
    return new Update({ ...this.state, where: condition(scopeOf(this.state)).node })
  }

  /** Changes all rows. */
  everywhere(): Update<M, R> {
    return new Update(this.state)
  }
}

/**
 * An update, which answers with the number of rows that it changed.
 *
 * @errors UpdateError
 * @category models
 * @since 0.1.0
 */
export class Update<M extends Model.Any, R = never> extends Change<UpdateError, R> {
  private readonly state: State<M>

  constructor(state: State<M>) {
    super()
    this.state = state
  }

  /** Changes only the rows that this condition holds for, too. */
  where<L extends Expression.RowStage = never>(
    condition: Condition<M, L>
  ): Update<M, R | Expression.Services<L>> {
    return new Update({ ...this.state, where: also(this.state.where, condition(scopeOf(this.state)).node) })
  }

  /** Answers with the changed rows as they are stored, or with values of them; their order is the database's. */
  returning(): Answering<ReadonlyArray<M["Type"]>, UpdateError, R>
  returning<const S extends Returned>(
    fields: (columns: NoInfer<Scope<M>>) => S
  ): Answering<ReturnedValues<S>, UpdateError, R | ReturnedServices<S>>
  returning(fields?: (columns: NoInfer<Scope<M>>) => Returned): unknown {
    const { alias, model } = this.state
    const projection = projectionOf(model, alias, fields?.(scopeOf(this.state)))
    return new Answering(
      Effect.flatMap(
        Effect.all([Session, this.statement]),
        ([session, statement]) => session.returning(statement, projection)
      )
    )
  }

  override asEffect(): Effect.Effect<number, UpdateError, Session | R> {
    return Effect.flatMap(
      Effect.all([Session, this.statement]),
      ([session, statement]) => session.run(statement)
    )
  }

  protected get statement(): Effect.Effect<Statement, Invalid> {
    const { alias, given, model, where } = this.state
    const table = tableOf(model)
    return Effect.map(
      assignmentsOf(model, given),
      (set) => ({ _tag: "Update", table, alias, set, where })
    )
  }
}

/**
 * Changes rows of a model. It says by `where` which, or by `everywhere` that all are meant.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * // the number of rows
 * const longer = Query.update(Book)
 *   .set((book) => ({ pages: book.pages.add(1), title: "Untitled" }))
 *   .where((book) => book.pages.lt(500))
 *
 * // the rows themselves
 * const changed = longer.returning()
 * ```
 *
 * @category writes
 * @since 0.1.0
 */
export const update = <M extends Model.Stored>(model: M): UpdateOf<M, Model.WriteServices<M>> =>
  new UpdateOf({ model, alias: { name: tableOf(model).name }, given: {}, where: undefined })

/** Checks the values that are set, and puts the expressions beside them. */
const assignmentsOf = (
  model: Model.Any,
  given: Given
): Effect.Effect<ReadonlyArray<Assignment>, Invalid> => {
  const computed = new Map(
    Object.entries(given).flatMap(([field, value]) => value instanceof AnyExpression ? [[field, value.node]] : [])
  )
  const values = Object.fromEntries(Object.entries(given).filter(([field]) => !computed.has(field)))
  return Effect.map(
    changeValidator(model)(values, Array.from(computed.keys())),
    (checked) => inOrder(tableOf(model), checked, computed)
  )
}

const inOrder = (
  { columns }: Table,
  values: Given,
  computed: ReadonlyMap<string, Node>
): ReadonlyArray<Assignment> =>
  columns.flatMap((column) => {
    const node = computed.get(column.field)
    if (node !== undefined) return [{ column, node }]
    return Object.hasOwn(values, column.field) ? [{ column, node: columnValue(values[column.field], column) }] : []
  })
