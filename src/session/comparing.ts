/**
 * Compares what a statement expects with what the database makes of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Select } from "../sql/ast.ts"
import { compileRead, compileSelect } from "../sql/compile.ts"
import { compileWrite } from "../sql/compileWrite.ts"
import type { CompiledQuery, Parameter } from "../sql/CompiledQuery.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { fits, meets } from "../sql/typeName.ts"
import type { Write } from "../sql/write.ts"
import type { compiling } from "./compiling.ts"
import type { Database, Description } from "./Database.ts"
import type { Difference } from "./OrmError.ts"

/** What was compared, and what is different. */
export interface Comparison {
  readonly sql: string
  readonly differences: ReadonlyArray<Difference>
  readonly writes: boolean
}

/** What compares statements with a session's database. */
export const comparing = (database: Database["Service"], compiled: ReturnType<typeof compiling>) => {
  const { dialect } = database
  /** Where values are read as text, it is what they are that is compared. */
  const plain: Dialect = { ...dialect, selected: (_, expression) => expression }

  return Effect.fnUntraced(function*(statement: Select<unknown> | Write) {
    if (statement._tag !== "Select") {
      const write = yield* compiled((circumstances) => compileWrite(statement, undefined, dialect, circumstances))
      return comparison(write, [], yield* database.describe(write), dialect)
    }
    const select = yield* compiled((circumstances) => compileSelect(statement, dialect, circumstances))
    const { from } = statement
    // SQL by hand is described as it is, so that a column which is missing is one difference among all
    const read = from._tag === "ReadSource" && from.read._tag === "RawRead" ? from.read : statement
    const query = yield* compiled((circumstances) => compileRead(read, plain, circumstances))
    return comparison(query, select.columns, yield* database.describe(query), dialect)
  })
}

const comparison = (
  { parameters, sql }: CompiledQuery<unknown>,
  expected: CompiledQuery<unknown>["columns"],
  found: Description,
  dialect: Dialect
): Comparison => {
  const columns = new Map(found.columns?.map(({ name, type }) => [name, type]))
  return {
    sql,
    writes: found.writes,
    differences: [
      ...expected.flatMap(({ field, name, type }) =>
        columnDifference(field?.name ?? name, dialect.columnType(type), columns.get(name))
      ),
      ...parameters.flatMap((parameter, index) => parameterDifference(parameter, index, found, dialect))
    ]
  }
}

const columnDifference = (name: string, expected: string, found: string | undefined): ReadonlyArray<Difference> =>
  found !== undefined && fits(expected, found)
    ? []
    : [{ place: "column", name, expected, found: found ?? "no such column" }]

const parameterDifference = (
  { type }: Parameter,
  index: number,
  { parameters }: Description,
  dialect: Dialect
): ReadonlyArray<Difference> => {
  const found = parameters[index]
  const given = dialect.columnType(type)
  if (found === undefined || meets(found, given)) return []
  return [{ place: "parameter", name: String(index + 1), expected: given, found }]
}
