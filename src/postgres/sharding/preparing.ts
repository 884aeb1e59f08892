/**
 * Makes the coordinator know its shards, and the shards open their doors.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { ConnectionFailed } from "../../session/OrmError.ts"
import { digest } from "../../sql/hash.ts"
import { quoted } from "../../sql/quoted.ts"
import { isConnectionLost, stateOf } from "../failure.ts"
import { door } from "./door.ts"
import { planningAt } from "./explain.ts"
import { claiming, decodeWho, mistaken, named, type Who, whoIs } from "./identity.ts"
import { keeper } from "./keepKey.ts"
import type { Shard } from "./options.ts"
import { replicate } from "./replicating.ts"
import { sharingEnums } from "./sharing.ts"
import { doorOf, home, schemaOf, serverOf } from "./shards.ts"

/** Prepares what is not there yet, and alters addresses that have changed. Where all is there it is one query. */
export const prepare = Effect.fnUntraced(function*(
  coordinator: PgConnection,
  database: string,
  shards: ReadonlyArray<Shard>
): Effect.fn.Return<void, ConnectionFailed> {
  if (shards.length === 0) {
    return yield* new ConnectionFailed({
      database,
      reason: "it was given no shards, over which tables could be spread",
      hint: "Give it one at least, or leave `sharding` out."
    })
  }
  const failed = (what: string) => Effect.mapError((error: SqlError) => explained(error, database, what))
  const run = (statement: string, what = "its shards can't be prepared") =>
    failed(what)(coordinator.query(statement, [], false))
  const known = Effect.flatMap(
    failed("its shards can't be looked up")(coordinator.queryValues(question, [], false)),
    ([row]) => Effect.orDie(decode(row?.[0]))
  )
  const wanted = shards.map(wantedOf)
  if (isReady(yield* known, wanted)) return

  const preparing = Effect.gen(function*() {
    yield* run(`SELECT pg_advisory_xact_lock(hashtextextended('andamios shards', 0))`)
    const found = yield* known
    if (found.isUsed && found.shards.length !== wanted.length) {
      return yield* new ConnectionFailed({
        database,
        reason: `its tables are spread over ${found.shards.length} shards, and it was given ${wanted.length}: ` +
          "rows would be looked for in the wrong place",
        hint: "Give it all shards that it has. To change their number, move the rows to a new database."
      })
    }
    yield* Effect.forEach(beginning, (statement) => run(statement), { discard: true })
    yield* Effect.forEach(found.shards.slice(wanted.length), ({ name }) => run(`DROP SERVER ${name} CASCADE`))
    const before: Array<Who> = []
    for (const [index, shard] of wanted.entries()) {
      const what = `shard ${index} (${placeOf(shard)}) can't be prepared`
      yield* Effect.forEach(introductions(index, shard, found.shards[index]), (statement) => run(statement, what))
      const [row] = yield* failed(what)(coordinator.queryValues(whoIs(index), [], false))
      const who = yield* decodeWho(row?.[0])
      const reason = mistaken(index, who, before, found.isUsed)
      if (reason !== undefined) {
        return yield* new ConnectionFailed({
          database,
          reason: `${placeOf(shard)} ${reason}`,
          hint: "Give the shards in the order in which they were given first. Each coordinator has shards of its own."
        })
      }
      before.push(who)
      yield* Effect.forEach([...openings(index), claiming(index)], (statement) => run(statement, what))
    }
    yield* Effect.forEach(ending, (statement) => run(statement), { discard: true })
  })
  yield* run("BEGIN")
  yield* Effect.onError(preparing, () => Effect.ignore(run("ROLLBACK")))
  yield* run("COMMIT")
})

/** What servers and their users are known by. */
type Options = Readonly<Record<string, string>>

interface Wanted {
  readonly server: Options
  readonly user: Options
}

const wantedOf = ({ database, host, password, port = 5432, username }: Shard): Wanted => ({
  server: {
    host,
    port: String(port),
    dbname: database,
    // many rows at a time, from all shards at once
    async_capable: "true",
    batch_size: "1000",
    fetch_size: "10000",
    parallel_commit: "true",
    // no server sees two transactions that wait for each other at two of them
    connect_timeout: "10",
    // a shard whose machine is gone is given up within a minute
    keepalives_idle: "30",
    keepalives_interval: "10",
    keepalives_count: "3",
    options: "-c lock_timeout=30s"
  },
  user: {
    user: username,
    ...(password === undefined ? { password_required: "false" } : { password: Redacted.value(password) })
  }
})

const Known = Schema.Struct({
  version: Schema.NullOr(Schema.String),
  isUsed: Schema.Boolean,
  shards: Schema.Array(Schema.Struct({
    name: Schema.String,
    server: Schema.Array(Schema.String),
    user: Schema.NullOr(Schema.Array(Schema.String))
  }))
})

type Known = typeof Known.Type

const decode = Schema.decodeUnknownEffect(Known)

const question = `
SELECT jsonb_build_object(
  'version', (SELECT prosrc FROM pg_proc WHERE pronamespace = to_regnamespace('${home}') AND proname = 'version'),
  'isUsed', EXISTS (
    SELECT FROM pg_class JOIN pg_namespace s ON s.oid = relnamespace WHERE nspname ~ '^${serverOf("[0-9]+")}$'
  ) OR EXISTS (
    SELECT FROM pg_trigger JOIN pg_proc f ON f.oid = tgfoid
    WHERE pronamespace = to_regnamespace('${home}') AND proname = 'replicate'
  ),
  'shards', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', s.srvname, 'server', to_jsonb(s.srvoptions), 'user', to_jsonb(u.umoptions)
    ) ORDER BY length(s.srvname), s.srvname), '[]')
    FROM pg_foreign_server s LEFT JOIN pg_user_mappings u ON u.srvid = s.oid AND u.usename = current_user
    WHERE s.srvname ~ '^${serverOf("[0-9]+")}$'
  )
)`

const isReady = ({ shards, version: found }: Known, wanted: ReadonlyArray<Wanted>): boolean =>
  found === versioned && shards.length === wanted.length &&
  shards.every(({ server, user }, index) => {
    const one = wanted[index]
    return one !== undefined && isSame(server, one.server) && isSame(user ?? [], one.user)
  })

const isSame = (found: ReadonlyArray<string>, wanted: Options): boolean =>
  found.toSorted().join("\0") === texts(wanted).toSorted().join("\0")

const texts = (wanted: Options): ReadonlyArray<string> =>
  Object.entries(wanted).map(([name, value]) => `${name}=${value}`)

const placeOf = ({ server }: Wanted): string => `${server["dbname"]} at ${server["host"]}:${server["port"]}`

const beginning = [
  `CREATE SCHEMA IF NOT EXISTS ${home}`,
  // whoever reads may ask for plans: what is in it has rights of its own
  `GRANT USAGE ON SCHEMA ${home} TO PUBLIC`,
  `CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA ${home}`,
  `CREATE EXTENSION IF NOT EXISTS dblink SCHEMA ${home}`,
  replicate,
  keeper(home),
  named,
  sharingEnums,
  planningAt
]

const introductions = (
  index: number,
  { server, user }: Wanted,
  found: Known["shards"][number] | undefined
): ReadonlyArray<string> => {
  const name = serverOf(index)
  const known = found?.user ?? undefined
  const mapping = `USER MAPPING FOR CURRENT_USER SERVER ${name}`
  return [
    found === undefined
      ? `CREATE SERVER ${name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${listed(server)})`
      : `ALTER SERVER ${name} OPTIONS (${altered(found.server, server)})`,
    // a mapping that is made anew would lead transactions which are under way over a second connection
    known === undefined
      ? `CREATE ${mapping} OPTIONS (${listed(user)})`
      : `ALTER ${mapping} OPTIONS (${altered(known, user)})`
  ]
}

/** What makes the door of a shard, and the way to it. */
const openings = (index: number): ReadonlyArray<string> => [
  `SELECT ${home}.dblink_exec(${quoted(serverOf(index))}, ${quoted(door)})`,
  `CREATE SCHEMA IF NOT EXISTS ${schemaOf(index)}`,
  `CREATE FOREIGN TABLE IF NOT EXISTS ${doorOf(index)} (path TEXT, run TEXT, ask TEXT, answer JSONB, given TEXT[]) ` +
  `SERVER ${serverOf(index)} OPTIONS (schema_name ${quoted(home)}, table_name 'door')`
]

const listed = (options: Options): string =>
  Object.entries(options).map(([name, value]) => `${name} ${quoted(value)}`).join(", ")

/** What makes other options of those that there are. */
const altered = (found: ReadonlyArray<string>, wanted: Options): string => {
  const names = found.map((text) => text.slice(0, text.indexOf("=")))
  return [
    ...names.filter((name) => wanted[name] === undefined).map((name) => `DROP ${name}`),
    ...Object.entries(wanted).map(([name, value]) => `${names.includes(name) ? "SET" : "ADD"} ${name} ${quoted(value)}`)
  ].join(", ")
}

/** Tells what was prepared as it is now. */
const versioned = `SELECT '${digest([door, ...beginning].join(";"))}'`

const ending = [
  `CREATE OR REPLACE FUNCTION ${home}.version() RETURNS TEXT LANGUAGE sql AS ${quoted(versioned)}`
]

const explained = (error: SqlError, database: string, what: string): ConnectionFailed => {
  const { cause } = error.reason
  const told = cause instanceof Error ? cause.message : error.message
  const hint = isConnectionLost(error)
    ? "See whether the shard runs, and lets the coordinator in."
    : hints.get(stateOf(error))
  return new ConnectionFailed({
    database,
    reason: `${what}: ${told}`,
    ...(hint === undefined ? {} : { hint }),
    cause
  })
}

const hints: ReadonlyMap<string, string> = new Map([
  ["0A000", "Install postgres_fdw and dblink on the coordinator: they come with PostgreSQL, or in postgresql-contrib."],
  ["58P01", "Install postgres_fdw and dblink on the coordinator: they come with PostgreSQL, or in postgresql-contrib."],
  ["42501", "Open it once as a superuser, or as a role that may create extensions, schemas and foreign servers."],
  ["2F003", "Give the shards passwords, or open it as a superuser."]
])
