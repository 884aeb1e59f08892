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

const database = postgres()

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
rawSql("PostgreSQL", database)
pages("PostgreSQL", database)
plan("PostgreSQL", database)
injection("PostgreSQL", database)
findings("PostgreSQL", database)
