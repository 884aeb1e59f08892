/**
 * Looks at both databases before anything is moved: what there is to move, what is moved already, and what forbids it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../../model/Model.ts"
import { tableOf } from "../../model/Table.ts"
import { compiling } from "../../session/compiling.ts"
import type { ReadError } from "../../session/OrmError.ts"
import { asking } from "../../sql/asking.ts"
import { at, placeOf } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { tableStructure } from "../../sql/tableStructure.ts"
import { emptied, type Marks, type Progress, readMarks } from "./marks.ts"
import { type MovedTable, movedTables } from "./movedTables.ts"
import { MoveRefused } from "./MoveError.ts"
import { areOne, identityOf, type Side } from "./sides.ts"

/** A table, how many rows there are to move, and how many are; its state is `emptying` where it is to begin anew. */
interface PreparedTable {
  readonly moved: MovedTable
  readonly rows: number
  readonly mark: Progress | undefined
}

/** What is to be done. */
export interface Prepared {
  /** What the database is known by that the rows come from. */
  readonly source: string
  readonly tables: ReadonlyArray<PreparedTable>
}

/** What compiles statements for a database that hide no rows. */
export const compilingFor = ({ database }: Side) => compiling(database.dialect, () => () => false)

interface Wanted {
  readonly createTables: boolean
  readonly restart: boolean
}

/** What there is to move of these models, or why it can't be. Nothing is written. */
export const preparing = Effect.fnUntraced(function*(
  models: ReadonlyArray<Model.Stored>,
  from: Side,
  to: Side,
  { createTables, restart }: Wanted
): Effect.fn.Return<Prepared, ReadError | MoveRefused> {
  if (yield* areOne(from, to)) return yield* ofItself(to)
  const compiled = compilingFor(to)
  const live = yield* to.database.introspect
  const isMissing = (model: Model.Any) => at(live.tables, placeOf(tableOf(model))) === undefined
  const added = createTables ? models.filter(isMissing) : []
  const made = yield* compiled(() => added.map((model) => tableStructure(tableOf(model), to.database.dialect)))
  const tables = yield* movedTables(models, to, { ...live, tables: [...live.tables, ...made] }, compiled)
  const source = yield* identityOf(from)
  const marks = yield* readMarks(to)
  yield* refuseOther(tables, marks, source, to)
  if (restart) yield* refuseRestart(tables, marks, to)
  return {
    source,
    tables: yield* Effect.forEach(tables, (moved) =>
      Effect.gen(function*() {
        const { fullName } = moved.table
        const mark = marks.get(fullName)
        const isNew = added.some((model) => tableOf(model).fullName === fullName)
        const there = isNew ? 0 : yield* countOf(to, moved)
        const rows = yield* countOf(from, moved)
        if (mark !== undefined && (restart || mark.state === "emptying" || isTorn(mark, there, to))) {
          return { moved, mark: emptied, rows }
        }
        if (there !== (mark?.rows ?? 0)) return yield* notEmpty(moved, there, mark, to)
        return { moved, mark, rows }
      }))
  }
})

/**
 * Whether servers that commit one after the other have stored parts of a batch whose mark, which comes last, was not. Which rows these
 * are can't be asked: databases do not order keys alike.
 */
const isTorn = (mark: Progress, there: number, { database }: Side): boolean =>
  database.dialect.sharding?.commitsTogether === false && mark.state === "moving" && there > mark.rows

const countOf = ({ database, ...side }: Side, { table }: MovedTable) =>
  Effect.gen(function*() {
    const name = yield* compilingFor({ database, ...side })(() => tableName(table, database.dialect))
    const [row] = yield* database.read(
      asking(`SELECT count(*) FROM ${name}`, { rows: { _tag: "Int64", as: "number" } })
    )
    return Number(row?.rows)
  })

const refuseOther = (tables: ReadonlyArray<MovedTable>, marks: Marks, source: string, { database }: Side) => {
  const other = tables.find(({ table }) => (marks.get(table.fullName)?.source ?? source) !== source)
  if (other === undefined) return Effect.void
  const { fullName } = other.table
  return Effect.fail(
    new MoveRefused({
      table: fullName,
      reason: `Table ${fullName} of ${database.name} is part of a move from another database, ` +
        `${marks.get(fullName)?.source}`,
      instead: `Bring that to its end; or empty the tables and drop the table andamios_move there, if it is given up.`
    })
  )
}

const refuseRestart = (tables: ReadonlyArray<MovedTable>, marks: Marks, { database }: Side) => {
  const found = tables.flatMap(({ table }) => marks.get(table.fullName) ?? [])
  if (found.some(({ state }) => state !== "compared")) return Effect.void
  const added = tables.find(({ table }) => !marks.has(table.fullName))
  return Effect.fail(
    found.length > 0 && added !== undefined
      ? new MoveRefused({
        table: added.table.fullName,
        reason: `The move into ${database.name} came to its end, and table ${added.table.fullName} was no part of it`,
        instead: "Leave out `restart`: then that is moved, and the others stay as they are."
      })
      : new MoveRefused({
        reason: found.length === 0
          ? `Into ${database.name} no move of these tables was begun`
          : `The move into ${database.name} came to its end, and its tables are whole`,
        instead: "Leave out `restart`, which empties the tables of a move that did not come to its end."
      })
  )
}

const ofItself = ({ database }: Side) =>
  new MoveRefused({
    reason: `${database.name} is both what is moved from and what is moved to`,
    instead: "Name two databases."
  })

const notEmpty = ({ table: { fullName } }: MovedTable, rows: number, mark: Progress | undefined, { database }: Side) =>
  new MoveRefused({
    table: fullName,
    rows,
    reason: mark === undefined
      ? `Table ${fullName} of ${database.name} has ${rows} rows already, and no move has put them there`
      : `Table ${fullName} of ${database.name} has ${rows} rows, and the move has put ${mark.rows} there: somebody else ` +
        "has written to it",
    instead: mark === undefined
      ? "Move into empty tables."
      : "If the move is over, there is nothing to do; otherwise move again from the beginning: with `restart`, on the command " +
        "line `--restart`."
  })
