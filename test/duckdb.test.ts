/**
 * DuckDB keeps every promise, in memory and in a file.
 */
import { aggregates } from "./contract/aggregates.ts"
import { cases } from "./contract/cases.ts"
import { checks } from "./contract/checks.ts"
import { clauses, noRowLocks } from "./contract/clauses.ts"
import { columnLimits } from "./contract/columnLimits.ts"
import { columnNames } from "./contract/columnNames.ts"
import { columns } from "./contract/columns.ts"
import { columnTypes } from "./contract/columnTypes.ts"
import { comments } from "./contract/comments.ts"
import { computed } from "./contract/computed.ts"
import { condition } from "./contract/condition.ts"
import { constraints } from "./contract/constraints.ts"
import { customTypes } from "./contract/customTypes.ts"
import { defaults } from "./contract/defaults.ts"
import { declaredWrites } from "./contract/declaredWrites.ts"
import { deleteMany } from "./contract/deleteMany.ts"
import { draining } from "./contract/draining.ts"
import { groups } from "./contract/groups.ts"
import { hiddenRelations } from "./contract/hiddenRelations.ts"
import { importFrom } from "./contract/importFrom.ts"
import { include } from "./contract/include.ts"
import { injection } from "./contract/injection.ts"
import { insert } from "./contract/insert.ts"
import { joins } from "./contract/joins.ts"
import { jsonFields } from "./contract/jsonFields.ts"
import { lease } from "./contract/lease.ts"
import { listFunctions } from "./contract/listFunctions.ts"
import { mixinAudit } from "./contract/mixinAudit.ts"
import { mixinSoftDelete } from "./contract/mixinSoftDelete.ts"
import { mixinTenant } from "./contract/mixinTenant.ts"
import { mixinTimestamps } from "./contract/mixinTimestamps.ts"
import { mixinVersion } from "./contract/mixinVersion.ts"
import { mixinWrites } from "./contract/mixinWrites.ts"
import { nestedTransaction } from "./contract/nestedTransaction.ts"
import { numberFunctions } from "./contract/numberFunctions.ts"
import { onDelete } from "./contract/onDelete.ts"
import { pages } from "./contract/pages.ts"
import { patchMany } from "./contract/patchMany.ts"
import { pivot } from "./contract/pivot.ts"
import { plan } from "./contract/plan.ts"
import { pool } from "./contract/pool.ts"
import { poolMetrics } from "./contract/poolMetrics.ts"
import { query } from "./contract/query.ts"
import { randomExpression } from "./contract/randomExpression.ts"
import { randomInclude } from "./contract/randomInclude.ts"
import { randomMixins } from "./contract/randomMixins.ts"
import { randomQuery } from "./contract/randomQuery.ts"
import { randomWrites } from "./contract/randomWrites.ts"
import { rawSql } from "./contract/rawSql.ts"
import { readOnlyTransaction } from "./contract/readOnlyTransaction.ts"
import { refusedExpression } from "./contract/refusedExpression.ts"
import { relations } from "./contract/relations.ts"
import { retriedTransaction } from "./contract/retriedTransaction.ts"
import { rowChecks } from "./contract/rowChecks.ts"
import { schemas } from "./contract/schemas.ts"
import { sensitive } from "./contract/sensitive.ts"
import { setOperations } from "./contract/setOperations.ts"
import { stream } from "./contract/stream.ts"
import { subqueries } from "./contract/subqueries.ts"
import { textFunctions } from "./contract/textFunctions.ts"
import { timeFunctions } from "./contract/timeFunctions.ts"
import { transaction } from "./contract/transaction.ts"
import { transactionModules } from "./contract/transactionModules.ts"
import { upsertMany } from "./contract/upsertMany.ts"
import { valuesSource } from "./contract/valuesSource.ts"
import { views } from "./contract/views.ts"
import { windows } from "./contract/windows.ts"
import { writes } from "./contract/writes.ts"
import { duckDbInFile, duckDbInMemory } from "./databases.ts"

const inFile = duckDbInFile({ threads: 2, pool: { size: 3 } })

insert("DuckDB", duckDbInMemory)
upsertMany("DuckDB", duckDbInMemory)
patchMany("DuckDB", duckDbInMemory)
deleteMany("DuckDB", duckDbInMemory)
writes("DuckDB", duckDbInMemory)
declaredWrites("DuckDB", duckDbInMemory)
importFrom("DuckDB", duckDbInMemory)
mixinTimestamps("DuckDB", duckDbInMemory)
mixinSoftDelete("DuckDB", duckDbInMemory)
mixinVersion("DuckDB", duckDbInMemory)
mixinTenant("DuckDB", duckDbInMemory)
mixinAudit("DuckDB", duckDbInMemory)
mixinWrites("DuckDB", duckDbInMemory)
randomMixins("DuckDB", duckDbInMemory)
columns("DuckDB", duckDbInMemory)
columnLimits("DuckDB", duckDbInMemory)
columnNames("DuckDB", duckDbInMemory)
schemas("DuckDB", duckDbInMemory)
defaults("DuckDB", duckDbInMemory)
checks("DuckDB", duckDbInMemory)
sensitive("DuckDB", duckDbInMemory)
rowChecks("DuckDB", duckDbInMemory)
views("DuckDB", duckDbInMemory)
onDelete("DuckDB", duckDbInMemory, { together: false })
comments(
  "DuckDB",
  duckDbInMemory,
  "SELECT comment FROM (SELECT comment, 0 AS n FROM duckdb_tables() WHERE schema_name = 'comments' UNION ALL " +
    "SELECT comment, column_index AS n FROM duckdb_columns() WHERE schema_name = 'comments') ORDER BY n"
)
columnTypes("DuckDB", duckDbInMemory)
customTypes("DuckDB", duckDbInMemory)
condition("DuckDB", duckDbInMemory)
query("DuckDB", duckDbInMemory)
groups("DuckDB", duckDbInMemory)
joins("DuckDB", duckDbInMemory)
subqueries("DuckDB", duckDbInMemory)
setOperations("DuckDB", duckDbInMemory)
clauses("DuckDB", duckDbInMemory)
noRowLocks("DuckDB", duckDbInMemory)
textFunctions("DuckDB", duckDbInMemory)
numberFunctions("DuckDB", duckDbInMemory)
timeFunctions("DuckDB", duckDbInMemory)
listFunctions("DuckDB", duckDbInMemory)
jsonFields("DuckDB", duckDbInMemory)
cases("DuckDB", duckDbInMemory)
aggregates("DuckDB", duckDbInMemory)
windows("DuckDB", duckDbInMemory)
valuesSource("DuckDB", duckDbInMemory)
pivot("DuckDB", duckDbInMemory)
refusedExpression("DuckDB", duckDbInMemory)
randomExpression("DuckDB", duckDbInMemory)
randomQuery("DuckDB", duckDbInMemory)
randomWrites("DuckDB", duckDbInMemory)
rawSql("DuckDB", duckDbInMemory)
pages("DuckDB", duckDbInMemory)
plan("DuckDB", duckDbInMemory)
injection("DuckDB", duckDbInMemory)
stream("DuckDB", duckDbInMemory)
transaction("DuckDB", duckDbInMemory)
nestedTransaction("DuckDB", duckDbInMemory)
transactionModules("DuckDB", duckDbInMemory)
relations("DuckDB", duckDbInMemory)
hiddenRelations("DuckDB", duckDbInMemory)
include("DuckDB", duckDbInMemory)
computed("DuckDB", duckDbInMemory)
randomInclude("DuckDB", duckDbInMemory)
readOnlyTransaction("DuckDB", duckDbInMemory)
retriedTransaction("DuckDB", duckDbInMemory)
constraints("DuckDB", duckDbInMemory)
pool("DuckDB", duckDbInMemory)
lease("DuckDB", duckDbInMemory)
poolMetrics("DuckDB", duckDbInMemory)
draining("DuckDB", duckDbInMemory)

insert("DuckDB in a file", inFile)
upsertMany("DuckDB in a file", inFile)
patchMany("DuckDB in a file", inFile)
deleteMany("DuckDB in a file", inFile)
importFrom("DuckDB in a file", inFile)
stream("DuckDB in a file", inFile)
transaction("DuckDB in a file", inFile)
nestedTransaction("DuckDB in a file", inFile)
transactionModules("DuckDB in a file", inFile)
readOnlyTransaction("DuckDB in a file", inFile)
retriedTransaction("DuckDB in a file", inFile)
constraints("DuckDB in a file", inFile)
pool("DuckDB in a file", inFile)
lease("DuckDB in a file", inFile)
poolMetrics("DuckDB in a file", inFile)
draining("DuckDB in a file", inFile)
