/**
 * How DuckDB says what all databases can say.
 *
 * @since 0.1.0
 */
import { holdsCustom } from "../model/ColumnType.ts"
import { alterColumn } from "../sql/alterColumn.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { missing } from "../sql/functions.ts"
import { identifier, quoted } from "../sql/quoted.ts"
import type { EnumStructure } from "../sql/Structure.ts"
import { tableName } from "../sql/tableName.ts"
import { rebuilding } from "./altering.ts"
import { conversion } from "./conversion.ts"
import { access, aggregates, documentKey, functions, record } from "./functions.ts"
import { knownNames } from "./knownNames.ts"
import { merge } from "./merge.ts"
import { attached, identity } from "./numbering.ts"
import { explain, lookup } from "./plan.ts"
import { structure } from "./structure.ts"
import { columnType, travelType } from "./types.ts"

const dropEnum = (type: EnumStructure) => `DROP TYPE ${tableName(type, { identifier, attached })}`

const createEnum = (type: EnumStructure) =>
  `CREATE TYPE ${tableName(type, { identifier, attached })} AS ENUM (${type.values.map(quoted).join(", ")})`

/**
 * DuckDB's answers to the compiler.
 *
 * @category dialects
 * @since 0.1.0
 */
export const dialect: Dialect = {
  name: "DuckDB",
  key: "duckdb",
  identifier,
  placeholder: (index, type) => holdsCustom(type) ? `CAST($${index} AS ${columnType(type)})` : `$${index}`,
  columnType,
  check: (type, value) =>
    type._tag === "Text" && type.length !== undefined
      ? `length(${value}) BETWEEN ${type.length.least} AND ${type.length.most}`
      : undefined,
  selected: (type, expression) => holdsCustom(type) ? `CAST(${expression} AS ${travelType(type)})` : expression,
  membership: (value, list) => `(${value} = ANY(${list}))`,
  unnested: (lists, place) => {
    const items = lists.map(({ list, name }) => `unnest(${list}) AS ${name}`)
    return `SELECT ${[...items, `CAST(generate_subscripts(${lists[0]?.list}, 1) AS BIGINT) AS ${place}`].join(", ")}`
  },
  cast: (expression, type) => `CAST(${expression} AS ${columnType(type)})`,
  tryCast: (expression, type) => `TRY_CAST(${expression} AS ${columnType(type)})`,
  access,
  documentKey,
  record,
  remainder: (left, right) => `(${left} % ${right})`,
  functions,
  aggregates,
  sample: ({ by, percent, seed }) =>
    ` TABLESAMPLE ${by === "rows" ? "BERNOULLI" : "SYSTEM"}(${percent}%)${
      seed === undefined ? "" : ` REPEATABLE (${seed})`
    }`,
  matchesRegex: (text, pattern) => `regexp_matches(${text}, ${pattern}, 's')`,
  upsert: merge({ identifier, attached }),
  explain,
  lookup,
  identity,
  alterations: {
    changeColumn: (change) => {
      const { from, to, using } = change
      const isRetyped = columnType(from.type) !== columnType(to.type)
      const value = isRetyped ? conversion(identifier(to.name), from.type, to.type) : undefined
      return alterColumn({ ...change, using: using ?? value }, dialect)
    },
    // columns hold the values of their type themselves, and stay as they are
    changeEnum: (from, to) => [dropEnum(from), createEnum(to)],
    dropUnnamed: undefined,
    lock: () => "everything"
  },
  // a transaction sees the moment of its first statement
  knownNames,
  isolation: {
    begin: {
      "read committed": "",
      "repeatable read": "",
      serializable: missing(
        "Its transactions see one moment, which is \"repeatable read\": make what they decide by a row that all of them change."
      )
    },
    current: "SELECT 'repeatable read'"
  },
  features: {
    nulInText: true,
    qualify: true,
    asofJoin: true,
    onDelete: false,
    freesRows: false,
    addsNotNull: false,
    parquet: true,
    takesThreads: true,
    partialIndexes: false,
    // with `RETURNING` every update is a delete and an insert, so that it fails at a row that others refer to
    updateReturns: false,
    upsertReturns: false,
    // `RETURNING` takes no parameters
    returnsExpressions: false,
    rowLocks: missing(
      "DuckDB never locks rows: a transaction that loses against another fails with Conflict, which retries."
    )
  },
  rebuild: rebuilding,
  attached,
  nested: undefined,
  sharding: undefined,
  ...structure
}
