/**
 * Tells statements apart by what they say: the same text for the same statement, in every process.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Select } from "./ast.ts"
import type { Write } from "./write.ts"

/** What is said of a statement on the way through it. */
interface Walk {
  /** Sources by the order in which they are first met: what they are called makes no difference. */
  readonly aliases: Map<unknown, number>
  /** Common table expressions that were told already. */
  readonly ctes: Set<unknown>
  readonly withParameters: boolean
}

/**
 * A hash of a statement: 16 hexadecimal digits that are the same for statements that say the same. Sources are told by their order,
 * tables and columns by their names, and values, limits and offsets only `withParameters`; without them it is the hash of the shape
 * alone.
 *
 * @category hashing
 * @since 0.1.0
 */
export const hash = (statement: Select<unknown> | Write, withParameters = true): string =>
  digest(textOf(statement, { aliases: new Map(), ctes: new Set(), withParameters }))

const textOf = (value: unknown, walk: Walk): string => {
  if (typeof value !== "object" || value === null) return plainText(value)
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, walk)).join(",")}]`
  if (isAlias(value)) return aliasText(value, walk)
  if (isTable(value)) return `table:${JSON.stringify(value.fullName)}`
  if (isColumn(value)) return `column:${JSON.stringify([value.field, value.name])}`
  if (isCte(value)) {
    if (walk.ctes.has(value.name)) return `cte:${aliasText(value.name, walk)}`
    walk.ctes.add(value.name)
  }
  const tag = "_tag" in value ? value._tag : undefined
  const entries = Object.entries(value).toSorted(([one], [other]) => one < other ? -1 : 1)
  return `{${
    entries.flatMap(([key, inner]) => {
      if (inner === undefined || unsaid.has(key)) return []
      if (isParameter(tag, key)) return [`${JSON.stringify(key)}:${parameterText(inner, walk)}`]
      // which field of a value is meant is said
      const isSaid = tag === "Access" && key === "key"
      return [`${JSON.stringify(key)}:${textOf(inner, isSaid ? { ...walk, withParameters: true } : walk)}`]
    }).join(",")
  }}`
}

/** The type of a select's rows, and what it has in common with others: both follow from the rest. */
const unsaid: ReadonlySet<string> = new Set(["~row", "alike"])

/** Whether it is not said but sent: a value, those of a list, or a number of rows. */
const isParameter = (tag: unknown, key: string): boolean =>
  (tag === "Value" && key === "value") || (key === "values" && (tag === "Membership" || tag === undefined)) ||
  (tag === "Select" && (key === "limit" || key === "offset"))

const parameterText = (value: unknown, { withParameters }: Walk): string => withParameters ? valueText(value) : "?"

const aliasText = (alias: object, { aliases }: Walk): string => {
  return `#${getOrInsert(aliases, alias, () => aliases.size)}`
}

/** A text that no other value has, whatever it is a value of. */
export const valueText = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return plainText(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`
  if (value instanceof Date) return `date:${value.getTime()}${fieldsText(value)}`
  if (DateTime.isDateTime(value)) return `instant:${value.epochMilliseconds}`
  if (BigDecimal.isBigDecimal(value)) return `decimal:${BigDecimal.format(value)}`
  if (value instanceof Uint8Array) return `bytes:[${value.join(",")}]`
  if (value instanceof Map) return `map:${valueText(Array.from(value))}`
  if (Duration.isDuration(value)) return `duration:${Duration.toMillis(value)}`
  if (Redacted.isRedacted(value)) return valueText(Redacted.value(value))
  return fieldsText(value)
}

/** What a value says by its fields; a date that is more precise than others has one. */
const fieldsText = (value: object): string => {
  const tag = "_tag" in value ? [["_tag", value._tag] as const] : []
  const entries = [...tag, ...Object.entries(value).filter(([key]) => key !== "_tag")]
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${valueText(inner)}`).join(",")}}`
}

/** A number, a text and a boolean that look alike have unlike texts. */
const plainText = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "bigint") return `${value}n`
  return Object.is(value, -0) ? "-0" : String(value)
}

/** A name that is all there is, by which a source is known. */
const isAlias = (value: object): boolean => "name" in value && Object.keys(value).length === 1

const isTable = (value: object): value is { readonly fullName: string } =>
  "model" in value && "primaryKey" in value && "fullName" in value

const isColumn = (value: object): value is { readonly field: string; readonly name: string } =>
  "field" in value && "schema" in value && "name" in value

const isCte = (value: object): value is { readonly name: object } =>
  "base" in value && "step" in value && "name" in value

/**
 * The hash of a text: two halves of 32 bits, each of which every character reaches, in 16 hexadecimal digits.
 *
 * @category hashing
 * @since 0.1.0
 */
export const digest = (text: string): string => {
  const [first, second] = halves(text, 0xdeadbeef, 0x41c6ce57)
  return hexadecimal(second) + hexadecimal(first)
}

/**
 * The two halves of the hash of a text, as integers of 32 bits, when it begins with these.
 *
 * @category hashing
 * @since 0.1.0
 */
export const halves = (text: string, high: number, low: number): readonly [first: number, second: number] => {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  const first = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  const second = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909)
  return [first, second]
}

/** A half of a hash in 8 hexadecimal digits. */
export const hexadecimal = (half: number): string => (half >>> 0).toString(16).padStart(8, "0")
