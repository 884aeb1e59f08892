/**
 * The shards as the coordinator knows them: servers of `postgres_fdw`, each with a door through which statements come that no foreign
 * table can carry, in the transaction of the coordinator's.
 *
 * The door is a view at the shard. What is inserted into its column `run` is executed there, and what is inserted into `ask` is answered.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { identifier, quoted } from "../../sql/quoted.ts"
import type { Shard } from "./options.ts"

/** The schema of what is ours, on the coordinator and on each shard. */
export const home = "andamios"

/** The name of a shard's server. */
export const serverOf = (shard: number): string => `andamios_shard_${shard}`

/** The schema of the coordinator in which the tables of a shard are. */
export const schemaOf = serverOf

/** A statement that is executed at a shard. */
export const at = (shard: number, statement: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, run) VALUES (current_setting('search_path'), ${quoted(statement)})`

/** A query whose rows a shard answers, as one JSON array. */
export const asked = (shard: number, query: string): string =>
  `INSERT INTO ${doorOf(shard)} (path, ask) VALUES (current_setting('search_path'), ${quoted(query)}) RETURNING answer`

const doorOf = (shard: number): string => `${home}.${identifier(`door_${shard}`)}`

/** Makes the coordinator know its shards, and where they are now, and the shards open their doors; what is there already stays. */
export const prepare = Effect.fnUntraced(function*(coordinator: PgConnection, shards: ReadonlyArray<Shard>) {
  const run = (statement: string) => coordinator.query(statement, [], false)
  yield* run(`BEGIN`)
  yield* run(`SELECT pg_advisory_xact_lock(hashtextextended('andamios shards', 0))`)
  yield* run(`CREATE SCHEMA IF NOT EXISTS ${home}`)
  yield* run(`CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA ${home}`)
  yield* run(`CREATE EXTENSION IF NOT EXISTS dblink SCHEMA ${home}`)
  for (const [index, shard] of shards.entries()) {
    for (const statement of introductions(index, shard)) yield* run(statement)
  }
  yield* run(`COMMIT`)
})

const introductions = (index: number, { database, host, password, port = 5432, username }: Shard) => {
  const server = serverOf(index)
  const address = { host, port: String(port), dbname: database }
  const user = options({
    user: username,
    ...(password === undefined ? { password_required: "false" } : { password: Redacted.value(password) })
  })
  return [
    `CREATE SERVER IF NOT EXISTS ${server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${options(address)}, ${manner})`,
    // it may have moved since then
    `ALTER SERVER ${server} OPTIONS (${options(address, "SET ")})`,
    `DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER ${server}`,
    `CREATE USER MAPPING FOR CURRENT_USER SERVER ${server} OPTIONS (${user})`,
    `SELECT ${home}.dblink_exec(${quoted(server)}, ${quoted(door)})`,
    `CREATE SCHEMA IF NOT EXISTS ${schemaOf(index)}`,
    `CREATE FOREIGN TABLE IF NOT EXISTS ${doorOf(index)} (path TEXT, run TEXT, ask TEXT, answer JSONB) ` +
    `SERVER ${server} OPTIONS (schema_name ${quoted(home)}, table_name 'door')`
  ]
}

const options = (given: Readonly<Record<string, string>>, action: "" | "SET " = ""): string =>
  Object.entries(given).map(([name, value]) => `${action}${name} ${quoted(value)}`).join(", ")

/** Many rows at a time, from all shards at once. */
const manner = options({ async_capable: "true", batch_size: "1000", fetch_size: "10000", parallel_commit: "true" })

/** The names in a statement that comes are found as they are at the coordinator. */
const door = `
CREATE SCHEMA IF NOT EXISTS ${home};
CREATE OR REPLACE VIEW ${home}.door AS
  SELECT CAST(NULL AS TEXT) AS path, CAST(NULL AS TEXT) AS run, CAST(NULL AS TEXT) AS ask, CAST(NULL AS JSONB) AS answer WHERE false;
CREATE OR REPLACE FUNCTION ${home}.enter() RETURNS trigger LANGUAGE plpgsql AS $enter$
BEGIN
  PERFORM set_config('search_path', NEW.path, true);
  IF NEW.run IS NOT NULL THEN
    EXECUTE NEW.run;
  END IF;
  IF NEW.ask IS NOT NULL THEN
    EXECUTE 'SELECT coalesce(jsonb_agg(rows), ''[]'') FROM (' || NEW.ask || ') AS rows' INTO NEW.answer;
  END IF;
  RETURN NEW;
END
$enter$;
CREATE OR REPLACE TRIGGER enter INSTEAD OF INSERT ON ${home}.door FOR EACH ROW EXECUTE FUNCTION ${home}.enter();
`
