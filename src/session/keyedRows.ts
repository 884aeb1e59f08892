/**
 * Rows that are told by their keys: made storable on their way in, and found again.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import { compileFind, placed } from "../sql/compileFed.ts"
import { describeKey } from "../sql/rowKey.ts"
import { withServices } from "./compiling.ts"
import type { Database, Rows } from "./Database.ts"
import type { GivenValues, Services } from "./mixedIn.ts"
import { Conflict, type Invalid, NotFound, type QueryFailed, type UniqueViolation } from "./OrmError.ts"
import type { Strictness } from "./strictness.ts"

/** Rows of a table, as the model's own values, and the values that the session gives to some of their columns. */
export interface Given {
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly values: GivenValues
}

/** Makes columns of rows storable, or says which row is not. */
export type Storable = (
  given: Given,
  columns: ReadonlyArray<TableColumn>
) => Effect.Effect<ReadonlyArray<ReadonlyArray<unknown>>, Invalid>

/** What writes that are told by keys have in common. */
export const keyedRows = (database: Database["Service"], storable: Storable, strictness: Strictness) => {
  const { dialect } = database

  const rowsOf = (given: Given, columns: ReadonlyArray<TableColumn>): Effect.Effect<Rows, Invalid> =>
    Effect.map(
      storable(given, columns),
      (values) => ({ table: given.table, columns, values, count: given.rows.length })
    )

  /** What mixins give to rows, by the services of the fiber. */
  const withGiven = <A>(make: (services: Services) => A) => withServices(dialect.name, make)

  /** The stored rows with these keys, each at the place of its key; `beforehand` where they are to be changed. */
  const find = Effect.fnUntraced(function*<A>(keys: Rows, { beforehand = false, deleted = false } = {}) {
    const places = Array.from({ length: keys.count }, (_, place) => place)
    const rows = { ...keys, columns: placed(keys.columns), values: [...keys.values, places] }
    const found = new Array<A | undefined>(keys.count).fill(undefined)
    const checked = yield* Effect.withFiber((fiber) => Effect.succeed(strictness(fiber)(keys.table)))
    const same = { key: keys.columns, living: deleted ? undefined : columnWith(keys.table, "DeletedAt") }
    const query = compileFind<A>(keys.table, same, dialect, { checked, locked: beforehand })
    for (const { place, row } of yield* database.readFed(rows, query)) {
      found[place] = row
    }
    return found
  })

  return { rowsOf, withGiven, find }
}

/** Some columns of rows. */
export const columnsOf = (rows: Rows, columns: ReadonlyArray<TableColumn>): Rows => ({
  ...rows,
  columns,
  values: columns.flatMap((column) => {
    const place = rows.columns.indexOf(column)
    return rows.values.slice(place, place + 1)
  })
})

/**
 * All of the rows; one may be gone where another transaction deleted it just now, or was never to be seen, which is the failure that
 * is given.
 */
export const allOf = <A>(
  found: ReadonlyArray<A | undefined>,
  hidden?: UniqueViolation | QueryFailed
): Effect.Effect<ReadonlyArray<A>, Conflict | UniqueViolation | QueryFailed> => {
  const rows = found.flatMap((row) => row === undefined ? [] : [row])
  const gone = found.length - rows.length
  return gone === 0
    ? Effect.succeed(rows)
    : Effect.fail(
      hidden ?? new Conflict({ reason: `${gone} of the ${found.length} rows were deleted at the same time` })
    )
}

/** The most keys that a message names. */
const mostNamed = 10

/** The failure of keys that no row has. */
export const notFound = ({ rows, table }: Pick<Given, "rows" | "table">, missing: ReadonlyArray<number>): NotFound => {
  const places = new Set(missing.slice(0, mostNamed))
  const named = rows.filter((_, place) => places.has(place)).map((row) => describeKey(table.primaryKey, row))
  const more = missing.length > mostNamed ? [`${missing.length - mostNamed} more`] : []
  return new NotFound({ model: table.model.identifier, criteria: [...named, ...more].join("; "), rows: missing })
}

/** Fails where one of the keys has no row. */
export const refuseMissing = (
  given: Pick<Given, "rows" | "table">,
  found: ReadonlyArray<unknown>
): Effect.Effect<void, NotFound> => {
  const missing = found.flatMap((row, place) => row === undefined ? [place] : [])
  return missing.length === 0 ? Effect.void : Effect.fail(notFound(given, missing))
}
