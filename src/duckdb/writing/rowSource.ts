/**
 * Feeds rows of JavaScript into statements, through the table function `andamios_rows(handle)`.
 *
 * @since 0.1.0
 */
import { BIGINT, type DuckDBConnection, DuckDBTableFunction } from "@duckdb/node-api"
import duckdb from "@duckdb/node-bindings"
import * as Result from "effect/Result"
import type { StructField } from "../../model/ColumnType.ts"
import { valueType } from "../types.ts"
import { chunkSize, type Fill } from "./writeFixed.ts"
import { columnWriter, type Writer } from "./writeVector.ts"

/**
 * Storable values for a statement, an array per column: `values[column][row]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface SourceRows {
  readonly columns: ReadonlyArray<StructField>
  readonly values: ReadonlyArray<ReadonlyArray<unknown>>
  readonly count: number
}

/** The rows in use now. A handle is never given twice, so that all instances of the process can share one map. */
const sources = new Map<number, SourceRows>()
let handles = 0

/** Rows that statements can read by their handle, from when they are offered until they are withdrawn. */
export interface RowSource {
  readonly handle: number
  readonly count: number
  readonly offer: () => void
  /** Takes the rows back, when the statements that use them have settled. */
  readonly withdraw: () => void
}

/**
 * Makes a source of rows for statements that name its handle:
 *
 * ```sql
 * INSERT INTO person (id, name) SELECT * FROM andamios_rows(1)
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const make = (rows: SourceRows): RowSource => {
  const handle = ++handles
  return {
    handle,
    count: rows.count,
    offer: () => void sources.set(handle, rows),
    withdraw: () => void sources.delete(handle)
  }
}

/**
 * Makes `andamios_rows` known to all connections of an instance, through any one of them.
 *
 * The function is answered by JavaScript's one thread. A synchronous call on a connection whose statement uses it would wait for the
 * statement while the statement waits for the thread: until such a statement has settled, its connection takes no call at all.
 *
 * @category running
 * @since 0.1.0
 */
export const register = (connection: DuckDBConnection): void => {
  const rows = new DuckDBTableFunction()
  rows.setName("andamios_rows")
  rows.addParameter(BIGINT)
  rows.setBindFunction((bind) => {
    const bound: Bound = { handle: Number(bind.getParameter(0)) }
    const { columns, count } = sourceOf(bound)
    for (const { name, type } of columns) bind.addResultColumn(name, valueType(type))
    bind.setCardinality(count, true)
    bind.setBindData(bound)
  })
  rows.setInitFunction((init) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by the bind function above
    const { handle } = init.getBindData() as Bound
    const scan: Scan = { handle, writers: sourceOf({ handle }).columns.map(columnWriter), next: 0, ready: undefined }
    init.setInitData(scan)
    init.setMaxThreads(1)
  })
  duckdb.table_function_set_function(rows.table_function, (info, chunk) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by the init function above
    const scan = duckdb.function_get_init_data(info) as Scan
    const { fills, size } = Result.getOrThrow(scan.ready ?? nextPart(scan))
    duckdb.data_chunk_set_size(chunk, size)
    fills.forEach((fill, column) => fill(duckdb.data_chunk_get_vector(chunk, column)))
    scan.next += size
    scan.ready = undefined
    // DuckDB goes on with this part as soon as the function returns, and meanwhile the next is made ready
    queueMicrotask(() => {
      scan.ready = nextPart(scan)
    })
  })
  connection.registerTableFunction(rows)
}

/** What a bound statement keeps, for as long as it stays prepared: not the rows, so that they can go. */
interface Bound {
  readonly handle: number
}

/** One scan of the rows: the first that DuckDB has not got yet, and the part that begins there once it is ready. */
interface Scan extends Bound {
  readonly writers: ReadonlyArray<Writer>
  next: number
  ready: Result.Result<Part, unknown> | undefined
}

/** As many rows as go into one chunk, ready to be put there. */
interface Part {
  readonly size: number
  readonly fills: ReadonlyArray<Fill>
}

const nextPart = (scan: Scan): Result.Result<Part, unknown> =>
  Result.try(() => {
    const { count, values } = sourceOf(scan)
    const size = Math.min(chunkSize, count - scan.next)
    return { size, fills: scan.writers.map((write, column) => write(values[column] ?? [], scan.next, size)) }
  })

const sourceOf = ({ handle }: Bound): SourceRows => {
  const source = sources.get(handle)
  if (source !== undefined) return source
  throw new Error(`there are no rows under the handle ${handle}: they were never offered, or withdrawn already`)
}
