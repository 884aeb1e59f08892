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
import { migrator } from "./contract/migrator.ts"
import { randomMigrations } from "./contract/randomMigrations.ts"
import { ownNames } from "./contract/ownNames.ts"
import { pulled } from "./contract/pulled.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { freshPostgres, postgres } from "./databases.ts"
import { proof } from "./contract/proof.ts"
import { snapshot } from "./contract/snapshot.ts"

const database = postgres()

adopting("PostgreSQL", database)
alembicVersions("PostgreSQL", database)
alterations("PostgreSQL", database)
differing("PostgreSQL", database)
migrationFaults("PostgreSQL", database)
migrationHistory("PostgreSQL", database)
migrationSteps("PostgreSQL", database)
migrator("PostgreSQL", database)
randomMigrations("PostgreSQL", database)
randomStructures("PostgreSQL", database, dialect)

proof("PostgreSQL", postgres())
snapshot("PostgreSQL", postgres())
pulled("PostgreSQL", freshPostgres(), "postgres")
ownNames("PostgreSQL", postgres())
