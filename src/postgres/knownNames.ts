/**
 * The question that PostgreSQL's catalogs are asked for what they know of names.
 *
 * @since 0.1.0
 */

import { home } from "./sharding/shards.ts"

/** Of what schemas: all but those that every database has. */
const theirs = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"

/** The shards' doors, and their parts of tables, which only change with the tables. */
const ours = `c.relkind = 'f' AND n.nspname ~ '^${home}(_shard_[0-9]+)?$'`

/** A rule that does something else, or a trigger that isn't one of the database's own, nor the one of ours that only refuses. */
const isWatched = `(EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN')
  OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgfoid >= 16384
    AND t.tgname <> 'andamios_keep_shard_key'))`

/** A function that depends on the time, the session or the state of the server. */
const isVarying = `p.provolatile = 'v' OR p.proname ~ '^(pg|has|row_security|txid|inet_(client|server))_'
      OR p.proname ~ '_to_xml|current|^(now|age|user|session_user|getpgusername|statement_timestamp|transaction_timestamp|to_reg.*)$'`

/**
 * Reads `kind`, `name` and `text` of all that is known. What depends on the time, the session or the state of the server is not pure; nor
 * is what asks tables by their names. Where an operator or a cast runs a function that may ask some, no text tells of anything.
 */
export const knownNames: string = `
WITH things AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, ${isWatched} AS watched
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname ${theirs} AND NOT (${ours})
), functions AS (
  SELECT p.proname::text AS name,
    bool_or(n.nspname ${theirs}) AS is_own,
    NOT bool_or(n.nspname <> 'pg_catalog' OR ${isVarying}) AS is_pure,
    NOT bool_or(n.nspname <> 'pg_catalog' AND p.provolatile = 'v') AS is_reading
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  GROUP BY p.proname
), hidden AS (
  SELECT FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode WHERE o.oid >= 16384 AND p.provolatile <> 'i'
  UNION ALL
  SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc WHERE c.oid >= 16384 AND p.provolatile <> 'i'
)
SELECT CASE
    WHEN relkind IN ('f', 'S') OR relrowsecurity OR (relkind = 'v' AND watched) OR EXISTS (SELECT FROM hidden)
      THEN 'opaque'
    WHEN relkind = 'v' THEN 'view'
    ELSE 'table'
  END AS kind, relname::text AS name, CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) END AS text
FROM things
UNION ALL
SELECT 'triggering', relname::text, NULL FROM things WHERE relkind <> 'v' AND watched
UNION ALL
SELECT 'beside', a.relname::text, b.relname::text
FROM pg_inherits i JOIN pg_class a ON a.oid = i.inhrelid JOIN pg_class b ON b.oid = i.inhparent
UNION ALL
SELECT 'beside', b.relname::text, a.relname::text
FROM pg_inherits i JOIN pg_class a ON a.oid = i.inhrelid JOIN pg_class b ON b.oid = i.inhparent
UNION ALL
SELECT 'beside', a.relname::text, b.relname::text
FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
WHERE k.contype = 'f' AND k.confupdtype IN ('c', 'n', 'd')
UNION ALL
SELECT 'following', a.relname::text, b.relname::text
FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
WHERE k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd')
UNION ALL
SELECT 'opaque', name, NULL FROM functions WHERE is_own
UNION ALL
SELECT 'pure', name, NULL FROM functions WHERE is_pure
UNION ALL
SELECT 'reading', name, NULL FROM functions WHERE is_reading AND NOT is_pure`
