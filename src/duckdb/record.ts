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

/** A place in a transaction to return to. */
export interface Mark {
  readonly length: number
  /** Whether everything before this place is recorded. */
  readonly isWhole: boolean
}

/** The statements of a transaction, in order. */
export interface TransactionRecord {
  readonly add: (entry: Entry) => void
  readonly mark: () => Mark
  /** Whether nothing was written since a mark. */
  readonly isUnchanged: (since: Mark) => boolean
  /** The statements before a mark; those after it are forgotten. */
  readonly returnTo: (mark: Mark) => ReadonlyArray<Entry>
}

/** What is recorded of a transaction at most: beyond, a nested one that fails takes it along. */
const mostStatements = 1_000
const mostRows = 100_000

/** An empty record. */
export const make = (): TransactionRecord => {
  let entries: Array<Entry> = []
  let rows = 0
  let isWhole = true
  return {
    add: (entry) => {
      rows += entry.answer.rowCount + (entry.statement.source?.count ?? 0)
      isWhole &&= entries.length < mostStatements && rows <= mostRows
      if (isWhole) entries.push(entry)
    },
    mark: () => ({ length: entries.length, isWhole }),
    isUnchanged: ({ length }) => isWhole && entries.slice(length).every(({ type }) => reading.has(type)),
    returnTo: ({ length }) => {
      entries = entries.slice(0, length)
      isWhole = true
      rows = entries.reduce((sum, { answer, statement }) => sum + answer.rowCount + (statement.source?.count ?? 0), 0)
      return entries
    }
  }
}

const reading = new Set([StatementType.SELECT, StatementType.EXPLAIN])

/** Statements that do the same when they are done again, and nothing outside the database. */
const repeatable = new Set([
  ...reading,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
  StatementType.CREATE,
  StatementType.ALTER,
  StatementType.DROP,
  StatementType.CREATE_FUNC,
  StatementType.SET,
  StatementType.VARIABLE_SET,
  StatementType.PRAGMA
])

/** Whether a statement can be done again. */
export const isRepeatable = ({ type }: Entry): boolean => repeatable.has(type)

/** Whether two answers are the same: their counts, and their rows in order. */
export const isSame = (one: DuckDBMaterializedResult, other: DuckDBMaterializedResult): boolean => {
  if (one.rowsChanged !== other.rowsChanged || one.rowCount !== other.rowCount) return false
  for (let index = 0; index < one.chunkCount; index++) {
    if (!isDeepStrictEqual(one.getChunk(index).getRows(), other.getChunk(index).getRows())) return false
  }
  return true
}
