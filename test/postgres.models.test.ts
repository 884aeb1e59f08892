/**
 * PostgreSQL keeps what models promise: their types, declarations, mixins and relations.
 */
import { Contract } from "./contract/index.ts"
import { postgres } from "./databases.ts"

Contract.models("PostgreSQL", postgres, Contract.postgres)
