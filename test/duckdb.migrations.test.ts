/**
 * DuckDB keeps what migrations promise.
 */
import { dialect } from "../src/duckdb/dialect.ts"
import { Contract } from "./contract/index.ts"
import { alembicVersions } from "./migration/contract/alembicVersions.ts"
import { alterations } from "./migration/contract/alterations.ts"
import { differing } from "./migration/contract/differences.ts"
import { migrationFaults } from "./migration/contract/migrationFaults.ts"
import { proof } from "./migration/contract/proof.ts"
import { pulled } from "./migration/contract/pulled.ts"
import { pulledAtRandom } from "./migration/contract/pulledAtRandom.ts"
import { randomStructures } from "./migration/contract/randomStructures.ts"
import { snapshot } from "./migration/contract/snapshot.ts"
import { duckDbInMemory } from "./databases.ts"

Contract.migrations("DuckDB", duckDbInMemory, Contract.duckDb)

alembicVersions("DuckDB", duckDbInMemory)
alterations("DuckDB", duckDbInMemory)
differing("DuckDB", duckDbInMemory)
migrationFaults("DuckDB", duckDbInMemory)
proof("DuckDB", duckDbInMemory)
pulled("DuckDB", () => duckDbInMemory, "duckdb")
pulledAtRandom("DuckDB", () => duckDbInMemory, dialect)
randomStructures("DuckDB", duckDbInMemory, dialect)
snapshot("DuckDB", duckDbInMemory)
