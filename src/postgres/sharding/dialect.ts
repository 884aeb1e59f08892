/**
 * PostgreSQL's dialect where rows are spread over several servers.
 *
 * @since 0.1.0
 */
import type { Dialect, Sharding as Answers } from "../../sql/Dialect.ts"
import { missing } from "../../sql/functions.ts"
import { dialect } from "../dialect.ts"
import { distributingBy } from "./citus.ts"
import { distributing } from "./distribution.ts"
import type { Sharding } from "./options.ts"
import { partitioning } from "./partitioned.ts"
import { upserting } from "./upsert.ts"

/** The dialect for a way of sharding. */
export const sharded = (sharding: Sharding): Dialect => {
  const distributionOf = distributing(sharding)
  return {
    ...dialect,
    upsert: sharding.strategy === "citus" ? dialect.upsert : upserting(distributionOf),
    sharding: { distributionOf, ...answers(sharding) }
  }
}

const answers = (sharding: Sharding): Omit<Answers, "distributionOf"> => {
  switch (sharding.strategy) {
    case "citus":
      return {
        change: distributingBy(sharding),
        joinsAcross: missing(
          "Join them by their shard keys, or read one of them first and ask for its rows by their keys."
        )
      }
    case "partitioned":
      return { change: partitioning(sharding.shards.length), joinsAcross: true }
  }
}
