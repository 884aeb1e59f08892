/**
 * Turns a statement that changes rows into the text of a dialect, and what is wanted back of them into its `RETURNING`.
 *
 * @since 0.1.0
 */
import { isInteger } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import { refuseAcross } from "./across.ts"
import { compileAlike } from "./alike.ts"
import type { Projection, Select, Source, TableSource } from "./ast.ts"
import { begin, type Circumstances, type Compilation, Inexpressible } from "./compilation.ts"
import type { CompiledQuery, ResultColumn } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { writtenKeyTexts } from "./keyText.ts"
import { both, fieldOf, type Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"
import { rawText } from "./rawText.ts"
import { projectionParts, readText, statementTexts } from "./readText.ts"
import { itemOf, selectList } from "./selectList.ts"
import { refuseShardKey } from "./shardKey.ts"
import { isNumber, slotOf } from "./slot.ts"
import { tableName } from "./tableName.ts"
import type { Assignment, Delete, InsertFrom, RawWrite, Update, Write } from "./write.ts"

/**
 * Compiles a write that gives back what `returning` makes of its rows, or nothing. Throws `NotStorable` where a value is none of
 * its column, and `Inexpressible` where the write makes no sense.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileWrite = <A>(
  write: Write,
  returning: Projection | undefined,
  dialect: Dialect,
  circumstances: Circumstances
): CompiledQuery<A> => {
  refuseAcross(write, dialect, circumstances)
  const compile = () => compileAnew<A>(write, returning, dialect, circumstances)
  if (write._tag !== "Delete" || write.alike === undefined || returning !== undefined) return compile()
  const { features } = dialect
  return {
    ...compileAlike(write.alike, write.table, dialect, circumstances, compile),
    keys: writtenKeyTexts(write, features)
  }
}

const compileAnew = <A>(
  write: Write,
  returning: Projection | undefined,
  dialect: Dialect,
  circumstances: Circumstances
): CompiledQuery<A> => {
  const compilation = begin(dialect, circumstances, statementTexts)
  const { source, sql } = writeText(write, compilation)
  const about = () => ({
    parameters: compilation.parameters,
    ...subjectOf(write, dialect),
    holdsSql: compilation.judged().holdsSql
  })
  if (returning === undefined) {
    return { ...about(), sql: compilation.withClause() + sql, columns: [], shape: undefined }
  }
  const { columns, shape, sql: list } = compilation.within(
    [source.alias],
    () => projectionParts(returning, [source], compilation)
  )
  // what a statement by hand gives back has no source to be told by
  const returned = write._tag === "RawWrite" ? selectList(columns.map(byName(compilation))) : list
  return { ...about(), sql: `${compilation.withClause()}${sql} RETURNING ${returned}`, columns, shape }
}

/** What a write is told as, and of which rows it is; a statement by hand says it itself. */
const subjectOf = (write: Write, { features }: Dialect): Pick<CompiledQuery<unknown>, "subject" | "keys"> => {
  switch (write._tag) {
    case "Update":
      return { subject: { operation: "UPDATE", table: write.table }, keys: writtenKeyTexts(write, features) }
    case "Delete":
      return { subject: { operation: "DELETE", table: write.table }, keys: writtenKeyTexts(write, features) }
    case "InsertFrom":
      return { subject: { operation: "INSERT", table: write.table } }
    case "RawWrite":
      return {}
  }
}

const byName = (compilation: Compilation) => (column: ResultColumn) =>
  itemOf(column, compilation.dialect.identifier(column.name), compilation, column.name)

/** A write without what it returns, and the source that this is made of. */
interface WriteText {
  readonly sql: string
  readonly source: Source
}

const writeText = (write: Write, compilation: Compilation): WriteText => {
  switch (write._tag) {
    case "Update":
      return updateText(write, compilation)
    case "Delete":
      return deleteText(write, compilation)
    case "InsertFrom":
      return insertText(write, compilation)
    case "RawWrite":
      return rawWriteText(write, compilation)
  }
}

const updateText = ({ alias, set, table, where }: Update, compilation: Compilation): WriteText => {
  const source: TableSource = { _tag: "TableSource", table, alias }
  const name = compilation.nameOf(alias)
  if (set.length === 0) throw new Inexpressible("an update that sets nothing", "Give it a value for a field.")
  refuseShardKey(table, set.map(({ column }) => column), compilation.dialect)
  return compilation.within([alias], () => {
    const values = set.map((assignment) => assignmentText(assignment, compilation)).join(", ")
    const sql = `UPDATE ${tableName(table, compilation.dialect)} AS ${name} SET ${values}`
    return { sql: sql + whereText(where, source, compilation), source }
  })
}

const deleteText = ({ alias, table, where }: Delete, compilation: Compilation): WriteText => {
  const source: TableSource = { _tag: "TableSource", table, alias }
  const name = compilation.nameOf(alias)
  return compilation.within([alias], () => {
    const sql = `DELETE FROM ${tableName(table, compilation.dialect)} AS ${name}`
    return { sql: sql + whereText(where, source, compilation), source }
  })
}

/** The condition of a write, and those that the rows of its table keep wherever they are found. */
const whereText = (where: Node | undefined, source: TableSource, compilation: Compilation): string => {
  if (where?._tag === "Unasked") {
    throw new Inexpressible(
      `changing rows of ${source.table.model.identifier} by conditions of which none was given`,
      "Say `.everywhere()` where all rows are meant."
    )
  }
  const [first, ...more] = [...(where === undefined ? [] : [where]), ...compilation.conditions(source)]
  return first === undefined ? "" : ` WHERE ${nodeText(more.reduce(both, first), compilation)}`
}

const assignmentText = ({ column, node }: Assignment, compilation: Compilation): string =>
  `${compilation.dialect.identifier(column.name)} = ${nodeText(fitting(node, column), compilation)}`

/** The expression as the column's type; one that would be stored as something else is refused. */
const fitting = (node: Node, { field, type }: TableColumn): Node => {
  const own = slotOf(node).type
  if (own._tag === type._tag) return node
  if (isInteger(type) && isNumber(own) && !isInteger(own)) {
    throw new Inexpressible(
      `storing a ${own._tag} in ${field}, a column of whole numbers`,
      "Round it first, so that it is told how."
    )
  }
  return { _tag: "Cast", operand: node, slot: { type, nullable: true } }
}

/** The table goes by its own name, which is the only one that each database knows it by once the rows are stored. */
const insertText = ({ alias, given = [], select, table }: InsertFrom, compilation: Compilation): WriteText => {
  const { dialect } = compilation
  compilation.nameOf(alias)
  const values = valuesByColumn(table, select, given)
  const names = values.map(([{ name }]) => dialect.identifier(name)).join(", ")
  const fields = values.map(([column, node]) => [column.name, { _tag: "Value", node: fitting(node, column) }] as const)
  const read: Select<unknown> = { ...select, projection: { _tag: "Record", fields } }
  const rows = compilation.within([], () => readText(read, compilation))
  const sql = `INSERT INTO ${tableName(table, dialect)} (${names}) ${rows}`
  return { sql, source: { _tag: "TableSource", table, alias } }
}

/** What goes into each column. */
const valuesByColumn = (
  table: Table,
  { projection }: Select<unknown>,
  given: NonNullable<InsertFrom["given"]>
): ReadonlyArray<readonly [TableColumn, Node]> => {
  const own = (always: boolean) =>
    given.flatMap((one) => one.always === always ? [[one.column.field, one.node] as const] : [])
  const values = new Map([...own(false), ...namedNodes(projection), ...own(true)])
  const known = new Set(table.columns.flatMap(({ computed, field }) => computed ? [] : [field]))
  const unknown = Array.from(values.keys()).find((name) => !known.has(name))
  if (unknown !== undefined) {
    throw new Inexpressible(
      `inserting ${unknown}, which is no field of ${table.model.identifier}`,
      "Select the values under the names of the fields that they are for."
    )
  }
  const missing = table.columns.find((column) => !values.has(column.field) && isRequired(column))
  if (missing !== undefined) {
    throw new Inexpressible(
      `an insert of ${table.model.identifier} from a query without ${missing.field}`,
      "Select a value for it: what an application makes by itself, it makes for single rows only."
    )
  }
  return table.columns.flatMap((column) => {
    const node = values.get(column.field)
    return node === undefined ? [] : [[column, node] as const]
  })
}

const isRequired = ({ computed, default: value, generated, nullable }: TableColumn): boolean =>
  !nullable && !generated && !computed && value === undefined

/** The values of a projection by the names of their fields. */
const namedNodes = (projection: Projection): ReadonlyArray<readonly [string, Node]> => {
  switch (projection._tag) {
    case "Value":
    case "Rows":
      return []
    case "Record":
      return projection.fields.map(([name, field]) => {
        if (field._tag === "Value") return [name, field.node]
        throw new Inexpressible(`inserting ${name}, which is a whole row`, "Select the values that are to be inserted.")
      })
    case "Instance": {
      const { source, table } = projection
      return table.columns.map((column) => [column.field, fieldOf(source, column)])
    }
  }
}

const rawWriteText = ({ alias, raw }: RawWrite, compilation: Compilation): WriteText => ({
  sql: compilation.within([], () => rawText(raw, compilation, "write")),
  source: { _tag: "ReadSource", read: { _tag: "RawRead", raw }, alias, lateral: false }
})
