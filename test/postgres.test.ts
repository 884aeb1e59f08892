/**
 * PostgreSQL keeps every promise.
 */
import { aggregates } from "./contract/aggregates.ts"
import { cases } from "./contract/cases.ts"
import { checks } from "./contract/checks.ts"
import { clauses, rowLocks } from "./contract/clauses.ts"
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
import { postgres } from "./databases.ts"

const database = postgres()

insert("PostgreSQL", database)
upsertMany("PostgreSQL", database)
patchMany("PostgreSQL", database)
deleteMany("PostgreSQL", database)
writes("PostgreSQL", database)
declaredWrites("PostgreSQL", database)
importFrom("PostgreSQL", database)
mixinTimestamps("PostgreSQL", database)
mixinSoftDelete("PostgreSQL", database)
mixinVersion("PostgreSQL", database)
mixinTenant("PostgreSQL", database)
mixinAudit("PostgreSQL", database)
mixinWrites("PostgreSQL", database)
randomMixins("PostgreSQL", database)
columns("PostgreSQL", database)
columnLimits("PostgreSQL", database)
columnNames("PostgreSQL", database)
schemas("PostgreSQL", database)
defaults("PostgreSQL", database)
checks("PostgreSQL", database)
sensitive("PostgreSQL", database)
rowChecks("PostgreSQL", database)
views("PostgreSQL", database)
onDelete("PostgreSQL", database, { together: true })
comments(
  "PostgreSQL",
  database,
  "SELECT CASE WHEN n = 0 THEN obj_description(oid, 'pg_class') ELSE col_description(oid, n) END AS comment " +
    "FROM pg_class, generate_series(0, 3) AS n WHERE relname LIKE 'comments %' AND relkind = 'r' ORDER BY n"
)
columnTypes("PostgreSQL", database)
customTypes("PostgreSQL", database)
condition("PostgreSQL", database)
query("PostgreSQL", database)
groups("PostgreSQL", database)
joins("PostgreSQL", database)
subqueries("PostgreSQL", database)
setOperations("PostgreSQL", database)
clauses("PostgreSQL", database)
rowLocks("PostgreSQL", database)
textFunctions("PostgreSQL", database)
numberFunctions("PostgreSQL", database)
timeFunctions("PostgreSQL", database)
listFunctions("PostgreSQL", database)
jsonFields("PostgreSQL", database)
cases("PostgreSQL", database)
aggregates("PostgreSQL", database)
windows("PostgreSQL", database)
valuesSource("PostgreSQL", database)
pivot("PostgreSQL", database)
refusedExpression("PostgreSQL", database)
randomExpression("PostgreSQL", database)
randomQuery("PostgreSQL", database)
randomWrites("PostgreSQL", database)
rawSql("PostgreSQL", database)
pages("PostgreSQL", database)
plan("PostgreSQL", database)
injection("PostgreSQL", database)
stream("PostgreSQL", database)
transaction("PostgreSQL", database)
nestedTransaction("PostgreSQL", database)
transactionModules("PostgreSQL", database)
relations("PostgreSQL", database)
hiddenRelations("PostgreSQL", database)
include("PostgreSQL", database)
computed("PostgreSQL", database)
randomInclude("PostgreSQL", database)
readOnlyTransaction("PostgreSQL", database)
retriedTransaction("PostgreSQL", database)
constraints("PostgreSQL", database)
pool("PostgreSQL", database)
lease("PostgreSQL", database)
poolMetrics("PostgreSQL", database)
draining("PostgreSQL", database)
