/**
 * DuckDB keeps what sessions promise: writes, transactions, streams and pools.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInFile, duckDbInMemory } from "./databases.ts"

Contract.sessions("DuckDB", duckDbInMemory, Contract.duckDb)

Contract.sessions("DuckDB in a file", duckDbInFile({ threads: 2, pool: { size: 3 } }), {
  ...Contract.duckDb,
  only: [
    "insert",
    "upsertMany",
    "patchMany",
    "deleteMany",
    "stream",
    "transaction",
    "nestedTransaction",
    "transactionModules",
    "readOnlyTransaction",
    "retriedTransaction",
    "isolation",
    "timedTransaction",
    "statementTimeout",
    "afterwards",
    "lifecycle",
    "sessionContext",
    "constraints",
    "pool",
    "lease",
    "poolMetrics",
    "draining",
    "importFrom"
  ]
})
