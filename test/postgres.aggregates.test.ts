/**
 * PostgreSQL keeps what aggregates promise: rows that are saved with the rows that belong to them.
 */
import { aggregateChanges } from "./contract/aggregateChanges.ts"
import { aggregateTrees } from "./contract/aggregateTrees.ts"
import { aggregateWrites } from "./contract/aggregateWrites.ts"
import { randomAggregates } from "./contract/randomAggregates.ts"
import { postgres } from "./databases.ts"

aggregateWrites("PostgreSQL", postgres)
aggregateChanges("PostgreSQL", postgres, { movable: true })
aggregateTrees("PostgreSQL", postgres, { together: true })
randomAggregates("PostgreSQL", postgres, { movable: true })
