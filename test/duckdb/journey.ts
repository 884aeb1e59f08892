/**
 * A real DuckDB in memory, and ways there and back.
 *
 * @since 0.1.0
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement, type DuckDBType } from "@duckdb/node-api"
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { boundValue } from "../../src/duckdb/binding/boundValue.ts"
import { plainReader } from "../../src/duckdb/reading/readPlain.ts"
import { columnReaders, readChunk } from "../../src/duckdb/reading/readVector.ts"
import { make, register, type SourceRows } from "../../src/duckdb/writing/rowSource.ts"
import { columnType, valueType } from "../../src/duckdb/types.ts"
import type { Reader } from "../../src/duckdb/reading/vector.ts"
import type { ColumnType, Slot } from "../../src/model/ColumnType.ts"

/** A connection to a database of its own. */
export class Duck extends Context.Service<Duck, DuckDBConnection>()("test/Duck") {
  static readonly layer = Layer.effect(
    this,
    Effect.acquireRelease(
      Effect.promise(() => DuckDBInstance.create()).pipe(
        Effect.flatMap((instance) => Effect.promise(() => instance.connect())),
        Effect.tap((connection) => Effect.sync(() => register(connection)))
      ),
      (connection) => Effect.sync(() => connection.closeSync())
    )
  )
}

type Bind = (statement: DuckDBPreparedStatement) => void
type ReadersOf = (types: ReadonlyArray<DuckDBType>) => ReadonlyArray<Reader>
/** Offers rows while `use` runs. */
export const withRows = <A>(rows: SourceRows, use: (handle: number) => Promise<A>): Promise<A> => {
  const { handle, offer, withdraw } = make(rows)
  offer()
  return use(handle).finally(withdraw)
}

/** Binds no parameters. */
export const nothing: Bind = () => undefined

/** The result's columns, each as one array. */
export const query = Effect.fnUntraced(function*(sql: string, bind: Bind, readersOf: ReadersOf) {
  const connection = yield* Duck
  const statement = yield* Effect.promise(() => connection.prepare(sql))
  bind(statement)
  const result = yield* Effect.promise(() => statement.run())
  const readers = readersOf(result.columnTypes())
  const columns: ReadonlyArray<Array<unknown>> = readers.map(() => [])
  for (const chunk of yield* Effect.promise(() => result.fetchAllChunks())) {
    for (const [index, values] of readChunk(chunk.chunk, readers).entries()) columns[index]?.push(...Array.from(values))
  }
  statement.destroySync()
  return columns
})

/** Reads columns as these types. */
export const as = (...types: ReadonlyArray<ColumnType>): ReadersOf => (found) =>
  columnReaders(types.map((type): Slot => ({ type, nullable: true })), found)

/** Reads columns as their own types say. */
export const plain: ReadersOf = (types) => types.map((type) => plainReader(type, "bigint"))

/** Runs a statement whose `$1` stands for rows. */
export const withSource = (rows: SourceRows, sql: string, readersOf: ReadersOf) =>
  Effect.contextWith((context: Context.Context<Duck>) =>
    Effect.promise(() =>
      withRows(
        rows,
        (handle) =>
          Effect.runPromiseWith(context)(query(sql, (statement) => statement.bindBigInt(1, BigInt(handle)), readersOf))
      )
    )
  )

/** Rows of one column. */
export const column = (type: ColumnType, values: ReadonlyArray<unknown>): SourceRows => ({
  columns: [{ name: "value", type, nullable: true }],
  values: [values],
  count: values.length
})

/** The values after a journey as rows of a statement, one as rows of a table, and one as parameters. */
const thereAndBack = Effect.fnUntraced(function*(type: ColumnType, values: ReadonlyArray<unknown>) {
  const rows = column(type, values)
  const [streamed] = yield* withSource(rows, "SELECT * FROM andamios_rows($1)", as(type))
  yield* query(
    `CREATE OR REPLACE TEMP TABLE journey (position INTEGER DEFAULT 0, value ${columnType(type)})`,
    nothing,
    () => []
  )
  yield* withSource(rows, "INSERT INTO journey (value) SELECT * FROM andamios_rows($1)", () => [])
  const [stored] = yield* query("SELECT value FROM journey ORDER BY rowid", nothing, as(type))
  const bound = yield* Effect.forEach(values.slice(0, 8), (value) =>
    query(
      `SELECT $1::${columnType(type)}`,
      (statement) => statement.bindValue(1, boundValue(type, value), valueType(type)),
      as(type)
    ))
  return { streamed, stored, bound: bound.map(([single]) => single?.[0]) }
})

/** Values come back from rows, from a table and from parameters as they went. */
export const assertUnchanged = Effect.fnUntraced(function*(type: ColumnType, values: ReadonlyArray<unknown>) {
  const { bound, stored, streamed } = yield* thereAndBack(type, values)
  assert.deepStrictEqual(streamed, values)
  assert.deepStrictEqual(stored, values)
  assert.deepStrictEqual(bound, values.slice(0, 8))
})
