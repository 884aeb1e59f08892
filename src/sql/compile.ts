/**
 * Turns a statement into the text of a dialect, with its parameters and the shape of its rows.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import { refuseAcross } from "./across.ts"
import { compileAlike } from "./alike.ts"
import type { RawRead, Select, Source } from "./ast.ts"
import { begin, type Circumstances } from "./compilation.ts"
import type { CompiledQuery, CompiledRead } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { knownShape } from "./knownShape.ts"
import { compileGiven } from "./prepared.ts"
import { readText, selectParts, statementTexts } from "./readText.ts"

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
): CompiledRead<A> => {
  const { given } = select
  if (given !== undefined) {
    const compile = (one: Select<unknown>, some: Circumstances) => compileSelect(one, dialect, some)
    const compiled = compileGiven(select, given, dialect, circumstances, compile)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what all runs share has rows of the same type
    return compiled as CompiledRead<A>
  }
  refuseAcross(select, dialect, circumstances)
  const compile = () => compileAnew(select, dialect, circumstances)
  return select.alike === undefined || select.from._tag !== "TableSource"
    ? compile()
    : compileAlike(select.alike, select.from.table, dialect, circumstances, compile)
}

const compileAnew = <A>(select: Select<A>, dialect: Dialect, circumstances: Circumstances): CompiledRead<A> => {
  const compilation = begin(dialect, circumstances, statementTexts)
  const { columns, shape, sql } = knownShape(selectParts(select, compilation))
  const subject = { operation: "SELECT", table: tableOf(select.from) }
  return {
    sql: compilation.withClause() + sql,
    parameters: compilation.parameters,
    columns,
    shape,
    subject,
    ...compilation.judged()
  }
}

/** The table whose rows a source gives, where it is one. */
const tableOf = (source: Source): Table | undefined => {
  switch (source._tag) {
    case "TableSource":
      return source.table
    case "ReadSource":
      return source.read._tag === "Select" ? tableOf(source.read.from) : undefined
    case "CteSource":
    case "ListSource":
      return undefined
  }
}

/**
 * Compiles any read as it is, whatever its columns are. Throws what `compileSelect` throws.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileRead = (
  read: Select<unknown> | RawRead,
  dialect: Dialect,
  circumstances: Circumstances
): CompiledQuery<never> => {
  refuseAcross(read, dialect, circumstances)
  const compilation = begin(dialect, circumstances, statementTexts)
  const sql = readText(read, compilation)
  return { sql: compilation.withClause() + sql, parameters: compilation.parameters, columns: [], shape: undefined }
}
