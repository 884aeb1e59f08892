/**
 * PostgreSQL over several servers keeps what migrations promise.
 */
import { TestDatabase } from "andamios-orm/testing"
import { dialect } from "../src/postgres/dialect.ts"
import { Contract } from "./contract/index.ts"
import { sharded as automatic } from "./databases.ts"
import { alterations } from "./migration/contract/alterations.ts"
import { differing } from "./migration/contract/differences.ts"
import { migrationFaults } from "./migration/contract/migrationFaults.ts"
import { proof } from "./migration/contract/proof.ts"
import { pulled } from "./migration/contract/pulled.ts"
import { pulledAtRandom } from "./migration/contract/pulledAtRandom.ts"
import { randomStructures } from "./migration/contract/randomStructures.ts"
import { snapshot } from "./migration/contract/snapshot.ts"

/** Where tables are made by hand, which are of the coordinator alone: their models are so, too. */
const alone = TestDatabase.layerSharded([])

Contract.migrations("sharded PostgreSQL", automatic, Contract.sharded)

alterations("sharded PostgreSQL", automatic)
differing("sharded PostgreSQL", alone)
migrationFaults("sharded PostgreSQL", automatic)
proof("sharded PostgreSQL", automatic)
pulled("sharded PostgreSQL", () => alone, "postgres")
pulledAtRandom("sharded PostgreSQL", () => alone, dialect)
randomStructures("sharded PostgreSQL", automatic, dialect)
snapshot("sharded PostgreSQL", automatic)
