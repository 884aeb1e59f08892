/**
 * Recognises in a check of a table what a schema can say of a column: bounds, lengths, patterns and lists of values.
 *
 * @since 0.1.0
 */
import { type ColumnType, isInteger } from "../../model/ColumnType.ts"
import { sharedPattern } from "../../model/sharedPattern.ts"
import { bareWords, conjuncts, plainWords } from "./plainWords.ts"

/** What is known of a column's values: their type, and the checks of its schema, as they are written in a model. */
export interface Checked {
  readonly type: ColumnType
  /** Checks, such as `Schema.isGreaterThan(0)`. */
  readonly checks: ReadonlyArray<string>
  /** A schema that says it all, such as `Schema.NonEmptyString`, in the place of the type's own. */
  readonly schema?: string
}

/** What a check says of a column; undefined where a schema would say it otherwise, or can't. */
export const checked = (condition: string, column: string, type: ColumnType): Checked | undefined => {
  const name = bareWords(`"${column.replaceAll("\"", "\"\"")}"`)
  const parts = conjuncts(plainWords(condition))
  let found: Checked | undefined = { type, checks: [] }
  for (const part of parts) {
    if (found === undefined) return undefined
    found = part.includes(name) ? withPart(part, name, found) : undefined
  }
  return found === undefined ? undefined : shortened(found)
}

const number = String.raw`(?<number>-? ?\d+)`
const text = "'(?:[^']|'')*'"
const symbols: Readonly<Record<string, string>> = {
  ">=": "isGreaterThanOrEqualTo",
  ">": "isGreaterThan",
  "<=": "isLessThanOrEqualTo",
  "<": "isLessThan"
}

const withPart = (part: string, name: string, found: Checked): Checked | undefined => {
  const rest = (start: string) => part.startsWith(`${start} `) ? part.slice(start.length + 1) : undefined
  const ofColumn = rest(name)
  if (ofColumn !== undefined) return bounded(ofColumn, found) ?? listed(ofColumn, found) ?? matching(ofColumn, found)
  const ofLength = rest(`length ${name}`) ?? rest(`char_length ${name}`)
  if (ofLength !== undefined) return measured(ofLength, found)
  const ofPattern = rest(`regexp_matches ${name} ,`)
  return ofPattern === undefined ? undefined : patterned(ofPattern.replace(/ , 's'$/, ""), found)
}

const more = (found: Checked, check: string): Checked => ({ ...found, checks: [...found.checks, check] })

/** A bound of whole numbers, which databases write as they are. */
const bounded = (words: string, found: Checked): Checked | undefined => {
  const { number: bound, sign = "" } = words.match(new RegExp(`^(?<sign>[<>]=?) '?${number}'?$`))?.groups ?? {}
  if (bound === undefined || !isInteger(found.type)) return undefined
  const isBig = found.type._tag === "Int64" ? found.type.as === "bigint" : /^U?Int(?:64|128)$/.test(found.type._tag)
  const value = bound.replace(" ", "")
  return more(found, `Schema.${symbols[sign]}${isBig ? `BigInt(${value}n)` : `(${value})`}`)
}

/** One of several texts or whole numbers. */
const listed = (words: string, found: Checked): Checked | undefined => {
  const list = words.match(/^(?:IN|= ANY ARRAY \[) (?<list>.*?)(?: \])?$/i)?.groups?.["list"]
  if (list === undefined || found.checks.length > 0) return undefined
  const values = list.match(new RegExp(`${text}|-? ?\\d+`, "g")) ?? []
  if (values.join(" , ") !== list) return undefined
  if (found.type._tag === "Text" && found.type.length === undefined && values.every((value) => value.startsWith("'"))) {
    return { ...found, type: { _tag: "Enum", values: values.map(unquoted) } }
  }
  const areNumbers = values.every((value) => !value.startsWith("'"))
  return areNumbers && found.type._tag === "Int64" && found.type.as === "number"
    ? { ...found, schema: `Schema.Literals([${values.map((value) => value.replace(" ", "")).join(", ")}])` }
    : undefined
}

const unquoted = (literal: string): string => literal.slice(1, -1).replaceAll("''", "'")

/** Not empty, or a pattern. */
const matching = (words: string, found: Checked): Checked | undefined => {
  if (found.type._tag !== "Text") return undefined
  if (words === "<> ''") return more(found, "Schema.isNonEmpty()")
  return words.startsWith("~ ") ? patterned(words.slice(2), found) : undefined
}

const patterned = (literal: string, found: Checked): Checked | undefined => {
  if (found.type._tag !== "Text" || !new RegExp(`^${text}$`).test(literal)) return undefined
  const pattern = unquoted(literal)
  return sharedPattern(pattern) === pattern ? more(found, `Schema.isPattern(${patternText(pattern)})`) : undefined
}

/** The pattern between slashes, in which a slash of its own is escaped. */
const patternText = (pattern: string): string => `/${pattern.replaceAll(/(?<!\\)\//g, String.raw`\/`)}/`

/** A length in characters. */
const measured = (words: string, found: Checked): Checked | undefined => {
  if (found.type._tag !== "Text") return undefined
  const { least, upTo } = words.match(/^BETWEEN (?<least>\d+) AND (?<upTo>\d+)$/i)?.groups ?? {}
  if (least !== undefined && found.type.length === undefined && found.checks.length === 0) {
    const length = { least: Number(least), most: Number(upTo) }
    return length.least === 0 || length.least === length.most ? { ...found, type: { _tag: "Text", length } } : undefined
  }
  const { sign = "", size } = words.match(/^(?<sign>[<>]=) (?<size>\d+)$/)?.groups ?? {}
  if (size === undefined) return undefined
  const most = found.type.length?.most
  if (sign === ">=" && Number(size) === most) return { ...found, type: { _tag: "Text", length: { least: most, most } } }
  return more(found, `Schema.${sign === ">=" ? "isMinCodePoints" : "isMaxCodePoints"}(${size})`)
}

/** `Schema.NonEmptyString`, where that is all. */
const shortened = (found: Checked): Checked => {
  const isPlain = found.type._tag === "Text" && found.type.length === undefined
  return isPlain && found.checks.join() === "Schema.isNonEmpty()"
    ? { type: found.type, checks: [], schema: "Schema.NonEmptyString" }
    : found
}
