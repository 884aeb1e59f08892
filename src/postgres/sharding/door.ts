/**
 * The door of a shard, as it is built there.
 *
 * @since 0.1.0
 */
import { home } from "./shards.ts"

/** The names in a statement that comes are found as they are at the coordinator. */
export const door = `
CREATE SCHEMA IF NOT EXISTS ${home};
CREATE OR REPLACE VIEW ${home}.door AS
  SELECT CAST(NULL AS TEXT) AS path, CAST(NULL AS TEXT) AS run, CAST(NULL AS TEXT) AS ask, CAST(NULL AS JSONB) AS answer,
    CAST(NULL AS TEXT[]) AS given WHERE false;
CREATE OR REPLACE FUNCTION ${home}.enter() RETURNS trigger LANGUAGE plpgsql AS $enter$
BEGIN
  PERFORM set_config('search_path', NEW.path, true);
  IF NEW.run IS NOT NULL THEN
    EXECUTE NEW.run USING NEW.given;
  END IF;
  IF NEW.ask IS NOT NULL THEN
    EXECUTE 'SELECT coalesce(jsonb_agg(rows), ''[]'') FROM (' || NEW.ask || ') AS rows' INTO NEW.answer;
  END IF;
  RETURN NEW;
END
$enter$;
CREATE OR REPLACE TRIGGER enter INSTEAD OF INSERT ON ${home}.door FOR EACH ROW EXECUTE FUNCTION ${home}.enter();
`
