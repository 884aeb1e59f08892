/**
 * DuckDB keeps what repositories promise.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInMemory } from "./databases.ts"

Contract.repositories("DuckDB", duckDbInMemory, Contract.duckDb)
