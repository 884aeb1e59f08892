/**
 * PostgreSQL on shards answers queries as they are promised.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.queries("sharded PostgreSQL", sharded, Contract.sharded)
