/**
 * Rows together with what is related to them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import type { MultipleFound, NotFound, QueryFailed, ReadError, StreamError, Unsupported } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import type { Select } from "../sql/ast.ts"
import type * as Expression from "../sql/Expression.ts"
import type { Order } from "../sql/node.ts"
import { joined, readSet } from "../sql/readSet.ts"
import { finished } from "./assembling.ts"
import { project } from "./joining.ts"
import { isTold, loadsOf, type Parts, parts, type Plan, tablesOf } from "./loading.ts"
import { also, changesOf, many, Query } from "./read.ts"
import type { Related, Scope as ScopeOf } from "./scope.ts"
import { PreparedQuery, type Run } from "./run.ts"
import { countedRows, type RowCount } from "./rowCount.ts"
import { type Fields, type FieldServices, nodesOf, type Values } from "./selection.ts"
import { withRelated } from "./trees.ts"

type AnyRelated = Related<Model.Any, null, unknown>

/**
 * Which related rows come with a row, by the names of their relations: all of them, or as options say.
 *
 * @category models
 * @since 0.1.0
 */
export type Include<Scope> = [RelationIn<Scope>] extends [never]
  ? "There are no relations here: a model declares them, and includes them before it is joined with others"
  : { readonly [K in RelationIn<Scope>]?: Scope[K] extends AnyRelated ? true | OptionsOf<Scope[K]> : Scope[K] }

/** The names of relations, also of those that are something's that can't be one, which is then a text that says why. */
type RelationIn<Scope> = { readonly [K in keyof Scope]: Scope[K] extends AnyRelated | string ? K : never }[keyof Scope]

type OptionsOf<H extends AnyRelated> = H extends { readonly "~many": true } ? ManyOptions<H["~related"]>
  : OneOptions<H["~related"]>

/**
 * What is asked of the one row that comes with another.
 *
 * @category models
 * @since 0.1.0
 */
export interface OneOptions<T extends Model.Any> {
  /** Only where this holds; else it is null. */
  readonly where?: (related: ScopeOf<T>) => Expression.Expression<boolean | null, Expression.RowStage>
  /** What comes with it in turn. */
  readonly include?: Include<ScopeOf<T>>
  /** Values instead of the whole row. */
  readonly select?: (related: ScopeOf<T>) => Fields<Expression.RowStage>
  /** Values beside the row's own. */
  readonly with?: (related: ScopeOf<T>) => Fields<Expression.RowStage>
  /** Also where it is deleted softly. */
  readonly withDeleted?: [Model.SoftDeleteField<T>] extends [never] ? "a Mixin.softDelete, which this model lacks"
    : true
}

/**
 * What is asked of the rows that come with another: `limit` and `offset` count for each such row by itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface ManyOptions<T extends Model.Any> extends OneOptions<T> {
  /** Only those that this holds for. */
  readonly where?: (related: ScopeOf<T>) => Expression.Expression<boolean | null, Expression.RowStage>
  /** Their order; any, where none is told. */
  readonly orderBy?: (related: ScopeOf<T>) => Order | ReadonlyArray<Order>
  /** At most so many of each row. */
  readonly limit?: number
  /** Without the first so many of each row. */
  readonly offset?: number
}

/**
 * The related rows that come with a row.
 *
 * @category models
 * @since 0.1.0
 */
export type IncludedRows<Scope, I> = I extends infer J ? {
    readonly [K in keyof J & keyof Scope]: Scope[K] extends AnyRelated ? RelatedRows<Scope[K], J[K]> : never
  }
  : never

type RelatedRows<H extends AnyRelated, O> = H extends { readonly "~many": true }
  ? ReadonlyArray<RowWith<H["~related"], O>>
  : RowWith<H["~related"], O> | H["~missing"] | (O extends { readonly where: unknown } ? null : never)

type RowWith<T extends Model.Any, O> =
  & (O extends { readonly select: (related: never) => infer S } ? Shown<Values<S>> : T["Type"])
  & (O extends { readonly with: (related: never) => infer S } ? Shown<Values<S>> : unknown)
  & (O extends { readonly include: infer I } ? IncludedRows<ScopeOf<T>, I> : unknown)

/** A record that editors show with its fields. */
export type Shown<R> = R extends infer S ? { readonly [K in keyof S]: S[K] } : never

/**
 * Says of what is no relation, and no option, that it is none.
 *
 * @category models
 * @since 0.1.0
 */
export type Known<Scope, I> = {
  readonly [K in keyof I]: K extends keyof Scope ? KnownOptions<Scope[K], I[K]> : NoSuchRelation
}

type KnownOptions<H, O> = H extends AnyRelated ? O extends true ? unknown : {
    readonly [K in keyof O]: K extends "include" ? Known<ScopeOf<H["~related"]>, O[K]>
      : K extends keyof OptionsOf<H> ? unknown
      : NoSuchOption
  }
  : NoSuchRelation

interface NoSuchRelation {
  readonly "there is no such relation": never
}

interface NoSuchOption {
  readonly "there is no such option": never
}

/**
 * The services that related rows need beside the session.
 *
 * @category models
 * @since 0.1.0
 */
export type IncludedServices<Scope, I> = {
  readonly [K in keyof I & keyof Scope]: Scope[K] extends AnyRelated
    ? Scope[K]["~services"] | OptionServices<Scope[K]["~related"], I[K]>
    : never
}[keyof I & keyof Scope]

type OptionServices<T extends Model.Any, O> =
  | (O extends { readonly where: (related: never) => Expression.Expression<unknown, infer L> } ? Expression.Services<L>
    : never)
  | (O extends { readonly select: (related: never) => infer S } ? FieldServices<S> : never)
  | (O extends { readonly with: (related: never) => infer S } ? FieldServices<S> : never)
  | (O extends { readonly include: infer I } ? IncludedServices<ScopeOf<T>, I> : never)

/** What one row is read as. */
class Reading extends Query<Parts> {
  readonly statement: Select<Parts>
  /** Without what comes with it. */
  readonly shown: Select<Parts>
  constructor(statement: Select<Parts>, shown = statement) {
    super()
    this.statement = statement
    this.shown = shown
  }
}

type AnyIncluded = Included<unknown, unknown, unknown>
type AnyRun = Run<AnyIncluded>

/** The rows of a stream whose related rows are loaded together. */
const batch = 1_000

/**
 * Rows of one model with related rows, or with further values, as properties. They are instances of their class. The related rows
 * of each relation are read by one more query for all rows; inside a transaction all see the same data. With rows that are known to be
 * few, because of a key, a limit or `first`, they come in the same query where the database is asked sooner so, as PostgreSQL is.
 *
 * A stream loads related rows for a thousand rows at once, on a second connection.
 *
 * @errors ReadError
 * @category models
 * @since 0.1.0
 */
export class Included<Scope, A, R = never> extends Effectable.Class<ReadonlyArray<A>, ReadError, Session | R> {
  private readonly select: Select<unknown>
  private readonly scope: Scope
  private readonly plan: Plan
  private readonly run: AnyRun | undefined

  constructor(select: Select<unknown>, scope: Scope, plan: Plan, run?: AnyRun) {
    super()
    this.select = select
    this.scope = scope
    this.plan = plan
    this.run = run
  }

  /** Keeps the rows that the condition holds for; several are all required. */
  where<L extends Expression.RowStage = never>(
    condition: (columns: NoInfer<Scope>) => Expression.Expression<boolean | null, L>
  ): Included<Scope, A, R | Expression.Services<L>> {
    return this.changed({ where: also(this.select.where, condition(this.scope).node) })
  }

  /** Sorts; a later call sorts within what an earlier one leaves equal. */
  orderBy(order: (columns: Scope) => Order | ReadonlyArray<Order>): Included<Scope, A, R> {
    return this.changed({ orderBy: [...this.select.orderBy, ...many(order(this.scope))] })
  }

  /** At most this many rows. */
  limit(rows: RowCount): Included<Scope, A, R> {
    return this.changed({ limit: countedRows(rows) })
  }

  /** Skips this many rows. */
  offset(rows: RowCount): Included<Scope, A, R> {
    return this.changed({ offset: countedRows(rows) })
  }

  /** Further related rows. */
  include<const I extends Include<Scope>>(
    relations: I & Known<Scope, I>
  ): Included<Scope, A & IncludedRows<Scope, I>, R | IncludedServices<Scope, I>> {
    const loads = [...this.plan.loads, ...loadsOf(this.scope, relations)]
    return new Included(this.select, this.scope, { ...this.plan, loads })
  }

  /** Further values beside the row's own. */
  with<const F extends Fields<Expression.RowStage | "of a window">>(
    values: (columns: NoInfer<Scope>) => F
  ): Included<Scope, A & Shown<Values<F>>, R | FieldServices<F>> {
    const more = { ...this.plan.values, ...nodesOf(values(this.scope)) }
    return new Included(this.select, this.scope, { ...this.plan, values: more })
  }

  override asEffect(): Effect.Effect<ReadonlyArray<A>, ReadError, Session | R> {
    return this.all
  }

  /** All rows. */
  get all(): Effect.Effect<ReadonlyArray<A>, ReadError, Session | R> {
    return Effect.flatMap(this.tree(), (tree) => Effect.flatMap(tree.all, this.finish))
  }

  /** The first row, if there is one. */
  get first(): Effect.Effect<Option.Option<A>, ReadError, Session | R> {
    return Effect.flatMap(this.tree(1), (tree) =>
      Effect.flatMap(
        tree.first,
        (found) => Effect.map(this.finish(Option.toArray(found)), (rows) => Option.fromIterable(rows))
      ))
  }

  /** The only row; fails where there is none, or more than one. */
  get one(): Effect.Effect<A, ReadError | NotFound | MultipleFound, Session | R> {
    return Effect.flatMap(
      this.tree(1),
      (tree) => Effect.flatMap(tree.one, (found) => Effect.map(this.finish([found]), ([row]) => row))
    )
  }

  /** The rows as they come, without holding all of them in memory. */
  get stream(): Stream.Stream<A, StreamError, Session | R> {
    return this.reading.stream.pipe(Stream.rechunk(batch), Stream.mapArrayEffect(this.finish))
  }

  /** All rows, and all rows again after each commit that has changed them, or what comes with them. */
  get changes(): Stream.Stream<ReadonlyArray<A>, ReadError, Session | R> {
    return changesOf(joined([readSet(this.reading.statement), ...tablesOf(this.plan.loads)]), this.all)
  }

  /** What is read of the rows by a query of them alone, such as a page, with all that comes with each. */
  through<T extends { readonly rows: ReadonlyArray<unknown> }, E>(
    read: (rows: Query<unknown>) => Effect.Effect<T, E, Session>
  ): Effect.Effect<Omit<T, "rows"> & { readonly rows: ReadonlyArray<A> }, E | ReadError, Session | R> {
    return Effect.flatMap(read(this.reading), (found) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these are rows of the query that was given
      Effect.map(this.finish(found.rows as ReadonlyArray<Parts>), (rows) => ({ ...found, rows })))
  }

  /** The number of rows. */
  get count(): Effect.Effect<number, ReadError, Session | R> {
    return this.reading.count
  }

  /** Whether there is a row. */
  get exists(): Effect.Effect<boolean, ReadError, Session | R> {
    return this.reading.exists
  }

  /**
   * The text of the query for the rows themselves, and for what comes with them in the same statement, and the values of its
   * placeholders.
   */
  get toSql(): Effect.Effect<
    { readonly sql: string; readonly parameters: ReadonlyArray<unknown> },
    QueryFailed | Unsupported,
    Session | R
  > {
    return Effect.flatMap(this.tree(), (tree) => tree.toSql)
  }

  private changed<R2 = R>(change: Partial<Select<unknown>>): Included<Scope, A, R2> {
    return new Included({ ...this.select, ...change }, this.scope, this.plan)
  }

  /** The same query, once it is prepared, in one of its runs. */
  inRun(run: AnyRun): Included<Scope, A, R> {
    return new Included(this.select, this.scope, run.once(Included.isTold) ? run.own().plan : this.plan, run)
  }

  private static readonly isTold = ({ plan }: AnyIncluded) => isTold(plan)
  private static readonly readingOf = ({ reading }: AnyIncluded) => reading

  private get reading(): Query<Parts> {
    if (this.run !== undefined) return new PreparedQuery(this.run.of(Included.readingOf))
    const fields = parts(this.plan, this.select.projection)
    return new Reading(project(this.select, { _tag: "Record", fields }))
  }

  /** The rows with what comes with them in one statement, where no more are asked for than a number. */
  private tree(asked?: number): Effect.Effect<Query<Parts>, never, Session> {
    return Effect.flatMap(
      Session,
      ({ mostNested }) => Effect.map(mostNested, (most) => this.nested(most, asked))
    )
  }

  /** The same where rows may come with others of which there are at most so many. */
  private nested(most: number, asked?: number): Query<Parts> {
    if (this.run !== undefined) {
      return new PreparedQuery(this.run.of((query) => query.nested(most, asked), `${most} ${asked}`))
    }
    const { statement } = this.reading
    return new Reading(withRelated(statement, this.plan, most, asked), statement)
  }

  private readonly finish = <const Found extends ReadonlyArray<Parts>>(found: Found) =>
    Effect.flatMap(Session, (session) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row becomes one of the type that the plan is typed as
      Effect.map(finished(session, this.plan, found), (rows) => rows as { readonly [K in keyof Found]: A }))
}
