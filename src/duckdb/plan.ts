/**
 * How DuckDB tells its plans.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Dialect } from "../sql/Dialect.ts"
import { type Explaining, type Plan, read, type Reading } from "../sql/Plan.ts"

/** The question for a plan, and the plan in its answer. */
export const explain: Explaining = {
  text: (sql, analyze) => `EXPLAIN (${analyze ? "ANALYZE, " : ""}FORMAT json) ${sql}`,
  column: 1,
  plan: (told) => planOf(Array.isArray(told) ? told[0] : told),
  doing: ({ details, operator }) => {
    if (operator === "CROSS_PRODUCT") return { _tag: "Product" }
    const table = details.Table
    if (table === undefined) return { _tag: "Other" }
    return {
      _tag: "Scan",
      table: table.slice(table.lastIndexOf(".") + 1),
      casts: castsIn(details.Filters ?? ""),
      // it is decided when the query runs
      byIndex: details.Type === "Index Scan"
    }
  }
}

/**
 * Groups of 122880 rows know their least and greatest values, so that a scan leaves most of them out where rows are in order: below
 * one group there is nothing to gain. An index is used for few rows only, only one of a single column, and only where no other column
 * is compared.
 */
export const lookup: Dialect["lookup"] = {
  from: 122_880,
  most: (rows) => Math.max(2048, rows / 1000),
  compound: false
}

const castsIn = (filter: string): ReadonlyArray<string> =>
  [...filter.matchAll(/CAST\("?(\w+)"? AS/g)].flatMap(([, column]) => column ?? [])

/** What was measured comes in a step for the whole query, and another that measures. */
const planOf = (told: unknown): Plan => {
  const step = Predicate.isObject(told) ? told : {}
  const [only] = childrenOf(step)
  const isWrapper = !("name" in step) && (!("operator_name" in step) || step.operator_name === "EXPLAIN_ANALYZE")
  return isWrapper && only !== undefined ? planOf(only) : read(step, reading)
}

const childrenOf = (step: object): ReadonlyArray<unknown> => {
  const children = property(step, "children")
  return Array.isArray(children) ? children : []
}

const property = (step: object, name: string): unknown => Reflect.get(step, name)

const extra = (step: object): object => {
  const told = property(step, "extra_info")
  return Predicate.isObject(told) ? told : {}
}

const estimated = "Estimated Cardinality"

const reading: Reading = {
  operator: (step) => String(property(step, "operator_name") ?? property(step, "name")).trim(),
  details: (step) => Object.fromEntries(Object.entries(extra(step)).filter(([name]) => name !== estimated)),
  estimatedRows: (step) => property(extra(step), estimated),
  actualRows: (step) => property(step, "operator_cardinality"),
  milliseconds: (step) => {
    const seconds = property(step, "operator_timing")
    return typeof seconds === "number" ? seconds * 1_000 : undefined
  },
  children: (step) => property(step, "children")
}
