/**
 * How a Layer is told of the servers that tables are spread over.
 *
 * @since 0.1.0
 */
import type * as Redacted from "effect/Redacted"

/**
 * How rows are spread: by Citus, or by PostgreSQL alone, as partitions whose rows are on other servers. The Layer's own address is
 * that of the coordinator, which has the tables of models that say nothing of their distribution.
 *
 * @category models
 * @since 0.1.0
 */
export type Sharding = Citus | Partitioned

/** What both have. */
interface Undeclared {
  /**
   * What becomes of models that don't say how they are distributed: their tables are on the coordinator `"alone"`, as by default; or
   * `"automatic"`, by the first field of the primary key where the model refers to no other, none refers to it and every unique key
   * contains the field, and `"reference"` otherwise. Without a primary key, or where they refer to such a one, they stay on the coordinator.
   * What refers to a model is known of the models that a process has loaded, so all processes have to load the same.
   */
  readonly undeclared?: "alone" | "automatic" | undefined
}

/**
 * A coordinator with the extension Citus, which knows its workers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Citus extends Undeclared {
  readonly strategy: "citus"
  /** The number of shards of a new table; what Citus is configured to make, if it is not given. */
  readonly shardCount?: number | undefined
}

/**
 * Hash partitions over `postgres_fdw`. Building the Layer prepares the coordinator and the shards, which takes a superuser or a role
 * that may create extensions and servers. The number of shards can't change once there are tables. A commit that spans several shards
 * is not atomic when one of them breaks down meanwhile: then it is `CommitOutcomeUnknown`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Partitioned extends Undeclared {
  readonly strategy: "partitioned"
  readonly shards: ReadonlyArray<Shard>
}

/**
 * Where the coordinator finds a shard.
 *
 * @category models
 * @since 0.1.0
 */
export interface Shard {
  /** A name or address, or a directory of sockets. */
  readonly host: string
  /** 5432 if not given. */
  readonly port?: number | undefined
  readonly database: string
  readonly username: string
  readonly password?: Redacted.Redacted | undefined
}
