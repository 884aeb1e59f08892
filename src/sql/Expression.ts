/**
 * Typed expressions: columns and what can be asked of them.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type { Pipeable } from "effect/Pipeable"
import type { ArrayOf, Holds } from "../model/arrayKind.ts"
import type * as Model from "../model/Model.ts"
import type { Table } from "../model/Table.ts"
import { AnyExpression } from "./anyExpression.ts"
import type { Select } from "./ast.ts"
import type { ListExpression } from "./ListExpression.ts"
import { type Alias, fieldOf, type Node, type Order } from "./node.ts"
import type { NumberExpression, Widened } from "./NumberExpression.ts"
import type { StructExpression } from "./StructExpression.ts"
import type { TextExpression } from "./TextExpression.ts"
import type { Time, TimeExpression } from "./TimeExpression.ts"

export type {
  Aggregate,
  Aggregated,
  BranchOf,
  BranchValue,
  Case,
  Ordered,
  OverGroups,
  OverRows,
  Windowed
} from "./AggregateExpression.ts"
export type { ListExpression } from "./ListExpression.ts"
export type { NumberExpression, Widened } from "./NumberExpression.ts"
export type { Part, StructExpression } from "./StructExpression.ts"
export type { TextExpression } from "./TextExpression.ts"
export type { Time, TimeExpression, TimeUnit } from "./TimeExpression.ts"

/**
 * What an expression is made of, in words that an error message can show: a value of each row, one of a group of rows, or one of
 * the rows around each row. A constant is none of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Stage = "of each row" | "of a group" | "of a window" | Needs<unknown>

/**
 * Beside its stages, an expression tells the services that it needs, as where it asks a model whose rows a service chooses.
 *
 * @category models
 * @since 0.1.0
 */
export interface Needs<out R> {
  readonly "~needs": R
}

/**
 * The services that expressions of these stages need.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<L> = L extends Needs<infer R> ? R : never

/**
 * The stage of single rows, of expressions that need no services.
 *
 * @category models
 * @since 0.1.0
 */
export type PlainStage = "of each row" | Needs<never>

/**
 * The stages before rows are grouped.
 *
 * @category models
 * @since 0.1.0
 */
export type RowStage = "of each row" | Needs<unknown>

/**
 * The stages once rows are grouped.
 *
 * @category models
 * @since 0.1.0
 */
export type GroupStage = "of a group" | "of a window" | Needs<unknown>

/**
 * An expression whose value is an `A`. What it is compared to has the same type; `null` is asked for with `isNull`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expression<out A, out L extends Stage = Stage> {
  readonly node: Node
  readonly "~value": A
  readonly "~stage": L
  /** Equal to. */
  eq<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** Not equal to; a row where either is null is not found. */
  ne<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** Greater than. */
  gt<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** Greater than or equal to. */
  gte<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** Less than. */
  lt<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** Less than or equal to. */
  lte<L2 extends Stage = never>(value: Operand<A, L2>): Condition<L | NoInfer<L2>>
  /** From `least` to `most`, both included. */
  between<L2 extends Stage = never, L3 extends Stage = never>(
    least: Operand<A, L2>,
    most: Operand<A, L3>
  ): Condition<L | NoInfer<L2 | L3>>
  /** Equal to it, or both are null: never unknown. */
  is<L2 extends Stage = never>(value: Operand<A, L2> | null): Condition<L | NoInfer<L2>>
  /** Not equal to it, and not both null: never unknown. */
  isNot<L2 extends Stage = never>(value: Operand<A, L2> | null): Condition<L | NoInfer<L2>>
  /**
   * One of these values; of none, when there are none. They are sent as one list, however many. A query of one column gives them
   * by its rows, and a parameter of a prepared query each time anew.
   */
  in<L2 extends Stage = never>(
    values:
      | ReadonlyArray<NonNullable<A>>
      | ColumnQuery<NonNullable<A> | null, L2>
      | Parameter<ReadonlyArray<NonNullable<A>>>
  ): Condition<L | NoInfer<L2>>
  /** None of these values. */
  notIn<L2 extends Stage = never>(
    values: ReadonlyArray<NonNullable<A>> | ColumnQuery<NonNullable<A>, L2> | Parameter<ReadonlyArray<NonNullable<A>>>
  ): Condition<L | NoInfer<L2>>
  /** Is null. */
  isNull(): Condition<L>
  /** Is not null. */
  isNotNull(): Condition<L>
  /** Ascending order, nulls last. */
  asc(): Order
  /** Descending order, nulls last. Where it may be null, no plain index of PostgreSQL has this order, but that of `descNullsFirst`. */
  desc(): Order
  /** Ascending order, nulls first. */
  ascNullsFirst(): Order
  /** Descending order, nulls first. */
  descNullsFirst(): Order
}

/**
 * What a value can be compared to: a value of the same type, or another expression of it.
 *
 * @category models
 * @since 0.1.0
 */
export type Operand<A, L extends Stage = Stage> = NonNullable<A> | Expression<NonNullable<A> | null, L>

/**
 * A parameter of a prepared query, whose value each run tells.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parameter<out A> {
  readonly node: Node
  readonly "~parameter": A
}

/**
 * Null, where an operand may be null: what is made of it is null there too.
 *
 * @category models
 * @since 0.1.0
 */
export type NullOf<O> = O extends Expression<infer A> ? A & null : never

/**
 * The stages of an operand; a plain value has none.
 *
 * @category models
 * @since 0.1.0
 */
export type StageOf<O> = O extends Expression<unknown, infer L> ? L : never

/**
 * A query whose rows have one column, which an expression can take as its values.
 *
 * @category models
 * @since 0.1.0
 */
export interface ColumnQuery<out A, out L extends Stage = Stage> {
  readonly statement: Select<unknown>
  readonly "~column": A
  readonly "~needed": L
}

/**
 * A value that is there also where there are no rows to make it of, such as their number.
 *
 * @category models
 * @since 0.1.0
 */
export interface Certain {
  readonly "~certain": true
}

/**
 * An expression that holds, or doesn't, or is unknown where it met a null.
 *
 * @category models
 * @since 0.1.0
 */
export interface Condition<out L extends Stage = PlainStage> extends Expression<boolean | null, L> {
  /** Both hold. */
  and<L2 extends Stage>(other: Expression<boolean | null, L2>): Condition<L | NoInfer<L2>>
  /** One of both holds. */
  or<L2 extends Stage>(other: Expression<boolean | null, L2>): Condition<L | NoInfer<L2>>
  /** The opposite. */
  not(): Condition<L>
}

/**
 * The expression of a field with values of type `A`, with the methods that type has.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<A, L extends Stage = PlainStage> = [NonNullable<A>] extends [never] ? Expression<A, L>
  : [NonNullable<A>] extends [string] ? TextExpression<A, L>
  : [NonNullable<A>] extends [boolean] ? Expression<A, L> & Condition<L>
  : [NonNullable<A>] extends [number | bigint | BigDecimal.BigDecimal] ? NumberExpression<A, Widened<A>, L>
  : [NonNullable<A>] extends [Time] ? TimeExpression<A, L>
  : [NonNullable<A>] extends [ReadonlyArray<infer Item>] ? ListExpression<A, Item, L>
  : [NonNullable<A>] extends [Pipeable | Uint8Array] ? Expression<A, L>
  : [NonNullable<A>] extends [object] ? StructExpression<A, L>
  : Expression<A, L>

/**
 * The expression of a field: that of its values, which also tells where these have an array of their own kind.
 *
 * @category models
 * @since 0.1.0
 */
export type OfField<S, A> = [ArrayOf<S>] extends [never] ? Of<A, "of each row">
  : Of<A, "of each row"> & Holds<ArrayOf<S>>

/**
 * The columns of a model, as expressions.
 *
 * @category models
 * @since 0.1.0
 */
export type Columns<M extends Model.Any> = {
  readonly [K in keyof M["fields"]]: OfField<M["fields"][K], M["fields"][K]["Type"]>
}

/**
 * The columns of a model that a row may lack.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalColumns<M extends Model.Any> = {
  readonly [K in keyof M["fields"]]: OfField<M["fields"][K], M["fields"][K]["Type"] | null>
}

/**
 * The expression of a node.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E extends Expression<unknown>>(node: Node): E =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one class has the methods of all types; the caller's type says which are meant
  new AnyExpression(node) as unknown as E

/**
 * The expression of a node whose value is an `A`, with the methods that type has.
 *
 * @example
 * ```ts
 * import { Column, Expression, Model, Query, Table } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * // what expressions of one's own are made of; queries hand out those of their sources
 * const columns = Expression.columns(Table.tableOf(Book), { name: "books" }, false)
 * const book = Expression.scope<Expression.Columns<typeof Book>>(columns)
 * const same = Expression.of<number, "of each row">(book.pages.node)
 * const also = Expression.make<Expression.Expression<number>>(book.pages.node)
 * const long = Query.from(Book).where(({ pages }) => Expression.equal(pages.node, 500))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <A, L extends Stage>(node: Node): Of<A, L> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one class has the methods of all types; the caller's type says which are meant
  new AnyExpression(node) as unknown as Of<A, L>

/**
 * Whether a node equals a value of its own type.
 *
 * @category constructors
 * @since 0.1.0
 */
export const equal = (node: Node, value: unknown): Condition<"of each row"> =>
  make(new AnyExpression(node).eq(value).node)

/**
 * The columns of a table under an alias.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columns = (
  table: Table,
  source: Alias,
  optional: boolean
): Readonly<Record<string, Expression<unknown>>> => {
  const expressions: Record<string, Expression<unknown>> = {}
  for (const column of table.columns) expressions[column.field] = make(fieldOf(source, column, optional))
  return expressions
}

/**
 * What a callback is given: expressions by name, with the types the query knows for them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scope = <Scope>(expressions: object): Scope =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of the models that the type is computed from
  expressions as Scope
