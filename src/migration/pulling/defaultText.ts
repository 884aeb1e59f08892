/**
 * What a column holds where an insert leaves it out, as a model says it.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import type { DatabaseDefault } from "../../model/columnMark.ts"
import { type ColumnType, isInteger } from "../../model/ColumnType.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { literal } from "../../sql/literal.ts"
import type { SqlText } from "../../sql/Structure.ts"
import { key } from "./names.ts"
import { bareWords } from "./plainWords.ts"

/** The field of this schema, with the default. */
export const withDefault = (schema: string, type: ColumnType, sql: SqlText, dialect: Dialect): string => {
  const value = typeof sql === "string" ? valueText(type, sql, dialect) : undefined
  if (value !== undefined) return `Column.withDefault(${schema}, ${value})`
  return `Column.databaseDefault(${schema}, ${madeText(type, sql, dialect)})`
}

/** What the database makes: by one of the words for it, or else by the expression as it is. */
const madeText = (type: ColumnType, sql: SqlText, dialect: Dialect): string => {
  const kind = kinds[type._tag]
  const isKnown = kind !== undefined && typeof sql === "string" &&
    bareWords(sql) === bareWords(dialect.databaseDefault(kind, type))
  return isKnown ? JSON.stringify(kind) : `{ sql: ${sqlText(sql)} }`
}

/** SQL as a value of TypeScript. */
const sqlText = (sql: SqlText): string =>
  typeof sql === "string"
    ? JSON.stringify(sql)
    : `{ ${Object.entries(sql).map(([database, text]) => `${key(database)}: ${JSON.stringify(text)}`).join(", ")} }`

const kinds: { readonly [T in ColumnType["_tag"]]?: DatabaseDefault } = {
  Timestamp: "now",
  Date: "today",
  Uuid: "uuid"
}

/** A value that a model would have written into the table in the same words. */
const valueText = (type: ColumnType, sql: string, dialect: Dialect): string | undefined => {
  const found = valueOf(type, bareWords(sql))
  if (found === undefined) return undefined
  const words = bareWords(literal(type, found.value, dialect))
  const isSame = words === bareWords(sql) || `'${words}'` === bareWords(sql) || sql === negativeText(words)
  return isSame ? found.text : undefined
}

/** How PostgreSQL tells a whole number below 0: as a text, cast to the type that it took the number for. */
const negativeText = (words: string): string => {
  const digits = words.replace("- ", "-")
  return `'${digits}'::${Number(digits) >= -(2 ** 31) ? "integer" : "bigint"}`
}

interface Value {
  readonly value: unknown
  readonly text: string
}

const valueOf = (type: ColumnType, words: string): Value | undefined => {
  const text = /^'(?<text>(?:[^']|'')*)'$/.exec(words)?.groups?.["text"]?.replaceAll("''", "'")
  const digits = (text ?? words).replace("- ", "-")
  if (type._tag === "Text" || (type._tag === "Enum" && type.values.includes(text ?? ""))) {
    return text === undefined ? undefined : { value: text, text: JSON.stringify(text) }
  }
  if (type._tag === "Boolean") {
    const value = words.toLowerCase()
    return value === "true" || value === "false" ? { value: value === "true", text: value } : undefined
  }
  if (!/^-?\d+(?:\.\d+)?$/.test(digits)) return undefined
  if (isInteger(type)) return digits.includes(".") ? undefined : wholeValue(type, digits)
  if (type._tag === "Double" || type._tag === "Float") return { value: Number(digits), text: digits }
  return type._tag === "Decimal"
    ? { value: BigDecimal.fromStringUnsafe(digits), text: `BigDecimal.fromStringUnsafe(${JSON.stringify(digits)})` }
    : undefined
}

const wholeValue = (type: ColumnType, digits: string): Value => {
  const isBig = type._tag === "Int64" ? type.as === "bigint" : /^U?Int(?:64|128)$/.test(type._tag)
  return isBig ? { value: BigInt(digits), text: `${digits}n` } : { value: Number(digits), text: digits }
}
