/**
 * Factories make rows for every database.
 */
import { factories } from "../contract/factories.ts"
import { duckDbInMemory, postgres } from "../databases.ts"

factories("DuckDB", duckDbInMemory)
factories("PostgreSQL", postgres)
