/**
 * Texts and names in the text of a statement, between quotes that they can't end.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "./compilation.ts"

/** A text between quotes; it throws `Inexpressible` where no statement can hold it. */
export const quoted = (text: string): string => {
  if (!text.includes("\0")) return `'${text.replaceAll("'", "''")}'`
  throw new Inexpressible(
    `the text ${JSON.stringify(text)} in the text of a statement`,
    "Leave out the character U+0000, at which a statement ends."
  )
}

/** A name between quotes, as standard SQL has them. */
export const identifier = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`

/** A name without its quotes, where it has some. */
export const unquoted = (name: string): string =>
  name.startsWith("\"") ? name.slice(1, -1).replaceAll("\"\"", "\"") : name
