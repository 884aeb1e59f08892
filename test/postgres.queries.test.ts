/**
 * PostgreSQL answers queries as they are promised.
 */
import { aggregates } from "./contract/aggregates.ts"
import { cases } from "./contract/cases.ts"
import { clauses, rowLocks } from "./contract/clauses.ts"
import { condition } from "./contract/condition.ts"
import { findings } from "./contract/findings.ts"
import { groups } from "./contract/groups.ts"
import { injection } from "./contract/injection.ts"
import { joins } from "./contract/joins.ts"
import { jsonFields } from "./contract/jsonFields.ts"
import { listFunctions } from "./contract/listFunctions.ts"
import { numberFunctions } from "./contract/numberFunctions.ts"
import { pages } from "./contract/pages.ts"
import { pivot } from "./contract/pivot.ts"
import { plan } from "./contract/plan.ts"
import { query } from "./contract/query.ts"
import { randomExpression } from "./contract/randomExpression.ts"
import { randomQuery } from "./contract/randomQuery.ts"
import { rawSql } from "./contract/rawSql.ts"
import { refusedExpression } from "./contract/refusedExpression.ts"
import { setOperations } from "./contract/setOperations.ts"
import { subqueries } from "./contract/subqueries.ts"
import { textFunctions } from "./contract/textFunctions.ts"
import { timeFunctions } from "./contract/timeFunctions.ts"
import { valuesSource } from "./contract/valuesSource.ts"
import { windows } from "./contract/windows.ts"
import { postgres } from "./databases.ts"

condition("PostgreSQL", postgres)
query("PostgreSQL", postgres)
groups("PostgreSQL", postgres)
joins("PostgreSQL", postgres)
subqueries("PostgreSQL", postgres)
setOperations("PostgreSQL", postgres)
clauses("PostgreSQL", postgres)
rowLocks("PostgreSQL", postgres)
textFunctions("PostgreSQL", postgres)
numberFunctions("PostgreSQL", postgres)
timeFunctions("PostgreSQL", postgres)
listFunctions("PostgreSQL", postgres)
jsonFields("PostgreSQL", postgres)
cases("PostgreSQL", postgres)
aggregates("PostgreSQL", postgres)
windows("PostgreSQL", postgres)
valuesSource("PostgreSQL", postgres)
pivot("PostgreSQL", postgres)
refusedExpression("PostgreSQL", postgres)
randomExpression("PostgreSQL", postgres)
randomQuery("PostgreSQL", postgres)
rawSql("PostgreSQL", postgres)
pages("PostgreSQL", postgres)
plan("PostgreSQL", postgres)
injection("PostgreSQL", postgres)
findings("PostgreSQL", postgres)
