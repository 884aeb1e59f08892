/**
 * PostgreSQL keeps what the tools for tests promise.
 */
import { Contract } from "./contract/index.ts"
import { postgres } from "./databases.ts"

Contract.testing("PostgreSQL", postgres, Contract.postgres)
