/**
 * Factories make rows for every database.
 */
import { duckDbInMemory, postgres } from "../databases.ts"
import { factoryChecks } from "./factoryChecks.ts"

factoryChecks("DuckDB", duckDbInMemory)
factoryChecks("PostgreSQL", postgres)
