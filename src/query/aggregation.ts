/**
 * What can be made of many rows.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type { Holds } from "../model/arrayKind.ts"
import * as Expression from "../sql/Expression.ts"
import { literalNode } from "../sql/literalNode.ts"
import { type Aggregate, type AggregateKind, type Node, verbatim } from "../sql/node.ts"
import { aggregateSlot } from "../sql/slot.ts"

/** What can be added up. */
type Numeric = number | bigint | BigDecimal.BigDecimal | null

type Row<A = unknown> = Expression.Expression<A, Expression.PlainStage>

/** A value of each row; one of each group makes something that only a window over groups can have. */
type RowOrGroup<A, L extends Expression.Stage> = Expression.Expression<A, L>

type Made<A, L> = "of a group" extends L ? Expression.OverGroups<A> : Expression.Aggregate<A>

/** What is made of two values of a row. */
type Both<A, B> = null extends A | B ? null : never

/** The node of an aggregate of all rows. */
export const aggregateNode = (kind: AggregateKind, operands: ReadonlyArray<Node>, distinct = false): Aggregate => ({
  _tag: "Aggregate",
  kind,
  operands,
  distinct,
  filter: undefined,
  orderBy: [],
  slot: aggregateSlot(kind, operands[0])
})

const aggregate = <E>(
  kind: AggregateKind,
  operands: ReadonlyArray<Expression.Expression<unknown>>,
  { distinct = false, further = [] }: { readonly distinct?: boolean; readonly further?: ReadonlyArray<Node> } = {}
): E =>
  Expression.scope<E>(Expression.make(aggregateNode(kind, [...operands.map(({ node }) => node), ...further], distinct)))

/**
 * A number of rows, which is 0 where there are none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Count
  extends Expression.NumberExpression<number, number, "of a group">, Expression.Certain, Expression.OverRows<number>
{
  /** Counts only the rows that the condition holds for. */
  filter(condition: Row<boolean | null>): Count
}

/**
 * The number of rows, or of rows where the expression is not null.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String,
 *   author: Schema.String,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * // of all books
 * const all = Query.from(Book).select((book) => ({
 *   books: Query.count(),
 *   authors: Query.countDistinct(book.author),
 *   about: Query.approxCountDistinct(book.author),
 *   pages: Query.sum(book.pages),
 *   mean: Query.avg(book.pages),
 *   longest: Query.max(book.pages),
 *   shortest: Query.min(book.pages),
 *   first: Query.argMin(book.title, book.pages),
 *   last: Query.argMax(book.title, book.pages)
 * }))
 *
 * // of the books of each author
 * const perAuthor = Query.from(Book).groupBy((book) => ({ author: book.author })).select((book) => ({
 *   titles: Query.joined(book.title, ", "),
 *   list: Query.list(book.title).orderBy(book.pages.desc()),
 *   allLong: Query.every(book.pages.gt(300)),
 *   oneLong: Query.some(book.pages.gt(300))
 * }))
 * ```
 *
 * @category aggregates
 * @since 0.1.0
 */
export const count = (expression?: Row): Count => aggregate("count", expression === undefined ? [] : [expression])

/**
 * The number of different values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const countDistinct = (expression: Row): Count => aggregate("count", [expression], { distinct: true })

/**
 * About how many different values there are, which is faster where a database can estimate it.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const approxCountDistinct = (expression: Row): Count => aggregate("approxCountDistinct", [expression])

/**
 * The sum of the values that are not null; exact for integers of up to 64 bits and decimals of up to 38 digits.
 *
 * Of an aggregate it is one over the groups: `Query.sum(Query.count()).over()` is the number of all rows beside each group.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const sum = <A extends Numeric, L extends Expression.PlainStage | "of a group">(
  expression: RowOrGroup<A, L>
): Made<Expression.Widened<A>, L> => aggregate("sum", [expression])

/**
 * The mean of the values that are not null, as a floating point number.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const avg = <A extends Numeric, L extends Expression.PlainStage | "of a group">(
  expression: RowOrGroup<A, L>
): Made<number | (A & null), L> => aggregate("avg", [expression])

/**
 * One of the values of an expression.
 *
 * @category models
 * @since 0.1.0
 */
export type Picked<E extends Expression.Expression<unknown>> = E extends Expression.Expression<infer A, infer L> ?
  E extends Holds<infer V> ? Made<A, L> & Holds<V> : Made<A, L>
  : never

type Pickable = Expression.Expression<unknown, Expression.PlainStage | "of a group">

/**
 * The least of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const min = <E extends Pickable>(expression: E): Picked<E> => aggregate("min", [expression])

/**
 * The greatest of the values that are not null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const max = <E extends Pickable>(expression: E): Picked<E> => aggregate("max", [expression])

/**
 * The value in the middle; the mean of both where there are two.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String,
 *   author: Schema.String,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const spread = Query.from(Book).select((book) => ({
 *   middle: Query.median(book.pages),
 *   ninth: Query.quantile(book.pages, 0.9),
 *   stored: Query.quantileDiscrete(book.pages, 0.9),
 *   usual: Query.mode(book.author),
 *   deviation: Query.standardDeviation(book.pages),
 *   variance: Query.variance(book.pages),
 *   together: Query.correlation(book.pages, book.title.length())
 * }))
 * ```
 *
 * @category aggregates
 * @since 0.1.0
 */
export const median = <A extends Numeric>(expression: Row<A>): Expression.Aggregate<number | (A & null)> =>
  aggregate("median", [expression])

/**
 * The value below which a part of the values lies, from 0 to 1, between two values in proportion.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const quantile = <A extends Numeric>(
  expression: Row<A>,
  part: number
): Expression.Aggregate<number | (A & null)> => aggregate("quantile", [expression], { further: [partNode(part)] })

/**
 * The first of the values, in their order, at which a part of them, from 0 to 1, is reached.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const quantileDiscrete = <A>(expression: Row<A>, part: number): Expression.Aggregate<A> =>
  aggregate("quantileDiscrete", [expression], { further: [partNode(part)] })

/** A part from 0 to 1, in the text itself, where DuckDB takes no parameter. */
const partNode = (part: number): Node =>
  part >= 0 && part <= 1
    ? verbatim(part.toFixed(12), { type: { _tag: "Double" }, nullable: false })
    : { _tag: "Refused", feature: `a quantile at ${part}`, instead: "Give a part from 0 to 1, such as 0.95." }

/**
 * The most frequent value; of several the least.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const mode = <A>(expression: Row<A>): Expression.Aggregate<A> => aggregate("mode", [expression])

/**
 * How far the values of a sample lie from their mean; null of a single one.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const standardDeviation = <A extends Numeric>(expression: Row<A>): Expression.Aggregate<number | null> =>
  aggregate("standardDeviation", [expression])

/**
 * The square of the standard deviation.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const variance = <A extends Numeric>(expression: Row<A>): Expression.Aggregate<number | null> =>
  aggregate("variance", [expression])

/**
 * How far two values rise together, from -1 to 1; null where one of them is always the same.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const correlation = <A extends Numeric, B extends Numeric>(
  one: Row<A>,
  other: Row<B>
): Expression.Aggregate<number | null> =>
  aggregate(
    "correlation",
    [one, other].map(({ node }) =>
      Expression.make({ _tag: "Cast", operand: node, slot: { type: { _tag: "Double" }, nullable: true } })
    )
  )

/**
 * The values as a list, nulls included, in the order that `orderBy` says.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const list = <A>(
  expression: Row<A>
): Expression.Aggregate<ReadonlyArray<A>> & Expression.Ordered<ReadonlyArray<A>> => aggregate("list", [expression])

/**
 * The texts that are not null as one, with a separator between them, in the order that `orderBy` says.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const joined = <A extends string | null>(
  expression: Row<A>,
  separator: string
): Expression.Aggregate<string | (A & null)> & Expression.Ordered<string | (A & null)> =>
  aggregate("joined", [expression], { further: [literalNode(separator)] })

/**
 * Whether the condition holds for all rows for which it is known.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const every = <A extends boolean | null>(condition: Row<A>): Expression.Aggregate<boolean | (A & null)> =>
  aggregate("every", [condition])

/**
 * Whether the condition holds for a row.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const some = <A extends boolean | null>(condition: Row<A>): Expression.Aggregate<boolean | (A & null)> =>
  aggregate("some", [condition])

/**
 * The value of the row in which another value is least, of the rows that have both.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const argMin = <A, B>(expression: Row<A>, by: Row<B>): Expression.Aggregate<NonNullable<A> | Both<A, B>> =>
  aggregate("argMin", [expression, by])

/**
 * The value of the row in which another value is greatest, of the rows that have both.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const argMax = <A, B>(expression: Row<A>, by: Row<B>): Expression.Aggregate<NonNullable<A> | Both<A, B>> =>
  aggregate("argMax", [expression, by])
