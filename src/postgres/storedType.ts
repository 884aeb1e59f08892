/**
 * The types of columns by the names that PostgreSQL has for them.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { FoundColumn } from "./catalog.ts"

/** The neutral type of a column; one that there is no word for keeps its name, and its values travel as those of the nearest type. */
export const storedType = ({ base, type, values }: Pick<FoundColumn, "type" | "base" | "values">): ColumnType => {
  const isList = type.endsWith("[]")
  if (values !== undefined) {
    const one: ColumnType = { _tag: "Enum", values }
    return named(type, isList ? listOf(one) : one)
  }
  if (base !== undefined) {
    const of = storedType({ type: base })
    return named(type, of._tag === "Custom" ? of.base : of)
  }
  if (!isList) return single(type)
  const element = single(type.slice(0, -2))
  if (element._tag === "Custom") return named(type, listOf(element.base))
  // a list of such is JSON, and this one is an array
  return element._tag === "Json" ? named(type, text) : listOf(element)
}

const named = (name: string, base: ColumnType): ColumnType => ({ _tag: "Custom", base, names: { postgres: name } })

const listOf = (type: ColumnType): ColumnType => ({ _tag: "List", element: { type, nullable: true } })

const text: ColumnType = { _tag: "Text" }
const instant: ColumnType = { _tag: "Timestamp", as: "DateTime" }
const zonedInstant: ColumnType = { _tag: "Timestamp", as: "DateTime", zoned: true }

const single = (type: string): ColumnType => {
  const plain = plainTypes.get(type)
  if (plain !== undefined) return plain
  const { first = "", name = "", second } = /^(?<name>[^(]+)\((?<first>\d+)(?:,(?<second>\d+))?\)/.exec(type)?.groups ??
    {}
  const [length, scale] = [Number(first), Number(second)]
  if (name === "character varying") return { _tag: "Text", length: { least: 0, most: length } }
  if (name === "numeric" && second !== undefined) {
    if (length === 39 && scale === 0) return { _tag: "Int128" }
    if (length <= 38 && scale <= length) return { _tag: "Decimal", precision: length, scale }
  }
  return named(type, nearest(type))
}

const plainTypes: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ["text", text],
  ["smallint", { _tag: "Int16" }],
  ["integer", { _tag: "Int32" }],
  ["bigint", { _tag: "Int64", as: "bigint" }],
  ["real", { _tag: "Float" }],
  ["double precision", { _tag: "Double" }],
  ["boolean", { _tag: "Boolean" }],
  ["date", { _tag: "Date" }],
  ["time without time zone", { _tag: "Time" }],
  ["timestamp without time zone", instant],
  ["timestamp with time zone", zonedInstant],
  ["interval", { _tag: "Interval", as: "Calendar" }],
  ["uuid", { _tag: "Uuid" }],
  ["bytea", { _tag: "Blob" }],
  ["jsonb", { _tag: "Json" }]
])

/** The type of the values of a type that has no neutral one: texts, of which PostgreSQL makes any value. */
const nearest = (type: string): ColumnType => {
  if (type === "json") return { _tag: "Json" }
  if (/^time\(\d\) without/.test(type)) return { _tag: "Time" }
  if (/^timestamp\(\d\) without/.test(type)) return instant
  if (/^timestamp\(\d\) with/.test(type)) return zonedInstant
  return type.startsWith("interval") ? { _tag: "Interval", as: "Calendar" } : text
}
