/**
 * A database that is held to its promises, and what has to be known of it beforehand.
 */
import type { ConnectionPool, Database as Service, Session } from "andamios-orm"
import type * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql"

/**
 * What every database provides, whichever it is.
 *
 * @category models
 * @since 0.1.0
 */
export type Database = Layer.Layer<
  Session.Session | Service.Database | SqlClient.SqlClient | ConnectionPool.ConnectionPool,
  unknown
>

/**
 * What differs between databases that all keep their promises.
 *
 * @category models
 * @since 0.1.0
 */
export interface Facts {
  /** Whose SQL it speaks, as `Dialect.key` says. */
  readonly dialect: "duckdb" | "postgres"
  /**
   * Whether a transaction may delete a row after those that referred to it, and change what a row refers to while others refer to it;
   * otherwise this is refused, or takes two transactions. `Dialect.features` says so, too.
   */
  readonly freesRows: boolean
  /** Whether a nested transaction that fails can always be undone without the one around it. */
  readonly savepoints: boolean
  /** Whether rows can be locked; otherwise this is refused. */
  readonly rowLocks: boolean
  /** Whether rows are spread over several servers. */
  readonly sharded: boolean
}

/**
 * Holds a database to one promise: says to the test runner which tests there are.
 *
 * @category models
 * @since 0.1.0
 */
export type Hold = (name: string, database: Database, facts: Facts) => void

/** A promise that a database may refuse to make: then it is held to how it refuses. */
export interface Refusable {
  readonly isMade: (facts: Facts) => boolean
  readonly made: Hold
  readonly refused: Hold
  /** Why a database refuses it, as its title and the scorecard say: "it has no row locks". */
  readonly because: string
}

/** Promises by their names. */
export type Promises<Name extends string = string> = Readonly<Record<Name, Hold | Refusable>>
