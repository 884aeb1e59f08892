/**
 * Compares tables of two databases by fingerprints of their columns.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { StreamError } from "../../session/OrmError.ts"
import { halves, hexadecimal } from "../../sql/hash.ts"
import type { MovedTable } from "./movedTables.ts"
import { compilingFor } from "./preparing.ts"
import type { Side } from "./sides.ts"
import { nameAt, reviewing, type SourceRow } from "./sourceRows.ts"
import { textOf } from "./valueTexts.ts"

/** How many rows a table has, and a fingerprint of each of its columns. */
export interface Measure {
  readonly rows: number
  readonly columns: ReadonlyArray<{ readonly column: string; readonly fingerprint: string }>
}

/** Measures a table as it is now. `onRows` hears how many rows were read. */
export const measuring = Effect.fnUntraced(function*(
  side: Side,
  moved: MovedTable,
  onRows: (rows: number) => Effect.Effect<void>
): Effect.fn.Return<Measure, StreamError> {
  const { database } = side
  const sums = summing(moved)
  const query = yield* compilingFor(side)(() => reviewing(moved, database.dialect))
  yield* Stream.runForEachArray(database.stream(query), (rows) => {
    for (const row of rows) sums.add(row)
    return onRows(rows.length)
  })
  return sums.measure()
})

/** The name of what tells whole rows, where no key tells to which of them a value belongs. */
const wholeRows = "(rows)"

/**
 * Adds up hashes of the values of rows: in whatever order they come, the sums are the same. A value is hashed behind the key of its row,
 * so that two rows can't exchange theirs unseen.
 */
const summing = ({ columns, key }: MovedTable) => {
  const keys = key.map((column) => nameAt(columns.indexOf(column)))
  const names = columns.map((_, index) => nameAt(index))
  const high = new Uint32Array(names.length + 1)
  const low = new Uint32Array(names.length + 1)
  let count = 0

  const addTo = (index: number, text: string, [first, second]: readonly [number, number]) => {
    const [one, other] = halves(text, first, second)
    high[index] = (high[index] ?? 0) + one
    low[index] = (low[index] ?? 0) + other
  }

  const add = (row: SourceRow): void => {
    count++
    const texts = names.map((name) => textOf(row[name]))
    const begin = keys.length === 0 ? start : halves(keyText(row), ...start)
    texts.forEach((text, index) => addTo(index, text, begin))
    if (keys.length === 0) addTo(names.length, JSON.stringify(texts), start)
  }

  const keyText = (row: SourceRow): string =>
    keys.length === 1 ? textOf(row[keys[0] ?? ""]) : JSON.stringify(keys.map((name) => textOf(row[name])))

  const print = (index: number): string => hexadecimal(high[index] ?? 0) + hexadecimal(low[index] ?? 0)

  const measure = (): Measure => ({
    rows: count,
    columns: [
      ...columns.map(({ name }, index) => ({ column: name, fingerprint: print(index) })),
      ...(keys.length === 0 ? [{ column: wholeRows, fingerprint: print(names.length) }] : [])
    ]
  })

  return { add, measure }
}

const start = [0xdeadbeef, 0x41c6ce57] as const
