/**
 * PostgreSQL answers queries as they are promised.
 */
import { Contract } from "./contract/index.ts"
import { postgres } from "./databases.ts"

Contract.queries("PostgreSQL", postgres, Contract.postgres)
