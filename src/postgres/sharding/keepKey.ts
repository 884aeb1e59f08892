/**
 * Keeps shard keys as they are, whoever writes: PostgreSQL would change one in place, where nobody looks for the row any more.
 *
 * @since 0.1.0
 */
import { identifier, quoted } from "../../sql/quoted.ts"

/** The function that refuses, in the schema of what is ours. */
export const keeper = (home: string): string => `
CREATE OR REPLACE FUNCTION ${home}.keep_shard_key() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
  RAISE EXCEPTION 'changing %, by which the rows of % are distributed', quote_ident(TG_ARGV[0]), quote_ident(TG_TABLE_NAME)
    USING ERRCODE = 'feature_not_supported', HINT = 'Delete the row, and insert it with the other value.';
END
$keep$`

/**
 * Has every update of a table refused that names the column. It is asked once for each statement and not for each row, so that shards
 * still update rows by themselves.
 */
export const keepKey = (table: string, column: string, home: string): string =>
  `CREATE OR REPLACE TRIGGER andamios_keep_shard_key BEFORE UPDATE OF ${identifier(column)} ON ${table} ` +
  `FOR EACH STATEMENT EXECUTE FUNCTION ${home}.keep_shard_key(${quoted(column)})`
