/**
 * DuckDB answers queries as they are promised.
 */
import { aggregates } from "./contract/aggregates.ts"
import { cases } from "./contract/cases.ts"
import { clauses, noRowLocks } from "./contract/clauses.ts"
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
import { duckDbInMemory } from "./databases.ts"

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
rawSql("DuckDB", duckDbInMemory)
pages("DuckDB", duckDbInMemory)
plan("DuckDB", duckDbInMemory)
injection("DuckDB", duckDbInMemory)
findings("DuckDB", duckDbInMemory)
