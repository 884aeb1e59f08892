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

repository("PostgreSQL", postgres)
failures("PostgreSQL", postgres)
loader("PostgreSQL", postgres)
saving("PostgreSQL", postgres)
increment("PostgreSQL", postgres)
hooks("PostgreSQL", postgres)
lostUpdates("PostgreSQL", postgres)
randomRepository("PostgreSQL", postgres)
