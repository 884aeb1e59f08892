/**
 * How DuckDB calls functions and aggregates.
 *
 * @since 0.1.0
 */
import { aggregateNamed, type Dialect } from "../sql/Dialect.ts"
import { named } from "../sql/functions.ts"

/** The functions of values. */
export const functions: Dialect["functions"] = {
  coalesce: named("coalesce")
}

/** What is made of many rows. */
export const aggregates: Dialect["aggregates"] = {
  count: aggregateNamed("count"),
  sum: aggregateNamed("sum"),
  avg: aggregateNamed("avg"),
  min: aggregateNamed("min"),
  max: aggregateNamed("max"),
  approxCountDistinct: aggregateNamed("approx_count_distinct"),
  median: aggregateNamed("median"),
  quantile: aggregateNamed("quantile_cont"),
  quantileDiscrete: aggregateNamed("quantile_disc"),
  mode: aggregateNamed("mode"),
  standardDeviation: aggregateNamed("stddev_samp"),
  variance: aggregateNamed("var_samp"),
  correlation: aggregateNamed("corr"),
  list: aggregateNamed("list"),
  joined: aggregateNamed("string_agg"),
  every: aggregateNamed("bool_and"),
  some: aggregateNamed("bool_or"),
  argMin: aggregateNamed("arg_min"),
  argMax: aggregateNamed("arg_max")
}
