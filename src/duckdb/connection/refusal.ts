/**
 * Statements that DuckDB carries out at the cost of tables that nobody named, told from their words before they are sent.
 *
 * @since 0.1.0
 */
import { quoted } from "../../sql/quoted.ts"
import { type Words, wordsOf } from "../../sql/words.ts"

/** Why a statement is not sent, in the words of `Unsupported`. */
export interface Refusal {
  readonly feature: string
  readonly instead: string
  /** The table whose foreign keys make the statement a danger, as `catalog.schema.name` or less: without any, it may be sent. */
  readonly table?: ReadonlyArray<string>
}

/**
 * The refusal of a statement, where it needs one: that of one with a `table` stands only if `foreignKeysOf` that table finds any.
 *
 * Only the first words of a statement are looked at, so a query costs nothing; its comments, strings and names say nothing.
 */
export const refusalOf = (sql: string): Refusal | undefined => {
  const words = wordsOf(sql)
  if (words.skip("EXPLAIN")) {
    words.skip("ANALYZE")
    words.skipParentheses()
  }
  if (words.skip("ALTER")) return renaming(words)
  if (words.skip("CREATE")) return replacing(words)
  return words.skip("DROP") ? dropping(words) : undefined
}

const renaming = (words: Words): Refusal | undefined => {
  if (!words.skip("TABLE")) return undefined
  words.skip("IF", "EXISTS")
  words.skip("ONLY")
  const table = words.name()
  words.skip("*")
  if (!words.skip("RENAME", "TO")) return undefined
  return {
    feature: `renaming table ${table.join(".")}, which has foreign keys`,
    instead:
      "The tables it refers to would keep its old name, and nothing could be deleted from them any more. Create a " +
      "table of the new name, copy the rows into it and drop the old one, in one transaction.",
    table
  }
}

const replacing = (words: Words): Refusal | undefined => {
  if (!words.skip("OR", "REPLACE")) return undefined
  words.skip("LOCAL")
  const isTemporary = words.skip("TEMP") || words.skip("TEMPORARY")
  words.skip("UNLOGGED")
  if (!words.skip("TABLE")) return undefined
  const name = words.name()
  return {
    feature: `replacing table ${name.join(".")}, which has foreign keys`,
    instead:
      "The tables it refers to would keep a key that leads nowhere, and the next change of one of them would bring the " +
      "whole database down. Drop the table, and then create it.",
    table: isTemporary && name.length === 1 ? ["temp", ...name] : name
  }
}

const dropping = (words: Words): Refusal | undefined => {
  const kind = ["SEQUENCE", "MACRO", "FUNCTION"].find((one) => words.skip(one))
  if (kind === undefined) return undefined
  words.skip("TABLE")
  words.skip("IF", "EXISTS")
  const name = words.name().join(".")
  if (!words.skip("CASCADE")) return undefined
  return {
    feature: `DROP ${kind} ${name} CASCADE`,
    instead:
      "It would drop every table with a default that uses it, and the rows in them. Take the defaults away first " +
      "(ALTER TABLE … ALTER … DROP DEFAULT), and then drop it without CASCADE."
  }
}

/** A query that has a row for each foreign key of the tables that a name can mean. */
export const foreignKeysOf = (table: ReadonlyArray<string>): string => {
  const [name = "", schema, catalog] = table.toReversed().map(lowered)
  const places = [
    `lower(table_name) = ${name}`,
    // the first of two names is that of a schema or of a database
    ...schema === undefined ? [] : [`(lower(schema_name) = ${schema} OR lower(database_name) = ${schema})`],
    ...catalog === undefined ? [] : [`lower(database_name) = ${catalog}`]
  ]
  const where = ["constraint_type = 'FOREIGN KEY'", ...places].join(" AND ")
  return `SELECT constraint_name FROM duckdb_constraints() WHERE ${where}`
}

/** DuckDB's names mean the same in any case. */
const lowered = (name: string): string => `lower(${quoted(name)})`
