/**
 * Shares a database with Alembic: its revisions are nodes of our graph, and its version table moves with ours.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { Database } from "../session/Database.ts"
import { fullName, type Place as TablePlace } from "../sql/Structure.ts"
import { type Place, placesOf, readGraph } from "./alembic/directory.ts"
import { AlembicInvalid, type AlembicIssue, AlembicPending, AlembicUnknown } from "./AlembicError.ts"
import type { AlembicFile } from "./alembic/file.ts"
import { type AlembicGraph, versionsOf, withAncestors, withoutDescendants } from "./alembic/graph.ts"
import type { AlembicPlaces } from "./alembic/ini.ts"
import { moveVersions, readVersions } from "./alembic/versions.ts"
import type { Companion, Intent } from "./running/companion.ts"
import type { Revision } from "./Migration.ts"

export { importFiles, importSql, type Printed, type SqlFile } from "./alembic/script.ts"

/**
 * Where Alembic's revisions are, and how the database is shared with it.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = Place & {
  /** The version table, where `env.py` gives it another name than `alembic_version`. */
  readonly versionTable?: string
  /** The schema of the version table, where `env.py` names one. */
  readonly versionSchema?: string
  /**
   * Whether the version table moves with those of our revisions that have the id of one of Alembic's. It has to be said if there are
   * such revisions; otherwise the table is never written.
   */
  readonly write?: boolean
  /**
   * When our revisions wait for Alembic: as long as it has any that the database has not, or as long as one of them needs such a one.
   * `"any"` by default.
   */
  readonly refuse?: "any" | "needed"
}

/**
 * The revisions of Alembic as nodes of our graph: they have no steps, because only Python can run them. Fails with
 * `AlembicInvalid` where their files can't be read.
 *
 * @example
 * ```ts
 * import { Alembic } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const overview = Effect.gen(function*() {
 *   for (const { id, name } of yield* Alembic.revisions({ ini: "../python/alembic.ini" })) yield* Effect.log(`${id} ${name}`)
 *   const { name, schema } = yield* Alembic.versionTableOf({ ini: "../python/alembic.ini" })
 *   yield* Effect.log(`the version is kept in ${schema ?? "public"}.${name}`)
 * }).pipe(
 *   Effect.catchTag("AlembicInvalid", ({ issues }) => Effect.logError("what Alembic has can't be read", issues))
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const revisions = (place: Place): Effect.Effect<ReadonlyArray<Revision>, AlembicInvalid> =>
  Effect.map(graphAt(place), (graph) => [...graph.values()].map(nodeOf))

const graphAt = (place: Place) => Effect.flatMap(placesOf(place), ({ locations }) => readGraph(locations))

const nodeOf = ({ dependsOn, id, labels, message, parents }: AlembicFile): Revision => ({
  id,
  name: message,
  parents,
  labels,
  dependsOn,
  up: [],
  down: [],
  transaction: true
})

/**
 * The table in which Alembic keeps the versions of the database: what the options say, or else its ini. Fails with `AlembicInvalid`
 * where that can't be read.
 *
 * @category constructors
 * @since 0.1.0
 */
export const versionTableOf = (options: Options): Effect.Effect<TablePlace, AlembicInvalid> =>
  Effect.map(placesOf(options), (places) => tableOf(options, places))

/**
 * Joins Alembic's revisions with ours, on the database below. Fails with `AlembicInvalid` where its files can't be read, or have a
 * revision of ours that is not to be written to its table.
 *
 * @example
 * ```ts
 * import { Alembic, Migration, Type } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const prices = Migration.make({
 *   id: "8f2c41d09a7b",
 *   dependsOn: ["1975ea83b712"],
 *   up: [Migration.addColumn("parcels", Migration.column("price", Type.decimal(12, 2), { default: "0" }))]
 * })
 *
 * // what of Alembic's is applied; `Migrator.layer` with the option `alembic` does the rest
 * const applied = Effect.gen(function*() {
 *   const alembic = yield* Alembic.companion({ ini: "../python/alembic.ini" }, [prices])
 *   return yield* alembic.applied
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const companion: <R>(
  options: Options,
  ours: ReadonlyArray<Revision<R>>
) => Effect.Effect<Companion, AlembicInvalid, Database> = Effect.fn("Alembic.companion")(function*<R>(
  options: Options,
  ours: ReadonlyArray<Revision<R>>
) {
  const database = yield* Database
  const places = yield* placesOf(options)
  const graph = yield* readGraph(places.locations)
  const { refuse = "any", write = false } = options
  const table = tableOf(options, places)
  const twins = ours.flatMap(({ id }) => graph.get(id) ?? [])
  if (twins.length > 0 && !write) return yield* new AlembicInvalid({ issues: twins.map(unwritten) })
  const twinned = new Set(twins.map(({ id }) => id))
  const theirs = [...graph.values()].filter(({ id }) => !twinned.has(id))
  const own = new Set(theirs.map(({ id }) => id))

  const known = Effect.gen(function*() {
    const versions = yield* readVersions(database, table)
    const strange = versions.filter((version) => !graph.has(version))
    if (strange.length === 0) return versions
    return yield* new AlembicUnknown({ table: fullName(table), versions: strange, reason: "no file" })
  })

  const admits = Effect.fnUntraced(function*({ applied, down, up }: Intent) {
    const undone = down.filter((id) => own.has(id))
    if (undone.length > 0) return yield* undoneFirst(graph, undone)
    if (up.length === 0) return
    const wanted = refuse === "any" ? [...own] : up.filter((id) => own.has(id))
    const missing = wanted.filter((id) => !applied.has(id))
    if (missing.length > 0) return yield* appliedFirst(graph, missing)
  })

  const moved = Effect.fnUntraced(function*(revision: string, direction: "up" | "down") {
    if (!graph.has(revision)) return
    const versions = yield* known
    const before = withAncestors(graph, versions)
    if (before.has(revision) === (direction === "up")) return
    if (!write) return yield* (direction === "up" ? appliedFirst : undoneFirst)(graph, [revision])
    const after = direction === "up"
      ? withAncestors(graph, [...versions, revision])
      : withoutDescendants(graph, before, revision)
    const next = versionsOf(graph, after)
    const from = versions.filter((version) => !next.includes(version))
    yield* moveVersions(database, table, from, next.filter((version) => !versions.includes(version)))
  })

  return {
    name: "Alembic",
    revisions: theirs.map(nodeOf),
    ids: new Set(graph.keys()),
    applied: Effect.map(known, (versions) => withAncestors(graph, versions)),
    admits,
    moved
  }
})

const tableOf = ({ versionSchema, versionTable }: Options, places: AlembicPlaces): TablePlace => {
  const schema = versionSchema ?? places.versionSchema
  const name = versionTable ?? places.versionTable ?? "alembic_version"
  return { name, ...(schema === undefined ? {} : { schema }) }
}

const unwritten = ({ file, id }: AlembicFile): AlembicIssue => ({
  file,
  reason:
    `revision ${id} is one of ours, too, and both would apply it. Say \`write: true\`, so that each sees what the other did`
})

const appliedFirst = (graph: AlembicGraph, missing: ReadonlyArray<string>): AlembicPending =>
  new AlembicPending({ direction: "up", revisions: missing, targets: versionsOf(graph, new Set(missing)) })

/** Alembic goes back to a revision, so it is called with what comes before. */
const undoneFirst = (graph: AlembicGraph, undone: ReadonlyArray<string>): AlembicPending => {
  const left = undone.flatMap((id) => graph.get(id)?.parents ?? []).filter((id) => !undone.includes(id))
  return new AlembicPending({
    direction: "down",
    revisions: undone,
    targets: left.length === 0 ? ["base"] : [...new Set(left)]
  })
}
