/**
 * DuckDB keeps what models promise: their types, declarations, mixins and relations.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInMemory } from "./databases.ts"

Contract.models("DuckDB", duckDbInMemory, Contract.duckDb)
