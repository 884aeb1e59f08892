/**
 * Makes rows out of a result's chunks, as the query's shape or as plain objects.
 *
 * @since 0.1.0
 */
import type { DuckDBDataChunk, DuckDBMaterializedResult, DuckDBResult } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { rethrow } from "../../model/rethrow.ts"
import { StreamBroken, Undecodable } from "../../session/OrmError.ts"
import { told } from "../../model/sensitive.ts"
import { undecodable } from "../../session/undecodable.ts"
import type { CompiledQuery, ResultColumn, RowShape } from "../../sql/CompiledQuery.ts"
import { decodeRows } from "../../sql/decode.ts"
import { Unreadable as UnreadableColumn } from "../../sql/decodeCell.ts"
import { type RowBuilder, rowBuilder } from "../../sql/rowBuilder.ts"
import { distinctNames } from "./columnNames.ts"
import type { Connection } from "../connection/connection.ts"
import type { Failure } from "../failure/failure.ts"
import { plainReader } from "./readPlain.ts"
import type { Integers } from "./readPlainValue.ts"
import { readersOf } from "./readersOf.ts"
import { readChunk } from "./readVector.ts"
import { Unreadable } from "./unreadable.ts"

/** Makes the rows of one chunk; it throws where a value can't be read. */
export type ChunkReader<A> = (chunk: DuckDBDataChunk) => ReadonlyArray<A>

/** The reader of a result's chunks, made when the result tells its columns. */
export type ReaderOf<A> = (result: DuckDBResult) => ChunkReader<A>

/** Rows in the shape of a query. */
export const shapedReader = <A>({ columns, shape }: CompiledQuery<A>): ReaderOf<A> => (result) => {
  if (shape === undefined) return () => []
  const readers = named(columns, () => readersOf(columns, result))
  let before = 0
  return (chunk) => {
    const values = named(columns, () => readChunk(chunk.chunk, readers))
    const rows = decodeRows<A>(shape, values, chunk.rowCount, before)
    before += rows.length
    return rows
  }
}

/** Does some reading, so that what it throws names the column. */
export const named = <A>(columns: ReadonlyArray<ResultColumn>, read: () => A): A =>
  rethrow(
    read,
    Unreadable,
    ({ columnIndex, reason }) => {
      const column = columns.find(({ index }) => index === columnIndex)
      return new UnreadableColumn(column?.name ?? "unknown", told(column?.field, reason))
    }
  )

/** A row of plain SQL. */
export type PlainRow = Readonly<Record<string, unknown>>

/** Rows as objects by column name, as Effect's SQL modules expect them. */
export const plainObjects = (integers: Integers): ReaderOf<PlainRow> => (result) => {
  const fields = distinctNames(result.columnNames()).map((name, index) => [name, valueShape(name, index)] as const)
  return plainRows(result, integers, rowBuilder<PlainRow>({ _tag: "Record", fields }))
}

/** A value as it was read: its type plays no part any more. */
const valueShape = (name: string, index: number): RowShape => ({
  _tag: "Value",
  column: { index, name, type: { _tag: "Text" }, nullable: true, field: undefined, checked: false }
})

/** Rows as arrays in the order of the columns. */
export const plainValues = (integers: Integers): ReaderOf<ReadonlyArray<unknown>> => (result) =>
  plainRows(result, integers, (values, row) => values.map((column) => column[row]))

const plainRows = <A>(result: DuckDBResult, integers: Integers, make: RowBuilder<A>): ChunkReader<A> => {
  const readers = result.columnTypes().map((type) => plainReader(type, integers))
  return (chunk) => {
    const values = readChunk(chunk.chunk, readers)
    const rows = new Array<A>(chunk.rowCount)
    for (let row = 0; row < rows.length; row++) rows[row] = make(values, row)
    return rows
  }
}

/** Chunks that are read before other fibers have their turn: some 65,000 rows. */
const turn = 32

/** Reads all chunks of a result, one after the other. */
export const forEachChunk = Effect.fnUntraced(function*(
  result: DuckDBMaterializedResult,
  read: (chunk: DuckDBDataChunk) => void
) {
  const { chunkCount } = result
  for (let first = 0; first < chunkCount; first += turn) {
    if (first > 0) yield* Effect.yieldNow
    yield* reading(() => {
      for (let index = first; index < Math.min(first + turn, chunkCount); index++) read(result.getChunk(index))
    })
  }
})

/** All rows of a result. */
export const collect = <A>(readerOf: ReaderOf<A>) => (result: DuckDBMaterializedResult) =>
  result.chunkCount > 1 ? collectAll(readerOf, result) : reading(() => {
    const read = readerOf(result)
    return result.chunkCount === 0 ? [] : read(result.getChunk(0))
  })

const collectAll = Effect.fnUntraced(function*<A>(readerOf: ReaderOf<A>, result: DuckDBMaterializedResult) {
  const parts: Array<ReadonlyArray<A>> = []
  const read = yield* reading(() => readerOf(result))
  yield* forEachChunk(result, (chunk) => {
    parts.push(read(chunk))
  })
  const [first = [], ...more] = parts
  return first.concat(...more)
})

/** Reads what may be unreadable. */
export const reading = <A>(read: () => A): Effect.Effect<A, Undecodable> =>
  Effect.try({ try: read, catch: (error) => error }).pipe(Effect.catch((error) => {
    if (error instanceof UnreadableColumn) return undecodable(error)
    if (!(error instanceof Unreadable)) return Effect.die(error)
    return new Undecodable({ column: `number ${(error.columnIndex ?? 0) + 1}`, reason: error.reason })
  }))

/**
 * The rows of a running statement, chunk by chunk. The binding ends a stream in the same way after its last row and after an
 * error; only that the result then no longer counts as streaming tells them apart.
 */
export const streamed = <A>(
  connection: Connection,
  sql: string,
  result: DuckDBResult,
  readerOf: ReaderOf<A>
): Stream.Stream<A, Failure | Undecodable | StreamBroken> => {
  const isLive = result.isStreaming
  const broken = new StreamBroken({ sql, reason: "the statement failed while it ran" })
  const settled = connection.settled(sql, () => result.fetchChunk())
  const fetch = connection.inTime(
    sql,
    Effect.flatMap(settled, (chunk) => {
      if (chunk !== null && chunk.rowCount > 0) return Effect.succeed(chunk)
      return isLive && !result.isStreaming ? broken : Effect.undefined
    })
  )
  const page = Effect.fnUntraced(function*(read: ChunkReader<A>): Page<A> {
    const chunk = yield* fetch
    return chunk === undefined ? [[], Option.none()] : [yield* reading(() => read(chunk)), Option.some(read)]
  })
  return Stream.unwrap(Effect.map(reading(() => readerOf(result)), (read) => Stream.paginate(read, page)))
}

type Page<A> = Effect.fn.Return<
  readonly [ReadonlyArray<A>, Option.Option<ChunkReader<A>>],
  Failure | Undecodable | StreamBroken
>
