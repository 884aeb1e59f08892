/**
 * Statements that DuckDB carries out at the cost of tables that nobody named, told from their words before they are sent.
 *
 * @since 0.1.0
 */

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

/** Whether a text holds more than one statement. */
export const isSeveral = (sql: string): boolean => {
  const words = wordsOf(sql)
  let hasEnded = false
  for (let word = words.next(); word !== ""; word = words.next()) {
    if (hasEnded && word !== ";") return true
    hasEnded = word === ";"
  }
  return false
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
const lowered = (name: string): string => `lower('${name.replaceAll("'", "''")}')`

/** One word, name, string, sign, space or comment of a line. */
const pattern = /\s+|--[^\r\n]*|"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$\u0080-\uffff]+|[^]/y

type Words = ReturnType<typeof wordsOf>

/** The words of a statement, read from the left. */
const wordsOf = (sql: string) => {
  let position = 0

  /** The next word as it is written; an empty one at the end. */
  const next = (): string => {
    while (position < sql.length) {
      const text = sql.startsWith("/*", position) ? commentAt(sql, position) : textAt(sql, position)
      position += text.length
      if (!/^(?:\s|--|\/\*)/.test(text)) return text
    }
    return ""
  }

  /** Goes past these words if they come next, and tells whether it did. */
  const skip = (...words: ReadonlyArray<string>): boolean => {
    const start = position
    if (words.every((word) => next().toUpperCase() === word)) return true
    position = start
    return false
  }

  const skipParentheses = () => {
    if (!skip("(")) return
    while (position < sql.length && next() !== ")");
  }

  /** The parts of the name that comes next, without quotes. */
  const name = (): ReadonlyArray<string> => {
    const parts = [unquoted(next())]
    while (skip(".")) parts.push(unquoted(next()))
    return parts
  }

  while (skip(";"));
  return { next, skip, skipParentheses, name }
}

const textAt = (sql: string, position: number): string => {
  pattern.lastIndex = position
  return pattern.exec(sql)?.[0] ?? ""
}

/** A comment with the comments in it. */
const commentAt = (sql: string, start: number): string => {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  do {
    const mark = marks.exec(sql)?.[0]
    if (mark === undefined) return sql.slice(start)
    depth += mark === "/*" ? 1 : -1
  } while (depth > 0)
  return sql.slice(start, marks.lastIndex)
}

const unquoted = (word: string): string => word.startsWith("\"") ? word.slice(1, -1).replaceAll("\"\"", "\"") : word
