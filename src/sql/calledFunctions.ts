/**
 * Which functions an SQL text by hand calls that may do more than read.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import { BoundedMap } from "./boundedMap.ts"
import { unquoted } from "./quoted.ts"
import { closing, type Token, tokensOf } from "./sqlTokens.ts"
import { textWrites } from "./writtenTables.ts"

/**
 * Whether a text is known to only read: it writes to nothing, and calls nothing that may.
 *
 * @category predicates
 * @since 0.1.0
 */
export const onlyReads = (sql: string): boolean => textWrites(sql)._tag === "Nothing" && unknownCalls(sql).length === 0

/**
 * The names of the functions that a text calls, but for those that are known to only read: one of the database's own makers may write.
 * They are in small letters and without their schemas.
 *
 * @category conversions
 * @since 0.1.0
 */
export const unknownCalls = (sql: string): ReadonlyArray<string> => getOrInsert(told, sql, find)

/** A text that values are written into comes once, so not all texts are kept. */
const told = new BoundedMap<string, ReadonlyArray<string>>(1_000)

const find = (sql: string): ReadonlyArray<string> => {
  const tokens = tokensOf(sql)
  const calls = tokens.filter((token, at) => tokens[at + 1]?.key === "(" && isUnknown(token, at, tokens))
  return [...new Set(calls.map(({ end, start }) => unquoted(sql.slice(start, end)).toLowerCase()))]
}

/** Whether a word in front of a bracket may be the name of a function that writes. */
const isUnknown = ({ key, kind }: Token, at: number, tokens: ReadonlyArray<Token>): boolean => {
  if (kind !== "name" && kind !== "word") return false
  const first = firstOf(tokens, at)
  const schema = first === at ? undefined : tokens[at - 2]
  const before = tokens[first - 1]?.key ?? ""
  const isOfOwnSchema = schema !== undefined && schema.key !== "PG_CATALOG"
  const isHarmless = kind === "word" && harmless.has(key) && !isOfOwnSchema
  return !isHarmless && !namesBefore.has(before) && !isCte(tokens, at)
}

/** The first part of a name that may name schemas first. */
const firstOf = (tokens: ReadonlyArray<Token>, at: number): number =>
  tokens[at - 1]?.key === "." ? firstOf(tokens, at - 2) : at

/** What stands before names that columns follow: of a table that is written to, and of rows that get other names. */
const namesBefore: ReadonlySet<string> = new Set(["INTO", "AS", ")"])

/** Whether a name is given to a common table expression here, with its columns: `name (columns) AS (SELECT …`. */
const isCte = (tokens: ReadonlyArray<Token>, at: number): boolean => {
  const close = closing(tokens, at + 1)
  const [as, ...after] = tokens.slice(close + 1, close + 6).map(({ key }) => key)
  const inside = after.slice(after.indexOf("("))
  // a function whose rows are told their columns goes on with those
  return as === "AS" && statements.has(inside[1] ?? "")
}

const statements: ReadonlySet<string> = new Set("SELECT VALUES TABLE WITH INSERT UPDATE DELETE MERGE (".split(" "))

/** Words before a bracket that call nothing, and the functions of every day that only read. */
const harmless: ReadonlySet<string> = new Set(
  `ALL AND ANY AS BETWEEN BY CASE CONFLICT CROSS DISTINCT DO ELSE EXCEPT EXISTS EXPLAIN FILTER FROM GROUPING HAVING ILIKE IN INNER
  INSERT INTERSECT INTO IS JOIN LATERAL LIKE LIMIT MATERIALIZED NOT OFFSET ON ONLY OR OVER PARTITION RETURNING ROLLUP ROW SELECT SET SETS
  SIMILAR SOME THEN UNION USING VALUES WHEN WHERE WITH WITHIN
  ARRAY BIT CHAR CHARACTER CUBE DECIMAL FLOAT INTERVAL NUMERIC TIME TIMESTAMP TIMESTAMPTZ VARCHAR VARYING
  ABS AGE ARRAY_AGG ARRAY_APPEND ARRAY_LENGTH ARRAY_POSITION ARRAY_REMOVE ARRAY_TO_STRING AVG BOOL_AND BOOL_OR BTRIM CARDINALITY CAST
  CEIL CHAR_LENGTH CHR CLOCK_TIMESTAMP COALESCE CONCAT CONCAT_WS COUNT CUME_DIST CURRENT_DATABASE CURRENT_SETTING DATE_BIN DATE_PART
  DATE_TRUNC DECODE DENSE_RANK ENCODE EXTRACT FIRST_VALUE FLOOR FORMAT GENERATE_SERIES GEN_RANDOM_UUID GREATEST INITCAP JSONB_AGG
  JSONB_ARRAY_ELEMENTS JSONB_ARRAY_ELEMENTS_TEXT JSONB_ARRAY_LENGTH JSONB_BUILD_ARRAY JSONB_BUILD_OBJECT JSONB_EACH JSONB_EACH_TEXT
  JSONB_OBJECT_AGG JSONB_OBJECT_KEYS JSONB_PATH_EXISTS JSONB_PATH_QUERY JSONB_SET JSONB_STRIP_NULLS JSONB_TYPEOF JSON_AGG
  JSON_ARRAY_ELEMENTS JSON_BUILD_ARRAY JSON_BUILD_OBJECT JSON_OBJECT_AGG LAG LAST_VALUE LEAD LEAST LEFT LENGTH LOWER LPAD LTRIM MAKE_DATE
  MAKE_INTERVAL MAX MD5 MIN MOD NOW NTH_VALUE NTILE NULLIF OVERLAY PERCENTILE_CONT PERCENTILE_DISC PERCENT_RANK PG_BACKEND_PID
  PG_IS_IN_RECOVERY PLAINTO_TSQUERY POSITION POWER RANDOM RANK REGEXP_MATCH REGEXP_MATCHES REGEXP_REPLACE REGEXP_SPLIT_TO_ARRAY
  REGEXP_SPLIT_TO_TABLE REPEAT REPLACE REVERSE RIGHT ROUND ROW_NUMBER ROW_TO_JSON RPAD RTRIM SETWEIGHT SIGN SPLIT_PART SQRT STARTS_WITH
  STDDEV STRING_AGG STRING_TO_ARRAY STRPOS SUBSTR SUBSTRING SUM TO_CHAR TO_DATE TO_JSON TO_JSONB TO_NUMBER TO_TIMESTAMP TO_TSQUERY
  TO_TSVECTOR TRANSLATE TRIM TRUNC TS_HEADLINE TS_RANK UNNEST UPPER VARIANCE VERSION WEBSEARCH_TO_TSQUERY`.split(/\s+/)
)
