/**
 * Turns a statement into the text of a dialect, with its parameters and the shape of its rows.
 *
 * @since 0.1.0
 */
import type { Select } from "./ast.ts"
import { begin, type Circumstances } from "./compilation.ts"
import type { CompiledQuery } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
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
 * Compiles a delete. Throws what `compileSelect` throws.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileDelete = (
  { alias, table, where }: Delete,
  dialect: Dialect,
  circumstances: Circumstances
): CompiledQuery<never> => {
  const compilation = begin(dialect, circumstances, readText)
  const name = compilation.nameOf(alias)
  const condition = compilation.within([alias], () => nodeText(where, compilation))
  const sql = `DELETE FROM ${tableName(table, dialect)} AS ${name} WHERE ${condition}`
  return { sql: compilation.withClause() + sql, parameters: compilation.parameters, columns: [], shape: undefined }
}
