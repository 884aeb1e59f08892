/**
 * DuckDB keeps what aggregates promise: rows that are saved with the rows that belong to them.
 */
import { aggregateChanges } from "./contract/aggregateChanges.ts"
import { aggregateTrees } from "./contract/aggregateTrees.ts"
import { aggregateWrites } from "./contract/aggregateWrites.ts"
import { randomAggregates } from "./contract/randomAggregates.ts"
import { duckDbInFile, duckDbInMemory } from "./databases.ts"

aggregateWrites("DuckDB", duckDbInMemory)
aggregateChanges("DuckDB", duckDbInMemory, { movable: false })
aggregateTrees("DuckDB", duckDbInMemory, { together: false })
randomAggregates("DuckDB", duckDbInMemory, { movable: false })

aggregateTrees("DuckDB in a file", duckDbInFile({ threads: 2, pool: { size: 3 } }), { together: false })
