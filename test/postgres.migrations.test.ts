/**
 * PostgreSQL keeps what migrations promise.
 */
import { dialect } from "../src/postgres/dialect.ts"
import { differing } from "./contract/differences.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { postgres } from "./databases.ts"

const database = postgres()

differing("PostgreSQL", database)
randomStructures("PostgreSQL", database, dialect)
