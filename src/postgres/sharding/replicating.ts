/**
 * Keeps the copies of a reference table, one on each shard, as the coordinator's table is: what a statement changes there is changed on
 * all shards in the same transaction.
 *
 * @since 0.1.0
 */
import { quoted } from "../../sql/quoted.ts"
import type { Place } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"
import { home } from "./shards.ts"

/** The triggers of a reference table. */
export const triggers = (table: Place, shards: number): ReadonlyArray<string> => {
  const made = (name: string, event: string) =>
    `CREATE OR REPLACE TRIGGER andamios_${name} AFTER ${event} ON ${tableName(table, dialect)} ` +
    `FOR EACH STATEMENT EXECUTE FUNCTION ${home}.replicate(${shards})`
  return [
    made("insert", "INSERT").replace("FOR EACH", "REFERENCING NEW TABLE AS new_rows FOR EACH"),
    made("update", "UPDATE").replace("FOR EACH", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH"),
    made("delete", "DELETE").replace("FOR EACH", "REFERENCING OLD TABLE AS old_rows FOR EACH"),
    made("truncate", "TRUNCATE")
  ]
}

/** Refuses a table that is there with rows and without copies, which would stay without them. */
export const refuseRows = (table: Place): string => {
  const name = tableName(table, dialect)
  const reason = `the table ${name} is on one server alone, and has rows`
  return `DO ${
    quoted(
      `BEGIN IF EXISTS (SELECT FROM ${name}) AND NOT EXISTS (SELECT FROM pg_trigger ` +
        `WHERE tgrelid = ${quoted(name)}::regclass AND tgname = 'andamios_insert') THEN ` +
        `RAISE EXCEPTION USING MESSAGE = ${quoted(reason)}, HINT = 'Distribute it by a migration.'; END IF; END`
    )
  }`
}

/**
 * The function of the triggers. Rows travel beside the statement, so that no message quotes them: as lists of texts, one for each column
 * of the old rows and of the new ones. The function looks up columns and keys when it runs: a table may be renamed and altered under it.
 *
 * The coordinator is the truth. Rows that a torn commit has left on a shard are overwritten. Rows that it has taken away are put back before
 * they are changed, by which PostgreSQL also tells of those that are there and that the transaction doesn't see yet.
 *
 * Whoever may write to the table may write to its copies, and only so: the door is its owner's.
 */
export const replicate = `
CREATE OR REPLACE FUNCTION ${home}.replicate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $replicate$
DECLARE
  place TEXT := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME);
  versions TEXT[] := CASE TG_OP WHEN 'INSERT' THEN '{new}' WHEN 'UPDATE' THEN '{old,new}' WHEN 'DELETE' THEN '{old}' ELSE '{}' END;
  version TEXT;
  columns TEXT;
  types TEXT[];
  texts TEXT;
  olds TEXT;
  news TEXT;
  changes TEXT;
  corrections TEXT;
  keys TEXT;
  is_same TEXT;
  path TEXT;
  lists TEXT[];
  given TEXT[] := '{}';
  source TEXT;
  statement TEXT;
BEGIN
  SELECT
    string_agg(name, ', ' ORDER BY n) FILTER (WHERE is_written),
    array_agg(type ORDER BY n),
    string_agg(format('CAST(array_agg(CAST(%s AS TEXT)) AS TEXT)', name), ', ' ORDER BY n),
    string_agg(format('old_%s', n), ', ' ORDER BY n) FILTER (WHERE is_written),
    string_agg(format('new_%s', n), ', ' ORDER BY n) FILTER (WHERE is_written),
    string_agg(format('%s = given.new_%s', name, n), ', ') FILTER (WHERE is_written),
    string_agg(format('%s = excluded.%1$s', name), ', ') FILTER (WHERE is_written AND NOT is_key),
    string_agg(name, ', ') FILTER (WHERE is_key),
    string_agg(format('stored.%s = given.old_%s', name, n), ' AND ') FILTER (WHERE is_key),
    string_agg(DISTINCT schema, ', ') FILTER (WHERE is_key)
  INTO columns, types, texts, olds, news, changes, corrections, keys, is_same, path
  FROM (
    SELECT
      quote_ident(attname) AS name,
      format_type(atttypid, atttypmod) AS type,
      row_number() OVER (ORDER BY attnum) AS n,
      attgenerated = '' AS is_written,
      EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey)) AS is_key,
      -- where the operators of a type are
      CAST(CAST(typnamespace AS REGNAMESPACE) AS TEXT) AS schema
    FROM pg_attribute JOIN pg_type AS t ON t.oid = atttypid
    WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attgenerated <> 'v'
  ) AS of;
  IF keys IS NULL AND TG_OP IN ('UPDATE', 'DELETE') THEN
    RAISE EXCEPTION USING
      MESSAGE = format('the reference table %s has no primary key, by which its rows are found on the shards', place),
      HINT = 'Give it one.';
  END IF;
  FOREACH version IN ARRAY versions LOOP
    EXECUTE format('SELECT ARRAY[%s] FROM %s_rows', texts, version) INTO lists;
    IF lists[1] IS NULL THEN
      RETURN NULL;
    END IF;
    given := given || lists;
  END LOOP;
  SELECT format(
    '(SELECT %s FROM unnest(%s) AS texts (%s)) AS given',
    string_agg(format('CAST(%s AS %s) AS %1$s', name, type), ', ' ORDER BY n),
    string_agg(format('CAST($1[%s] AS TEXT[])', n), ', ' ORDER BY n),
    string_agg(name, ', ' ORDER BY n)
  ) INTO source
  FROM (
    SELECT format('%s_%s', v, m) AS name, type, (turn - 1) * cardinality(types) + m AS n
    FROM unnest(versions) WITH ORDINALITY AS one (v, turn), unnest(types) WITH ORDINALITY AS of (type, m)
  ) AS list;
  statement := CASE TG_OP
    WHEN 'INSERT' THEN format('INSERT INTO %s (%s) SELECT %s FROM %s', place, columns, news, source) ||
      CASE WHEN keys IS NULL THEN '' ELSE format(' ON CONFLICT (%s) DO ', keys) || coalesce('UPDATE SET ' || corrections, 'NOTHING') END
    WHEN 'TRUNCATE' THEN format('TRUNCATE %s', place)
    ELSE format('INSERT INTO %s (%s) SELECT %s FROM %s ON CONFLICT (%s) DO NOTHING; ', place, columns, olds, source, keys) ||
      CASE TG_OP
        WHEN 'UPDATE' THEN format('UPDATE %s AS stored SET %s FROM %s WHERE %s', place, changes, source, is_same)
        ELSE format('DELETE FROM %s AS stored USING %s WHERE %s', place, source, is_same)
      END
  END;
  FOR shard IN 0 .. TG_ARGV[0]::INTEGER - 1 LOOP
    EXECUTE format('INSERT INTO ${home}.%I (path, run, given) VALUES ($1, $2, $3)', 'door_' || shard)
    USING coalesce(path, 'pg_catalog'), statement, given;
  END LOOP;
  RETURN NULL;
END
$replicate$;
`
