/**
 * PostgreSQL on shards keeps what sessions promise: writes, transactions, streams and pools.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.sessions("sharded PostgreSQL", sharded, Contract.sharded)
