/**
 * Runs prepared statements by a plan that fits the rows of now.
 *
 * DuckDB plans a statement by what it knows of the tables: that a column has no `null`, that all its values lie between 1 and 20.
 * One with parameters is planned anew each time it runs. One without keeps the plan of when it was prepared, and once the tables
 * have other rows it skips some, counts wrong, gives other numbers than are stored, or ends the process. So it is prepared only
 * to be understood, and run from its text, which plans and runs it in one transaction.
 *
 * @since 0.1.0
 */
import {
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType
} from "@duckdb/node-api"

/** Runs a statement to its end. */
export const runPlanned = (
  native: DuckDBConnection,
  sql: string,
  prepared: DuckDBPreparedStatement
): Promise<DuckDBMaterializedResult> => isPlannedAnew(prepared) ? prepared.run() : native.run(sql)

/** Starts a statement whose rows are fetched while it runs. */
export const streamPlanned = (
  native: DuckDBConnection,
  sql: string,
  prepared: DuckDBPreparedStatement
): Promise<DuckDBResult> => isPlannedAnew(prepared) ? prepared.stream() : native.stream(sql)

/**
 * Whether it takes a transaction around a stream to plan and start it by the same rows: the binding does that in two steps, and
 * another connection could commit between them. One that writes is left alone, for its commit belongs to its own end.
 */
export const needsSnapshot = (prepared: DuckDBPreparedStatement): boolean =>
  prepared.statementType === StatementType.SELECT && !isPlannedAnew(prepared)

const isPlannedAnew = ({ parameterCount }: DuckDBPreparedStatement): boolean => parameterCount > 0
