/**
 * Rows of one or several sources.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Grouping, Lock, Sample, Select } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import type { Order } from "../sql/node.ts"
import {
  type ColumnsOf,
  type Optional,
  type OptionalColumnsOf,
  type OptionalRowOf,
  type RowOf,
  type ServicesOf,
  type Source
} from "./derived.ts"
import { Grouped, groupsOf, keysOf } from "./grouped.ts"
import { type Include, Included, type IncludedRows, type IncludedServices, type Known, type Shown } from "./include.ts"
import { loadsOf, type Plan } from "./loading.ts"
import {
  type Joining,
  joinTo,
  type OptionalRows,
  type OptionalScope,
  type Pairing,
  type SourceName,
  type With,
  type WithRow
} from "./joining.ts"
import { overall } from "./overall.ts"
import { also, many, Query } from "./read.ts"
import { countedRows, type RowCount } from "./rowCount.ts"
import {
  type Fields,
  type FieldServices,
  nodesOf,
  selectFields,
  type Selection,
  type StageOf,
  type Values
} from "./selection.ts"
import { columnsOf, type SourceVectors } from "./vectors.ts"

type Condition<L extends Expression.Stage = Expression.PlainStage> = Expression.Expression<boolean | null, L>

/** What is selected, or what is wrong with it. */
type Selected<S extends Fields, R> = ["of each row" | "of a group"] extends [StageOf<S>]
  ? "Values of single rows beside aggregates: group the rows by the former, with `groupBy`"
  : Selection<S, Values<S>, R | FieldServices<S>>

/**
 * Rows of one or several sources. `Scope` is what callbacks are given, `Rows` the rows by the names of their sources, and `R` the
 * services that the query needs beside the session.
 *
 * @category models
 * @since 0.1.0
 */
export class From<Scope, Rows, A, R = never> extends Query<A, R> {
  /** The query as a plain value. */
  readonly statement: Select<A>
  private readonly scope: Scope

  constructor(statement: Select<A>, scope: Scope) {
    super()
    this.statement = statement
    this.scope = scope
  }

  /** Keeps the rows that the condition holds for; several are all required. */
  where<L extends Expression.RowStage = never>(
    condition: (columns: NoInfer<Scope>) => Condition<L>
  ): From<Scope, Rows, A, R | Expression.Services<L>> {
    return this.changed({ where: also(this.statement.where, condition(this.scope).node) })
  }

  /** Keeps the rows that a condition on windows holds for, once these are made. */
  qualify<L extends Expression.Stage = never>(
    condition: (columns: NoInfer<Scope>) => Condition<L>
  ): From<Scope, Rows, A, R | Expression.Services<L>> {
    return this.changed({ qualify: also(this.statement.qualify, condition(this.scope).node) })
  }

  /** Sorts; a later call sorts within what an earlier one leaves equal. */
  orderBy(order: (columns: Scope) => Order | ReadonlyArray<Order>): From<Scope, Rows, A, R> {
    return this.changed({ orderBy: [...this.statement.orderBy, ...many(order(this.scope))] })
  }

  /** Equal rows once. */
  distinct(): From<Scope, Rows, A, R> {
    return this.changed({ distinct: true })
  }

  /** Of the rows that are equal in these values the first by the query's order, which has to begin with them. */
  distinctOn(
    values: (columns: Scope) => Expression.Expression<unknown> | ReadonlyArray<Expression.Expression<unknown>>
  ): From<Scope, Rows, A, R> {
    return this.changed({ distinct: many(values(this.scope)).map(({ node }) => node) })
  }

  /** At most this many rows. */
  limit(rows: RowCount): From<Scope, Rows, A, R> {
    return this.changed({ limit: countedRows(rows) })
  }

  /** Skips this many rows. */
  offset(rows: RowCount): From<Scope, Rows, A, R> {
    return this.changed({ offset: countedRows(rows) })
  }

  /** Draws about this part of the first source's rows by chance, before anything else is asked of them. */
  sample(
    percent: number,
    { by = "rows", seed }: Partial<Pick<Sample, "by" | "seed">> = {}
  ): From<Scope, Rows, A, R> {
    const { from } = this.statement
    return from._tag === "TableSource" ? this.changed({ from: { ...from, sample: { percent, by, seed } } }) : this
  }

  /** Rows of the first source that are deleted softly are found, too; see `Query.withDeleted` for those of others. */
  withDeleted(): From<Scope, Rows, A, R> {
    const { from } = this.statement
    return from._tag === "TableSource"
      ? this.changed({ from: { ...from, lifted: [...from.lifted ?? [], "deleted"] } })
      : this
  }

  /** Locks the rows until the transaction ends, so that no other one changes them. */
  lock(strength: Lock["strength"], wait: Lock["wait"] = "wait"): From<Scope, Rows, A, R> {
    return this.changed({ lock: { strength, wait } })
  }

  /** The columns instead of rows, each whole: typed arrays of numbers, with a bitmap of the rows that have a value. */
  get columns(): Effect.Effect<SourceVectors<Scope, Rows, A>, ReadError, Session | R> {
    return columnsOf(this.statement)
  }

  /** Pairs each row with the rows of another source that the condition holds for. The first source needs a name too. */
  join<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    on: (columns: NoInfer<With<Scope, Name, ColumnsOf<S>>>) => Condition
  ): From<
    With<Scope, Name, ColumnsOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "inner", source, name, on })
  }

  /** As `join`, and keeps the rows that have no partner: there the other source's row is null. */
  leftJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    on: (columns: NoInfer<With<Scope, Name, ColumnsOf<S>>>) => Condition
  ): From<
    With<Scope, Name, OptionalColumnsOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "left", source, name, on })
  }

  /** As `join`, and keeps the rows of the other source that have no partner: there the rows of all sources before are null. */
  rightJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    on: (columns: NoInfer<With<Scope, Name, ColumnsOf<S>>>) => Condition
  ): From<
    With<OptionalScope<Scope>, Name, ColumnsOf<S>>,
    WithRow<OptionalRows<Rows>, Name, RowOf<S>>,
    WithRow<OptionalRows<Rows>, Name, RowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "right", source, name, on })
  }

  /** As `join`, and keeps the rows of both sides that have no partner: there the other side's rows are null. */
  fullJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    on: (columns: NoInfer<With<Scope, Name, ColumnsOf<S>>>) => Condition
  ): From<
    With<OptionalScope<Scope>, Name, OptionalColumnsOf<S>>,
    WithRow<OptionalRows<Rows>, Name, OptionalRowOf<S>>,
    WithRow<OptionalRows<Rows>, Name, OptionalRowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "full", source, name, on })
  }

  /** Pairs each row with every row of another source. */
  crossJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>
  ): From<
    With<Scope, Name, ColumnsOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "cross", source, name })
  }

  /** Pairs each row with the rows of a query that is made for it. */
  joinLateral<S extends Source, const Name extends string>(
    name: SourceName<Name, Rows>,
    source: (columns: NoInfer<Scope>) => S
  ): From<
    With<Scope, Name, ColumnsOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "cross", source: source(this.scope), name, lateral: true })
  }

  /** As `joinLateral`, and keeps the rows for which the query has none: there its values are null. */
  leftJoinLateral<S extends Source, const Name extends string>(
    name: SourceName<Name, Rows>,
    source: (columns: NoInfer<Scope>) => S
  ): From<
    With<Scope, Name, OptionalColumnsOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "left", source: source(this.scope), name, lateral: true })
  }

  /**
   * Pairs each row with one row of another source: of those that `on` holds for the nearest by `nearest`, such as the last one
   * before it. Rows that have none are dropped.
   */
  asofJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    pairing: Pairing<NoInfer<With<Scope, Name, ColumnsOf<S>>>>
  ): From<
    With<Scope, Name, ColumnsOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    WithRow<Rows, Name, RowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "asof", source, name, ...pairing })
  }

  /** As `asofJoin`, and keeps the rows that have none: there the other source's row is null. */
  asofLeftJoin<S extends Source, const Name extends string>(
    source: S,
    name: SourceName<Name, Rows>,
    pairing: Pairing<NoInfer<With<Scope, Name, ColumnsOf<S>>>>
  ): From<
    With<Scope, Name, OptionalColumnsOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    WithRow<Rows, Name, OptionalRowOf<S>>,
    R | ServicesOf<S>
  > {
    return this.joined({ kind: "asofLeft", source, name, ...pairing })
  }

  /** One row for each combination of values; `select` says what else is made of the group. */
  groupBy<const Keys extends Fields<Expression.PlainStage>>(
    keys: (columns: NoInfer<Scope>) => Keys
  ): Grouped<Scope, Keys, R> {
    return this.grouped("plain", keys(this.scope))
  }

  /** As `groupBy`, and one row more for each group of the keys before the last, and so on to all rows: there the keys are null. */
  rollup<const Keys extends Fields<Expression.PlainStage>>(
    keys: (columns: NoInfer<Scope>) => Keys
  ): Grouped<Scope, Optional<Keys>, R> {
    return this.grouped("rollup", keys(this.scope))
  }

  /** As `groupBy`, for every subset of the keys: those that are not in it are null. */
  cube<const Keys extends Fields<Expression.PlainStage>>(
    keys: (columns: NoInfer<Scope>) => Keys
  ): Grouped<Scope, Optional<Keys>, R> {
    return this.grouped("cube", keys(this.scope))
  }

  /** As `groupBy`, for each of these sets of the keys: those that are not in it are null. */
  groupingSets<const Keys extends Fields<Expression.PlainStage>>(
    keys: (columns: NoInfer<Scope>) => Keys,
    sets: ReadonlyArray<ReadonlyArray<keyof Keys & string>>
  ): Grouped<Scope, Optional<Keys>, R> {
    return this.grouped("sets", keys(this.scope), sets)
  }

  /**
   * Related rows as properties of each row, by the names of their relations: all of them, or as options say. They are read by one
   * more query for each relation; those of few rows may come in the same.
   */
  include<const I extends Include<Scope>>(
    relations: I & Known<Scope, I>
  ): Included<Scope, A & IncludedRows<Scope, I>, R | IncludedServices<Scope, I>> {
    return this.included({ loads: loadsOf(this.scope, relations) })
  }

  /** Further values as properties of each row, such as computed columns or the number of related rows. */
  with<const F extends Fields<Expression.RowStage | "of a window">>(
    values: (columns: NoInfer<Scope>) => F
  ): Included<Scope, A & Shown<Values<F>>, R | FieldServices<F>> {
    return this.included({ values: nodesOf(values(this.scope)) })
  }

  /** Rows of these values instead of whole rows. */
  select<const S extends Fields>(fields: (columns: NoInfer<Scope>) => S): Selected<S, R>
  select(fields: (columns: Scope) => Fields): unknown {
    return selectFields(this.statement, nodesOf(fields(this.scope)))
  }

  /**
   * Aggregates of all rows as one record. There is always one: of no rows a count is 0, and what is made of their values is null. It is
   * made of the rows that `where` lets through; of a part of them, such as a page, it is refused.
   *
   * @errors ReadError
   *
   * @example
   * ```ts
   * import { Column, Model, Query } from "andamios-orm"
   * import { Effect, Schema } from "effect"
   *
   * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String), pages: Column.int32 }, {
   *   table: "books"
   * }) {}
   *
   * const shelf = Query.from(Book)
   *   .where((book) => book.pages.gt(100))
   *   .aggregate((book) => ({ books: Query.count(), longest: Query.max(book.pages) }))
   *
   * const program = Effect.gen(function*() {
   *   const { books, longest } = yield* shelf
   *   yield* Effect.log(longest === null ? "no books" : `${books} books, the longest has ${longest} pages`)
   * })
   * ```
   */
  aggregate<const S extends Fields<"of a group" | Expression.Needs<unknown>>>(
    fields: (columns: NoInfer<Scope>) => S
  ): Effect.Effect<Values<S>, ReadError, Session | R | FieldServices<S>> {
    return overall(this.statement, nodesOf(fields(this.scope)))
  }

  private included<A2, R2>(plan: Partial<Plan>): Included<Scope, A2, R2> {
    return new Included(this.statement, this.scope, { keeps: true, values: {}, loads: [], ...plan })
  }

  private changed<R2 = R>(change: Partial<Select<A>>): From<Scope, Rows, A, R2> {
    return new From({ ...this.statement, ...change }, this.scope)
  }

  private grouped<Keys extends Fields>(
    kind: Grouping["kind"],
    keys: Fields,
    sets: ReadonlyArray<ReadonlyArray<string>> = [Object.keys(keys)]
  ): Grouped<Scope, Keys, R> {
    const known = kind === "plain" ? keys : keysOf(keys, sets)
    const statement = { ...this.statement, grouping: groupsOf(kind, keys, sets) }
    return new Grouped(statement, this.scope, Expression.scope<Keys>(known))
  }

  private joined<Visible, NewScope, NewRows, R2>(join: Joining<Visible>): From<NewScope, NewRows, NewRows, R2> {
    const { scope, statement } = joinTo<Visible, NewScope, NewRows>(this.statement, this.scope, join)
    return new From(statement, scope)
  }
}
