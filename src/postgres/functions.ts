/**
 * How PostgreSQL calls functions and aggregates.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { Inexpressible } from "../sql/compilation.ts"
import { type AccessParts, aggregateNamed, type AggregateSpelling, type Dialect, suffix } from "../sql/Dialect.ts"
import { named, shared, type Spelling, template } from "../sql/functions.ts"
import { quoted } from "../sql/quoted.ts"
import { itemType } from "./types.ts"

const part = (name: string) => template(`CAST(floor(extract(${name} FROM CAST(#1 AS TIMESTAMP))) AS BIGINT)`)

/** Without cutting off what is longer already. */
const padded = (name: string) =>
  template(
    `(CASE WHEN #3 IS NULL THEN NULL WHEN length(#1) >= #2 OR #3 = '' THEN #1 ELSE ${name}(#1, CAST(#2 AS INTEGER), #3) END)`
  )

/** Lists of lists and objects are JSON here, whose items have no functions of their own. */
const ofItems = (spelling: Spelling): Spelling => (texts, types, type) => {
  if (types.some((one) => one._tag === "List" && itemType(one) === undefined)) {
    throw new Inexpressible("this function of a list of lists or objects", "Ask for its length or its items, with at.")
  }
  return spelling(texts, types, type)
}

/** PostgreSQL rounds halves of floating point numbers to even ones, and only to whole numbers. */
const roundedFloat = (value: string, digits: string): string => {
  const factor = `power(10.0::DOUBLE PRECISION, abs(${digits}))`
  const nearest = (scaled: string) =>
    `(CASE WHEN abs(${scaled}) < 4503599627370496 THEN trunc(${scaled}) + trunc(2 * (${scaled} - trunc(${scaled}))) ` +
    `ELSE ${scaled} END)`
  return Number(digits) < 0
    ? `(${nearest(`(${value} / ${factor})`)} * ${factor})`
    : `(${nearest(`(${value} * ${factor})`)} / ${factor})`
}

/** The functions of values. */
export const functions = (columnType: (type: ColumnType) => string): Dialect["functions"] => ({
  ...shared,
  trim: named("btrim"),
  length: (texts, [type], to) => {
    if (type?._tag !== "List") return template("CAST(char_length(#1) AS BIGINT)")(texts, [], to)
    return template(`CAST(${itemType(type) === undefined ? "jsonb_array_length" : "cardinality"}(#1) AS BIGINT)`)(
      texts,
      [],
      to
    )
  },
  concat: ofItems(template("(#1 || #2)")),
  split: template(
    "(CASE WHEN #1 = '' AND #2 IS NOT NULL THEN ARRAY[''] WHEN #2 IS NOT NULL THEN string_to_array(#1, nullif(#2, '')) END)"
  ),
  padStart: padded("lpad"),
  padEnd: padded("rpad"),
  reversed: named("reverse"),
  // the whole match is `\0` everywhere
  regexReplace: template("regexp_replace(#1, #2, replace(#3, '\\0', '\\&'), 'g')"),
  regexExtract: template("regexp_substr(#1, #2)"),
  round: ([value = "", digits = ""], _, type) => {
    if (type._tag === "Double") return roundedFloat(value, digits)
    return `CAST(round(CAST(${value} AS NUMERIC), ${digits}) AS ${columnType(type)})`
  },
  // it fails where the result is too near to 0, or too far away
  exp: template("(CASE WHEN #1 < -745.2 THEN 0 WHEN #1 > 709.8 AND #1 < 'Infinity' THEN 'Infinity' ELSE exp(#1) END)"),
  quotient: template("(#1 / nullif(#2, 0))"),
  toText: template("CAST(#1 AS TEXT)"),
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
  epoch: template("(CAST(extract(epoch FROM CAST(#1 AS TIMESTAMP)) * 1000000 AS DOUBLE PRECISION) / 1000000)"),
  truncate: ([value = "", unit = ""], _, type) =>
    `CAST(date_trunc(${unit}, CAST(${value} AS TIMESTAMP)) AS ${columnType(type)})`,
  addMonths: template("(CAST(#1 AS TIMESTAMP) + make_interval(months => CAST(#2 AS INTEGER)))"),
  addMicroseconds: template("(CAST(#1 AS TIMESTAMP) + #2 * INTERVAL '1 microsecond')"),
  microsecondsSince: template(
    "CAST(extract(epoch FROM CAST(#1 AS TIMESTAMP)) * 1000000 - extract(epoch FROM CAST(#2 AS TIMESTAMP)) * 1000000 AS BIGINT)"
  ),
  microseconds: template("(#1 * INTERVAL '1 microsecond')"),
  toDate: template("CAST(#1 AS DATE)"),
  toIso: ([value = ""], [from]) =>
    from?._tag === "Date"
      ? `to_char(${value}, 'YYYY-MM-DD')`
      : `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  includes: ofItems(template("(CASE WHEN #1 IS NOT NULL AND #2 IS NOT NULL THEN coalesce(#2 = ANY(#1), FALSE) END)")),
  includesAny: ofItems(template("(#1 && #2)")),
  includesAll: ofItems(template("(#1 @> #2)")),
  append: ofItems(template("(CASE WHEN #1 IS NOT NULL THEN array_append(#1, #2) END)")),
  sorted: ofItems(
    template("(CASE WHEN #1 IS NOT NULL THEN ARRAY(SELECT item FROM unnest(#1) AS item ORDER BY item) END)")
  ),
  distinct: ofItems(template(
    "(CASE WHEN #1 IS NOT NULL THEN " +
      "ARRAY(SELECT DISTINCT item FROM unnest(#1) AS item WHERE item IS NOT NULL ORDER BY item) END)"
  ))
})

/** An aggregate over values in an order of its own: `percentile_cont(0.5) WITHIN GROUP (ORDER BY age)`. */
const ordered = (name: string, direct: ReadonlyArray<string>): AggregateSpelling => (parts) => {
  const { filter, over, texts: [value = "", ...given] } = parts
  refuseOver(over)
  return `${name}(${[...direct, ...given].join(", ")}) WITHIN GROUP (ORDER BY ${value})${suffix({ filter, over })}`
}

const refuseOver = (over: string) => {
  if (over === "") return
  throw new Inexpressible("this aggregate over a window", "Group the rows in a query of its own, and join it.")
}

/** Windows have neither an order within an aggregate nor different values. */
const plainOver = (spelling: AggregateSpelling): AggregateSpelling => (parts) => {
  if (parts.distinct !== "" || parts.orderBy !== "") refuseOver(parts.over)
  return spelling(parts)
}

/** The value of the row in which another is least or greatest, of those that have both. */
const firstBy = (direction: string): AggregateSpelling => ({ filter, over, texts: [value = "", by = ""] }) => {
  refuseOver(over)
  const known = [`${value} IS NOT NULL`, `${by} IS NOT NULL`, ...(filter === "" ? [] : [filter])].join(" AND ")
  return `(array_agg(${value} ORDER BY ${by} ${direction}) FILTER (WHERE ${known}))[1]`
}

/** What is made of many rows; sums and means have wider types here than elsewhere, so they are cast. */
export const aggregates = (columnType: (type: ColumnType) => string): Dialect["aggregates"] => {
  const cast = (spelling: AggregateSpelling): AggregateSpelling => (parts) =>
    `CAST(${spelling(parts)} AS ${columnType(parts.type)})`
  const called = (name: string) => plainOver(aggregateNamed(name))

  return {
    count: called("count"),
    sum: cast(sum),
    avg: cast(called("avg")),
    min: called("min"),
    max: called("max"),
    approxCountDistinct: (parts) => called("count")({ ...parts, distinct: "DISTINCT " }),
    median: cast(ordered("percentile_cont", ["0.5"])),
    quantile: cast(ordered("percentile_cont", [])),
    quantileDiscrete: ordered("percentile_disc", []),
    mode: ordered("mode", []),
    standardDeviation: cast(called("stddev_samp")),
    variance: cast(called("var_samp")),
    correlation: called("corr"),
    list: (parts) => itemType(parts.type) === undefined ? listOfRecords(parts) : called("array_agg")(parts),
    joined: called("string_agg"),
    every: called("bool_and"),
    some: called("bool_or"),
    argMin: firstBy("ASC"),
    argMax: firstBy("DESC")
  }
}

/** A sum of `REAL` would be one too, and lose what doubles keep. */
const sum: AggregateSpelling = (parts) => {
  const texts = parts.types[0]?._tag === "Float"
    ? parts.texts.map((text) => `CAST(${text} AS DOUBLE PRECISION)`)
    : parts.texts
  return plainOver(aggregateNamed("sum"))({ ...parts, texts })
}

const listOfRecords: AggregateSpelling = (parts) =>
  plainOver(aggregateNamed("jsonb_agg"))({
    ...parts,
    texts: parts.types.map((type, place) => documentValue(String(parts.texts[place]), type))
  })

/** A part of a struct or JSON document by its name, or of a list by its place. */
export const access =
  (columnType: (type: ColumnType) => string) => ({ bound, from, key, to, whole }: AccessParts): string => {
    const place = typeof key === "number" ? key : 0
    if (itemType(from) !== undefined) {
      return `(${whole})[${place < 0 ? `cardinality(${whole}) + ${place + 1}` : place + 1}]`
    }
    const path = typeof key === "number" ? String(key) : bound()
    const item = itemType(to)
    if (item !== undefined) {
      const items = `jsonb_array_elements_text(${whole} -> ${path}) WITH ORDINALITY AS items (item, place)`
      return `(CASE WHEN jsonb_typeof(${whole} -> ${path}) = 'array' THEN ` +
        `ARRAY(SELECT CAST(item AS ${columnType(item)}) FROM ${items} ORDER BY place) END)`
    }
    if (columnType(to) === "JSONB") return `nullif(${whole} -> ${path}, 'null'::JSONB)`
    const text = `(${whole} ->> ${path})`
    return columnType(to) === "TEXT" ? text : `CAST(${text} AS ${columnType(to)})`
  }

/** Values under names, as one JSON document. */
export const record: Dialect["record"] = (fields) =>
  `jsonb_build_object(${
    fields.map(([name, expression, type]) => `${quoted(name)}, ${documentValue(expression, type)}`).join(", ")
  })`

/** A value as it stands in a JSON document: what a JSON number would change is a text there. */
const documentValue = (expression: string, type: ColumnType): string => {
  if (asTexts.has(type._tag)) return `CAST(${expression} AS TEXT)`
  const item = itemType(type)
  return item !== undefined && asTexts.has(item._tag) ? `CAST(${expression} AS TEXT[])` : expression
}

const asTexts = new Set<ColumnType["_tag"]>(["Int64", "Int128", "UInt64", "UInt128", "Decimal", "Timestamp", "Date"])
