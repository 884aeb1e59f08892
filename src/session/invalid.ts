/**
 * Says what is wrong with rows that don't fit their model.
 *
 * @since 0.1.0
 */
import { type FieldIssue, Invalid, type Issue } from "./OrmError.ts"

/** The most rows that an error tells of one by one. */
const mostRows = 100

/** The error of a model's rows, given one failure for each of them. */
export const invalid = <F>(
  model: string,
  failures: ReadonlyArray<F>,
  issuesOf: (failure: F) => ReadonlyArray<Issue>
): Invalid => new Invalid({ model, rows: failures.length, issues: failures.slice(0, mostRows).flatMap(issuesOf) })

/** The issues of a row, with its place. */
export const inRow = (row: number, issues: ReadonlyArray<FieldIssue>): ReadonlyArray<Issue> =>
  issues.map((issue) => ({ row, ...issue }))
