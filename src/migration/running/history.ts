/**
 * The history of a database: the set of revisions that were applied to it, in a table of its own.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Column from "../../model/Column.ts"
import * as Model from "../../model/Model.ts"
import { tableOf } from "../../model/Table.ts"
import type { Database } from "../../session/Database.ts"
import type { ReadError } from "../../session/OrmError.ts"
import type { Session } from "../../session/Session.ts"
import { selectFrom } from "../../sql/ast.ts"
import type { Structure } from "../../sql/Structure.ts"
import { compileTableExists } from "../../sql/tableExists.ts"
import { checksumOf } from "./checksum.ts"
import type { Revision } from "../Migration.ts"
import type { Revisions } from "../graph/revisions.ts"

/**
 * A revision that the database has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Applied {
  readonly id: string
  readonly name: string
  /** The same for the same revision: another one tells that it was edited. */
  readonly checksum: string
  readonly appliedAt: DateTime.Utc
  readonly milliseconds: number
  /** Who applied it: the user of the process and the name of its machine, unless it was told otherwise. */
  readonly appliedBy: string
  /** Whether its steps were run, or the database was only said to have them. */
  readonly manner: "run" | "stamped"
  /** Its place in the order in which the database got them. */
  readonly place: number
}

/** The table of a history. */
export const historyModel = (table: string): Model.Stored =>
  class Revision extends Model.Class<Revision>("andamios/Revision")({
    id: Column.primaryKey(Schema.String),
    name: Schema.String,
    checksum: Schema.String,
    appliedAt: Column.timestamp,
    milliseconds: Column.int32,
    appliedBy: Schema.String,
    manner: Schema.Literals(["run", "stamped"]),
    place: Column.int32
  }, { table, comment: "The revisions that were applied to this database." }) {}

/** What was applied to a database, as its table tells it. */
export const historyIn = (database: Database["Service"], session: Session["Service"], name: string) => {
  const model = historyModel(name)
  const table = tableOf(model)
  const alias = { name: table.name }
  const all = selectFrom<Applied>(
    { _tag: "TableSource", table, alias },
    { _tag: "Instance", source: alias, table, optional: false }
  )

  const exists = Effect.map(
    Effect.suspend(() => database.read(compileTableExists(table, database.dialect))),
    (found) => found.length > 0
  )

  /** In the order in which the database got them; nothing where there is no table yet. */
  const read: Effect.Effect<ReadonlyArray<Applied>, ReadError> = Effect.flatMap(
    exists,
    (isThere) =>
      isThere
        ? Effect.map(session.run(all), (rows) =>
          rows.map((row) => ({ ...row })).toSorted((one, other) => one.place - other.place))
        : Effect.succeed([])
  )

  const forget = (ids: ReadonlyArray<string>) =>
    session.run({ _tag: "DeleteKeys", table, keys: ids.map((id) => ({ id })) }).pipe(
      Effect.catchTag("Invalid", Effect.die),
      Effect.asVoid
    )

  const remember = (applied: ReadonlyArray<Applied>) =>
    session.run({ _tag: "Insert", table, rows: applied.map((row) => ({ ...row })), returning: false }).pipe(
      Effect.catchTag("Invalid", Effect.die),
      Effect.asVoid
    )

  return { table: name, read, create: session.createTables([model]), remember, forget }
}

/** A history that can be read and written. */
export type History = ReturnType<typeof historyIn>

/** A structure without the table of the history, which is nobody's model. */
export const withoutHistory = ({ table }: Pick<History, "table">) => (structure: Structure): Structure => ({
  ...structure,
  tables: structure.tables.filter(({ name, schema }) => schema !== undefined || name !== table)
})

/** What of a history is not as the revisions are: edited since they were applied, or not there any more. */
export const differencesOf = (
  revisions: Revisions,
  applied: ReadonlyArray<Applied>
): { readonly edited: ReadonlyArray<string>; readonly missing: ReadonlyArray<string> } => ({
  edited: applied
    .filter(({ checksum, id }) => {
      const revision = revisions.byId.get(id)
      return revision !== undefined && checksumOf(revision) !== checksum
    })
    .map(({ id }) => id),
  missing: applied.map(({ id }) => id).filter((id) => !revisions.byId.has(id))
})

/** What is written down of a revision. */
export const entryOf = (
  revision: Revision<unknown>,
  how: Pick<Applied, "appliedBy" | "manner" | "milliseconds" | "place">
): Effect.Effect<Applied> =>
  Effect.map(DateTime.now, (appliedAt) => ({
    id: revision.id,
    name: revision.name,
    checksum: checksumOf(revision),
    appliedAt,
    ...how
  }))
