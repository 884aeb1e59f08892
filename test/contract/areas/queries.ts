/**
 * What queries promise.
 */
import { aggregates } from "../aggregates.ts"
import { cases } from "../cases.ts"
import { clauses } from "../clauses.ts"
import { condition } from "../condition.ts"
import { findings } from "../findings.ts"
import { groups } from "../groups.ts"
import { injection } from "../injection.ts"
import { joins } from "../joins.ts"
import { jsonFields } from "../jsonFields.ts"
import { listFunctions } from "../listFunctions.ts"
import { numberFunctions } from "../numberFunctions.ts"
import { pages } from "../pages.ts"
import { pivot } from "../pivot.ts"
import { plan } from "../plan.ts"
import { prepared } from "../prepared.ts"
import { query } from "../query.ts"
import { randomExpression } from "../randomExpression.ts"
import { randomQuery } from "../randomQuery.ts"
import { rawSql } from "../rawSql.ts"
import { refusedExpression } from "../refusedExpression.ts"
import { noRowLocks, rowLocks } from "../rowLocks.ts"
import { setOperations } from "../setOperations.ts"
import type { Facts } from "../Subject.ts"
import { subqueries } from "../subqueries.ts"
import { textFunctions } from "../textFunctions.ts"
import { timeFunctions } from "../timeFunctions.ts"
import { valuesSource } from "../valuesSource.ts"
import { windows } from "../windows.ts"

export const queries = {
  condition,
  query,
  groups,
  joins,
  subqueries,
  setOperations,
  clauses,
  rowLocks: {
    isMade: (facts: Facts) => facts.rowLocks,
    made: rowLocks,
    refused: noRowLocks,
    because: "it has no row locks"
  },
  textFunctions,
  numberFunctions,
  timeFunctions,
  listFunctions,
  jsonFields,
  cases,
  aggregates,
  windows,
  valuesSource,
  pivot,
  refusedExpression,
  randomExpression,
  randomQuery,
  rawSql,
  pages,
  prepared,
  plan,
  injection,
  findings
}
