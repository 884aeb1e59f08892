/**
 * Everything that a read can end with.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import {
  MultipleFound,
  NotFound,
  type QueryFailed,
  type ReadError,
  type StreamError,
  type Unsupported
} from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { type Select, selectFrom } from "../sql/ast.ts"
import type { Parameter } from "../sql/CompiledQuery.ts"
import type { Finding } from "../sql/Finding.ts"
import { hash } from "../sql/hash.ts"
import { both, type Node } from "../sql/node.ts"
import type { Plan } from "../sql/Plan.ts"
import { readSet, type Tables } from "../sql/readSet.ts"
import type { Write } from "../sql/write.ts"
import { aggregateNode } from "./aggregation.ts"

/**
 * A read whose rows are `A`. `yield*` it for all rows, or end it with one of its properties. `R` are services that it needs beside
 * the session.
 *
 * @errors ReadError
 * @category models
 * @since 0.1.0
 */
export abstract class Query<A, R = never> extends Effectable.Class<ReadonlyArray<A>, ReadError, Session | R> {
  /** The query as a plain value. */
  abstract readonly statement: Select<A>

  override asEffect(): Effect.Effect<ReadonlyArray<A>, ReadError, Session | R> {
    return this.all
  }

  /** A statement that is asked, made of the query; one that is prepared makes it once. */
  protected asked<B>(make: (query: Stated<A>) => Select<B>): Select<B> {
    return make(this)
  }

  /** All rows. */
  get all(): Effect.Effect<ReadonlyArray<A>, ReadError, Session | R> {
    const all = this.asked(itself)
    return Effect.flatMap(Session, (session) => session.run(all))
  }

  /** The first row, if there is one. */
  get first(): Effect.Effect<Option.Option<A>, ReadError, Session | R> {
    const first = this.asked(firstOf)
    return Effect.flatMap(Session, (session) => Effect.map(session.run(first), (rows) => Option.fromIterable(rows)))
  }

  /** The only row; fails where there is none, or more than one. */
  get one(): Effect.Effect<A, ReadError | NotFound | MultipleFound, Session | R> {
    const two = this.asked(firstTwoOf)
    return Effect.flatMap(Session, (session) =>
      Effect.flatMap(session.run(two), (rows) => {
        const [row] = rows
        if (row !== undefined && rows.length === 1) return Effect.succeed(row)
        return Effect.flatMap(session.compile(this.asked(shownOf)), ({ sql }) =>
          Effect.fail(
            rows.length === 0 ? new NotFound({ model: nameOf(two), criteria: sql }) : new MultipleFound({ sql })
          ))
      }))
  }

  /** The rows as they come, without holding all of them in memory. */
  get stream(): Stream.Stream<A, StreamError, Session | R> {
    return Stream.unwrap(Effect.map(Session, (session) => session.stream(this.asked(itself))))
  }

  /**
   * All rows, and all rows again after each commit that has changed them: by a model, by plain SQL, or in a transaction. Of views and SQL
   * by hand, the tables below count. What is committed while the rows are read, or nobody asks for them, is answered together, and the
   * last answer is always told. What other programs write is not seen.
   *
   * @example
   * ```ts
   * import { Column, Model, Query } from "andamios-orm"
   * import { Effect, Schema, Stream } from "effect"
   *
   * class Order extends Model.Class<Order>("Order")({ id: Column.primaryKey(Column.int32), open: Schema.Boolean }, {
   *   table: "orders"
   * }) {}
   *
   * const board = Query.from(Order).where((order) => order.open.eq(true)).changes.pipe(
   *   Stream.runForEach((orders) => Effect.log(`${orders.length} orders are open`))
   * )
   * ```
   */
  get changes(): Stream.Stream<ReadonlyArray<A>, ReadError, Session | R> {
    return changesOf(readSet(this.statement), this.all)
  }

  /** The number of rows. */
  get count(): Effect.Effect<number, ReadError, Session | R> {
    const counted = this.asked(countOf)
    return Effect.flatMap(Session, (session) => Effect.map(session.run(counted), ([rows]) => rows ?? 0))
  }

  /** Whether there is a row. */
  get exists(): Effect.Effect<boolean, ReadError, Session | R> {
    return Effect.map(this.first, Option.isSome)
  }

  /**
   * How the database carries it out: a tree of steps, which `Plan.draw` makes a text of. With `analyze` the query is run, and each
   * step tells its rows and time.
   */
  explain({ analyze = false }: { readonly analyze?: boolean } = {}): Effect.Effect<Plan, ReadError, Session | R> {
    return Effect.flatMap(Session, (session) => session.explain(this.asked(itself), analyze))
  }

  /**
   * What could make it faster or smaller, of what its plan and the structure of the database tell: a missing index, a product of
   * tables, a limit that is not there. The query is not run. Tables that are small have no findings, so ask this of a database with
   * as many rows as yours has.
   */
  get findings(): Effect.Effect<ReadonlyArray<Finding>, ReadError, Session | R> {
    return Effect.flatMap(Session, (session) => session.findings(this.statement))
  }

  /** A hash of what it says, its values included: the same for the same query, in every process. */
  get hash(): string {
    return hash(this.statement)
  }

  /** A hash of what it says without the values that it is asked with. */
  get shapeHash(): string {
    return hash(this.statement, false)
  }

  /** The text that the session's database is sent, and the values of its placeholders, as `SqlClient.unsafe` takes them. */
  get toSql(): Effect.Effect<Sql, QueryFailed | Unsupported, Session | R> {
    return sqlOf(this.asked(itself))
  }
}

/** What has a statement. */
export interface Stated<out A> {
  readonly statement: Select<A>
  /** What failures tell, where that is shorter. */
  readonly shown?: Select<unknown>
}

const itself = <A>({ statement }: Stated<A>): Select<A> => statement

const shownOf = ({ shown, statement }: Stated<unknown>): Select<unknown> => shown ?? statement

const firstOf = <A>({ statement }: Stated<A>): Select<A> => ({ ...statement, limit: atMost(1, statement.limit) })

const firstTwoOf = <A>({ statement }: Stated<A>): Select<A> => ({ ...statement, limit: atMost(2, statement.limit) })

/** The lower limit; one that only a run tells stays, and more rows may be read than are looked at. */
const atMost = (rows: number, limit: Select<unknown>["limit"] = rows) =>
  typeof limit === "number" ? Math.min(limit, rows) : limit

const countOf = ({ statement }: Stated<unknown>): Select<number> =>
  selectFrom<number>(
    {
      _tag: "ReadSource",
      read: statement.limit === undefined ? { ...statement, orderBy: [] } : statement,
      alias: { name: "counted" },
      lateral: false
    },
    { _tag: "Value", node: aggregateNode("count", []) }
  )

/**
 * The answers of a read, one after each commit to its tables, and without those that are as the one before: a commit may change other
 * rows, or be seen already by a read that it overlaps.
 */
export const changesOf = <A, E, R>(tables: Tables, read: Effect.Effect<A, E, R>): Stream.Stream<A, E, R | Session> =>
  Stream.unwrap(Effect.map(Session, ({ signals }) => Stream.changes(Stream.mapEffect(signals(tables), () => read))))

/**
 * What a database is sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sql {
  readonly sql: string
  readonly parameters: ReadonlyArray<unknown>
}

/** What the session's database is sent for a statement. */
export const sqlOf = (statement: Select<unknown> | Write): Effect.Effect<Sql, QueryFailed | Unsupported, Session> =>
  Effect.flatMap(Session, (session) =>
    Effect.map(
      session.compile(statement),
      ({ parameters, sql }) => ({ sql, parameters: parameters.map(printable) })
    ))

/** A sensitive value is `Redacted` here too. */
const printable = ({ sensitive, value }: Parameter): unknown => sensitive === true ? Redacted.make(value) : value

const nameOf = ({ from }: Select<unknown>): string =>
  from._tag === "TableSource" ? from.table.model.identifier : from.alias.name

/** A condition beside those before it; one that asks nothing changes nothing. */
export const also = (before: Node | undefined, further: Node): Node | undefined => {
  if (further._tag === "Unasked") return before
  return before === undefined ? further : both(before, further)
}

/** A callback may answer with one thing or with several. */
export const many = <A>(given: A | ReadonlyArray<A>): ReadonlyArray<A> => isMany(given) ? given : [given]

const isMany = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)
