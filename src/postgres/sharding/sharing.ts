/**
 * Gives the shards the enums of the coordinator that tables of theirs have columns of, also those that were made before there were
 * shards, or by hand.
 *
 * @since 0.1.0
 */
import { quoted } from "../../sql/quoted.ts"
import { home, path } from "./shards.ts"

/** Makes a type on the shards where it is an enum, or a list of its values, and not there yet. */
export const shareEnum = (type: string, shards: number): string =>
  `SELECT ${home}.share_enum(${quoted(type)}, ${shards})`

/** The function that looks up what the type is. */
export const sharingEnums = `
CREATE OR REPLACE FUNCTION ${home}.share_enum(wanted TEXT, shards INTEGER) RETURNS void LANGUAGE plpgsql AS $share$
DECLARE
  path TEXT := quote_literal(${path});
  statement TEXT;
BEGIN
  SELECT format(
    'DO %L',
    format(
      'BEGIN IF to_regtype(%L) IS NULL THEN CREATE SCHEMA IF NOT EXISTS %I; CREATE TYPE %s AS ENUM (%s); END IF; END',
      format('%I.%I', nspname, t.typname),
      nspname,
      format('%I.%I', nspname, t.typname),
      (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    )
  ) INTO statement
  FROM pg_type asked JOIN pg_type t ON t.oid = CASE WHEN asked.typelem <> 0 THEN asked.typelem ELSE asked.oid END
  JOIN pg_namespace s ON s.oid = t.typnamespace
  WHERE asked.oid = to_regtype(wanted) AND t.typtype = 'e';
  IF statement IS NULL THEN
    RETURN;
  END IF;
  FOR shard IN 0 .. shards - 1 LOOP
    EXECUTE format('INSERT INTO ${home}.%I (path, run) VALUES (%s, $1)', 'door_' || shard, path)
    USING statement;
  END LOOP;
END
$share$;
`
