/**
 * PostgreSQL on shards keeps what repositories promise.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.repositories("sharded PostgreSQL", sharded, Contract.sharded)
