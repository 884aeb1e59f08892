/**
 * PostgreSQL keeps what repositories promise.
 */
import { failures } from "./contract/failures.ts"
import { hooks } from "./contract/hooks.ts"
import { increment } from "./contract/increment.ts"
import { loader } from "./contract/loader.ts"
import { lostUpdates } from "./contract/lostUpdates.ts"
import { randomRepository } from "./contract/randomRepository.ts"
import { repository } from "./contract/repository.ts"
import { saving } from "./contract/saving.ts"
import { postgres } from "./databases.ts"

const database = postgres()

repository("PostgreSQL", database)
failures("PostgreSQL", database)
loader("PostgreSQL", database)
saving("PostgreSQL", database)
increment("PostgreSQL", database)
hooks("PostgreSQL", database)
lostUpdates("PostgreSQL", database)
randomRepository("PostgreSQL", database)
