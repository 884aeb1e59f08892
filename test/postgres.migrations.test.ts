/**
 * PostgreSQL keeps what migrations promise.
 */
import { dialect } from "../src/postgres/dialect.ts"
import { randomStructures } from "./contract/randomStructures.ts"
import { postgres } from "./databases.ts"

randomStructures("PostgreSQL", postgres(), dialect)
