/**
 * Carries out what becomes of rows when those that they refer to are deleted, where the database can't.
 *
 * DuckDB deletes no row in the transaction in which the rows that referred to it were deleted or changed. So these go first, the
 * farthest before all others, in transactions of their own. That no row is in the way is found out before anything is deleted.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type Referrer, referrersOf } from "../model/referrers.ts"
import { told } from "../model/sensitive.ts"
import { type Table, type TableColumn, targetsOf } from "../model/Table.ts"
import { compileDeleteKeys, compileForget, compileValues } from "../sql/compileFed.ts"
import { compileTableExists } from "../sql/tableExists.ts"
import type { Database, Rows } from "./Database.ts"
import { type ReadError, type ReadOnly, StillReferenced, Unsupported } from "./OrmError.ts"

/** Rows that refer to some that are to go, told by what they refer to, and how far away they are. */
interface Step {
  readonly action: "cascade" | "setNull"
  readonly rows: Rows
  readonly distance: number
}

/** The farthest that rows may be from the one that is deleted; farther away they refer to each other in a circle. */
const farthest = 1_000

/** Whether rows of other tables have to be seen to before rows of this one are deleted. */
export const hasDependents = ({ dialect }: Pick<Database["Service"], "dialect">, table: Table): boolean =>
  !dialect.features.onDelete &&
  referrersOf(table).some(({ key: { onDelete } }) => onDelete === "cascade" || onDelete === "setNull")

/** Finds the rows that refer to others. */
export const referring = (database: Pick<Database["Service"], "dialect" | "read" | "readFed">) => {
  const { dialect } = database

  const valuesOf = (rows: Rows, wanted: ReadonlyArray<TableColumn>) =>
    Effect.map(
      database.readFed(rows, compileValues(rows.table, rows.columns, wanted, dialect)),
      (found) => ({
        values: wanted.map((_, index) => found.map((row) => row[`v${index}`])),
        count: found.length
      })
    )

  /** The rows that refer to some by a key; nothing where there are none, or no such table, as of a model of another database. */
  const referringTo = Effect.fnUntraced(function*(rows: Rows, { key, table }: Referrer) {
    const tables = yield* database.read(compileTableExists(table, dialect, key.columns.map(({ name }) => name)))
    if (tables.length === 0) return undefined
    const targets = { table, columns: key.columns, ...yield* valuesOf(rows, targetsOf(key)) }
    if (targets.count === 0) return undefined
    const found = { ...targets, ...yield* valuesOf(targets, key.columns) }
    return found.count === 0 ? undefined : found
  })

  const refuse = (rows: Rows, { key, table }: Referrer, found: Rows) =>
    new StillReferenced({
      table: rows.table.fullName,
      key: key.columns.map((column, index) => told(column, String(found.values[index]?.[0]))).join(", "),
      reason: `rows of ${table.fullName} refer to it by ${key.columns.map(({ field }) => field).join(", ")}`
    })

  return { referringTo, refuse }
}

/** Sees to the rows that refer to rows which are about to be deleted. */
export const cascading = (database: Database["Service"]) => {
  const { dialect } = database
  const { referringTo, refuse } = referring(database)

  /** What has to be done before these rows are deleted. */
  const stepsFor = (
    rows: Rows,
    distance: number
  ): Effect.Effect<ReadonlyArray<Step>, ReadError | ReadOnly | StillReferenced> =>
    Effect.map(
      Effect.forEach(referrersOf(rows.table), (referrer) => stepsOf(rows, referrer, distance)),
      (steps) => steps.flat()
    )

  const stepsOf = Effect.fnUntraced(function*(rows: Rows, referrer: Referrer, distance: number) {
    const found = yield* referringTo(rows, referrer)
    if (found === undefined) return []
    const { onDelete } = referrer.key
    switch (onDelete) {
      case undefined:
      case "restrict":
        return yield* refuse(rows, referrer, found)
      case "setNull":
        yield* refuseReferredTo(found)
        return [{ action: onDelete, rows: found, distance }]
      case "cascade": {
        if (distance > farthest) return yield* circle(referrer.table)
        return [{ action: onDelete, rows: found, distance } as const, ...yield* stepsFor(found, distance + 1)]
      }
    }
  })

  /** DuckDB changes no column with an index in a row that others refer to. */
  const refuseReferredTo = Effect.fnUntraced(function*(rows: Rows) {
    for (const referrer of referrersOf(rows.table)) {
      if ((yield* referringTo(rows, referrer)) === undefined) continue
      return yield* new Unsupported({
        database: dialect.name,
        feature: `setting to null what rows of ${rows.table.fullName} refer to while others refer to these`,
        instead: `Delete or change the rows of ${referrer.table.fullName} first, in a transaction before.`
      })
    }
  })

  const circle = (table: Table) =>
    new Unsupported({
      database: dialect.name,
      feature: `deleting rows of ${table.fullName} that refer to each other in a circle`,
      instead: "Set one of their references to null first, in a transaction before."
    })

  const carryOut = ({ action, rows }: Step) =>
    database.executeFed(
      rows,
      action === "cascade"
        ? compileDeleteKeys(rows.table, rows.columns, dialect)
        : compileForget(rows.table, rows.columns, dialect)
    )

  return Effect.fnUntraced(function*(rows: Rows) {
    if (rows.count === 0) return
    const steps = yield* stepsFor(rows, 1)
    const [first] = steps
    if (first === undefined) return
    if (yield* database.inTransaction) {
      return yield* new Unsupported({
        database: dialect.name,
        feature:
          `deleting rows of ${rows.table.fullName} to which rows of ${first.rows.table.fullName} refer, in a transaction`,
        instead: "Delete them outside of it: then those that refer to them go first, in a transaction of their own. " +
          "Or delete or change those yourself in a transaction before."
      })
    }
    const distances = [...new Set(steps.map(({ distance }) => distance))].toSorted((a, b) => b - a)
    for (const distance of distances) {
      const together = steps.filter((step) => step.distance === distance)
      yield* database.transaction(Effect.forEach(together, carryOut, { discard: true }))
    }
  })
}
