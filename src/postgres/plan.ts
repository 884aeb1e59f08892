/**
 * How PostgreSQL tells its plans.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Dialect } from "../sql/Dialect.ts"
import { type Explaining, type Plan, read, type Reading, stepsOf } from "../sql/Plan.ts"

/** The question for a plan, and the plan in its answer. */
export const explain: Explaining = {
  text: (sql, analyze) => `EXPLAIN (${analyze ? "ANALYZE, " : ""}FORMAT JSON) ${sql}`,
  column: 0,
  plan: (told) => planOf(told, reading),
  doing: (step) => {
    if (step.operator === "Nested Loop") return isProduct(step) ? { _tag: "Product" } : { _tag: "Other" }
    const table = step.details["Relation Name"]
    return table === undefined
      ? { _tag: "Other" }
      : { _tag: "Scan", table, casts: castsIn(step.details.Filter ?? ""), byIndex: isByIndex(step) }
  }
}

/** The plan in an answer. */
export const planOf = (told: unknown, how: Reading): Plan => {
  const whole: unknown = Array.isArray(told) ? told[0] : told
  const plan = Predicate.hasProperty(whole, "Plan") ? whole.Plan : undefined
  return read(Predicate.isObject(plan) ? plan : {}, how)
}

/** A few pages are read as soon as an index is, and beyond some rows in a hundred every page is read anyway. */
export const lookup: Dialect["lookup"] = { from: 5000, most: (rows) => rows / 20, compound: true }

const isByIndex = ({ details }: Plan): boolean =>
  details["Index Cond"] !== undefined || details["Recheck Cond"] !== undefined

const castsIn = (filter: string): ReadonlyArray<string> =>
  [...filter.matchAll(/\((?:\w+\.)?"?(\w+)"?\)::/g)].flatMap(([, column]) => column ?? [])

/** Whether the side that is run for each row of the other asks nothing of that row. */
const isProduct = ({ children: [outer, inner], details }: Plan): boolean => {
  if (outer === undefined || inner === undefined || details["Join Filter"] !== undefined) return false
  const names = stepsOf(outer).flatMap(({ details: { Alias: alias } }) => alias ?? [])
  return !stepsOf(inner).some(({ details: asked }) =>
    Object.values(asked).some((text) => names.some((name) => text.includes(`${name}.`) || text.includes(`${name}".`)))
  )
}

/** What is told of a step under a name. */
export const property = (step: object, name: string): unknown => Reflect.get(step, name)

/** What is told apart from the details, or tells nothing without the rest of a plan. */
const told =
  /^(?:Node Type|Plans|Plan Rows|Plan Width|Parallel Aware|Async Capable|Parent Relationship|Disabled|Actual .*|.* Cost)$/

/** What PostgreSQL calls what it tells of a step. */
export const reading: Reading = {
  operator: (step) => String(property(step, "Node Type")),
  details: (step) => Object.fromEntries(Object.entries(step).filter(([name]) => !told.test(name))),
  estimatedRows: (step) => property(step, "Plan Rows"),
  actualRows: (step) => property(step, "Actual Rows"),
  milliseconds: (step) => property(step, "Actual Total Time"),
  children: (step) => property(step, "Plans")
}
