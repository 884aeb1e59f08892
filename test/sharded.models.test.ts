/**
 * PostgreSQL on shards keeps what models promise: their types, declarations, mixins and relations.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.models("sharded PostgreSQL", sharded, Contract.sharded)
