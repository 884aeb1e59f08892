/**
 * Whether an SQL text by hand calls functions that may do more than read.
 *
 * @since 0.1.0
 */
import { type Token, tokensOf } from "./sqlTokens.ts"

/**
 * Whether a text calls a function that isn't known to only read: one of the database's own makers may write.
 *
 * @category predicates
 * @since 0.1.0
 */
export const callsUnknown = (sql: string): boolean => {
  const tokens = tokensOf(sql)
  return tokens.some((token, at) =>
    tokens[at + 1]?.key === "(" && isUnknown(token, tokens.slice(Math.max(0, at - 2), at))
  )
}

/** Whether a word in front of a bracket, behind these two, may be the name of a function that writes. */
const isUnknown = ({ key, kind }: Token, before: ReadonlyArray<Token>): boolean =>
  kind === "name" || (kind === "word" && (!harmless.has(key) || isOfOwnSchema(before)))

/** A schema of one's own may have functions with the names of the database's. */
const isOfOwnSchema = ([schema, point]: ReadonlyArray<Token>): boolean =>
  point?.key === "." && schema?.key !== "PG_CATALOG"

/** Words before a bracket that call nothing, and the functions of every day that only read. */
const harmless: ReadonlySet<string> = new Set(
  `ALL AND ANY AS BETWEEN BY CASE CROSS DISTINCT ELSE EXCEPT EXISTS FILTER FROM GROUPING HAVING IN INNER INTERSECT IS JOIN LATERAL
  LIKE LIMIT MATERIALIZED NOT OFFSET ON OR OVER PARTITION ROLLUP ROW SELECT SETS SOME THEN UNION USING VALUES WHEN WHERE WITH WITHIN
  ARRAY CHAR CHARACTER CUBE DECIMAL NUMERIC TIME TIMESTAMP VARCHAR
  ABS AGE ARRAY_AGG ARRAY_LENGTH AVG BOOL_AND BOOL_OR CARDINALITY CAST CEIL COALESCE CONCAT COUNT CURRENT_DATABASE CURRENT_SETTING
  DATE_PART DATE_TRUNC DENSE_RANK EXTRACT FLOOR FORMAT GENERATE_SERIES GREATEST JSON_AGG JSON_BUILD_OBJECT JSONB_AGG
  JSONB_ARRAY_ELEMENTS JSONB_BUILD_OBJECT LAG LEAD LEAST LEFT LENGTH LOWER MAX MIN NOW NULLIF PG_BACKEND_PID PG_IS_IN_RECOVERY
  POSITION RANK REGEXP_REPLACE REPLACE RIGHT ROUND ROW_NUMBER ROW_TO_JSON SPLIT_PART STARTS_WITH STRING_AGG STRPOS SUBSTR SUBSTRING SUM
  TO_CHAR TO_JSONB TRIM UNNEST UPPER VERSION`.split(/\s+/)
)
