/**
 * PostgreSQL keeps what aggregates promise: rows that are saved with the rows that belong to them.
 */
import { Contract } from "./contract/index.ts"
import { postgres } from "./databases.ts"

Contract.aggregates("PostgreSQL", postgres, Contract.postgres)
