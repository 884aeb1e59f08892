/**
 * PostgreSQL keeps what repositories promise.
 */
import { Contract } from "./contract/index.ts"
import { postgres } from "./databases.ts"

Contract.repositories("PostgreSQL", postgres, Contract.postgres)
