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

/** The schemas in which the coordinator finds names. Which of them are there, each server would see otherwise. */
export const path = `array_to_string(ARRAY(SELECT quote_ident(name) FROM unnest(current_schemas(false)) AS name), ', ')`

/** A statement that is executed at a shard. */
export const at = (shard: number, statement: string): string => atAs(shard, quoted(statement))

/** What an expression of the coordinator says is executed at a shard. */
export const atAs = (shard: number, expression: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, run) VALUES (${path}, ${expression})`

/** A query whose rows a shard answers, as one JSON array. */
export const asked = (shard: number, query: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, ask) VALUES (${path}, ${quoted(query)}) RETURNING answer`

/** The foreign table through which a shard is spoken to. */
export const doorOf = (shard: number): string => `${home}.${identifier(`door_${shard}`)}`

/** A query of no rows that each of so many shards has to be in a transaction for. */
export const askedAll = (shards: number): string =>
  `SELECT FROM ${Array.from({ length: shards }, (_, shard) => doorOf(shard)).join(", ")} LIMIT 0`
