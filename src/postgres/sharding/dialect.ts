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
import { explaining } from "./explain.ts"
import type { Sharding } from "./options.ts"
import { partitioning } from "./partitioned.ts"
import { upserting } from "./upsert.ts"

/** The dialect for a way of sharding. */
export const sharded = (sharding: Sharding): Dialect => {
  const distributionOf = distributing(sharding)
  return {
    ...dialect,
    upsert: sharding.strategy === "citus" ? dialect.upsert : upserting(distributionOf),
    // where they insert in parts, an upsert is no statement that could give rows back
    features: { ...dialect.features, upsertReturns: sharding.strategy === "citus" },
    explain: explaining(sharding),
    isolation,
    nested: undefined,
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
        ),
        commitsTogether: true,
        samples: true,
        looksAtLocks: true
      }
    case "partitioned":
      return {
        change: partitioning(sharding.shards.length),
        joinsAcross: true,
        commitsTogether: false,
        samples: missing(
          "The shards would give all of their rows. Draw by a condition, such as one on a column that holds a random number."
        ),
        looksAtLocks: missing(
          "The shards would wait for the locks all the same: wait for them, and let a StatementTimeout end it."
        )
      }
  }
}

/** Each server has a moment of its own that it reads as of, so nothing stricter than this holds for all of them. */
const isolation: Dialect["isolation"] = {
  begin: {
    ...dialect.isolation.begin,
    "repeatable read": missing(
      "Each shard is read as of a moment of its own. Leave `isolation` out, and lock what must not change: `.lock(\"share\")`."
    ),
    serializable: missing(
      "No shard knows what transactions read from others. Leave `isolation` out, and lock what must not change: `.lock(\"share\")`."
    )
  },
  current: "SELECT 'read committed'"
}
