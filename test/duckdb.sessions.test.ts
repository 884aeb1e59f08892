/**
 * DuckDB keeps what sessions promise: writes, transactions, streams and pools.
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
import { duckDbInFile, duckDbInMemory } from "./databases.ts"

const inFile = duckDbInFile({ threads: 2, pool: { size: 3 } })

insert("DuckDB", duckDbInMemory)
upsertMany("DuckDB", duckDbInMemory)
patchMany("DuckDB", duckDbInMemory)
deleteMany("DuckDB", duckDbInMemory)
writes("DuckDB", duckDbInMemory)
declaredWrites("DuckDB", duckDbInMemory)
randomWrites("DuckDB", duckDbInMemory)
stream("DuckDB", duckDbInMemory)
transaction("DuckDB", duckDbInMemory)
nestedTransaction("DuckDB", duckDbInMemory)
transactionModules("DuckDB", duckDbInMemory)
readOnlyTransaction("DuckDB", duckDbInMemory)
retriedTransaction("DuckDB", duckDbInMemory)
isolation("DuckDB", duckDbInMemory)
timedTransaction("DuckDB", duckDbInMemory)
statementTimeout("DuckDB", duckDbInMemory)
afterwards("DuckDB", duckDbInMemory)
lifecycle("DuckDB", duckDbInMemory)
sessionContext("DuckDB", duckDbInMemory)
domainEvents("DuckDB", duckDbInMemory)
constraints("DuckDB", duckDbInMemory)
pool("DuckDB", duckDbInMemory)
lease("DuckDB", duckDbInMemory)
poolMetrics("DuckDB", duckDbInMemory)
draining("DuckDB", duckDbInMemory)
spans("DuckDB", duckDbInMemory)
metrics("DuckDB", duckDbInMemory)
slowQueries("DuckDB", duckDbInMemory)
redaction("DuckDB", duckDbInMemory)

insert("DuckDB in a file", inFile)
upsertMany("DuckDB in a file", inFile)
patchMany("DuckDB in a file", inFile)
deleteMany("DuckDB in a file", inFile)
stream("DuckDB in a file", inFile)
transaction("DuckDB in a file", inFile)
nestedTransaction("DuckDB in a file", inFile)
transactionModules("DuckDB in a file", inFile)
readOnlyTransaction("DuckDB in a file", inFile)
retriedTransaction("DuckDB in a file", inFile)
isolation("DuckDB in a file", inFile)
timedTransaction("DuckDB in a file", inFile)
statementTimeout("DuckDB in a file", inFile)
afterwards("DuckDB in a file", inFile)
lifecycle("DuckDB in a file", inFile)
sessionContext("DuckDB in a file", inFile)
constraints("DuckDB in a file", inFile)
pool("DuckDB in a file", inFile)
lease("DuckDB in a file", inFile)
poolMetrics("DuckDB in a file", inFile)
draining("DuckDB in a file", inFile)
unitOfWork("DuckDB", duckDbInMemory)
unwritten("DuckDB", duckDbInMemory)
workHistory("DuckDB", duckDbInMemory)
identityMap("DuckDB", duckDbInMemory)
autoflush("DuckDB", duckDbInMemory)
flushOrder("DuckDB", duckDbInMemory, { freesRows: false })
changes("DuckDB", duckDbInMemory)
randomWork("DuckDB", duckDbInMemory, { freesRows: false })
randomInterrupts("DuckDB", duckDbInMemory, { freesRows: false })
randomFibers("DuckDB", duckDbInMemory)
randomTickets("DuckDB", duckDbInMemory, { savepoints: false })
retriedWork("DuckDB", duckDbInMemory)
cache("DuckDB", duckDbInMemory)
liveQueries("DuckDB", duckDbInMemory)
randomCache("DuckDB", duckDbInMemory)
profiler("DuckDB", duckDbInMemory)
importFrom("DuckDB", duckDbInMemory)
importFrom("DuckDB in a file", inFile)
