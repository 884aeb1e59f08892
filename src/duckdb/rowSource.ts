/**
 * Feeds rows of JavaScript into statements, through the table function `andamios_rows(handle)`.
 *
 * @since 0.1.0
 */
import { BIGINT, type DuckDBConnection, DuckDBTableFunction } from "@duckdb/node-api"
import duckdb from "@duckdb/node-bindings"
import type { StructField } from "../model/ColumnType.ts"
import { valueType } from "./types.ts"
import { chunkSize } from "./writeFixed.ts"
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

interface Source extends SourceRows {
  readonly writers: ReadonlyArray<Writer>
}

/** The rows in use now. A handle is never given twice, so that all instances of the process can share one map. */
const sources = new Map<number, Source>()
let handles = 0

/**
 * Makes rows available to statements, under the handle that is returned, until they are withdrawn:
 *
 * ```sql
 * INSERT INTO person (id, name) SELECT * FROM andamios_rows($1)
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const offer = (rows: SourceRows): number => {
  const handle = ++handles
  sources.set(handle, { ...rows, writers: rows.columns.map(columnWriter) })
  return handle
}

/**
 * Takes offered rows back, when the statements that use them have settled.
 *
 * @category running
 * @since 0.1.0
 */
export const withdraw = (handle: number): void => {
  sources.delete(handle)
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
    const scanned: Scanned = { handle: Number(bind.getParameter(0)) }
    const { columns, count } = sourceOf(scanned)
    for (const { name, type } of columns) bind.addResultColumn(name, valueType(type))
    bind.setCardinality(count, true)
    bind.setBindData(scanned)
  })
  rows.setInitFunction((init) => {
    const progress: Progress = { next: 0 }
    init.setInitData(progress)
    init.setMaxThreads(1)
  })
  duckdb.table_function_set_function(rows.table_function, (scan, chunk) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by the bind function above
    const { count, values, writers } = sourceOf(duckdb.function_get_bind_data(scan) as Scanned)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by the init function above
    const progress = duckdb.function_get_init_data(scan) as Progress
    const size = Math.min(chunkSize, count - progress.next)
    duckdb.data_chunk_set_size(chunk, size)
    for (const [index, write] of writers.entries()) {
      write(duckdb.data_chunk_get_vector(chunk, index), values[index] ?? [], progress.next, size)
    }
    progress.next += size
  })
  connection.registerTableFunction(rows)
}

/** What a bound statement keeps, for as long as it stays prepared: not the rows, so that they can go. */
interface Scanned {
  readonly handle: number
}

/** The next row of one scan. */
interface Progress {
  next: number
}

const sourceOf = ({ handle }: Scanned): Source => {
  const source = sources.get(handle)
  if (source !== undefined) return source
  throw new Error(`there are no rows under the handle ${handle}: they were never offered, or withdrawn already`)
}
