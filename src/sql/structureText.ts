/**
 * Turns an expression into a part of a table's structure.
 *
 * @since 0.1.0
 */
import { begin } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"
import { literal } from "./literal.ts"
import type { Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"
import { readText } from "./readText.ts"

/** The text of an expression over the table's own columns, with its values in it; throws `NotStorable` and `Inexpressible`. */
export const structureText = (node: Node, dialect: Dialect): string => {
  const write = (type: Parameters<typeof literal>[0], value: unknown) => literal(type, value, dialect)
  return nodeText(node, {
    ...begin(dialect, { isStrict: () => false, conditions: () => [] }, readText),
    literal: write,
    parameter: write,
    once: (_, make) => {
      const { type, value } = make()
      return write(type, value)
    }
  })
}
