/**
 * DuckDB keeps what migrations promise.
 */
import { dialect } from "../src/duckdb/dialect.ts"
import { differing } from "./contract/differences.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { duckDbInMemory } from "./databases.ts"

differing("DuckDB", duckDbInMemory)
randomStructures("DuckDB", duckDbInMemory, dialect)
