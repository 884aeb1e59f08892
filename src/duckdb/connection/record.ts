/**
 * What a transaction has done so far, so that it can be done again: DuckDB has no savepoints to return to.
 *
 * @since 0.1.0
 */
import { type DuckDBMaterializedResult, StatementType } from "@duckdb/node-api"
import { isDeepStrictEqual } from "node:util"
import type { Statement } from "./preparation.ts"

/** A statement that a transaction ran, and what it answered. */
export interface Entry {
  readonly statement: Statement
  readonly type: StatementType
  readonly answer: DuckDBMaterializedResult
}

/** The statements of a transaction, in order. */
export interface TransactionRecord {
  readonly add: (entry: Entry) => void
  /** A place to return to: the number of statements before it. */
  readonly mark: () => number
  /** Whether nothing but reads ran since a mark. */
  readonly isUnchanged: (mark: number) => boolean
  /** Whether something ran since a mark that no rollback undoes. */
  readonly hasLasting: (mark: number) => boolean
  /**
   * Forgets what ran since a mark, and returns the statements before it, if all of them are recorded. What was read since the
   * mark before anything was written counts among them: it told of their work, and whoever read it may have told it on.
   */
  readonly returnTo: (mark: number) => ReadonlyArray<Entry> | undefined
}

/** What is recorded of a transaction at most: beyond, a nested one that fails takes it along. */
const mostStatements = 1_000
const mostRows = 100_000

/** An empty record. */
export const make = (): TransactionRecord => {
  /** All statements, of which only the first may be recorded. */
  let types: Array<StatementType> = []
  let entries: Array<Entry> = []
  let rows = 0
  return {
    add: (entry) => {
      const isWhole = entries.length === types.length
      types.push(entry.type)
      rows += rowsOf(entry)
      if (isWhole && entries.length < mostStatements && rows <= mostRows) entries.push(entry)
    },
    mark: () => types.length,
    isUnchanged: (mark) => types.slice(mark).every((type) => reading.has(type)),
    hasLasting: (mark) => types.slice(mark).some((type) => lasting.has(type)),
    returnTo: (mark) => {
      const change = types.findIndex((type, index) => index >= mark && !reading.has(type))
      if (change !== -1) types = types.slice(0, change)
      entries = entries.slice(0, types.length)
      rows = entries.reduce((sum, entry) => sum + rowsOf(entry), 0)
      return entries.length === types.length ? entries : undefined
    }
  }
}

/** The rows that an entry keeps: those it answered with, and those it came with. */
const rowsOf = ({ answer, statement }: Entry): number => answer.rowCount + (statement.source?.count ?? 0)

/** Not `EXPLAIN`: with `ANALYZE` it does what it explains. */
const reading = new Set([StatementType.SELECT])

/** What stays when a transaction is rolled back. */
const lasting = new Set([
  StatementType.SET,
  StatementType.PRAGMA,
  StatementType.PREPARE,
  StatementType.LOAD,
  StatementType.CALL
])

/** Statements that do the same when they are done again, and nothing outside the database. */
const repeatable = new Set([
  ...reading,
  StatementType.EXPLAIN,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.CREATE,
  StatementType.ALTER,
  StatementType.DROP,
  StatementType.SET,
  StatementType.PRAGMA
])

/** Whether a statement can be done again. */
export const isRepeatable = ({ type }: Entry): boolean => repeatable.has(type)

/** Whether two answers are the same: their counts, and their rows in order. */
export const isSame = (one: DuckDBMaterializedResult, other: DuckDBMaterializedResult): boolean =>
  one.rowsChanged === other.rowsChanged && one.rowCount === other.rowCount &&
  isDeepStrictEqual(rowsIn(one), rowsIn(other))

/** The rows of an answer; how they are spread over its chunks says nothing. */
const rowsIn = (result: DuckDBMaterializedResult) =>
  Array.from({ length: result.chunkCount }, (_, index) => result.getChunk(index).getRows()).flat()
