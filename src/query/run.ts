/**
 * Runs of a prepared query, which have their statements in common.
 *
 * @since 0.1.0
 */
import type { Select } from "../sql/ast.ts"
import type { ParameterValues } from "../sql/placeholder.ts"
import { Query, type Stated } from "./read.ts"

/** A query with parameters, and what was made of it, each once. */
interface Shared<Q> {
  readonly query: Q
  readonly made: Map<unknown, unknown>
}

/** What all runs of a query have in common. */
export const sharing = <Q>(query: Q): Shared<Q> => ({ query, made: new Map() })

/**
 * One run of a query. What makes something of the query is what that is known by, so it has to be the same function each time, unless a
 * key tells what it makes.
 */
export class Run<Q> {
  private readonly shared: Shared<Q>
  private readonly values: ParameterValues
  /** The query with the values themselves. */
  readonly own: () => Q

  constructor(shared: Shared<Q>, values: ParameterValues, own: () => Q) {
    this.shared = shared
    this.values = values
    this.own = own
  }

  /** What is made of the query that all runs share. */
  once<B>(make: (query: Q) => B): B {
    return this.known(make, () => make(this.shared.query))
  }

  /** The run of what is made of the query. */
  of<B>(make: (query: Q) => B, key: unknown = make): Run<B> {
    const shared = this.known(key, () => sharing(make(this.shared.query)))
    return new Run(shared, this.values, () => make(this.own()))
  }

  /** A statement that is made of the query, with the values of this run. */
  statement<A>(make: (query: Q) => Select<A>): Select<A> {
    const shared = this.once(make)
    return { ...shared, given: { shared, values: this.values, own: () => make(this.own()) } }
  }

  private known<B>(key: unknown, make: () => B): B {
    const { made } = this.shared
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is what makes it
    const found = made.get(key) as B | undefined
    if (found !== undefined) return found
    const first = make()
    made.set(key, first)
    return first
  }
}

/** One run of a query of rows. */
export class PreparedQuery<A, R> extends Query<A, R> {
  private readonly run: Run<Query<A, R>>

  constructor(run: Run<Query<A, R>>) {
    super()
    this.run = run
  }

  /** The query with the values themselves, for what is made of it. */
  get statement(): Select<A> {
    return this.run.own().statement
  }

  protected override asked<B>(make: (query: Stated<A>) => Select<B>): Select<B> {
    return this.run.statement(make)
  }
}
