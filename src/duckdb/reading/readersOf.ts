/**
 * The readers of a result's columns, which are kept for the next result in the same columns.
 *
 * @since 0.1.0
 */
import { type DuckDBResult, DuckDBTypeId } from "@duckdb/node-api"
import type { ResultColumn } from "../../sql/CompiledQuery.ts"
import { columnReaders } from "./readVector.ts"
import type { Reader } from "./vector.ts"

/** Readers, and the kinds of the types that they were made for. */
interface Known {
  readonly ids: ReadonlyArray<DuckDBTypeId>
  readonly readers: ReadonlyArray<Reader>
}

const known = new WeakMap<ReadonlyArray<ResultColumn>, Known>()

/** Types that are more than their kind: of what, of how many digits, of which values. */
const detailed: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.LIST,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.UNION
])

/**
 * The readers of a result; throws `Unreadable` where a type can't be read as its column. To ask the binding for whole types costs more
 * than to read a row, and the kinds are enough to see that they are those of the last result.
 */
export const readersOf = (columns: ReadonlyArray<ResultColumn>, result: DuckDBResult): ReadonlyArray<Reader> => {
  const before = known.get(columns)
  if (before !== undefined && isAlike(before, result)) return before.readers
  const types = result.columnTypes()
  const readers = columnReaders(columns, types)
  const ids = types.map(({ typeId }) => typeId)
  if (!ids.some((id) => detailed.has(id))) known.set(columns, { ids, readers })
  return readers
}

const isAlike = ({ ids }: Known, result: DuckDBResult): boolean =>
  ids.every((id, index) => result.columnTypeId(index) === id)
