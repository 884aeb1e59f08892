/**
 * DuckDB keeps what migrations promise.
 */
import { dialect } from "../src/duckdb/dialect.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { duckDbInMemory } from "./databases.ts"

randomStructures("DuckDB", duckDbInMemory, dialect)
