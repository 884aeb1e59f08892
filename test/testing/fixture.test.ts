/**
 * Fixtures are loaded into every database.
 */
import { fixtures } from "../contract/fixtures.ts"
import { duckDbInMemory, postgres } from "../databases.ts"

fixtures("DuckDB", duckDbInMemory)
fixtures("PostgreSQL", postgres)
