/**
 * Numbers of rows, drawn from the database before the rows are stored: one at first, and more at once the more are needed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Dialect } from "../sql/Dialect.ts"
import type { compiling } from "./compiling.ts"
import type { Database } from "./Database.ts"
import { type ReadError, Unsupported } from "./OrmError.ts"

/** The most numbers that are drawn ahead of rows. */
const most = 1_000

/** Numbers of a column that no row has yet, the next one last, and how many are drawn then. */
interface Reserve {
  numbers: Array<number | bigint>
  next: number
}

/** What draws numbers. */
export interface Numbers {
  /** Sees to it that there are so many numbers of a column. */
  readonly draw: (table: Table, column: TableColumn, count: number) => Effect.Effect<void, ReadError>
  /** The next number of a column. */
  readonly next: (column: TableColumn) => unknown
  /** Whether there are so many. */
  readonly has: (column: TableColumn, count: number) => boolean
  /** Gives up numbers that were drawn in a transaction that is undone. */
  readonly forget: () => void
}

/** Draws numbers from a database, in the transaction that there is. Those that no row gets are gaps. */
export const make = (database: Database["Service"], compiled: ReturnType<typeof compiling>): Numbers => {
  const reserves = new Map<TableColumn, Reserve>()
  const has = (column: TableColumn, count: number) => (reserves.get(column)?.numbers.length ?? 0) >= count
  return {
    has,
    next: (column) => reserves.get(column)?.numbers.pop(),
    forget: () => reserves.clear(),
    draw: Effect.fnUntraced(function*(table, column, count) {
      // others may take of the reserve meanwhile, or give it up
      while (!has(column, count)) {
        const reserve = getOrInsert(reserves, column, () => ({ numbers: [], next: 1 }))
        const size = Math.max(count - reserve.numbers.length, reserve.next)
        const drawn = yield* Effect.flatMap(
          compiled(() => drawing(table, column, size, database.dialect)),
          database.read
        )
        reserve.numbers = [...drawn, ...reserve.numbers].toSorted((one, other) => one < other ? 1 : -1)
        reserve.next = Math.min(most, size * 2)
      }
    })
  }
}

/** Draws so many numbers that the next one of a column is beyond all that its rows were given elsewhere. */
export const drawingUpTo = (database: Database["Service"], compiled: ReturnType<typeof compiling>) =>
  Effect.fnUntraced(function*(table: Table, column: TableColumn, given: ReadonlyArray<unknown>) {
    const numbers = given.filter((value) => typeof value === "number" || typeof value === "bigint").map(BigInt)
    const highest = numbers.reduce((one, other) => other > one ? other : one, 0n)
    const draw = (count: bigint) =>
      Effect.flatMap(
        compiled(() => lastOf(drawing(table, column, count, database.dialect))),
        database.read
      )
    for (const next of yield* draw(1n)) {
      const missing = highest - BigInt(next)
      if (missing > farthest) return yield* tooFar(database.dialect, table, highest)
      if (missing > 0n) yield* draw(missing)
    }
  })

/** The most numbers that are drawn at once: it takes some seconds. */
const farthest = 100_000_000n

const tooFar = ({ name }: Dialect, { model }: Table, highest: bigint) =>
  new Unsupported({
    database: name,
    feature:
      `counting on from ${highest}, the highest number of ${model.identifier}, which is more than ${farthest} ahead`,
    instead: "Set the sequence of the table forward first, and do the changes again."
  })

/** The highest of the numbers that are drawn. */
const lastOf = (query: CompiledQuery<number | bigint>): CompiledQuery<number | bigint> => ({
  ...query,
  sql: `SELECT max(number) FROM (${query.sql}) AS drawn`
})

const drawing = (
  table: Table,
  { name, type }: TableColumn,
  count: number | bigint,
  dialect: Dialect
): CompiledQuery<number | bigint> => {
  const column = { index: 0, name: "number", type, nullable: false, field: undefined, checked: false }
  const next = dialect.cast(dialect.identity.next(table, name), type)
  return {
    sql: `SELECT ${next} AS number FROM generate_series(1, ${count})`,
    parameters: [],
    columns: [column],
    shape: { _tag: "Value", column },
    mayVary: true
  }
}
