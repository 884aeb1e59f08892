/**
 * DuckDB keeps what repositories promise.
 */
import { failures } from "./contract/failures.ts"
import { hooks } from "./contract/hooks.ts"
import { increment } from "./contract/increment.ts"
import { loader } from "./contract/loader.ts"
import { lostUpdates } from "./contract/lostUpdates.ts"
import { randomRepository } from "./contract/randomRepository.ts"
import { repository } from "./contract/repository.ts"
import { saving } from "./contract/saving.ts"
import { duckDbInMemory } from "./databases.ts"

repository("DuckDB", duckDbInMemory)
failures("DuckDB", duckDbInMemory)
loader("DuckDB", duckDbInMemory)
saving("DuckDB", duckDbInMemory)
increment("DuckDB", duckDbInMemory)
hooks("DuckDB", duckDbInMemory)
lostUpdates("DuckDB", duckDbInMemory)
randomRepository("DuckDB", duckDbInMemory)
