/**
 * DuckDB answers queries as they are promised.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInMemory } from "./databases.ts"

Contract.queries("DuckDB", duckDbInMemory, Contract.duckDb)
