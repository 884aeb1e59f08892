/**
 * What a profile tells of a program that asks its database too often.
 *
 * @since 0.1.0
 */
import type { Finding } from "./Finding.ts"

/**
 * What a profile tells of the statements of one shape. A `Profile` has it of each.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  /** The text with its placeholders. */
  readonly sql: string
  /** What it does, such as `SELECT`. */
  readonly operation: string
  readonly table: string | null
  readonly calls: number
  readonly rows: number
  /** The calls that returned or changed one row at most. */
  readonly single: number
  /** The milliseconds of all calls. */
  readonly total: number
}

/** From how many calls on it is a loop. */
const manyCalls = 20

/** The findings of statements, in their order. */
export const profileFindings = (statements: ReadonlyArray<Asked>): ReadonlyArray<Finding> =>
  statements.filter(({ calls }) => calls >= manyCalls).flatMap((asked): ReadonlyArray<Finding> => {
    const { calls, operation, single, sql, table, total } = asked
    const tables = table === null ? [] : [table]
    const common = { tables, columns: [], sql }
    const time = `${Math.round(total)} ms`
    const many = bulk[operation.toUpperCase()]
    if (many !== undefined) {
      const cost = single === calls
        ? `${calls} statements of one row at most took ${time}.`
        : `${single} of ${calls} statements were of one row at most; all of them took ${time}.`
      return single < manyCalls ? [] : [{ ...common, _tag: "WritesInLoop", cost, advice: many }]
    }
    return operation.toUpperCase() === "SELECT" && /\$\d/.test(sql)
      ? [{
        ...common,
        _tag: "ReadsInLoop",
        cost: `It was asked ${calls} times with other values, which took ${time}.`,
        advice: "Ask once: `.include(…)` for what belongs to rows, `repository.loader` for rows by their keys, " +
          "or `.where((row) => row.id.in(ids))`. What a `patch` reads back goes with it: `repository.patchMany(patches)`."
      }]
      : []
  })

/** The change for each kind of write. */
const bulk: Readonly<Record<string, string>> = {
  INSERT: "Collect the rows, and write them by one `repository.insertMany(rows)`.",
  UPDATE:
    "Collect the changes, and write them by one `repository.patchMany(patches)`, or by `Query.update` where one " +
    "condition says which rows.",
  DELETE:
    "Collect the keys, and delete by one `repository.deleteMany(keys)`, or by `Query.delete` where one condition says " +
    "which rows."
}
