/**
 * The question that DuckDB is asked for what it knows of names.
 *
 * @since 0.1.0
 */

/**
 * Reads `kind`, `name` and `text` of all that is known, also in databases that are attached. What others may write to is not known: those
 * that aren't DuckDB's own. Functions that tell of the session are not pure; macros are, whose definitions are.
 */
export const knownNames: string = `
WITH functions AS (
  SELECT function_name, bool_and(internal) AS is_theirs, bool_and(
    (function_type IN ('scalar', 'aggregate') AND stability = 'CONSISTENT') OR
    (function_type = 'macro' AND NOT regexp_matches(macro_definition, '(?i)select|current|now|today|setting|duckdb'))
  ) AND NOT regexp_matches(function_name, '^(pg_.*|current_.*|getvariable|getenv|age|version|user|session_user)$') AS is_pure
  FROM duckdb_functions()
  WHERE function_type NOT IN ('pragma', 'table') OR NOT internal
  GROUP BY function_name
), foreigners AS (
  SELECT database_name FROM duckdb_databases() WHERE type <> 'duckdb'
)
SELECT CASE WHEN database_name IN (FROM foreigners) THEN 'opaque' ELSE 'table' END AS kind, table_name AS name, NULL AS text
FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT CASE WHEN database_name IN (FROM foreigners) THEN 'opaque' ELSE 'view' END, view_name, sql
FROM duckdb_views() WHERE NOT internal
UNION ALL
SELECT 'opaque', sequence_name, NULL FROM duckdb_sequences()
UNION ALL
SELECT CASE WHEN is_theirs THEN 'pure' ELSE 'opaque' END, function_name, NULL FROM functions WHERE is_pure OR NOT is_theirs`
