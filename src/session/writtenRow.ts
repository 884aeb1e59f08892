/**
 * A single row that is written and given back by one statement.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { TableColumn } from "../model/Table.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { tableShape } from "../sql/tableShape.ts"
import type { Rows } from "./Database.ts"
import { keysBy } from "./observed.ts"

/** What a statement is for any single row. */
interface Written {
  readonly query: Omit<CompiledQuery<never>, "keys" | "parameters">
  readonly by: ReadonlyArray<TableColumn> | undefined
}

const known = new WeakMap<FedStatement<never>, Written>()

/** The statement over a single row, with the stored row as its result. */
export const writtenRow = <A>(rows: Rows, statement: FedStatement<never>, dialect: Dialect): CompiledQuery<A> => {
  const { columns, values } = rows
  const { by, query } = getOrInsert(known, statement, () => compileWritten(rows, statement, dialect))
  return {
    ...query,
    parameters: columns.map(({ sensitive, type }, index) => ({ type, sensitive, value: values[index]?.[0] ?? null })),
    keys: keysBy(rows, by)
  }
}

const compileWritten = ({ columns, table }: Rows, statement: FedStatement<never>, dialect: Dialect): Written => {
  const { by, sql } = statement({
    _tag: "Row",
    values: columns.map(({ type }, index) => dialect.placeholder(index + 1, type))
  })
  const shape = tableShape(table)
  const stored = shape.columns.map(({ name, type }) => dialect.selected(type, `stored.${dialect.identifier(name)}`))
  return {
    query: {
      sql: `${sql} RETURNING ${stored.join(", ")}`,
      columns: shape.columns,
      shape,
      subject: { operation: sql.split(" ", 1).join(), table }
    },
    by
  }
}
