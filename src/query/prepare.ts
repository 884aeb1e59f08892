/**
 * Queries that are built and compiled once, and run with other values each time.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { columnsOf, type TableColumn, tableOf } from "../model/Table.ts"
import type { ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import * as Expression from "../sql/Expression.ts"
import type { Value } from "../sql/node.ts"
import { columnValue } from "../sql/operand.ts"
import type { ParameterValues } from "../sql/placeholder.ts"
import { Included } from "./include.ts"
import type { Query } from "./read.ts"
import { PreparedQuery, Run, sharing } from "./run.ts"

/**
 * What a prepared query is given when it is run: names, and the schemas of the values, such as a model's fields. A value is sent as a column
 * of its schema stores it.
 *
 * @category models
 * @since 0.1.0
 */
export type Parameters = Readonly<Record<string, Schema.Top>>

/**
 * The parameters of a prepared query as expressions, to be used where values are.
 *
 * @category models
 * @since 0.1.0
 */
export type ParametersOf<P extends Parameters> = {
  readonly [K in keyof P]: Expression.Of<P[K]["Type"], never> & Expression.Parameter<P[K]["Type"]>
}

/**
 * The values of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type ParameterTypes<P extends Parameters> = { readonly [K in keyof P]: P[K]["Type"] }

/**
 * A query that can be prepared.
 *
 * @category models
 * @since 0.1.0
 */
export type Preparable = Query<unknown, unknown> | Included<unknown, unknown, unknown>

/**
 * A run of a prepared query, which is an Effect of its rows, and ends as any query does. It is what it is: there is no refining it.
 *
 * @category models
 * @since 0.1.0
 */
export type Asked<Q extends Preparable> = Q extends Query<infer A, infer R> ? Query<A, Exclude<R, Session>>
  : Q extends Included<unknown, infer A, infer R> ? AskedWith<A, Exclude<R, Session>>
  : never

/**
 * A run of a prepared query whose rows come with related ones.
 *
 * @category models
 * @since 0.1.0
 */
export interface AskedWith<A, R>
  extends
    Effect.Effect<ReadonlyArray<A>, ReadError, Session | R>,
    Pick<Included<unknown, A, R>, "all" | "first" | "one" | "stream" | "changes" | "count" | "exists" | "toSql">
{}

/**
 * A query that is built and compiled once, and then run with other values each time, which costs no more than to send them. Where a value
 * stands in a query, the callback uses a parameter: an expression of the type of its schema, which also is a limit or an offset, and a
 * list for `in`. It answers as the query would that is written with the values. The text is made by the first run on each database.
 *
 * A value that is none of its column fails with `QueryFailed`, and a schema that has no column type throws `InvalidModel`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   author: Schema.String,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const longer = Query.prepare(
 *   { author: Book.fields.author, pages: Book.fields.pages, most: Schema.Int },
 *   ({ author, most, pages }) =>
 *     Query.from(Book).where((book) => book.author.eq(author).and(book.pages.gt(pages))).limit(most)
 * )
 *
 * const program = Effect.gen(function*() {
 *   const books = yield* longer({ author: "Borges", pages: 200, most: 10 })
 *   const some = yield* longer({ author: "Bioy Casares", pages: 300, most: 10 }).exists
 *   return { books, some }
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const prepare = <const P extends Parameters, Q extends Preparable>(
  parameters: P,
  query: (parameters: ParametersOf<P>) => Q
): (values: ParameterTypes<P>) => Asked<Q> => {
  const made = (valueOf: (name: string, column: TableColumn) => Value): Q => {
    const expressions = Object.entries(parameters).flatMap(([name, schema]) =>
      columnsOf("a prepared query", { [name]: schema }).map((column) =>
        [name, Expression.make(valueOf(name, likeItsTarget(column)))] as const
      )
    )
    return query(Expression.scope<ParametersOf<P>>(Object.fromEntries(expressions)))
  }
  const shared = lazily(() =>
    sharing<Preparable>(
      made((name, column) => ({ ...columnValue(undefined, column), placeholder: (values) => values[name] }))
    )
  )
  return (values: ParameterValues) => {
    const run = new Run(shared(), values, () => made((name, column) => columnValue(values[name], column)))
    return inRun<Asked<Q>>(run)
  }
}

/** A value that refers to a row is sent as what it refers to: a plain text that names a uuid is a uuid. */
const likeItsTarget = (column: TableColumn): TableColumn => {
  const { reference } = column
  if (reference === undefined) return column
  const target = tableOf(reference.model()).columns.find(({ field }) => field === reference.field)
  return { ...column, type: target?.type ?? column.type }
}

const itself = (query: Preparable): Preparable => query

/** The query in a run. */
const inRun = <A>(run: Run<Preparable>): A => {
  const query = run.once(itself)
  const asked: unknown = query instanceof Included
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the callback makes the same kind of query each time
    ? query.inRun(run as Run<typeof query>)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    : new PreparedQuery(run as Run<typeof query>)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the rows of the query that the type is made of
  return asked as A
}

/** What is made the first time that it is needed: models may be declared later than a query that is prepared. */
const lazily = <A>(make: () => A): () => A => {
  let known: { readonly made: A } | undefined
  return () => (known ??= { made: make() }).made
}
