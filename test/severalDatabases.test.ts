/**
 * One program has several databases, and nothing of one gets into another.
 */
import { duckDbInMemory, postgres } from "./databases.ts"
import { randomDatabases } from "./session/randomDatabases.ts"
import { severalDatabases } from "./session/severalDatabases.ts"

severalDatabases("DuckDB and DuckDB", duckDbInMemory, duckDbInMemory)
severalDatabases("PostgreSQL and DuckDB", postgres, duckDbInMemory)
severalDatabases("DuckDB and PostgreSQL", duckDbInMemory, postgres)

randomDatabases("DuckDB", duckDbInMemory, duckDbInMemory, duckDbInMemory)
randomDatabases("PostgreSQL and DuckDB", postgres, duckDbInMemory, postgres)
