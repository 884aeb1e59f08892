/**
 * The unit of work that a fiber is in, which a session asks at each statement.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Table } from "../model/Table.ts"
import type { Projection } from "../sql/ast.ts"
import type { Tables } from "../sql/readSet.ts"
import type { Database, TransactionOptions } from "./Database.ts"
import type { FlushError } from "./flush.ts"
import type { StatementError, TransactionError } from "./OrmError.ts"
import type { UnitOfWork } from "./UnitOfWork.ts"
import type { Row } from "./validate.ts"

/** A unit of work as the session of its database sees it. */
export interface Work {
  readonly database: Database["Service"]
  /** The one around it, of another database. */
  readonly outer: Work | undefined
  readonly service: UnitOfWork["Service"]
  /** Writes what is pending, if that concerns one of these tables. */
  readonly beforeRead: (tables: () => Tables) => Effect.Effect<void, StatementError>
  /** Writes what is pending. */
  readonly beforeWrite: Effect.Effect<void, StatementError>
  /** Reads, and learns what was read, with no flush of another fiber in between. */
  readonly reading: <A, E, R>(read: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StatementError, R>
  /**
   * What puts the instances that are known in place of the whole rows in what a projection makes, or with `anew` knows those that
   * came from then on; nothing where there are none.
   */
  readonly known: <A>(projection: Projection, anew: boolean) => ((row: A) => A) | undefined
  /** Whole rows that a statement has written. */
  readonly written: (table: Table, rows: ReadonlyArray<Row>) => void
  /** Forgets the instances of tables that a statement has written to. */
  readonly forget: (tables: Tables) => void
  /** Runs an effect as a part of the unit of work: what it did there is undone with it. */
  readonly nested: <A, E, R, E2 = never, R2 = never>(
    effect: Effect.Effect<A, E, R>,
    options?: TransactionOptions<E2, R2>
  ) => Effect.Effect<A, E | E2 | TransactionError, R | R2>
  /** The failure of what was pending, where a statement failed for that. */
  readonly causeOf: <E>(error: E) => E | FlushError
  /** From then on nothing can be made pending that would never be written. */
  readonly end: Effect.Effect<void>
}

/** The innermost unit of work; there is none unless somebody began one. */
export const CurrentWork = Context.Reference<Work | undefined>("andamios/CurrentWork", {
  defaultValue: () => undefined
})

/** The one of these that is a database's. */
export const workOf = (database: Database["Service"], work: Work | undefined): Work | undefined =>
  work === undefined || work.database === database ? work : workOf(database, work.outer)
