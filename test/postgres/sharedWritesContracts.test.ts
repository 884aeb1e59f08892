/**
 * PostgreSQL keeps what sessions promise where writes are shared, too.
 */
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { cache } from "../contract/cache.ts"
import { constraints } from "../contract/constraints.ts"
import { liveQueries } from "../contract/liveQueries.ts"
import { nestedTransaction } from "../contract/nestedTransaction.ts"
import { randomCache } from "../contract/randomCache.ts"
import { postgres as facts } from "../contract/Contract.ts"
import { randomInterrupts } from "../contract/randomInterrupts.ts"
import { statementTimeout } from "../contract/statementTimeout.ts"
import { stream } from "../contract/stream.ts"
import { transaction } from "../contract/transaction.ts"
import type { Database } from "../databases.ts"

const database: Database = Layer.unwrap(Effect.map(
  PostgresServer.start(),
  ({ database: name, host, port, username }) =>
    Postgres.layer({ database: name, host, port, username, pool: { size: 4 }, sharedWrites: true })
))

const name = "PostgreSQL with shared writes"

transaction(name, database)
nestedTransaction(name, database)
constraints(name, database)
stream(name, database)
statementTimeout(name, database)
randomInterrupts(name, database, facts)
cache(name, database)
liveQueries(name, database)
randomCache(name, database)
