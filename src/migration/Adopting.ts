/**
 * Takes over a database that another migrator managed: tells which one it was and what it applied, and makes the first revision of ours
 * of what is there.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { messageOf } from "../model/messageOf.ts"
import { Database } from "../session/Database.ts"
import { FileFailed } from "../session/FileError.ts"
import type { ReadError } from "../session/OrmError.ts"
import { asking } from "../sql/asking.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { empty, isSamePlace, type Place, type Structure } from "../sql/Structure.ts"
import { compileTableExists } from "../sql/tableExists.ts"
import { tableName } from "../sql/tableName.ts"
import { diff } from "./comparing/diff.ts"
import { ignoring } from "./comparing/ignoring.ts"
import * as Migration from "./Migration.ts"
import type { Written } from "./files/render.ts"

export { rendered, type Written } from "./files/render.ts"

/**
 * The migrators whose histories are known.
 *
 * @category models
 * @since 0.1.0
 */
export type Manager = "Alembic" | "Drizzle" | "Effect" | "Prisma"

/**
 * What another migrator says of a database.
 *
 * @category models
 * @since 0.1.0
 */
export interface Managed {
  readonly by: Manager
  /** The table of its history. */
  readonly table: Place
  /**
   * What it applied, oldest first, by the names that it has: `1_create_users` of Effect's migrator, which are the ids of our revisions
   * for the same loader, too; Drizzle's tags, or hashes where its journal isn't given; Prisma's directories; Alembic's versions.
   */
  readonly applied: ReadonlyArray<string>
  /** What was begun, and neither came to an end nor was marked as rolled back. Only Prisma says so. */
  readonly unfinished: ReadonlyArray<string>
}

/**
 * Where to look for the histories.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The table of Effect's migrator, where it has another name than `effect_sql_migrations`. */
  readonly effectTable?: string
  /** Drizzle's directory of migrations, whose `meta/_journal.json` has the names that its table has not. */
  readonly drizzleDirectory?: string
}

/**
 * The migrators that managed the database, and what each of them applied.
 *
 * @errors ReadError
 * @errors FileFailed where Drizzle's journal can't be read
 *
 * @example
 * ```ts
 * import { Adopting, Database } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const firstRevision = Effect.gen(function*() {
 *   const managed = yield* Adopting.adopting({ drizzleDirectory: "drizzle" })
 *   for (const { applied, by } of managed) yield* Effect.log(`${by} has applied ${applied.length}`)
 *
 *   const { introspect } = yield* Database.Database
 *   const { tables } = Adopting.withoutHistories(yield* introspect, managed)
 *   yield* Effect.log(`${tables.length} tables go into the first revision`)
 *
 *   const revision = yield* Adopting.baseline(managed, { id: "8f2c41d09a7b", ignore: ["logs_*"] })
 *   return Adopting.rendered(revision)
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const adopting: (
  options?: Options
) => Effect.Effect<ReadonlyArray<Managed>, ReadError | FileFailed, Database> = Effect.fn("Adopting.adopting")(
  function*({ drizzleDirectory, effectTable = "effect_sql_migrations" }: Options = {}) {
    const database = yield* Database
    const tags = drizzleDirectory === undefined ? new Map<string, string>() : yield* tagsIn(drizzleDirectory)
    const managed: Array<Managed> = []
    for (const history of histories(effectTable, tags)) {
      const there = yield* database.read(compileTableExists(history.table, database.dialect, history.columns))
      if (there.length === 0) continue
      const rows = yield* database.read(rowsOf(history, database.dialect))
      const names = (state: State) =>
        rows.filter((row) => row.state === state).map((row) => history.name(String(row.name)))
      managed.push({ by: history.by, table: history.table, applied: names("applied"), unfinished: names("unfinished") })
    }
    return managed
  }
)

type State = "applied" | "unfinished" | "undone"

/** A history that is known, and how to read it. */
interface History {
  readonly by: Manager
  readonly table: Place
  /** The columns that it is known by. */
  readonly columns: ReadonlyArray<string>
  /** The expression of what tells a migration, which `name` makes a name of. */
  readonly key: string
  readonly name: (key: string) => string
  /** The expression of the state that a migration is in. */
  readonly state: string
  readonly order: string
}

const always = `'${"applied" satisfies State}'`

const histories = (effectTable: string, tags: ReadonlyMap<string, string>): ReadonlyArray<History> => {
  const drizzle = (table: Place): History => ({
    by: "Drizzle",
    table,
    columns: ["id", "hash", "created_at"],
    key: "created_at || ' ' || hash",
    name: (key) => {
      const [time = "", hash = ""] = key.split(" ")
      return tags.get(time) ?? hash
    },
    state: always,
    order: "created_at, id"
  })
  return [
    {
      by: "Effect",
      table: { name: effectTable },
      columns: ["migration_id", "created_at", "name"],
      key: "migration_id || '_' || name",
      name: itself,
      state: always,
      order: "migration_id"
    },
    drizzle({ schema: "drizzle", name: "__drizzle_migrations" }),
    drizzle({ name: "__drizzle_migrations" }),
    {
      by: "Prisma",
      table: { name: "_prisma_migrations" },
      columns: ["migration_name", "started_at", "finished_at", "rolled_back_at"],
      key: "migration_name",
      name: itself,
      state:
        "CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' WHEN finished_at IS NULL THEN 'unfinished' ELSE 'applied' END",
      order: "started_at, migration_name"
    },
    {
      by: "Alembic",
      table: { name: "alembic_version" },
      columns: ["version_num"],
      key: "version_num",
      name: itself,
      state: always,
      order: "version_num"
    }
  ]
}

const itself = (name: string): string => name

const text = { _tag: "Text" } as const

const rowsOf = ({ key, order, state, table }: History, dialect: Dialect) =>
  asking(`SELECT ${key} AS name, ${state} AS state FROM ${tableName(table, dialect)} ORDER BY ${order}`, {
    name: text,
    state: text
  })

const Journal = Schema.fromJsonString(
  Schema.Struct({ entries: Schema.Array(Schema.Struct({ when: Schema.Number, tag: Schema.String })) })
)

/** The names of Drizzle's migrations by the times that its table has. */
const tagsIn = Effect.fnUntraced(function*(directory: string) {
  const path = join(directory, "meta", "_journal.json")
  const failed = (cause: unknown) => new FileFailed({ path, reason: messageOf(cause) })
  const content = yield* Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: failed })
  const { entries } = yield* Effect.mapError(Schema.decodeUnknownEffect(Journal)(content), failed)
  return new Map(entries.map(({ tag, when }) => [String(when), tag]))
})

/**
 * A structure without the tables of these histories, and without a schema that held nothing else: what the first revision of ours has
 * to create elsewhere.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withoutHistories = (structure: Structure, managed: ReadonlyArray<Managed>): Structure => {
  const { enums, schemas, sequences, views } = structure
  const tables = structure.tables.filter((table) => !managed.some((history) => isSamePlace(history.table, table)))
  const held = new Set([...enums, ...sequences, ...tables, ...views].map(({ schema }) => schema))
  const emptied = managed.map(({ table }) => table.schema).filter((schema) => !held.has(schema))
  return { ...structure, tables, schemas: schemas.filter((schema) => !emptied.includes(schema)) }
}

/**
 * A first revision that creates all that the database has, but for these histories and for what `ignore` names, as a config does. It is
 * to be stamped where the database is, and run where there is none yet. It has no way back, which would drop everything. `rendered`
 * gives the text of its file.
 *
 * @errors ReadError
 *
 * @category constructors
 * @since 0.1.0
 */
export const baseline: (
  managed: ReadonlyArray<Managed>,
  options: { readonly id: string; readonly name?: string; readonly ignore?: ReadonlyArray<string> }
) => Effect.Effect<Written, ReadError, Database> = Effect.fn("Adopting.baseline")(
  function*(
    managed: ReadonlyArray<Managed>,
    { id, ignore = [], name = "what was there" }: {
      readonly id: string
      readonly name?: string
      readonly ignore?: ReadonlyArray<string>
    }
  ) {
    const { dialect, introspect } = yield* Database
    const live = withoutHistories(yield* introspect, managed)
    const left = ignoring(live, empty, { ignore }).tables
    const kept = { ...live, tables: live.tables.filter((table) => !left.includes(table)) }
    const up = diff(empty, kept, { dialect })
    return { ...Migration.make({ id, name, up, down: "irreversible" }), up, down: undefined }
  }
)
