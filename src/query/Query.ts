/**
 * Reads, said fluently: a query is an immutable value, and an Effect that yields its rows.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { selectFrom } from "../sql/ast.ts"
import { type Derived, openSource, type Source } from "./derived.ts"
import { From } from "./from.ts"
import type { Lifted } from "./lifted.ts"
import type { Scope } from "./scope.ts"

export {
  approxCountDistinct,
  argMax,
  argMin,
  avg,
  correlation,
  count,
  countDistinct,
  every,
  joined,
  list,
  max,
  median,
  min,
  mode,
  quantile,
  quantileDiscrete,
  some,
  standardDeviation,
  sum,
  variance
} from "./aggregation.ts"
export type { Count, Picked } from "./aggregation.ts"
export { caseWhen, cast, coalesce, greatest, least, literal, nullIf, tryCast } from "./choice.ts"
export { and, not, optional, or } from "./condition.ts"
export { Cte, cte, recursive } from "./cte.ts"
export type {
  ColumnsOf,
  Derived,
  Optional,
  OptionalColumnsOf,
  OptionalRowOf,
  RowOf,
  ServicesOf,
  Source
} from "./derived.ts"
export { Delete, DeleteOf, remove as delete } from "./delete.ts"
export { From } from "./from.ts"
export { Grouped, type GroupKeys } from "./grouped.ts"
export { type Include, Included, type IncludedRows, type ManyOptions, type OneOptions } from "./include.ts"
export { Insert, insert, InsertFrom, InsertInto, type NewRow } from "./insert.ts"
export { acrossTenants, type Lifted, withDeleted } from "./lifted.ts"
export { type NumberedPage, numberedPage, type Page, page, type Pageable } from "./page.ts"
export {
  type Asked,
  type AskedWith,
  type Parameters,
  type ParametersOf,
  type ParameterTypes,
  type Preparable,
  prepare
} from "./prepare.ts"
export { Query, type Sql } from "./read.ts"
export type { Many, One, OptionalScope, Related, RelatedStage, Scope } from "./scope.ts"
export {
  type DerivedColumns,
  type Fields,
  type FieldServices,
  type GroupValues,
  Selection,
  type Values
} from "./selection.ts"
export { exists, notExists, scalar } from "./subquery.ts"
export { Tuple, tuple } from "./tuple.ts"
export { type Changes, Update, update, UpdateOf } from "./update.ts"
export { Upsert, upsert, UpsertInto } from "./upsert.ts"
export { Given, grouping, pivot, struct, unnest, unpivot, values } from "./values.ts"
export {
  cumeDist,
  denseRank,
  firstValue,
  lag,
  lastValue,
  lead,
  nthValue,
  ntile,
  percentRank,
  rank,
  rowNumber,
  type WindowOnly
} from "./window.ts"
export { Answering, Change, type Returned, type ReturnedServices, type ReturnedValues, Write } from "./write.ts"

/**
 * All rows of a model, or of another query. With a name, callbacks are given the columns under that name, which a join needs.
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
export function from<M extends Model.Any>(
  model: M
): From<Scope<M>, never, M["Type"], Model.Services<M>>
export function from<M extends Model.Any, const Name extends string>(
  model: M,
  name: Name
): From<
  { readonly [K in Name]: Scope<M> },
  { readonly [K in Name]: M["Type"] },
  M["Type"],
  Model.Services<M>
>
export function from<M extends Model.Any, R>(
  model: Lifted<M, R>
): From<Scope<M>, never, M["Type"], R>
export function from<M extends Model.Any, R, const Name extends string>(
  model: Lifted<M, R>,
  name: Name
): From<{ readonly [K in Name]: Scope<M> }, { readonly [K in Name]: M["Type"] }, M["Type"], R>
export function from<C, A, R, const Name extends string>(
  rows: Derived<C, A, R>,
  name: Name
): From<{ readonly [K in Name]: C }, { readonly [K in Name]: A }, A, R>
export function from(source: Source, name?: string): unknown {
  const alias = { name: name ?? nameOf(source) }
  const opened = openSource(source, alias, false)
  return new From(
    selectFrom(opened.source, opened.projection),
    name === undefined ? opened.columns : { [name]: opened.columns }
  )
}

const nameOf = (source: Source): string => {
  if ("derivedSource" in source) return "rows"
  return tableOf("lifted" in source ? source.model : source).name
}
