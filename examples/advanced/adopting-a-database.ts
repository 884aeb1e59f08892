/**
 * Adopting a database: what another migrator made is recognised, becomes the first revision of ours, and goes on from there.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Adopting, Migration, Migrator, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, References } from "effect"
import { Migrator as EffectMigrator, SqlClient } from "effect/sql"

// What there is: a database whose tables were made by the migrator of Effect's own SQL modules.
const loader = EffectMigrator.fromRecord({
  "0001_create_users": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR NOT NULL UNIQUE)`
  ),
  "0002_create_posts": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id), title VARCHAR NOT NULL DEFAULT '')`
  )
})

const before = Effect.gen(function*() {
  yield* EffectMigrator.make({})({ loader })
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO users VALUES (1, 'ada@example.com')`
  yield* sql`INSERT INTO posts VALUES (1, 1, 'Notes')`
})

// The first revision of our own follows what was there.
const stars = Migration.make({
  id: "b2",
  name: "posts have stars",
  parents: ["a1"],
  up: [Migration.addColumn("posts", Migration.column("stars", Type.int32, { default: "0" }))]
})

const migrator = (baseline: Migration.Revision) => Migrator.layer({ revisions: [baseline, stars], onStart: "nothing" })

const showTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly name: string }>`
    SELECT table_name AS name FROM information_schema.tables ORDER BY name`
  const posts = yield* sql`SELECT * FROM posts`
  yield* Console.log(`tables: ${found.map(({ name }) => name).join(", ")}; posts: ${JSON.stringify(posts)}`)
})

const recognising = Effect.gen(function*() {
  // Drizzle, Prisma and Alembic are known as well, each by the table of its history.
  const managed = yield* Adopting.adopting()
  for (const { applied, by, table, unfinished } of managed) {
    yield* Console.log(`${by} applied ${applied.join(", ")} by ${table.name}; unfinished: ${unfinished.length}`)
  }

  // What the database is made of, without the table of that history. This text is for a file in the directory of revisions.
  const baseline = yield* Adopting.baseline(managed, { id: "a1" })
  yield* Console.log(Adopting.rendered(baseline).trimEnd())
  return baseline
})

const goingOn = Effect.gen(function*() {
  // The database has all that the baseline would make. A stamp says so, and nothing is run.
  yield* Console.log(`stamped: ${(yield* Migrator.stamp(["a1"])).join()}`)
  const done = yield* Migrator.up()
  yield* Console.log(`applied: ${done.map(({ id, name }) => `${id} ${name}`).join(", ")}`)
  const { applied } = yield* Migrator.status
  yield* Console.log(`history: ${applied.map(({ id, manner }) => `${id} ${manner}`).join(", ")}`)
  yield* showTables
})

// Where there is no database yet, the same revisions make one.
const anew = Effect.gen(function*() {
  yield* Console.log(`applied: ${(yield* Migrator.up()).map(({ id, name }) => `${id} ${name}`).join(", ")}`)
  yield* showTables
})

// Or the old files stay as they are: the loaders of Effect's migrator are a source of revisions, too. What it applied counts as applied.
const keeping = Effect.gen(function*() {
  yield* before
  yield* Effect.gen(function*() {
    const { revisions } = yield* Migrator.Migrator
    yield* Console.log(`revisions: ${revisions.map(({ id }) => id).join(", ")}`)
    const { elsewhere, pending } = yield* Migrator.status
    yield* Console.log(`applied by Effect's migrator: ${elsewhere.join(", ")}`)
    yield* Console.log(`still to apply: ${pending.length}`)
  }).pipe(Effect.provide(Migrator.layer({ loader, onStart: "nothing" })))
})

const fresh = Effect.provide(DuckDb.layer({ path: ":memory:" }), { local: true })

const lesson = Effect.gen(function*() {
  const baseline = yield* fresh(Effect.gen(function*() {
    yield* before
    yield* Console.log("1. Who was here")
    const found = yield* recognising

    yield* Console.log("\n2. From here on")
    yield* goingOn.pipe(Effect.provide(migrator(found)))
    return found
  }))

  yield* Console.log("\n3. Elsewhere, from the start")
  yield* fresh(anew.pipe(Effect.provide(migrator(baseline))))

  yield* Console.log("\n4. With the files of the other migrator")
  yield* fresh(keeping)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provideService(References.MinimumLogLevel, "Warn"))

if (import.meta.main) NodeRuntime.runMain(main)
