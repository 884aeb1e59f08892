/**
 * How PostgreSQL tells its plans.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Dialect } from "../sql/Dialect.ts"
import { read, type Reading } from "../sql/Plan.ts"

/** The question for a plan, and the plan in its answer. */
export const explain: Dialect["explain"] = {
  text: (sql, analyze) => `EXPLAIN (${analyze ? "ANALYZE, " : ""}FORMAT JSON) ${sql}`,
  column: 0,
  plan: (told) => {
    const whole: unknown = Array.isArray(told) ? told[0] : told
    const plan = Predicate.hasProperty(whole, "Plan") ? whole.Plan : undefined
    return read(Predicate.isObject(plan) ? plan : {}, reading)
  }
}

const property = (step: object, name: string): unknown => Reflect.get(step, name)

/** What is told apart from the details, or tells nothing without the rest of a plan. */
const told =
  /^(?:Node Type|Plans|Plan Rows|Plan Width|Parallel Aware|Async Capable|Parent Relationship|Disabled|Actual .*|.* Cost)$/

const reading: Reading = {
  operator: (step) => String(property(step, "Node Type")),
  details: (step) => Object.fromEntries(Object.entries(step).filter(([name]) => !told.test(name))),
  estimatedRows: (step) => property(step, "Plan Rows"),
  actualRows: (step) => property(step, "Actual Rows"),
  milliseconds: (step) => property(step, "Actual Total Time"),
  children: (step) => property(step, "Plans")
}
