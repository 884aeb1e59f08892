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
import { freshPostgres } from "./databases.ts"

const fresh = freshPostgres()

adopting("PostgreSQL", fresh())
alembicVersions("PostgreSQL", fresh())
alterations("PostgreSQL", fresh())
differing("PostgreSQL", fresh())
migrationFaults("PostgreSQL", fresh())
migrationHistory("PostgreSQL", fresh())
migrationSteps("PostgreSQL", fresh())
migrationsBesideAlembic("PostgreSQL", fresh())
migrator("PostgreSQL", fresh())
ownNames("PostgreSQL", fresh())
proof("PostgreSQL", fresh())
pulled("PostgreSQL", fresh, "postgres")
pulledAtRandom("PostgreSQL", fresh, dialect)
randomMigrations("PostgreSQL", fresh())
randomStructures("PostgreSQL", fresh(), dialect)
snapshot("PostgreSQL", fresh())
