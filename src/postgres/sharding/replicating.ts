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
 * The function of the triggers. Rows travel as lists of texts, one for each column, which are in the order of the rows; so a row is found
 * by the key that it had before. The function looks up columns and keys when it runs: a table may be renamed and altered under it.
 */
export const replicate = `
CREATE OR REPLACE FUNCTION ${home}.replicate() RETURNS trigger LANGUAGE plpgsql AS $replicate$
DECLARE
  place TEXT := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME);
  columns TEXT[];
  keys TEXT[];
  found_types TEXT[];
  names TEXT[] := '{}';
  types TEXT[] := '{}';
  lists TEXT[] := '{}';
  texts TEXT[];
  given TEXT;
  statement TEXT;
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    SELECT array_agg(quote_ident(attname) ORDER BY attnum), array_agg(format_type(atttypid, atttypmod) ORDER BY attnum)
    INTO columns, types
    FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE (
      SELECT format('SELECT ARRAY[%s] FROM new_rows', string_agg(format('array_agg(CAST(%s AS TEXT))::TEXT', name), ', ' ORDER BY n))
      FROM unnest(columns) WITH ORDINALITY AS of (name, n)
    ) INTO lists;
    names := columns;
  END IF;
  IF TG_OP IN ('UPDATE', 'DELETE') THEN
    SELECT array_agg(quote_ident(attname) ORDER BY attnum), array_agg(format_type(atttypid, atttypmod) ORDER BY attnum)
    INTO keys, found_types
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
    WHERE indrelid = TG_RELID AND indisprimary;
    IF keys IS NULL THEN
      RAISE EXCEPTION USING
        MESSAGE = format('the reference table %s has no primary key, by which its rows are found on the shards', place),
        HINT = 'Give it one.';
    END IF;
    EXECUTE (
      SELECT format('SELECT ARRAY[%s] FROM old_rows', string_agg(format('array_agg(CAST(%s AS TEXT))::TEXT', name), ', ' ORDER BY n))
      FROM unnest(keys) WITH ORDINALITY AS of (name, n)
    ) INTO texts;
    lists := lists || texts;
    types := types || found_types;
    names := names || ARRAY(SELECT 'andamios_old_' || n FROM generate_subscripts(keys, 1) AS n);
  END IF;
  IF TG_OP <> 'TRUNCATE' AND lists[1] IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT format(
    '(SELECT %s FROM unnest(%s) AS texts (%s)) AS given',
    string_agg(format('CAST(%s AS %s) AS %1$s', name, type), ', ' ORDER BY n),
    string_agg(format('CAST(%L AS TEXT[])', list), ', ' ORDER BY n),
    string_agg(name, ', ' ORDER BY n)
  ) INTO given FROM unnest(names, types, lists) WITH ORDINALITY AS part (name, type, list, n);
  statement := CASE TG_OP
    WHEN 'INSERT' THEN format('INSERT INTO %s (%s) SELECT * FROM %s', place, array_to_string(columns, ', '), given)
    WHEN 'UPDATE' THEN format('UPDATE %s AS stored SET %s FROM %s WHERE %s', place,
      (SELECT string_agg(format('%s = given.%1$s', name), ', ') FROM unnest(columns) AS name), given,
      (SELECT string_agg(format('stored.%s = given.andamios_old_%s', keys[n], n), ' AND ') FROM generate_subscripts(keys, 1) AS n))
    WHEN 'DELETE' THEN format('DELETE FROM %s AS stored USING %s WHERE %s', place, given,
      (SELECT string_agg(format('stored.%s = given.andamios_old_%s', keys[n], n), ' AND ') FROM generate_subscripts(keys, 1) AS n))
    ELSE format('TRUNCATE %s', place)
  END;
  FOR shard IN 0 .. TG_ARGV[0]::INTEGER - 1 LOOP
    EXECUTE format('INSERT INTO ${home}.%I (path, run) VALUES (current_setting(''search_path''), $1)', 'door_' || shard)
    USING statement;
  END LOOP;
  RETURN NULL;
END
$replicate$;
`
