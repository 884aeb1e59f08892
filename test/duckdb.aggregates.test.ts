/**
 * DuckDB keeps what aggregates promise: rows that are saved with the rows that belong to them.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInFile, duckDbInMemory } from "./databases.ts"

Contract.aggregates("DuckDB", duckDbInMemory, Contract.duckDb)

Contract.aggregates("DuckDB in a file", duckDbInFile({ threads: 2, pool: { size: 3 } }), {
  ...Contract.duckDb,
  only: ["aggregateTrees"]
})
