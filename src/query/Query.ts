/**
 * Reads, said fluently: a query is an immutable value, and an Effect that yields its rows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { MultipleFound, NotFound, type QueryFailed, type ReadError, type StreamError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { type Node, type Order, type Projection, type Select, selectFrom, selectTable } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import { columnsOf, type SelectedVectors, type SourceVectors } from "./vectors.ts"

export { avg, count, countDistinct, max, min, sum } from "./aggregate.ts"

/**
 * A read whose rows are `A`. `yield*` it for all rows, or end it with one of its properties.
 *
 * @category models
 * @since 0.1.0
 */
export abstract class Query<A> extends Effectable.Class<ReadonlyArray<A>, ReadError, Session> {
  /** The query as a plain value. */
  abstract readonly statement: Select<A>

  override asEffect(): Effect.Effect<ReadonlyArray<A>, ReadError, Session> {
    return this.all
  }

  /** All rows. */
  get all(): Effect.Effect<ReadonlyArray<A>, ReadError, Session> {
    return Effect.flatMap(Session, (session) => session.run(this.statement))
  }

  /** The first row, if there is one. */
  get first(): Effect.Effect<Option.Option<A>, ReadError, Session> {
    const { statement } = this
    const first = { ...statement, limit: Math.min(statement.limit ?? 1, 1) }
    return Effect.flatMap(Session, (session) => Effect.map(session.run(first), (rows) => Option.fromIterable(rows)))
  }

  /** The only row; fails where there is none, or more than one. */
  get one(): Effect.Effect<A, ReadError | NotFound | MultipleFound, Session> {
    const { statement } = this
    const two = { ...statement, limit: Math.min(statement.limit ?? 2, 2) }
    return Effect.flatMap(Session, (session) =>
      Effect.flatMap(session.run(two), (rows) => {
        const [row] = rows
        if (row !== undefined && rows.length === 1) return Effect.succeed(row)
        return Effect.flatMap(session.compile(statement), ({ sql }) =>
          Effect.fail(
            rows.length === 0 ? new NotFound({ model: nameOf(statement), criteria: sql }) : new MultipleFound({ sql })
          ))
      }))
  }

  /** The rows as they come, without holding all of them in memory. */
  get stream(): Stream.Stream<A, StreamError, Session> {
    return Stream.unwrap(Effect.map(Session, (session) => session.stream(this.statement)))
  }

  /** The number of rows. */
  get count(): Effect.Effect<number, ReadError, Session> {
    const { statement } = this
    const select = statement.limit === undefined ? { ...statement, orderBy: [] } : statement
    const counted = selectFrom<number>(
      { _tag: "SelectSource", select, alias: "counted" },
      { _tag: "Value", node: Expression.aggregate("count", undefined).node }
    )
    return Effect.flatMap(Session, (session) => Effect.map(session.run(counted), ([rows]) => rows ?? 0))
  }

  /** Whether there is a row. */
  get exists(): Effect.Effect<boolean, ReadError, Session> {
    return Effect.map(this.first, Option.isSome)
  }

  /** The text that the session's database is sent, and the values of its placeholders, as `SqlClient.unsafe` takes them. */
  get toSql(): Effect.Effect<
    { readonly sql: string; readonly parameters: ReadonlyArray<unknown> },
    QueryFailed,
    Session
  > {
    return Effect.flatMap(
      Session,
      (session) =>
        Effect.map(
          session.compile(this.statement),
          ({ parameters, sql }) => ({ sql, parameters: parameters.map(({ value }) => value) })
        )
    )
  }
}

const nameOf = ({ from }: Select<unknown>): string =>
  from._tag === "TableSource" ? from.table.model.identifier : from.alias

const isMany = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)

/** A callback may answer with one thing or with several. */
const many = <A>(given: A | ReadonlyArray<A>): ReadonlyArray<A> => isMany(given) ? given : [given]

const both = (condition: Node | undefined, further: Node): Node =>
  condition === undefined ? further : { _tag: "Logical", operator: "AND", left: condition, right: further }

/**
 * Expressions by the names they have in a result.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = Readonly<Record<string, Expression.Expression<unknown>>>

/**
 * The values of expressions of single rows, or of all rows: there an aggregate is null where there are no rows.
 *
 * @category models
 * @since 0.1.0
 */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Expression.Aggregate<infer A> ? A | null
    : F[K] extends Expression.Expression<infer A> ? A
    : never
}

/**
 * The values of expressions of a group, which has at least one row.
 *
 * @category models
 * @since 0.1.0
 */
export type GroupValues<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Expression.Expression<infer A> ? A : never
}

/** The name of a further source, or what is wrong with it. */
type SourceName<Name extends string, Rows> = [Rows] extends [never]
  ? "Give the first source a name too: `Query.from(Model, name)`"
  : Name extends keyof Rows ? `There is a source named ${Name} already`
  : Name

/**
 * Rows of one or several models. `Scope` is what callbacks are given, `Rows` the instances by the names of their sources.
 *
 * @category models
 * @since 0.1.0
 */
export class From<Scope, Rows, A> extends Query<A> {
  readonly statement: Select<A>
  private readonly scope: Scope

  constructor(statement: Select<A>, scope: Scope) {
    super()
    this.statement = statement
    this.scope = scope
  }

  /** Keeps the rows that the condition holds for; several are all required. */
  where(condition: (columns: Scope) => Expression.Expression<boolean | null>): From<Scope, Rows, A> {
    return this.with({ where: both(this.statement.where, condition(this.scope).node) })
  }

  /** Sorts; a later call sorts within what an earlier one leaves equal. */
  orderBy(order: (columns: Scope) => Order | ReadonlyArray<Order>): From<Scope, Rows, A> {
    return this.with({ orderBy: [...this.statement.orderBy, ...many(order(this.scope))] })
  }

  /** At most this many rows. */
  limit(rows: number): From<Scope, Rows, A> {
    return this.with({ limit: rows })
  }

  /** Skips this many rows. */
  offset(rows: number): From<Scope, Rows, A> {
    return this.with({ offset: rows })
  }

  /** The columns instead of rows, each whole: typed arrays of numbers, with a bitmap of the rows that have a value. */
  get columns(): Effect.Effect<SourceVectors<Scope, Rows, A>, ReadError, Session> {
    return columnsOf(this.statement)
  }

  /** Pairs each row with the rows of another model that the condition holds for. The first source needs a name too. */
  join<M extends Model.Any, const Name extends string>(
    model: M,
    name: SourceName<Name, Rows>,
    on: (columns: Scope & { readonly [K in Name]: Expression.Columns<M> }) => Expression.Expression<boolean | null>
  ): From<
    Scope & { readonly [K in Name]: Expression.Columns<M> },
    Rows & { readonly [K in Name]: M["Type"] },
    Rows & { readonly [K in Name]: M["Type"] }
  > {
    return this.joined({ kind: "inner", model, name, on })
  }

  /** As `join`, and keeps the rows that have no partner: there the other model is null. */
  leftJoin<M extends Model.Any, const Name extends string>(
    model: M,
    name: SourceName<Name, Rows>,
    on: (columns: Scope & { readonly [K in Name]: Expression.Columns<M> }) => Expression.Expression<boolean | null>
  ): From<
    Scope & { readonly [K in Name]: Expression.OptionalColumns<M> },
    Rows & { readonly [K in Name]: M["Type"] | null },
    Rows & { readonly [K in Name]: M["Type"] | null }
  > {
    return this.joined({ kind: "left", model, name, on })
  }

  /** One row for each combination of values; `select` says what else is made of the group. */
  groupBy<const Keys extends Fields>(keys: (columns: Scope) => Keys): Grouped<Scope, Keys> {
    return new Grouped(this.statement, this.scope, keys(this.scope))
  }

  /** Rows of these values instead of instances. */
  select<const Selected extends Fields>(fields: (columns: Scope) => Selected): Selection<Selected, Values<Selected>> {
    return selection(this.statement, fields(this.scope))
  }

  private with(change: Partial<Select<A>>): From<Scope, Rows, A> {
    return new From({ ...this.statement, ...change }, this.scope)
  }

  private joined<NewScope, NewRows>(join: {
    readonly kind: "inner" | "left"
    readonly model: Model.Any
    readonly name: string
    readonly on: (columns: NewScope) => Expression.Expression<boolean | null>
  }): From<NewScope, NewRows, NewRows> {
    const { kind, model, name, on } = join
    const table = tableOf(model)
    const scope = Expression.scope<NewScope>({
      ...this.scope,
      [name]: Expression.columns(table, name, kind === "left")
    })
    const source = { _tag: "TableSource", table, alias: name } as const
    const projection = withInstance(this.statement, {
      _tag: "Instance",
      source: name,
      table,
      optional: kind === "left"
    }, name)
    const joins = [...this.statement.joins, { kind, source, on: on(scope).node }]
    return new From(project<NewRows>({ ...this.statement, joins }, projection), scope)
  }
}

/** The same rows, made into something else. */
const project = <A>({ "~row": _, ...statement }: Select<unknown>, projection: Projection): Select<A> => ({
  ...statement,
  projection
})

/** The row of a join: the instances by the names of their sources. */
const withInstance = (statement: Select<unknown>, instance: Projection, name: string): Projection => {
  const { from, projection } = statement
  const fields = projection._tag === "Record" ? projection.fields : [[from.alias, projection] as const]
  return { _tag: "Record", fields: [...fields, [name, instance]] }
}

/**
 * Rows in groups; `select` says what is made of each.
 *
 * @category models
 * @since 0.1.0
 */
export class Grouped<Scope, Keys extends Fields> {
  private readonly statement: Select<unknown>
  private readonly scope: Scope
  private readonly keys: Keys

  constructor(statement: Select<unknown>, scope: Scope, keys: Keys) {
    this.statement = { ...statement, groupBy: Object.values(keys).map(({ node }) => node) }
    this.scope = scope
    this.keys = keys
  }

  /** Keeps the groups that the condition holds for. */
  having(condition: (columns: Scope) => Expression.Expression<boolean | null>): Grouped<Scope, Keys> {
    const having = both(this.statement.having, condition(this.scope).node)
    return new Grouped({ ...this.statement, having }, this.scope, this.keys)
  }

  /** One row for each group: its keys, and these values. */
  select<const Selected extends Fields>(
    fields: (columns: Scope) => Selected
  ): Selection<Keys & Selected, GroupValues<Keys & Selected>> {
    return selection(this.statement, { ...this.keys, ...fields(this.scope) })
  }
}

/**
 * Rows of selected values.
 *
 * @category models
 * @since 0.1.0
 */
export class Selection<Selected, A> extends Query<A> {
  readonly statement: Select<A>
  private readonly selected: Selected

  constructor(statement: Select<A>, selected: Selected) {
    super()
    this.statement = statement
    this.selected = selected
  }

  /** Sorts by selected values; a later call sorts within what an earlier one leaves equal. */
  orderBy(order: (selected: Selected) => Order | ReadonlyArray<Order>): Selection<Selected, A> {
    return this.with({ orderBy: [...this.statement.orderBy, ...many(order(this.selected))] })
  }

  /** At most this many rows. */
  limit(rows: number): Selection<Selected, A> {
    return this.with({ limit: rows })
  }

  /** Skips this many rows. */
  offset(rows: number): Selection<Selected, A> {
    return this.with({ offset: rows })
  }

  /** The columns instead of rows, each whole: typed arrays of numbers, with a bitmap of the rows that have a value. */
  get columns(): Effect.Effect<SelectedVectors<Selected, A>, ReadError, Session> {
    return columnsOf(this.statement)
  }

  private with(change: Partial<Select<A>>): Selection<Selected, A> {
    return new Selection({ ...this.statement, ...change }, this.selected)
  }
}

const selection = <Selected extends Fields, A>(
  statement: Select<unknown>,
  selected: Selected
): Selection<Selected, A> => {
  const fields = Object.entries(selected).map(([name, { node }]) => [name, { _tag: "Value", node }] as const)
  return new Selection(project<A>(statement, { _tag: "Record", fields }), selected)
}

/**
 * All rows of a model. With a name, callbacks are given its columns under that name, which a join needs.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Schema.Int
 * }, { table: "books" }) {}
 *
 * const long = Effect.gen(function*() {
 *   const books = yield* Query.from(Book).where((book) => book.pages.gt(500)).orderBy((book) => book.pages.desc()).limit(10)
 *   return books.map((book) => book.isbn)
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function from<M extends Model.Any>(model: M): From<Expression.Columns<M>, never, M["Type"]>
export function from<M extends Model.Any, const Name extends string>(
  model: M,
  name: Name
): From<{ readonly [K in Name]: Expression.Columns<M> }, { readonly [K in Name]: M["Type"] }, M["Type"]>
export function from(model: Model.Any, name?: string): unknown {
  const table = tableOf(model)
  const alias = name ?? table.name
  const columns = Expression.columns(table, alias, false)
  return new From(selectTable(table, alias), name === undefined ? columns : { [name]: columns })
}
