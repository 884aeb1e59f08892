/**
 * DuckDB keeps what the tools for tests promise.
 */
import { Contract } from "./contract/index.ts"
import { duckDbInMemory } from "./databases.ts"

Contract.testing("DuckDB", duckDbInMemory, Contract.duckDb)
