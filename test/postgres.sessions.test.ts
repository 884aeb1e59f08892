/**
 * PostgreSQL keeps what sessions promise: writes, transactions, streams and pools.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInMemory, postgres } from "./databases.ts"
import { randomReplay } from "./session/randomReplay.ts"

Contract.sessions("PostgreSQL", postgres, Contract.postgres)

randomReplay("PostgreSQL and DuckDB", postgres, duckDbInMemory)
