/**
 * PostgreSQL on shards keeps what aggregates promise: rows that are saved with the rows that belong to them.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.aggregates("sharded PostgreSQL", sharded, Contract.sharded)
