/**
 * Draws tables and their references as a Mermaid diagram, which GitHub and others show as it is.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import { type ColumnStructure, fullName, type Place, type TableStructure } from "../../sql/Structure.ts"
import { isReferringOnce, keysOf } from "./keys.ts"

/**
 * The diagram of tables.
 *
 * @category conversions
 * @since 0.1.0
 */
export const mermaid = (tables: ReadonlyArray<TableStructure>, dialect: Dialect): string =>
  [
    "erDiagram",
    ...tables.flatMap((table) => entity(table, dialect)),
    ...tables.flatMap((table) =>
      table.foreignKeys.map((key) => {
        const isNullable = table.columns.some(({ name, nullable }) => nullable && key.columns.includes(name))
        const signs = `${isNullable ? "|o" : "||"}--${isReferringOnce(table, key) ? "o|" : "o{"}`
        return `  ${entityName(key.references)} ${signs} ${entityName(table)} : ${text(key.columns.join(", "))}`
      })
    ),
    ""
  ].join("\n")

const entity = (table: TableStructure, dialect: Dialect): ReadonlyArray<string> => [
  `  ${entityName(table)} {`,
  ...table.columns.map((column) => `    ${attribute(table, column, dialect)}`),
  "  }"
]

const attribute = (table: TableStructure, column: ColumnStructure, dialect: Dialect): string =>
  [
    word(dialect.columnType(column.type)),
    word(column.name),
    ...keysOf(table, column).slice(0, 1).map((key) =>
      keysOf(table, column).length > 1 ? keysOf(table, column).join(", ") : key
    ),
    ...(column.comment === undefined ? [] : [text(column.comment)])
  ].join(" ")

/** Mermaid takes letters, digits and brackets in the names of types and columns, and none that begins like a key. */
const word = (name: string): string => {
  const plain = name.replaceAll(/(?:[^A-Za-z0-9_()[\]\u00C0-\u{10FFFF}-]|\s)+/gu, "_")
  return /^(?![PFU]K\b)[A-Za-z_\u00C0-\u{10FFFF}]/u.test(plain) ? plain : `_${plain}`
}

/** In the name of a table, Mermaid can't read these signs even between quotes. */
const entityName = (table: Place): string => text(fullName(table).replaceAll(/[%\\]/g, "_"))

const text = (words: string): string => `"${words.replaceAll("\"", "'").replaceAll(/\s+/g, " ")}"`
