/**
 * Queries inside of expressions.
 *
 * @since 0.1.0
 */
import * as Expression from "../sql/Expression.ts"
import { slotOf } from "../sql/slot.ts"
import type { Query } from "./read.ts"

/**
 * Whether a query has a row. It may use the columns of the query around it.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.primaryKey(Schema.Int),
 *   name: Schema.String
 * }, { table: "authors" }) {}
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   authorId: Schema.Int,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const published = Query.from(Author).where((author) =>
 *   Query.exists(Query.from(Book).where((book) => book.authorId.eq(author.id)))
 * )
 * const waiting = Query.from(Author).where((author) =>
 *   Query.notExists(Query.from(Book).where((book) => book.authorId.eq(author.id)))
 * )
 * const longest = Query.from(Author).select((author) => ({
 *   name: author.name,
 *   pages: Query.scalar(
 *     Query.from(Book).where((book) => book.authorId.eq(author.id)).select((book) => ({ pages: Query.max(book.pages) }))
 *   )
 * }))
 * ```
 *
 * @category subqueries
 * @since 0.1.0
 */
export const exists = <R>(query: Query<unknown, R>): Expression.Condition<Expression.Needs<R>> =>
  Expression.make({ _tag: "Exists", read: query.statement })

/**
 * Whether a query has no row.
 *
 * @category subqueries
 * @since 0.1.0
 */
export const notExists = <R>(query: Query<unknown, R>): Expression.Condition<Expression.Needs<R>> => exists(query).not()

/**
 * The value of the one row and column of a query; null where there is no row, and a failure of the database where there are several.
 *
 * @category subqueries
 * @since 0.1.0
 */
export const scalar = <A, L extends Expression.Stage>(
  query: Expression.ColumnQuery<A, L>
): Expression.Of<A | null, L> => {
  const read = query.statement
  const [field] = read.projection._tag === "Record" ? read.projection.fields : []
  const slot = field?.[1]._tag === "Value" ? slotOf(field[1].node) : slotOf({ _tag: "Exists", read })
  return Expression.of<A | null, L>({ _tag: "Scalar", read, slot: { ...slot, nullable: true } })
}
