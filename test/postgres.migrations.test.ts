/**
 * PostgreSQL keeps what migrations promise.
 */
import { dialect } from "../src/postgres/dialect.ts"
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
import { postgres } from "./databases.ts"

Contract.migrations("PostgreSQL", postgres, Contract.postgres)

alembicVersions("PostgreSQL", postgres)
alterations("PostgreSQL", postgres)
differing("PostgreSQL", postgres)
migrationFaults("PostgreSQL", postgres)
proof("PostgreSQL", postgres)
pulled("PostgreSQL", () => postgres, "postgres")
pulledAtRandom("PostgreSQL", () => postgres, dialect)
randomStructures("PostgreSQL", postgres, dialect)
snapshot("PostgreSQL", postgres)
