/**
 * TypeScript as a person would lay it out: on one line where it fits, otherwise a line for each part.
 *
 * @since 0.1.0
 */

/** A piece of code: a text, or parts between two texts. */
export type Code = string | Group

/** Parts between two texts, as the arguments of a call are between its brackets. */
interface Group {
  readonly open: string
  readonly parts: ReadonlyArray<Code>
  readonly close: string
  /** Whether blanks stand inside of the brackets on one line. */
  readonly isSpaced: boolean
}

/** A call of a function. */
export const call = (name: string, ...parts: ReadonlyArray<Code>): Code => ({
  open: `${name}(`,
  parts,
  close: ")",
  isSpaced: false
})

/** A list. */
export const list = (parts: ReadonlyArray<Code>): Code => ({ open: "[", parts, close: "]", isSpaced: false })

/** An object of what there is. */
export const object = (fields: Readonly<Record<string, Code | undefined>>): Code => ({
  open: "{",
  parts: Object.entries(fields).flatMap(([name, code]) => code === undefined ? [] : [field(name, code)]),
  close: "}",
  isSpaced: true
})

/** A call with an object alone, which shares the brackets of the call. */
export const callWith = (name: string, fields: Readonly<Record<string, Code | undefined>>): Code =>
  within(`${name}(`, object(fields), ")")

const field = (name: string, code: Code): Code =>
  within(`${/^[a-z_$][\w$]*$/i.test(name) ? name : text(name)}: `, code, "")

const within = (before: string, code: Code, after: string): Code =>
  typeof code === "string"
    ? before + code + after
    : { ...code, open: before + code.open, close: code.close + after }

/** A text, which goes over several lines where it has several. */
export const text = (value: string): string =>
  value.includes("\n") && !value.includes("\r")
    ? `\`${value.replaceAll(/[\\`]|\$\{/g, "\\$&")}\``
    : JSON.stringify(value)

/** A plain value, of which what is undefined is left out. */
export const plain = (value: unknown): Code => {
  if (typeof value === "string") return text(value)
  if (Array.isArray(value)) return list(value.map(plain))
  if (typeof value !== "object" || value === null) return String(value)
  return object(
    Object.fromEntries(Object.entries(value).map(([name, part]) => [name, part === undefined ? part : plain(part)]))
  )
}

const width = 120

/** The code as text, on lines that begin so far to the right and have something behind them. */
export const laidOut = (code: Code, indent = 0, behind = 0): string => {
  if (typeof code === "string") return code
  const flat = onOneLine(code)
  if (!flat.includes("\n") && indent + flat.length + behind <= width) return flat
  const last = code.parts.at(-1)
  const others = code.parts.slice(0, -1).filter((part) => typeof part === "string")
  // an object at the end shares the brackets of its call
  if (typeof last === "object" && last.isSpaced && !code.isSpaced && others.length === code.parts.length - 1) {
    const open = [...others, last.open].join(", ")
    return laidOut(within(code.open, { ...last, open }, code.close), indent, behind)
  }
  const lines = code.parts.map((part) => `${" ".repeat(indent + 2)}${laidOut(part, indent + 2, 1)}`)
  return `${code.open}\n${lines.join(",\n")}\n${" ".repeat(indent)}${code.close}`
}

const onOneLine = (code: Code): string => {
  if (typeof code === "string") return code
  const inside = code.parts.map(onOneLine).join(", ")
  return code.isSpaced && inside !== "" ? `${code.open} ${inside} ${code.close}` : `${code.open}${inside}${code.close}`
}
