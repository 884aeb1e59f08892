/**
 * The names that stand in a piece of SQL: which it mentions, and the same text with others in their place.
 *
 * @since 0.1.0
 */
import { identifier, unquoted } from "./quoted.ts"
import { type Token, tokensOf } from "./sqlTokens.ts"
import type { Place, SqlText } from "./Structure.ts"

/**
 * Whether a piece of SQL mentions a column, or something else of this name.
 *
 * @category predicates
 * @since 0.1.0
 */
export const mentions = (sql: SqlText, name: string): boolean =>
  textsOf(sql).some((text) => tokensOf(text).some((token) => isNamed(text, token, name)))

const textsOf = (sql: SqlText): ReadonlyArray<string> => typeof sql === "string" ? [sql] : Object.values(sql)

/**
 * The expression with another name for a column in it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withColumnRenamed = (sql: SqlText, from: string, to: string): SqlText =>
  inTexts(sql, (text) => {
    const tokens = tokensOf(text)
    return spliced(text, tokens, (token, index) => {
      const [before, after] = [tokens[index - 1]?.key, tokens[index + 1]?.key]
      // a function, a type, or a field of something else has a name of its own
      const isElse = after === "(" || before === ":" || before === "AS" || before === "."
      return isNamed(text, token, from) && !isElse ? nameIn(to) : undefined
    })
  })

/**
 * The query with another name for a table in it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withTableRenamed = (sql: SqlText, from: Place, to: string): SqlText =>
  inTexts(sql, (text) => {
    const tokens = tokensOf(text)
    return spliced(text, tokens, (token, index) => {
      const isInSchema = tokens[index - 1]?.key === "."
      const schema = isInSchema ? tokens[index - 2] : undefined
      const isHere = schema === undefined || (from.schema !== undefined && isNamed(text, schema, from.schema))
      const isTable = isInSchema || tokens[index + 1]?.key === "." || isRead(tokens, index)
      return isNamed(text, token, from.name) && isHere && isTable ? nameIn(to) : undefined
    })
  })

/** Whether a place is one of the tables behind `FROM`, which commas and joins part. */
const isRead = (tokens: ReadonlyArray<Token>, index: number): boolean => {
  const before = tokens[index - 1]?.key
  return before === "FROM" || before === "JOIN" || (before === "," && isInFrom(tokens.slice(0, index - 1)))
}

const isInFrom = (tokens: ReadonlyArray<Token>): boolean => {
  let depth = 0
  const clause = tokens.findLast(({ key, kind }) => {
    depth += kind !== "sign" ? 0 : key === ")" ? 1 : key === "(" ? -1 : 0
    return depth < 0 || (depth === 0 && clauses.has(key))
  })
  return clause?.key === "FROM"
}

/** The words that begin a part of a query. */
const clauses = new Set(["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "WINDOW", "QUALIFY", "LIMIT", "WITH"])

/**
 * The text with other schemas in front of names: what is told for a schema, or none where that is undefined.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withSchemas = (text: string, schemas: ReadonlyMap<string, string | undefined>): string => {
  const tokens = tokensOf(text)
  const schemaAt = (index: number) => {
    const token = tokens[index]
    if (token === undefined || tokens[index + 1]?.key !== "." || tokens[index - 1]?.key === ".") return undefined
    return [...schemas.keys()].find((name) => isNamed(text, token, name))
  }
  return spliced(text, tokens, (_, index) => {
    const [before, own] = [schemaAt(index - 1), schemaAt(index)]
    if (before !== undefined) return schemas.get(before) === undefined ? "" : undefined
    if (own === undefined) return undefined
    const other = schemas.get(own)
    return other === undefined ? "" : nameIn(other)
  })
}

/**
 * The query with tables in the schemas that they are told to be in. A name without a schema is that of a table where a query reads
 * from it, and of a column elsewhere.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withTablesIn = (sql: SqlText, schemaOf: (table: Place) => string | undefined): SqlText =>
  placed(sql, schemaOf, { alone: isRead, inSchema: () => true })

/**
 * The SQL with types that values are cast to in the schemas that they are told to be in.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withTypesIn = (sql: SqlText, schemaOf: (type: Place) => string | undefined): SqlText =>
  placed(sql, schemaOf, { alone: isCast, inSchema: isCast })

const isCast = (tokens: ReadonlyArray<Token>, index: number): boolean => tokens[index - 1]?.key === ":"

/** Whether what stands somewhere is the name of such a thing, by itself or behind that of a schema. */
interface Stands {
  readonly alone: (tokens: ReadonlyArray<Token>, index: number) => boolean
  readonly inSchema: (tokens: ReadonlyArray<Token>, index: number) => boolean
}

const placed = (sql: SqlText, schemaOf: (thing: Place) => string | undefined, stands: Stands): SqlText =>
  inTexts(sql, (text) => {
    const tokens = tokensOf(text)
    const named = (token: Token | undefined) => token === undefined ? "" : plainName(text.slice(token.start, token.end))
    const isAfterDot = (index: number) => tokens[index - 1]?.key === "."
    return spliced(text, tokens, (token, index) => {
      if (token.kind !== "word" && token.kind !== "name" || isAfterDot(index)) return undefined
      if (tokens[index + 1]?.key === ".") {
        const place = { schema: named(token), name: named(tokens[index + 2]) }
        const schema = stands.inSchema(tokens, index) ? schemaOf(place) : undefined
        return schema === undefined ? undefined : nameIn(schema)
      }
      const schema = stands.alone(tokens, index) ? schemaOf({ name: named(token) }) : undefined
      return schema === undefined ? undefined : `${nameIn(schema)}.${nameIn(named(token))}`
    })
  })

/** Without quotes, a name is in small letters. */
const plainName = (word: string): string => word.startsWith("\"") ? unquoted(word) : word.toLowerCase()

/**
 * A piece of SQL with each of its texts changed.
 *
 * @category conversions
 * @since 0.1.0
 */
export const inTexts = (sql: SqlText, change: (text: string) => string): SqlText =>
  typeof sql === "string"
    ? change(sql)
    : Object.fromEntries(Object.entries(sql).map(([database, text]) => [database, change(text)]))

/** The text with others in the place of some of its tokens. */
const spliced = (
  text: string,
  tokens: ReadonlyArray<Token>,
  instead: (token: Token, index: number) => string | undefined
): string => {
  const pieces = tokens.map((token, index) => {
    const start = tokens[index - 1]?.end ?? 0
    return text.slice(start, token.start) + (instead(token, index) ?? text.slice(token.start, token.end))
  })
  return pieces.join("") + text.slice(tokens.at(-1)?.end ?? 0)
}

/** Without quotes, and in some databases with them, capitals are the same as small letters. */
const isNamed = (text: string, { end, kind, start }: Token, name: string): boolean => {
  const found = text.slice(start, end)
  if (kind === "word") return found.toLowerCase() === name.toLowerCase()
  return kind === "name" && found.toLowerCase() === identifier(name).toLowerCase()
}

/**
 * A name as databases write it into the expressions that they tell: in quotes only where it needs them.
 *
 * @category conversions
 * @since 0.1.0
 */
export const nameIn = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name) ? name : identifier(name)

/** Words that are no names without quotes, in one database or another. */
const keywords = new Set(
  `all analyse analyze and anti any array as asc asof asymmetric authorization between bigint binary bit boolean both case cast
  char character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc describe distinct
  do else end except exists extract false fetch float for foreign freeze from full glob grant greatest group grouping having ilike
  in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists
  json_object json_objectagg json_query json_scalar json_serialize json_table json_value lambda lateral leading least left like
  limit localtime localtimestamp map merge_action national natural nchar none normalize not notnull null nullif numeric offset on
  only or order out outer overlaps overlay pivot pivot_longer pivot_wider placing position positional precision primary qualify
  real references returning right row select semi session_user setof show similar smallint some struct substring summarize
  symmetric system_user table tablesample then time timestamp to trailing treat trim true try_cast union unique unpivot user using
  values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces
  xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/)
)
