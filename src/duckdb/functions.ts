/**
 * How DuckDB calls functions and aggregates.
 *
 * @since 0.1.0
 */
import { quotedIdentifier } from "@duckdb/node-api"
import { type AccessParts, aggregateNamed, type AggregateSpelling, type Dialect } from "../sql/Dialect.ts"
import { named, shared, template } from "../sql/functions.ts"
import { columnType } from "./types.ts"

const part = (name: string) => template(`date_part('${name}', #1)`)

/** Without cutting off what is longer already. */
const padded = (name: string) =>
  template(
    `(CASE WHEN #3 IS NULL THEN NULL WHEN length(#1) >= #2 OR #3 = '' THEN #1 ELSE ${name}(#1, CAST(#2 AS INTEGER), #3) END)`
  )

/** The functions of values. */
export const functions: Dialect["functions"] = {
  ...shared,
  trim: named("trim"),
  length: named("len"),
  concat: template("(#1 || #2)"),
  split: named("string_split"),
  padStart: padded("lpad"),
  padEnd: padded("rpad"),
  // its own `reverse` keeps characters together that are made of several
  reversed: template("array_to_string(list_reverse(string_split(#1, '')), '')"),
  regexReplace: template("regexp_replace(#1, #2, #3, 'gs')"),
  regexExtract: template("(CASE WHEN regexp_matches(#1, #2, 's') THEN regexp_extract(#1, #2, 0, 's') END)"),
  round: named("round"),
  exp: named("exp"),
  quotient: template("(#1 // nullif(#2, 0))"),
  toText: template("CAST(#1 AS VARCHAR)"),
  year: part("year"),
  quarter: part("quarter"),
  month: part("month"),
  week: part("week"),
  day: part("day"),
  dayOfWeek: part("isodow"),
  dayOfYear: part("doy"),
  hour: part("hour"),
  minute: part("minute"),
  second: part("second"),
  epoch: template("CAST(epoch_us(CAST(#1 AS TIMESTAMP)) AS DOUBLE) / 1000000"),
  truncate: ([value = "", unit = ""], _, type) =>
    `CAST(date_trunc(${unit}, CAST(${value} AS TIMESTAMP)) AS ${columnType(type)})`,
  addMonths: template("(CAST(#1 AS TIMESTAMP) + to_months(CAST(#2 AS INTEGER)))"),
  addMicroseconds: template("(CAST(#1 AS TIMESTAMP) + to_microseconds(#2))"),
  microsecondsSince: template("(epoch_us(CAST(#1 AS TIMESTAMP)) - epoch_us(CAST(#2 AS TIMESTAMP)))"),
  microseconds: named("to_microseconds"),
  toDate: template("CAST(#1 AS DATE)"),
  toIso: ([value = ""], [from]) =>
    from?._tag === "Date" ? `strftime(${value}, '%Y-%m-%d')` : `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%fZ')`,
  includes: named("list_contains"),
  includesAny: named("list_has_any"),
  includesAll: named("list_has_all"),
  append: template("(CASE WHEN #1 IS NOT NULL THEN list_append(#1, #2) END)"),
  sorted: template("list_sort(#1, 'ASC', 'NULLS LAST')"),
  distinct: template("list_sort(list_distinct(#1))")
}

/**
 * An aggregate that is a floating point number: DuckDB rounds what it makes of decimals to their places, and of short floats to theirs.
 * Integers are left alone, for a sort of short ones takes half the time.
 */
const ofFloats = (name: string): AggregateSpelling => (parts) => {
  const [value = "", ...more] = parts.texts
  const isRounded = parts.types[0]?._tag === "Decimal" || parts.types[0]?._tag === "Float"
  return aggregateNamed(name)({ ...parts, texts: [isRounded ? `CAST(${value} AS DOUBLE)` : value, ...more] })
}

/** What is made of many rows. */
export const aggregates: Dialect["aggregates"] = {
  count: aggregateNamed("count"),
  sum: aggregateNamed("sum"),
  avg: aggregateNamed("avg"),
  min: aggregateNamed("min"),
  max: aggregateNamed("max"),
  approxCountDistinct: aggregateNamed("approx_count_distinct"),
  median: ofFloats("median"),
  quantile: ofFloats("quantile_cont"),
  quantileDiscrete: aggregateNamed("quantile_disc"),
  // of several values that are equally frequent the least
  mode: (parts) =>
    aggregateNamed("mode")({ ...parts, orderBy: parts.over === "" ? ` ORDER BY ${parts.texts.join(", ")}` : "" }),
  standardDeviation: ofFloats("stddev_samp"),
  variance: ofFloats("var_samp"),
  correlation: (parts) => `nullif(${aggregateNamed("corr")(parts)}, 'NaN'::DOUBLE)`,
  list: aggregateNamed("list"),
  joined: aggregateNamed("string_agg"),
  every: aggregateNamed("bool_and"),
  some: aggregateNamed("bool_or"),
  argMin: aggregateNamed("arg_min"),
  argMax: aggregateNamed("arg_max")
}

/** A part of a struct by its name, of a list by its place, of a JSON document by either. */
export const access = ({ bound, from, key, to, whole }: AccessParts): string => {
  if (from._tag === "Struct") return `(${whole}).${quotedIdentifier(String(key))}`
  const place = typeof key === "number" ? key : 0
  if (from._tag === "List") return `(${whole})[${place < 0 ? place : place + 1}]`
  const path = typeof key === "number" ? String(key) : bound()
  if (to._tag === "Json") return `nullif(json_extract(${whole}, ${path}), 'null'::JSON)`
  const text = `json_extract_string(${whole}, ${path})`
  return to._tag === "Text" ? text : `CAST(${text} AS ${columnType(to)})`
}

/** A field's name as a JSON pointer. */
export const documentKey = (name: string): string => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`

/** Values under names, as one struct. */
export const record: Dialect["record"] = (fields) =>
  `struct_pack(${fields.map(([name, expression]) => `${quotedIdentifier(name)} := ${expression}`).join(", ")})`
