/**
 * Reads what models can be written of: the structure of a database, with the columns of its views.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { Database } from "../../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../../session/OrmError.ts"
import { telling } from "../../sql/asking.ts"
import { at, type Structure, type TableStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"

/** A source of rows, and the table that its columns would make. */
export interface Source {
  readonly name: string
  /** What stands behind `FROM`. */
  readonly from: string
}

/**
 * The columns of sources, as if each were a table: they are made for a moment, in a transaction that is rolled back.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnsOf = Effect.fnUntraced(function*(
  sources: ReadonlyArray<Source>
): Effect.fn.Return<ReadonlyArray<TableStructure>, ReadError | WriteError | TransactionError, Database> {
  const database = yield* Database
  const { dialect, execute, introspect } = database
  const tables = sources.map(({ from, name }, index) => ({ name, from, temporary: `andamios_columns_${index}` }))
  const made = Effect.gen(function*() {
    for (const { from, temporary } of tables) {
      const create = `CREATE TABLE ${dialect.identifier(temporary)} AS SELECT * FROM ${from} LIMIT 0`
      yield* execute(telling(create), undefined)
    }
    return yield* introspect
  })
  const found = yield* rolledBack(database, made)
  return tables.flatMap(({ name, temporary }) => {
    const table = at(found.tables, { name: temporary })
    return table === undefined ? [] : [{ ...table, name }]
  })
})

/** The structure of a database, and its views as if they were tables. */
export const withViews = Effect.fnUntraced(function*(): Effect.fn.Return<
  { readonly structure: Structure; readonly views: ReadonlyArray<TableStructure> },
  ReadError | WriteError | TransactionError,
  Database
> {
  const { dialect, introspect } = yield* Database
  const structure = yield* introspect
  if (structure.views.length === 0) return { structure, views: [] }
  const columns = yield* columnsOf(
    structure.views.map((view) => ({ name: view.name, from: tableName(view, dialect) }))
  )
  const views = structure.views.flatMap((view, index) => {
    const table = columns[index]
    return table === undefined ? [] : [{ ...table, ...view }]
  })
  return { structure, views }
})

/** Runs an effect in a transaction that leaves nothing behind. */
const rolledBack = <A, E>(
  database: Database["Service"],
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E | TransactionError> =>
  database.transaction(Effect.flatMap(Effect.exit(effect), (exit) => Effect.fail(new Undone(exit)))).pipe(
    Effect.catch((error): Effect.Effect<A, E | TransactionError> =>
      error instanceof Undone ? error.exit : Effect.fail(error)
    )
  )

/** Ends a transaction that has told what it is for. */
class Undone<A, E> {
  readonly exit: Exit.Exit<A, E>
  constructor(exit: Exit.Exit<A, E>) {
    this.exit = exit
  }
}
