/**
 * A sharded PostgreSQL keeps what utilities for tests promise: factories and fixtures.
 */
import { Contract } from "./contract/index.ts"
import { sharded } from "./databases.ts"

Contract.testing("sharded PostgreSQL", sharded, Contract.sharded)
