/**
 * Factories make rows for every database.
 */
import { factories } from "../contract/factories.ts"
import { duckDbInMemory, postgres } from "../databases.ts"
import { factoryChecks } from "./factoryChecks.ts"

factories("DuckDB", duckDbInMemory)
factoryChecks("DuckDB", duckDbInMemory)

factories("PostgreSQL", postgres)
factoryChecks("PostgreSQL", postgres)
