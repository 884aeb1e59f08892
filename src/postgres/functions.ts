/**
 * How PostgreSQL calls functions and aggregates.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { aggregateNamed, type AggregateSpelling, type Dialect } from "../sql/Dialect.ts"
import { named } from "../sql/functions.ts"

/** The functions of values. */
export const functions: Dialect["functions"] = {
  coalesce: named("coalesce")
}

/** An aggregate over values in an order of its own, after its first argument: `percentile_cont(0.5) WITHIN GROUP (ORDER BY age)`. */
const ordered = (name: string, direct: ReadonlyArray<string>, value: string, suffix: string): string =>
  `${name}(${direct.join(", ")}) WITHIN GROUP (ORDER BY ${value})${suffix}`

const quantile = (name: string): AggregateSpelling => ({ suffix, texts: [value = "", ...direct] }) =>
  ordered(name, direct, value, suffix)

/** What is made of many rows; sums and means have wider types here than elsewhere, so they are cast. */
export const aggregates = (columnType: (type: ColumnType) => string): Dialect["aggregates"] => {
  const cast = (spelling: AggregateSpelling): AggregateSpelling => (parts) =>
    `CAST(${spelling(parts)} AS ${columnType(parts.type)})`

  return {
    count: aggregateNamed("count"),
    sum: cast(sum),
    avg: cast(aggregateNamed("avg")),
    min: aggregateNamed("min"),
    max: aggregateNamed("max"),
    approxCountDistinct: ({ suffix, texts }) => `count(DISTINCT ${texts.join(", ")})${suffix}`,
    median: ({ suffix, texts: [value = ""] }) => ordered("percentile_cont", ["0.5"], value, suffix),
    quantile: quantile("percentile_cont"),
    quantileDiscrete: quantile("percentile_disc"),
    mode: ({ suffix, texts: [value = ""] }) => ordered("mode", [], value, suffix),
    standardDeviation: cast(aggregateNamed("stddev_samp")),
    variance: cast(aggregateNamed("var_samp")),
    correlation: aggregateNamed("corr"),
    list: aggregateNamed("array_agg"),
    joined: aggregateNamed("string_agg"),
    every: aggregateNamed("bool_and"),
    some: aggregateNamed("bool_or"),
    argMin: firstBy("ASC"),
    argMax: firstBy("DESC")
  }
}

/** A sum of `REAL` would be one too, and lose what doubles keep. */
const sum: AggregateSpelling = (parts) => {
  const texts = parts.types[0]?._tag === "Float"
    ? parts.texts.map((text) => `CAST(${text} AS DOUBLE PRECISION)`)
    : parts.texts
  return aggregateNamed("sum")({ ...parts, texts })
}

/** The value of the row in which another is least or greatest. */
const firstBy = (direction: string): AggregateSpelling => ({ suffix, texts: [value = "", by = ""] }) =>
  `(array_agg(${value} ORDER BY ${by} ${direction} NULLS LAST)${suffix})[1]`
