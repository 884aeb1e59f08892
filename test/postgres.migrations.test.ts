/**
 * PostgreSQL keeps what migrations promise.
 */
import { dialect } from "../src/postgres/dialect.ts"
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
import { postgres } from "./databases.ts"

adopting("PostgreSQL", postgres)
alembicVersions("PostgreSQL", postgres)
alterations("PostgreSQL", postgres)
differing("PostgreSQL", postgres)
migrationFaults("PostgreSQL", postgres)
migrationHistory("PostgreSQL", postgres)
migrationSteps("PostgreSQL", postgres)
migrationsBesideAlembic("PostgreSQL", postgres)
migrator("PostgreSQL", postgres)
ownNames("PostgreSQL", postgres)
proof("PostgreSQL", postgres)
pulled("PostgreSQL", () => postgres, "postgres")
pulledAtRandom("PostgreSQL", () => postgres, dialect)
randomMigrations("PostgreSQL", postgres)
randomStructures("PostgreSQL", postgres, dialect)
snapshot("PostgreSQL", postgres)
