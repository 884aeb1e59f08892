/**
 * What sessions promise: writes, transactions, streams, pools, units of work, and what can be seen of them.
 */
import { afterwards } from "../afterwards.ts"
import { autoflush } from "../autoflush.ts"
import { cache } from "../cache.ts"
import { cachePolicies } from "../cachePolicies.ts"
import { cachedRows } from "../cachedRows.ts"
import { changes } from "../changes.ts"
import { constraints } from "../constraints.ts"
import { declaredWrites } from "../declaredWrites.ts"
import { deleteMany } from "../deleteMany.ts"
import { domainEvents } from "../domainEvents.ts"
import { draining } from "../draining.ts"
import { flushOrder } from "../flushOrder.ts"
import { identityMap } from "../identityMap.ts"
import { importFrom } from "../importFrom.ts"
import { insert } from "../insert.ts"
import { isolation } from "../isolation.ts"
import { lease } from "../lease.ts"
import { lifecycle } from "../lifecycle.ts"
import { liveQueries } from "../liveQueries.ts"
import { metrics } from "../metrics.ts"
import { nestedTransaction } from "../nestedTransaction.ts"
import { noIsolation } from "../noIsolation.ts"
import { patchMany } from "../patchMany.ts"
import { pool } from "../pool.ts"
import { poolMetrics } from "../poolMetrics.ts"
import { profiler } from "../profiler.ts"
import { randomCache } from "../randomCache.ts"
import { randomCachedRows } from "../randomCachedRows.ts"
import { randomFibers } from "../randomFibers.ts"
import { randomInterrupts } from "../randomInterrupts.ts"
import { randomTickets } from "../randomTickets.ts"
import { randomWork } from "../randomWork.ts"
import { randomWrites } from "../randomWrites.ts"
import { readTables } from "../readTables.ts"
import { readOnlyTransaction } from "../readOnlyTransaction.ts"
import { redaction } from "../redaction.ts"
import { retriedTransaction } from "../retriedTransaction.ts"
import { retriedWork } from "../retriedWork.ts"
import { sessionContext } from "../sessionContext.ts"
import { slowQueries } from "../slowQueries.ts"
import { spans } from "../spans.ts"
import { statementTimeout } from "../statementTimeout.ts"
import { stream } from "../stream.ts"
import type { Facts } from "../Subject.ts"
import { timedTransaction } from "../timedTransaction.ts"
import { transaction } from "../transaction.ts"
import { transactionModules } from "../transactionModules.ts"
import { unitOfWork } from "../unitOfWork.ts"
import { unwritten } from "../unwritten.ts"
import { upsertMany } from "../upsertMany.ts"
import { workHistory } from "../workHistory.ts"
import { writes } from "../writes.ts"

export const sessions = {
  insert,
  upsertMany,
  patchMany,
  deleteMany,
  writes,
  declaredWrites,
  randomWrites,
  stream,
  transaction,
  nestedTransaction,
  transactionModules,
  readOnlyTransaction,
  retriedTransaction,
  isolation: {
    isMade: (facts: Facts) => !facts.sharded,
    made: isolation,
    refused: noIsolation,
    because: "each shard has a moment of its own, and none is that of all of them"
  },
  timedTransaction,
  statementTimeout,
  afterwards,
  lifecycle,
  sessionContext,
  domainEvents,
  constraints,
  pool,
  lease,
  poolMetrics,
  draining,
  spans,
  metrics,
  slowQueries,
  redaction,
  unitOfWork,
  unwritten,
  workHistory,
  identityMap,
  autoflush,
  flushOrder,
  changes,
  randomWork,
  randomInterrupts,
  randomFibers,
  randomTickets,
  retriedWork,
  cache,
  cachePolicies,
  cachedRows,
  liveQueries,
  randomCache,
  randomCachedRows,
  readTables,
  profiler,
  importFrom
}
