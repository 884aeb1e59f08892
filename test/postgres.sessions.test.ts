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

insert("PostgreSQL", postgres)
upsertMany("PostgreSQL", postgres)
patchMany("PostgreSQL", postgres)
deleteMany("PostgreSQL", postgres)
writes("PostgreSQL", postgres)
declaredWrites("PostgreSQL", postgres)
randomWrites("PostgreSQL", postgres)
stream("PostgreSQL", postgres)
transaction("PostgreSQL", postgres)
nestedTransaction("PostgreSQL", postgres)
transactionModules("PostgreSQL", postgres)
readOnlyTransaction("PostgreSQL", postgres)
retriedTransaction("PostgreSQL", postgres)
isolation("PostgreSQL", postgres)
timedTransaction("PostgreSQL", postgres)
statementTimeout("PostgreSQL", postgres)
afterwards("PostgreSQL", postgres)
lifecycle("PostgreSQL", postgres)
sessionContext("PostgreSQL", postgres)
domainEvents("PostgreSQL", postgres)
constraints("PostgreSQL", postgres)
pool("PostgreSQL", postgres)
lease("PostgreSQL", postgres)
poolMetrics("PostgreSQL", postgres)
draining("PostgreSQL", postgres)
spans("PostgreSQL", postgres)
metrics("PostgreSQL", postgres)
slowQueries("PostgreSQL", postgres)
redaction("PostgreSQL", postgres)
unitOfWork("PostgreSQL", postgres)
unwritten("PostgreSQL", postgres)
workHistory("PostgreSQL", postgres)
identityMap("PostgreSQL", postgres)
autoflush("PostgreSQL", postgres)
flushOrder("PostgreSQL", postgres)
changes("PostgreSQL", postgres)
randomWork("PostgreSQL", postgres)
randomInterrupts("PostgreSQL", postgres)
randomFibers("PostgreSQL", postgres)
randomTickets("PostgreSQL", postgres)
randomReplay("PostgreSQL and DuckDB", postgres, duckDbInMemory)
retriedWork("PostgreSQL", postgres)
cache("PostgreSQL", postgres)
liveQueries("PostgreSQL", postgres)
randomCache("PostgreSQL", postgres)
profiler("PostgreSQL", postgres)
importFrom("PostgreSQL", postgres)
