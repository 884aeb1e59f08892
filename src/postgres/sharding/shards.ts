/**
 * The shards as the coordinator knows them: servers of `postgres_fdw`, each with a door through which statements come that no foreign
 * table can carry, in the transaction of the coordinator's.
 *
 * The door is a view at the shard. What is inserted into its column `run` is executed there, with the values of `given` as `$1`, and what is
 * inserted into `ask` is answered.
 *
 * @since 0.1.0
 */
import { identifier, quoted } from "../../sql/quoted.ts"

/** The schema of what is ours, on the coordinator and on each shard. */
export const home = "andamios"

/** The name of a shard's server. */
export const serverOf = (shard: number | string): string => `andamios_shard_${shard}`

/** The schema of the coordinator in which the tables of a shard are. */
export const schemaOf = (shard: number): string => serverOf(shard)

/** A statement that is executed at a shard. */
export const at = (shard: number, statement: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, run) VALUES (current_setting('search_path'), ${quoted(statement)})`

/** A query whose rows a shard answers, as one JSON array. */
export const asked = (shard: number, query: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, ask) VALUES (current_setting('search_path'), ${quoted(query)}) RETURNING answer`

/** The foreign table through which a shard is spoken to. */
export const doorOf = (shard: number): string => `${home}.${identifier(`door_${shard}`)}`
