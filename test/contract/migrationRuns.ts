/**
 * What contracts of migrations share: migrators of some revisions, and what a database holds, by plain SQL.
 */
import { Migration, Migrator, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

/** Everything may be lost. */
export const losing = { allowLoss: "everything" } as const

/** Runs an effect with a migrator of these revisions, which does nothing by itself. */
export const migrating = <R = never>(revisions: ReadonlyArray<Migration.Revision<R>>, options: Settings = {}) =>
  Effect.provide(Migrator.layer({ revisions, onStart: "nothing", ...options }), { local: true })

type Settings = Partial<Omit<Migrator.Options, "directory" | "revisions" | "loader">>

/** A revision that makes a table of its own name. */
export const making = (id: string, options: Partial<Migration.Options> = {}): Migration.Revision =>
  Migration.make({
    id,
    up: [Migration.createTable({ name: `mig_${id}`, columns: [Migration.column("id", Type.int32)] })],
    ...options
  })

/** The tables that revisions have made here, without the start of their names. */
export const tables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly name: string }>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name LIKE 'mig\\_%' ESCAPE '\\' ORDER BY table_name`
  return found.map(({ name }) => name.slice("mig_".length))
})

/** The ids in the history, in the order in which they came into it. */
export const recorded = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly id: string }>`SELECT id FROM andamios_migrations ORDER BY place`
  return found.map(({ id }) => id)
})

/** Takes away all that migrations have made. */
export const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const name of yield* tables) yield* sql`DROP TABLE ${sql(`mig_${name}`)}`
  yield* sql`DROP TABLE IF EXISTS andamios_migrations`
})

export const ids = (done: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => done.map(({ id }) => id)
