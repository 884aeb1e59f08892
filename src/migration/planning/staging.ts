/**
 * Says in one query what the rows of a table become by the operations on it.
 *
 * @since 0.1.0
 */
import { sqlFor } from "../../sql/compileTable.ts"
import type { Dialect, Rebuilding } from "../../sql/Dialect.ts"
import type { ChangeColumn, Operation } from "../../sql/operation.ts"
import type { ColumnStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import type { Track } from "./segment.ts"

/** A query of the rows as the new table takes them. */
export interface Staging {
  /** The columns that it has of them; the database makes the others. */
  readonly columns: ReadonlyArray<string>
  readonly query: string
  /** The column that a numbered one was before, by the name of the new one; undefined where it was none. */
  readonly numberedBefore: (column: string) => string | undefined
}

interface Column {
  readonly name: string
  readonly expression: string
  /** The column that it was in the table as it stands. */
  readonly origin: string | undefined
}

/** Columns over a source, which is a table or a query of it. */
interface Layer {
  readonly source: string
  readonly columns: ReadonlyArray<Column>
}

/** The query of a table that was there and stays. */
export const stagingOf = (
  from: NonNullable<Track["from"]>,
  to: NonNullable<Track["to"]>,
  operations: ReadonlyArray<Operation>,
  dialect: Dialect,
  rebuild: Rebuilding
): Staging => {
  const start: Layer = {
    source: tableName(from, dialect),
    columns: from.columns.map(({ name }) => ({ name, expression: dialect.identifier(name), origin: name }))
  }
  const layer = operations.reduce((under, operation) => after(under, operation, dialect, rebuild), start)
  const columns = to.columns.flatMap((column) => {
    const found = layer.columns.find(({ name }) => name === column.name)
    if (found === undefined || column.generated !== undefined) return []
    // what has been made by a type that the table gets anew is not of that type
    return [column.type._tag === "Custom" ? cast(found, column, dialect) : found]
  })
  return {
    columns: columns.map(({ name }) => name),
    query: selected({ source: layer.source, columns }, dialect),
    numberedBefore: (column) => {
      const origin = columns.find(({ name }) => name === column)?.origin
      return from.columns.find(({ identity, name }) => identity && name === origin)?.name
    }
  }
}

/** What an operation on the table does to its columns; most change none. */
const after = (layer: Layer, operation: Operation, dialect: Dialect, rebuild: Rebuilding): Layer => {
  if (operation._tag === "AddColumn") return withAdded(layer, operation.column, dialect)
  if (operation._tag === "ChangeColumn") return withChanged(layer, operation, dialect, rebuild)
  if (operation._tag === "DropColumn") {
    return { ...layer, columns: layer.columns.filter(({ name }) => name !== operation.column.name) }
  }
  if (operation._tag !== "RenameColumn") return layer
  const { from, to } = operation
  return { ...layer, columns: layer.columns.map((column) => column.name === from ? { ...column, name: to } : column) }
}

const withAdded = (layer: Layer, column: ColumnStructure, dialect: Dialect): Layer => {
  if (column.identity || column.generated !== undefined) return layer
  const value = column.default === undefined ? "NULL" : sqlFor(column.default, dialect)
  const added = { name: column.name, expression: dialect.cast(value, column.type), origin: undefined }
  return { ...layer, columns: [...layer.columns, added] }
}

const withChanged = (
  layer: Layer,
  { from, to, using }: ChangeColumn,
  dialect: Dialect,
  rebuild: Rebuilding
): Layer => {
  const isRetyped = dialect.columnType(from.type) !== dialect.columnType(to.type)
  const under = using === undefined ? layer : settled(layer, dialect)
  return {
    ...under,
    columns: under.columns.map((column) => {
      if (column.name !== to.name) return column
      if (using !== undefined) return cast({ ...column, expression: sqlFor(using, dialect) }, to, dialect)
      return isRetyped ? { ...column, expression: rebuild.convert(column.expression, from.type, to.type) } : column
    })
  }
}

/** A layer whose columns stand under their own names, for an expression by hand to find them. */
const settled = (layer: Layer, dialect: Dialect): Layer =>
  layer.columns.every(({ expression, name }) => expression === dialect.identifier(name))
    ? layer
    : {
      source: `(${selected(layer, dialect)}) AS made`,
      columns: layer.columns.map(({ name, origin }) => ({ name, expression: dialect.identifier(name), origin }))
    }

const cast = (column: Column, { type }: ColumnStructure, dialect: Dialect): Column => ({
  ...column,
  expression: dialect.cast(column.expression, type)
})

const selected = ({ columns, source }: Layer, dialect: Dialect): string => {
  const parts = columns.map(({ expression, name }) => {
    const named = dialect.identifier(name)
    return expression === named ? named : `${expression} AS ${named}`
  })
  return `SELECT ${parts.join(", ")} FROM ${source}`
}
