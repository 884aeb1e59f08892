/**
 * A way up and down of many kinds of statements, over a table whose rows have to stay whole.
 */
import { Migration, Migrator, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import type { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

/** A database that another process can open, too. */
export type Place = { readonly path: string } | TestDatabase.Address

export const databaseAt = (place: Place) =>
  "path" in place
    ? DuckDb.layer({ path: place.path, pool: { size: 2 } })
    : Postgres.layer({ ...place, pool: { size: 3 } })

const counted = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE mig_kept SET note = 'seen' WHERE id % 2 = 0`)

const forgotten = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE mig_kept SET note = NULL WHERE note = 'seen'`)

const note = Migration.column("note", Type.text, { nullable: true })
const made = Migration.column("made", Type.timestamp, { default: "now()", nullable: true })

/** Each revision has an effect at its end: whoever is killed there has run all of it, and stored nothing. */
export const revisions = [
  Migration.make({
    id: "a1",
    up: [
      Migration.addColumn("mig_kept", note),
      Migration.addColumn("mig_kept", made),
      Migration.createTable({ name: "mig_a1", columns: [Migration.column("id", Type.int32)] }),
      // such a change DuckDB can't replay from its log
      Migration.execute(
        "ALTER TABLE mig_a1 ADD COLUMN begun TIMESTAMP DEFAULT now()",
        "ALTER TABLE mig_a1 DROP COLUMN begun"
      ),
      Migration.run("the end of a1", Effect.void, Effect.void)
    ]
  }),
  Migration.make({
    id: "a2",
    parents: ["a1"],
    up: [
      Migration.execute("INSERT INTO mig_a1 (id) SELECT id FROM mig_kept", "DELETE FROM mig_a1"),
      Migration.createIndex("mig_kept", "mig_kept_number", ["number"]),
      Migration.run("the end of a2", counted, forgotten)
    ]
  })
]

/** The steps of all of them, one way; a database may do several at once. */
export const steps = 8

export const seeded = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE mig_kept (id INTEGER, number INTEGER)`
  const numbers = Array.from({ length: 100 }, (_, id) => `(${id}, ${id * id})`).join(", ")
  yield* sql.unsafe(`INSERT INTO mig_kept VALUES ${numbers}`)
})

const columnsOf = (table: string) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{ readonly name: string }>`
      SELECT column_name AS name FROM information_schema.columns WHERE table_name = ${table} ORDER BY column_name`
    return found.map(({ name }) => name).join(" ")
  })

/** What is not as a history of these revisions says; nothing where all is whole. */
export const brokenAt = Effect.fnUntraced(function*(history: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const [rows] = yield* sql<{ readonly count: number; readonly sum: number }>`
    SELECT CAST(count(*) AS INTEGER) AS count, CAST(sum(number) AS INTEGER) AS sum FROM mig_kept`
  const has = (id: string) => history.includes(id)
  const found = {
    rows: `${rows?.count} ${rows?.sum}`,
    kept: yield* columnsOf("mig_kept"),
    made: yield* columnsOf("mig_a1"),
    copied: has("a1") ? (yield* sql`SELECT id FROM mig_a1`).length : 0,
    seen: has("a1") ? (yield* sql`SELECT id FROM mig_kept WHERE note = 'seen'`).length : 0
  }
  const wanted = {
    rows: "100 328350",
    kept: has("a1") ? "id made note number" : "id number",
    made: has("a1") ? "begun id" : "",
    copied: has("a2") ? 100 : 0,
    seen: has("a2") ? 50 : 0
  }
  return JSON.stringify(found) === JSON.stringify(wanted) ? "" : JSON.stringify({ history, found, wanted })
})

/** Goes up or down, and is killed before one of the steps, counted over both revisions, or after all of them. */
export const go = (direction: "up" | "down", kill?: number) =>
  Effect.gen(function*() {
    const onStep = ({ done }: Migrator.Progress) =>
      Effect.sync(() => {
        if (done === kill) process.kill(process.pid, "SIGKILL")
      })
    const options = { onStep, allowLoss: "everything" } as const
    const done = yield* direction === "up" ? Migrator.up(undefined, options) : Migrator.down("base", options)
    // what was said to be stored has to be there, though nothing was closed
    if (kill !== undefined) process.kill(process.pid, "SIGKILL")
    return done.map(({ id }) => id)
  }).pipe(Effect.provide(Migrator.layer({ revisions, onStart: "nothing", wait: "1 minute" }), { local: true }))
