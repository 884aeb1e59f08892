/**
 * How DuckDB says what all databases can say.
 *
 * @since 0.1.0
 */
import { holdsCustom } from "../model/ColumnType.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { missing } from "../sql/functions.ts"
import { aggregates, functions } from "./functions.ts"
import { merge } from "./merge.ts"
import { columnType, travelType } from "./types.ts"

const identifier = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`

/**
 * DuckDB numbers rows by a sequence, which has to exist before the table and outlives it. Its name goes without quotes, which
 * `nextval` can't read in a name.
 */
export const sequence = (table: string, column: string): string =>
  identifier(`${table}_${column}_seq`.replaceAll("\"", ""))

/**
 * DuckDB's answers to the compiler.
 *
 * @category dialects
 * @since 0.1.0
 */
export const dialect: Dialect = {
  name: "DuckDB",
  identifier,
  placeholder: (index, type) => holdsCustom(type) ? `CAST($${index} AS ${columnType(type)})` : `$${index}`,
  columnType,
  check: (type, value) =>
    type._tag === "Text" && type.length !== undefined
      ? `length(${value}) BETWEEN ${type.length.least} AND ${type.length.most}`
      : undefined,
  selected: (type, expression) => holdsCustom(type) ? `CAST(${expression} AS ${travelType(type)})` : expression,
  membership: (value, list) => `(${value} = ANY(${list}))`,
  cast: (expression, type) => `CAST(${expression} AS ${columnType(type)})`,
  functions,
  aggregates,
  sample: ({ by, percent, seed }) =>
    ` TABLESAMPLE ${by === "rows" ? "BERNOULLI" : "SYSTEM"}(${percent}%)${
      seed === undefined ? "" : ` REPEATABLE (${seed})`
    }`,
  matchesRegex: (text, pattern) => `regexp_matches(${text}, ${pattern})`,
  upsert: merge(identifier),
  identity: {
    before: (table, column) => [`CREATE SEQUENCE IF NOT EXISTS ${sequence(table, column)}`],
    clause: (table, column) => `DEFAULT nextval('${sequence(table, column).replaceAll("'", "''")}')`
  },
  features: {
    nulInText: true,
    qualify: true,
    asofJoin: true,
    rowLocks: missing(
      "DuckDB never locks rows: a transaction that loses against another fails with Conflict, which retries."
    )
  }
}
