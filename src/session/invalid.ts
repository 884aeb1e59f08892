/**
 * Says what is wrong with rows that don't fit their model.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import { hidden } from "../model/sensitive.ts"
import { tableOf } from "../model/Table.ts"
import { RowsNotStorable } from "../sql/encode.ts"
import { type FieldIssue, Invalid, type Issue } from "./OrmError.ts"

/** The most rows that an error tells of one by one. */
const mostRows = 100

/** The error of a model's rows, given one failure for each of them. */
export const invalid = <F>(
  model: Model.Any,
  failures: ReadonlyArray<F>,
  issuesOf: (failure: F) => ReadonlyArray<Issue>
): Invalid => {
  const issues = failures.slice(0, mostRows).flatMap(issuesOf)
  return new Invalid({ model: model.identifier, rows: failures.length, issues: tellable(model, issues) })
}

/** The error of a model's rows that can't be stored; what else is thrown is a bug, and none. */
export const notStorable = (model: Model.Any) => (thrown: unknown): Invalid | undefined =>
  thrown instanceof RowsNotStorable ? invalid(model, thrown.rows, (problems) => problems) : undefined

/** The issues without the values of sensitive fields. */
export const tellable = <I extends FieldIssue>(model: Model.Any, issues: ReadonlyArray<I>): ReadonlyArray<I> => {
  const secret = new Set<unknown>(tableOf(model).columns.flatMap(({ field, sensitive }) => sensitive ? [field] : []))
  if (secret.size === 0) return issues
  // an issue of no field is about all of the row
  return issues.map((issue) =>
    issue.path.length === 0 || secret.has(issue.path[0])
      ? { ...issue, message: `not a value of its schema: ${hidden}` }
      : issue
  )
}

/** The issues of a row, with its place. */
export const inRow = (row: number, issues: ReadonlyArray<FieldIssue>): ReadonlyArray<Issue> =>
  issues.map((issue) => ({ row, ...issue }))
