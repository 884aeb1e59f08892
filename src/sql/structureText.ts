/**
 * Turns an expression into a part of a table's structure.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { begin, Inexpressible } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"
import { literal } from "./literal.ts"
import type { Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"

/** The text of an expression over the table's own columns, with its values in it; throws `NotStorable` and `Inexpressible`. */
export const structureText = (node: Node, dialect: Dialect): string => {
  const write = (type: ColumnType, value: unknown) => literal(type, value, dialect)
  return nodeText(node, {
    ...begin(dialect, { isStrict: refuse, conditions: refuse }, {
      readText: refuse,
      sourceText: refuse,
      rowsParts: refuse,
      nodeText
    }),
    literal: write,
    once: (_, make) => {
      const { type, value } = make()
      return write(type, value)
    }
  })
}

const refuse = (): never => {
  throw new Inexpressible(
    "a query in the structure of a table",
    "A check or a generated column is made of the columns of its own row alone."
  )
}
