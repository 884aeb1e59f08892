/**
 * How PostgreSQL says what all databases can say.
 *
 * @since 0.1.0
 */
import { type ColumnType, integerRange, isInteger } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Dialect, UpsertParts } from "../sql/Dialect.ts"
import { missing } from "../sql/functions.ts"
import { identifier, quoted } from "../sql/quoted.ts"
import { tableName } from "../sql/tableName.ts"
import { alterations } from "./alterations.ts"
import { features } from "./features.ts"
import { access, aggregates, functions, record } from "./functions.ts"
import { knownNames } from "./knownNames.ts"
import { nesting } from "./nested.ts"
import { explain, lookup } from "./plan.ts"
import { isScalar } from "./scalar.ts"
import { structure } from "./structure.ts"
import { itemType, travelsAsText } from "./types.ts"

const columnType = (type: ColumnType): string => {
  switch (type._tag) {
    case "Text":
      return type.length === undefined ? "TEXT" : `VARCHAR(${type.length.most})`
    case "Enum":
      return "TEXT"
    case "Int8":
    case "Int16":
    case "UInt8":
      return "SMALLINT"
    case "Int32":
    case "UInt16":
      return "INTEGER"
    case "Int64":
    case "UInt32":
      return "BIGINT"
    case "UInt64":
      return "NUMERIC(20, 0)"
    case "Int128":
    case "UInt128":
      return "NUMERIC(39, 0)"
    case "Float":
      return "REAL"
    case "Double":
      return "DOUBLE PRECISION"
    case "Decimal":
      return `NUMERIC(${type.precision}, ${type.scale})`
    case "Boolean":
      return "BOOLEAN"
    case "Date":
      return "DATE"
    case "Time":
      return "TIME"
    case "Timestamp":
      return type.zoned === true ? "TIMESTAMPTZ" : "TIMESTAMP"
    case "Interval":
      return "INTERVAL"
    case "Uuid":
      return "UUID"
    case "Blob":
      return "BYTEA"
    case "Json":
    case "Struct":
    case "Map":
      return "JSONB"
    case "Custom":
      return type.names["postgres"] ?? columnType(type.base)
    case "List": {
      const item = itemType(type)
      return item === undefined ? "JSONB" : `${columnType(item)}[]`
    }
  }
}

/** The integers that PostgreSQL has under the same name, and so keeps in their range by itself. */
const ownIntegers: ReadonlyArray<ColumnType["_tag"]> = ["Int16", "Int32", "Int64"]

const check = (type: ColumnType, value: string): string | undefined => {
  if (type._tag === "Text" && type.length !== undefined && type.length.least > 0) {
    return `char_length(${value}) >= ${type.length.least}`
  }
  if (type._tag === "List" && type.size !== undefined) {
    const length = itemType(type) === undefined ? "jsonb_array_length" : "cardinality"
    return `${length}(${value}) = ${type.size}`
  }
  if (!isInteger(type) || ownIntegers.includes(type._tag)) return undefined
  const [least, greatest] = integerRange(type)
  return `${value} BETWEEN ${least} AND ${greatest}`
}

/** The driver reads timestamps as `Date`s, without their microseconds; as text they are whole. */
const selected = (type: ColumnType, expression: string): string => {
  if (type._tag === "Custom") return selected(type.base, `CAST(${expression} AS ${columnType(type.base)})`)
  if (type._tag === "Timestamp") return `CAST(${expression} AS TEXT)`
  return itemType(type)?._tag === "Timestamp" ? `CAST(${expression} AS TEXT[])` : expression
}

/** A list of what is no single value of PostgreSQL is JSON, of which its items are made again. */
const membership = (value: string, list: string, type: ColumnType): string =>
  isScalar(type)
    ? `(${value} = ANY(${list}))`
    : `(${value} IN (SELECT ${ofJson(type)} FROM jsonb_array_elements(${list}) AS items (item)))`

const ofJson = (type: ColumnType): string => {
  if (type._tag === "Custom") return `CAST(item #>> '{}' AS ${columnType(type)})`
  return itemType(type) === undefined
    ? "item"
    : `CAST(ARRAY(SELECT jsonb_array_elements_text(item)) AS ${columnType(type)})`
}
/** A database of PostgreSQL sees no other. */
const attached = undefined

/** PostgreSQL's own upsert is safe beside others that insert the same keys, which its `MERGE` is not. */
const upsert = ({ columns, counter, key, living, owner, source, table, update }: UpsertParts): string => {
  const stored = ({ name }: TableColumn) => `stored.${identifier(name)}`
  const names = (of: ReadonlyArray<TableColumn>) => of.map(({ name }) => identifier(name)).join(", ")
  const set = [
    ...update.map(({ name }) => `${identifier(name)} = excluded.${identifier(name)}`),
    ...(counter === undefined ? [] : [`${identifier(counter.name)} = ${stored(counter)} + 1`])
  ]
  const kept = [
    ...owner.map((column) => `${stored(column)} = excluded.${identifier(column.name)}`),
    ...(living === undefined ? [] : [`${stored(living)} IS NULL`])
  ]
  // a primary key is that of all rows, and any other that of the living ones
  const isPartial = living !== undefined && key.some((column) => !table.primaryKey.includes(column))
  const target = `(${names(key)})${isPartial ? ` WHERE ${identifier(living.name)} IS NULL` : ""}`
  return `INSERT INTO ${tableName(table, { identifier, attached })} AS stored (${
    names(columns)
  }) ${source} ON CONFLICT ${target} ` +
    (set.length === 0
      ? "DO NOTHING"
      : `DO UPDATE SET ${set.join(", ")}${kept.length === 0 ? "" : ` WHERE ${kept.join(" AND ")}`}`)
}

/**
 * How PostgreSQL says what all databases can say.
 *
 * @category dialects
 * @since 0.1.0
 */
export const dialect: Dialect = {
  name: "PostgreSQL",
  key: "postgres",
  identifier,
  placeholder: (index, type) => travelsAsText(type) ? `CAST($${index} AS ${columnType(type)})` : `$${index}`,
  columnType,
  check,
  selected,
  membership,
  // the planner knows how many rows there are
  unnested: (lists, place) =>
    `SELECT * FROM unnest(${lists.map(({ list }) => list).join(", ")}) WITH ORDINALITY AS lists (${
      [...lists.map(({ name }) => name), place].join(", ")
    })`,
  cast: (expression, type) => `CAST(${expression} AS ${columnType(type)})`,
  tryCast: missing(
    "PostgreSQL fails where a value is none of the type: ask with `matches` first, or cast what was read."
  ),
  access: access(columnType),
  documentKey: (name) => name,
  record,
  remainder: (left, right) => `(${left} - ${right} * trunc(${left} / ${right}))`,
  functions: functions(columnType),
  aggregates: aggregates(columnType),
  sample: ({ by, percent, seed }) =>
    ` TABLESAMPLE ${by === "rows" ? "BERNOULLI" : "SYSTEM"} (${percent})${
      seed === undefined ? "" : ` REPEATABLE (${seed})`
    }`,
  matchesRegex: (text, pattern) => `(${text} ~ ${pattern})`,
  upsert,
  explain,
  lookup,
  identity: {
    before: () => [],
    clause: () => "GENERATED BY DEFAULT AS IDENTITY",
    next: (table, column) =>
      `nextval(pg_get_serial_sequence(${quoted(tableName(table, { identifier, attached }))}, ${quoted(column)}))`,
    after: () => []
  },
  alterations: alterations(() => dialect),
  rebuild: undefined,
  knownNames,
  isolation: {
    begin: {
      "read committed": " ISOLATION LEVEL READ COMMITTED",
      "repeatable read": " ISOLATION LEVEL REPEATABLE READ",
      serializable: " ISOLATION LEVEL SERIALIZABLE"
    },
    current: "SHOW transaction_isolation"
  },
  features,
  attached,
  nested: nesting(columnType),
  sharding: undefined,
  ...structure({ columnType, identifier })
}
