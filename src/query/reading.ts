/**
 * What can be asked for of the rows of a query, by the verbs that all of them have.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { operation } from "../session/operation.ts"
import type { InvalidCursor, ReadError, StreamError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type * as Expression from "../sql/Expression.ts"
import type { Order } from "../sql/node.ts"
import type { From } from "./from.ts"
import { type NumberedPage, numberedPage, type Page, page } from "./page.ts"
import type { Query } from "./read.ts"

/**
 * A condition on columns.
 *
 * @category models
 * @since 0.1.0
 */
export type Condition<Columns, R> = (
  columns: Columns
) => Expression.Expression<boolean | null, "of each row" | Expression.Needs<R>>

/**
 * Which rows are paged through, in which order, and how many are on a page.
 *
 * @category models
 * @since 0.1.0
 */
export interface PageOptions<Columns, R> {
  /** How many rows are on a page, at least 1. */
  readonly size: number
  /** Only the rows that this holds for. */
  readonly where?: Condition<Columns, R>
  /** What leaves rows equal is told apart by their primary keys. */
  readonly orderBy?: (columns: Columns) => Order | ReadonlyArray<Order>
}

/**
 * Reads of rows `A`, which have these columns.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rows<Columns, A, R = never> {
  /** All rows. */
  readonly all: Effect.Effect<ReadonlyArray<A>, ReadError, R>
  /** The rows that the condition holds for. */
  readonly find: (where: Condition<Columns, R>) => Effect.Effect<ReadonlyArray<A>, ReadError, R>
  /** The first row that the condition holds for, if there is one. */
  readonly findOne: (where: Condition<Columns, R>) => Effect.Effect<Option.Option<A>, ReadError, R>
  /** The number of rows, or of those that the condition holds for. */
  readonly count: (where?: Condition<Columns, R>) => Effect.Effect<number, ReadError, R>
  /** Whether there is a row, or one that the condition holds for. */
  readonly exists: (where?: Condition<Columns, R>) => Effect.Effect<boolean, ReadError, R>
  /** A page by its number, counted from 1, with the number of all rows; see `Query.numberedPage`. */
  readonly numberedPage: (
    options: PageOptions<Columns, R> & { readonly number: number }
  ) => Effect.Effect<NumberedPage<A>, ReadError, R>
  /** The rows, or those that the condition holds for, as they come, without holding all of them in memory. */
  readonly stream: (where?: Condition<Columns, R>) => Stream.Stream<A, StreamError, R>
  /** The query itself, to be refined; see `Query`. */
  readonly query: From<Columns, never, A, R>
}

/**
 * Reads of rows `A` that keys tell apart, so that a cursor can say where one stands among them.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyedRows<Columns, A, R = never> extends Rows<Columns, A, R> {
  /**
   * The next rows, behind the cursor of the page before; see `Query.page`. A cursor that is not of the same condition and order fails
   * with `InvalidCursor`.
   */
  readonly page: (
    options: PageOptions<Columns, R> & { readonly after?: string | undefined }
  ) => Effect.Effect<Page<A>, ReadError | InvalidCursor, R>
}

/** What is done with rows when they are read. */
export type Loaded<A> = (rows: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<A>>

/** Reads the rows of a query in a session. */
export const reading = <Columns, A, R>(
  service: Session["Service"],
  query: From<Columns, never, A, R>,
  loaded: Loaded<A> | undefined
): KeyedRows<Columns, A, R> => {
  type Where = Condition<Columns, R>
  type Options = PageOptions<Columns, R>
  type Rest = Omit<Options, "size">

  const those = (where: Where | undefined): From<Columns, never, A, R> =>
    where === undefined ? query : query.where(where)
  const paged = ({ orderBy, where }: Rest) => orderBy === undefined ? those(where) : those(where).orderBy(orderBy)

  const here = <B, E>(effect: Effect.Effect<B, E, Session | R>) => Effect.provideService(effect, Session, service)

  const through = <E>(rows: Effect.Effect<ReadonlyArray<A>, E, R>) =>
    loaded === undefined ? rows : Effect.flatMap(rows, loaded)
  const run = ({ statement }: Query<A, R>) => through(service.run(statement))
  const withRows = <P extends { readonly rows: ReadonlyArray<A> }, E>(read: Effect.Effect<P, E, Session | R>) =>
    Effect.flatMap(
      here(read),
      (found) => Effect.map(through(Effect.succeed(found.rows)), (rows) => ({ ...found, rows }))
    )

  return {
    all: run(query),
    find: operation("Repository.find")((where: Where) => run(those(where))),
    findOne: operation("Repository.findOne")((where: Where) =>
      Effect.map(run(those(where).limit(1)), (rows) => Option.fromIterable(rows))
    ),
    count: operation("Repository.count")((where?: Where) => here(those(where).count)),
    exists: operation("Repository.exists")((where?: Where) => here(those(where).exists)),
    page: operation("Repository.page")(({ after, size, ...which }: Options & { readonly after?: string | undefined }) =>
      withRows(page(paged(which), { size, after }))
    ),
    numberedPage: operation("Repository.numberedPage")((
      { number, size, ...which }: Options & { readonly number: number }
    ) => withRows(numberedPage(paged(which), { number, size }))),
    stream: (where?: Where) => {
      const rows = service.stream(those(where).statement)
      return loaded === undefined ? rows : Stream.flattenIterable(Stream.mapEffect(Stream.chunks(rows), loaded))
    },
    query
  }
}
