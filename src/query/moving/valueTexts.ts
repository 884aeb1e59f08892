/**
 * Texts of values that are the same whichever database a value was read from, and unlike for unlike values.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Hex from "effect/encoding/Hex"

/** The text of a value as a database of any kind is read. */
export const textOf = (value: unknown): string => {
  if (typeof value === "string") return `"${value}`
  if (typeof value !== "object" || value === null) return plainText(value)
  if (DateTime.isDateTime(value)) return `@${value.epochMilliseconds}`
  if (BigDecimal.isBigDecimal(value)) return `${value.value}e${value.scale}`
  if (value instanceof Uint8Array) return `#${Hex.encode(value)}`
  return nestedText(value)
}

const plainText = (value: unknown): string => Object.is(value, -0) ? "-0" : String(value)

/** What holds others has no order of its own but that of a list. */
const nestedText = (value: object): string => {
  if (Array.isArray(value)) return `[${value.map(innerText).join(",")}]`
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const texts = entries.map(([key, inner]) => `${innerText(key)}:${innerText(inner)}`)
  return `{${texts.toSorted().join(",")}}`
}

/** Where texts stand side by side, each has to tell where it ends. */
const innerText = (value: unknown): string => JSON.stringify(textOf(value))
