/**
 * Reads whole columns of a result: numbers are copied from the engine's vectors as they lie there, all else is read as in rows.
 *
 * @since 0.1.0
 */
import { type DuckDBMaterializedResult, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import type { Vector } from "@duckdb/node-bindings"
import * as Effect from "effect/Effect"
import type { ResultColumn } from "../../sql/CompiledQuery.ts"
import { decodeRows } from "../../sql/decode.ts"
import { kindOf, type VectorBuilder, vectorBuilder } from "../../sql/vectorBuilder.ts"
import { typed } from "./readNumber.ts"
import { finiteDays, finiteInstants } from "./readTime.ts"
import { columnReaders, readChunk } from "./readVector.ts"
import { forEachChunk, named, reading } from "./rows.ts"
import { isNull, type Reader, readValidity } from "./vector.ts"

/** All columns of a result, each whole. */
export const collectColumns = (columns: ReadonlyArray<ResultColumn>) =>
  Effect.fnUntraced(function*(result: DuckDBMaterializedResult) {
    const builders = columns.map((column) => vectorBuilder(kindOf(column), result.rowCount))
    const readers = yield* reading(() => named(columns, () => appenders(columns, builders, result.columnTypes())))
    yield* forEachChunk(result, (chunk) => named(columns, () => readChunk(chunk.chunk, readers)))
    return builders.map((builder) => builder.vector())
  })

/** Appends the values of a chunk's vector. */
type Append = (vector: Vector, count: number) => void

const appenders = (
  columns: ReadonlyArray<ResultColumn>,
  builders: ReadonlyArray<VectorBuilder>,
  types: ReadonlyArray<DuckDBType>
): ReadonlyArray<Append> => {
  const readers = columnReaders(columns, types)
  return columns.flatMap((column, index) => {
    const [builder, reader, type] = [builders[index], readers[index], types[index]]
    if (builder === undefined || reader === undefined || type === undefined) return []
    const stored = storedNumbers(column, type)
    return stored === undefined ? appendRead(column, builder, reader) : appendStored(builder, stored)
  })
}

const appendStored = (builder: VectorBuilder, read: Stored): Append => (vector, count) => {
  const validity = readValidity(vector, count)
  const isValid = validity && ((row: number) => !isNull(validity, row))
  builder.copy(read(vector, count, isValid), isValid)
}

const appendRead = (column: ResultColumn, builder: VectorBuilder, read: Reader): Append => {
  const { checked, field } = column
  if (!checked && field?.codec === undefined) return (vector, count) => builder.add(read(vector, count))
  const shape = { _tag: "Value", column: { ...column, index: 0 } } as const
  let before = 0
  return (vector, count) => {
    builder.add(decodeRows(shape, [read(vector, count)], count, before))
    before += count
  }
}

/** Reads numbers that are the same in the vector of DuckDB and in ours. */
type Stored = (
  vector: Vector,
  count: number,
  isValid: ((row: number) => boolean) | undefined
) => ArrayLike<number> | ArrayLike<bigint>

const storedNumbers = (column: ResultColumn, { typeId }: DuckDBType): Stored | undefined => {
  const { checked, field, type } = column
  if (checked || field?.codec !== undefined) return undefined
  switch (kindOf(column)) {
    case "Int8":
      return typeId === DuckDBTypeId.TINYINT ? typed(Int8Array) : undefined
    case "Int16":
      return typeId === DuckDBTypeId.SMALLINT ? typed(Int16Array) : undefined
    case "Int32":
      return typeId === DuckDBTypeId.INTEGER ? typed(Int32Array) : undefined
    case "UInt8":
      return typeId === DuckDBTypeId.UTINYINT ? typed(Uint8Array) : undefined
    case "UInt16":
      return typeId === DuckDBTypeId.USMALLINT ? typed(Uint16Array) : undefined
    case "UInt32":
      return typeId === DuckDBTypeId.UINTEGER ? typed(Uint32Array) : undefined
    case "UInt64":
      return typeId === DuckDBTypeId.UBIGINT ? typed(BigUint64Array) : undefined
    case "Float32":
      return typeId === DuckDBTypeId.FLOAT ? typed(Float32Array) : undefined
    case "Float64":
      return typeId === DuckDBTypeId.DOUBLE ? typed(Float64Array) : undefined
    case "BigInt64":
      return typeId === DuckDBTypeId.BIGINT ? typed(BigInt64Array) : undefined
    case "Boolean":
      return typeId === DuckDBTypeId.BOOLEAN ? typed(Uint8Array) : undefined
    case "Day":
      return typeId === DuckDBTypeId.DATE ? finiteDays : undefined
    case "Instant":
      // a `Date` has whole milliseconds, so that these are made of what is stored
      if (type._tag !== "Timestamp" || type.as === "Date") return undefined
      return typeId === DuckDBTypeId.TIMESTAMP || typeId === DuckDBTypeId.TIMESTAMP_TZ ? finiteInstants : undefined
    case "Values":
      return undefined
  }
}
