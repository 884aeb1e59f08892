/**
 * Turns SQL by hand into the text of a dialect.
 *
 * @since 0.1.0
 */
import { type Compilation, Inexpressible } from "./compilation.ts"
import { isVerbatim } from "./node.ts"
import type { Raw, RawPart } from "./raw.ts"
import { tableName } from "./tableName.ts"

/** What the parts of a text are for: a model is rows to be read, or a table to be written to. */
type Purpose = "read" | "write"

/** The text of SQL by hand; throws `NotStorable` and `Inexpressible`. */
export const rawText = (raw: Raw, compilation: Compilation, purpose: Purpose = "read"): string => {
  if (!isVerbatim(raw)) compilation.has("sqlByHand")
  return raw.texts
    .map((text, index) => {
      const part = raw.parts[index]
      return part === undefined ? checked(text) : checked(text) + partText(part, compilation, purpose)
    })
    .join("")
}

const checked = (text: string): string => {
  if (!text.includes("\0")) return text
  throw new Inexpressible("a NUL character in the text of a statement", "Put the text that holds it into a value.")
}

const partText = (part: RawPart, compilation: Compilation, purpose: Purpose): string => {
  switch (part._tag) {
    case "Expression":
      return compilation.nodeText(part.node, compilation)
    case "Model":
      return purpose === "read"
        ? compilation.sourceText(part.source, compilation)
        : compilation.sourceText(part.source, { ...compilation, conditions: () => [] })
    case "Rows":
      return compilation.sourceText(part.source, compilation)
    case "Table":
      return tableName(part.table, compilation.dialect)
    case "Name":
      return compilation.dialect.identifier(part.name)
    case "Query":
      return `(${compilation.readText(part.read, compilation)})`
    case "Fragment":
      return rawText(part.raw, compilation, purpose)
    case "Refused":
      throw new Inexpressible(part.feature, part.instead)
  }
}
