/**
 * PostgreSQL keeps what sessions promise: writes, transactions, streams and pools.
 */
import { afterwards } from "./contract/afterwards.ts"
import { autoflush } from "./contract/autoflush.ts"
import { cache } from "./contract/cache.ts"
import { changes } from "./contract/changes.ts"
import { constraints } from "./contract/constraints.ts"
import { declaredWrites } from "./contract/declaredWrites.ts"
import { deleteMany } from "./contract/deleteMany.ts"
import { domainEvents } from "./contract/domainEvents.ts"
import { draining } from "./contract/draining.ts"
import { flushOrder } from "./contract/flushOrder.ts"
import { identityMap } from "./contract/identityMap.ts"
import { importFrom } from "./contract/importFrom.ts"
import { insert } from "./contract/insert.ts"
import { isolation } from "./contract/isolation.ts"
import { lease } from "./contract/lease.ts"
import { lifecycle } from "./contract/lifecycle.ts"
import { liveQueries } from "./contract/liveQueries.ts"
import { metrics } from "./contract/metrics.ts"
import { nestedTransaction } from "./contract/nestedTransaction.ts"
import { patchMany } from "./contract/patchMany.ts"
import { pool } from "./contract/pool.ts"
import { poolMetrics } from "./contract/poolMetrics.ts"
import { randomCache } from "./contract/randomCache.ts"
import { profiler } from "./contract/profiler.ts"
import { randomFibers } from "./contract/randomFibers.ts"
import { randomInterrupts } from "./contract/randomInterrupts.ts"
import { randomReplay } from "./contract/randomReplay.ts"
import { randomTickets } from "./contract/randomTickets.ts"
import { randomWork } from "./contract/randomWork.ts"
import { randomWrites } from "./contract/randomWrites.ts"
import { readOnlyTransaction } from "./contract/readOnlyTransaction.ts"
import { redaction } from "./contract/redaction.ts"
import { retriedTransaction } from "./contract/retriedTransaction.ts"
import { retriedWork } from "./contract/retriedWork.ts"
import { sessionContext } from "./contract/sessionContext.ts"
import { slowQueries } from "./contract/slowQueries.ts"
import { spans } from "./contract/spans.ts"
import { statementTimeout } from "./contract/statementTimeout.ts"
import { stream } from "./contract/stream.ts"
import { timedTransaction } from "./contract/timedTransaction.ts"
import { transaction } from "./contract/transaction.ts"
import { transactionModules } from "./contract/transactionModules.ts"
import { unitOfWork } from "./contract/unitOfWork.ts"
import { unwritten } from "./contract/unwritten.ts"
import { upsertMany } from "./contract/upsertMany.ts"
import { workHistory } from "./contract/workHistory.ts"
import { writes } from "./contract/writes.ts"
import { duckDbInMemory, postgres } from "./databases.ts"

const database = postgres()

insert("PostgreSQL", database)
upsertMany("PostgreSQL", database)
patchMany("PostgreSQL", database)
deleteMany("PostgreSQL", database)
writes("PostgreSQL", database)
declaredWrites("PostgreSQL", database)
randomWrites("PostgreSQL", database)
stream("PostgreSQL", database)
transaction("PostgreSQL", database)
nestedTransaction("PostgreSQL", database)
transactionModules("PostgreSQL", database)
readOnlyTransaction("PostgreSQL", database)
retriedTransaction("PostgreSQL", database)
isolation("PostgreSQL", database)
timedTransaction("PostgreSQL", database)
statementTimeout("PostgreSQL", database)
afterwards("PostgreSQL", database)
lifecycle("PostgreSQL", database)
sessionContext("PostgreSQL", database)
domainEvents("PostgreSQL", database)
constraints("PostgreSQL", database)
pool("PostgreSQL", database)
lease("PostgreSQL", database)
poolMetrics("PostgreSQL", database)
draining("PostgreSQL", database)
spans("PostgreSQL", database)
metrics("PostgreSQL", database)
slowQueries("PostgreSQL", database)
redaction("PostgreSQL", database)
unitOfWork("PostgreSQL", database)
unwritten("PostgreSQL", database)
workHistory("PostgreSQL", database)
identityMap("PostgreSQL", database)
autoflush("PostgreSQL", database)
flushOrder("PostgreSQL", database)
changes("PostgreSQL", database)
randomWork("PostgreSQL", database)
randomInterrupts("PostgreSQL", database)
randomFibers("PostgreSQL", database)
randomTickets("PostgreSQL", database)
randomReplay("PostgreSQL and DuckDB", database, duckDbInMemory)
retriedWork("PostgreSQL", database)
cache("PostgreSQL", database)
liveQueries("PostgreSQL", database)
randomCache("PostgreSQL", database)
profiler("PostgreSQL", database)
importFrom("PostgreSQL", database)
