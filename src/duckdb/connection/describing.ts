/**
 * What DuckDB knows of a statement once it is prepared.
 *
 * @since 0.1.0
 */
import { type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

/** The types of a statement's parameters, where DuckDB knows them, and whether the statement changes anything. */
export interface Described {
  readonly parameters: ReadonlyArray<string | undefined>
  readonly writes: boolean
}

/** What a prepared statement tells. */
export const describePrepared = (prepared: DuckDBPreparedStatement): Described => ({
  parameters: Array.from({ length: prepared.parameterCount }, (_, index) => parameterType(prepared, index + 1)),
  writes: !reading.has(prepared.statementType)
})

const reading = new Set([StatementType.SELECT, StatementType.EXPLAIN])

/** What a parameter is compared to or stored in; one that only stands for itself may have any type. */
const parameterType = (prepared: DuckDBPreparedStatement, index: number): string | undefined =>
  Option.getOrUndefined(Result.getSuccess(Result.try(() => prepared.parameterType(index).toString())))
