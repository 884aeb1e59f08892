/**
 * Turns a statement into the text of a dialect, with its parameters and the shape of its rows.
 *
 * @since 0.1.0
 */
import type { TableColumn } from "../model/Table.ts"
import type { Select } from "./ast.ts"
import { begin, type Circumstances } from "./compilation.ts"
import type { CompiledQuery } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { both, type Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"
import { readText, selectParts } from "./readText.ts"
import { tableName } from "./tableName.ts"
import type { Delete } from "./write.ts"

/**
 * Compiles a select. Throws `NotStorable` where a parameter is no value of its column, and `Inexpressible` where the database lacks
 * what the select asks for.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileSelect = <A>(
  select: Select<A>,
  dialect: Dialect,
  circumstances: Circumstances
): CompiledQuery<A> => {
  const compilation = begin(dialect, circumstances, readText)
  const { columns, shape, sql } = selectParts(select, compilation)
  return { sql: compilation.withClause() + sql, parameters: compilation.parameters, columns, shape }
}

/**
 * Compiles a delete, or the update that a soft delete is: with `marks`, it sets these columns of the rows. Throws what
 * `compileSelect` throws.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileDelete = (
  { alias, table, where }: Delete,
  dialect: Dialect,
  circumstances: Circumstances,
  marks: ReadonlyArray<readonly [TableColumn, Node]> = []
): CompiledQuery<never> => {
  const compilation = begin(dialect, circumstances, readText)
  const name = `${tableName(table, dialect)} AS ${compilation.nameOf(alias)}`
  const kept = circumstances.conditions({ _tag: "TableSource", table, alias })
  const sql = compilation.within([alias], () => {
    const set = marks.map(([column, node]) => `${dialect.identifier(column.name)} = ${nodeText(node, compilation)}`)
    const verb = set.length === 0 ? `DELETE FROM ${name}` : `UPDATE ${name} SET ${set.join(", ")}`
    return `${verb} WHERE ${nodeText(kept.reduce(both, where), compilation)}`
  })
  return { sql: compilation.withClause() + sql, parameters: compilation.parameters, columns: [], shape: undefined }
}
