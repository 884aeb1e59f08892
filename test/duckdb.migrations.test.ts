/**
 * DuckDB keeps what migrations promise.
 */
import { dialect } from "../src/duckdb/dialect.ts"
import { adopting } from "./contract/adopting.ts"
import { alembicVersions } from "./contract/alembicVersions.ts"
import { alterations } from "./contract/alterations.ts"
import { differing } from "./contract/differences.ts"
import { migrationFaults } from "./contract/migrationFaults.ts"
import { migrationHistory } from "./contract/migrationHistory.ts"
import { migrationSteps } from "./contract/migrationSteps.ts"
import { migrationsBesideAlembic } from "./contract/migrationsBesideAlembic.ts"
import { migrator } from "./contract/migrator.ts"
import { ownNames } from "./contract/ownNames.ts"
import { proof } from "./contract/proof.ts"
import { pulled } from "./contract/pulled.ts"
import { pulledAtRandom } from "./contract/pulledAtRandom.ts"
import { randomMigrations } from "./contract/randomMigrations.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { snapshot } from "./contract/snapshot.ts"
import { duckDbInMemory } from "./databases.ts"

adopting("DuckDB", duckDbInMemory)
alembicVersions("DuckDB", duckDbInMemory)
alterations("DuckDB", duckDbInMemory)
differing("DuckDB", duckDbInMemory)
migrationFaults("DuckDB", duckDbInMemory)
migrationHistory("DuckDB", duckDbInMemory)
migrationSteps("DuckDB", duckDbInMemory)
migrationsBesideAlembic("DuckDB", duckDbInMemory)
migrator("DuckDB", duckDbInMemory)
ownNames("DuckDB", duckDbInMemory)
proof("DuckDB", duckDbInMemory)
pulled("DuckDB", () => duckDbInMemory, "duckdb")
pulledAtRandom("DuckDB", () => duckDbInMemory, dialect)
randomMigrations("DuckDB", duckDbInMemory)
randomStructures("DuckDB", duckDbInMemory, dialect)
snapshot("DuckDB", duckDbInMemory)
