/**
 * Turns a statement into the text of a dialect, with its parameters and the shape of its rows.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Delete, Join, Node, Order, Projection, Select, Source } from "./ast.ts"
import type { CompiledQuery, Parameter, ResultColumn, RowShape } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { encodeValue } from "./encode.ts"

/** Whether the rows of a table are checked by its model's schema. */
type IsStrict = (table: Table) => boolean

const trusting: IsStrict = () => false

/** What one compilation collects on its way through a statement. */
interface Context {
  readonly dialect: Dialect
  readonly isStrict: IsStrict
  readonly parameters: Array<Parameter>
  /**
   * The placeholders of values so far: a value that stands in several places is one parameter, because a database takes
   * `GROUP BY (age > $2)` for something else than the `(age > $1)` that is selected.
   */
  readonly placeholders: Map<Node, string>
}

const newContext = (dialect: Dialect, isStrict = trusting): Context => ({
  dialect,
  isStrict,
  parameters: [],
  placeholders: new Map()
})

/**
 * Compiles a select; `isStrict` says of which tables the rows are checked by their model. Throws `NotStorable` where a parameter is
 * no value of its column.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileSelect = <A>(select: Select<A>, dialect: Dialect, isStrict?: IsStrict): CompiledQuery<A> => {
  const context = newContext(dialect, isStrict)
  const { columns, shape, sql } = selectText(select, context)
  return { sql, parameters: context.parameters, columns, shape }
}

/**
 * Compiles a delete. Throws `NotStorable` where a parameter is no value of its column.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileDelete = ({ table, where }: Delete, dialect: Dialect): CompiledQuery<never> => {
  const context = newContext(dialect)
  const sql = `DELETE FROM ${dialect.identifier(table.name)} WHERE ${text(where, context)}`
  return { sql, parameters: context.parameters, columns: [], shape: undefined }
}

const trustedShapes = new WeakMap<Table, InstanceShape>()
const strictShapes = new WeakMap<Table, InstanceShape>()

type InstanceShape = RowShape & { readonly _tag: "Instance" }

/**
 * The shape of a table's own rows, with its columns in the model's order. There is one for each table, and one whose rows are
 * `checked`, so that its rows are built by one function.
 *
 * @category compiling
 * @since 0.1.0
 */
export const tableShape = (table: Table, checked = false): InstanceShape => {
  const shapes = checked ? strictShapes : trustedShapes
  const columns = () => table.columns.map((column, index) => resultColumn(column, index, column.name, checked))
  const shape = shapes.get(table) ?? { _tag: "Instance", table, optional: false, columns: columns() }
  shapes.set(table, shape)
  return shape
}

const resultColumn = (field: TableColumn, index: number, name: string, checked: boolean): ResultColumn => ({
  index,
  name,
  type: field.type,
  nullable: field.nullable,
  field,
  checked
})

const selectText = (select: Select<unknown>, context: Context) => {
  const list: Array<{ readonly sql: string; readonly column: ResultColumn }> = []
  const shape = shapeOf(select.projection, "", list, { ...context, isStrictSource: strictSources(select, context) })
  const clauses = [
    `SELECT ${list.map(({ column, sql }) => `${sql} AS ${context.dialect.identifier(column.name)}`).join(", ")}`,
    `FROM ${sourceText(select.from, context)}`,
    ...select.joins.map((join) => joinText(join, context)),
    ...(select.where === undefined ? [] : [`WHERE ${text(select.where, context)}`]),
    ...(select.groupBy.length === 0 ? [] : [`GROUP BY ${texts(select.groupBy, context)}`]),
    ...(select.having === undefined ? [] : [`HAVING ${text(select.having, context)}`]),
    ...(select.orderBy.length === 0 ? [] : [`ORDER BY ${orderText(select.orderBy, context)}`]),
    ...(select.limit === undefined ? [] : [`LIMIT ${count(select.limit, context)}`]),
    ...(select.offset === undefined ? [] : [`OFFSET ${count(select.offset, context)}`])
  ]
  return { sql: clauses.join(" "), columns: list.map(({ column }) => column), shape }
}

/** Tells the sources whose rows are checked. */
const strictSources = ({ from, joins }: Select<unknown>, { isStrict }: Context) => {
  const sources = [from, ...joins.map(({ source }) => source)]
  const strict = sources.flatMap((source) =>
    source._tag === "TableSource" && isStrict(source.table) ? [source.alias] : []
  )
  return (alias: string) => strict.includes(alias)
}

const shapeOf = (
  projection: Projection,
  path: string,
  list: Array<{ readonly sql: string; readonly column: ResultColumn }>,
  context: Context & { readonly isStrictSource: (alias: string) => boolean }
): RowShape => {
  const add = (column: ResultColumn, sql: string) => {
    list.push({ sql: context.dialect.selected(column.type, sql), column })
    return column
  }
  switch (projection._tag) {
    case "Value": {
      const { node } = projection
      const { column: field, source } = fieldOf(node) ?? {}
      const checked = source !== undefined && context.isStrictSource(source)
      const name = path === "" ? "value" : path
      const column = { ...slotOf(node), index: list.length, name, field, checked }
      return { _tag: "Value", column: add(column, text(node, context)) }
    }
    case "Record": {
      const inner = (name: string) => path === "" ? name : `${path}.${name}`
      return {
        _tag: "Record",
        fields: projection.fields.map(([name, field]) => [name, shapeOf(field, inner(name), list, context)])
      }
    }
    case "Instance": {
      const { optional, source, table } = projection
      if (path === "") return wholeTable(source, table, add, context)
      const columns = table.columns.map((column) => {
        const result = resultColumn(column, list.length, `${path}.${column.name}`, context.isStrictSource(source))
        return add({ ...result, nullable: result.nullable || optional }, fieldText(source, column, context))
      })
      return { _tag: "Instance", table, optional, columns }
    }
  }
}

/** The field whose values an expression has: it is one, or the least or greatest of its values. */
const fieldOf = (node: Node): Node & { readonly _tag: "Field" } | undefined => {
  if (node._tag === "Field") return node
  const picks = node._tag === "Aggregate" && (node.kind === "min" || node.kind === "max")
  return picks && node.operand !== undefined ? fieldOf(node.operand) : undefined
}

/** A select list of one table's own rows. */
const wholeTable = (
  source: string,
  table: Table,
  add: (column: ResultColumn, sql: string) => ResultColumn,
  context: Context
): RowShape => {
  const shape = tableShape(table, context.isStrict(table))
  table.columns.forEach((column, index) => {
    const result = shape.columns[index]
    if (result !== undefined) add(result, fieldText(source, column, context))
  })
  return shape
}

const sourceText = (source: Source, context: Context): string => {
  const alias = context.dialect.identifier(source.alias)
  switch (source._tag) {
    case "TableSource": {
      const table = context.dialect.identifier(source.table.name)
      return table === alias ? table : `${table} AS ${alias}`
    }
    case "SelectSource":
      return `(${selectText(source.select, context).sql}) AS ${alias}`
  }
}

const joinText = ({ kind, on, source }: Join, context: Context): string =>
  `${kind === "inner" ? "JOIN" : "LEFT JOIN"} ${sourceText(source, context)} ON ${text(on, context)}`

const orderText = (orders: ReadonlyArray<Order>, context: Context): string =>
  orders.map(({ direction, node }) => `${text(node, context)} ${direction} NULLS LAST`).join(", ")

const texts = (nodes: ReadonlyArray<Node>, context: Context): string =>
  nodes.map((node) => text(node, context)).join(", ")

const fieldText = (source: string, column: TableColumn, { dialect }: Context): string =>
  `${dialect.identifier(source)}.${dialect.identifier(column.name)}`

const count = (value: number, context: Context) => parameter({ type: { _tag: "Int64", as: "number" }, value }, context)

const parameter = (bound: Parameter, context: Context): string => {
  context.parameters.push(bound)
  return context.dialect.placeholder(context.parameters.length, bound.type)
}

const once = (node: Node, context: Context, make: () => Parameter): string => {
  const placeholder = context.placeholders.get(node) ?? parameter(make(), context)
  context.placeholders.set(node, placeholder)
  return placeholder
}

const text = (node: Node, context: Context): string => {
  switch (node._tag) {
    case "Field":
      return fieldText(node.source, node.column, context)
    case "Value":
      return once(node, context, () => ({ type: node.slot.type, value: encodeValue(node, context.dialect.features) }))
    case "Comparison":
    case "Logical":
      return `(${text(node.left, context)} ${node.operator} ${text(node.right, context)})`
    case "Not":
      return `(NOT ${text(node.operand, context)})`
    case "NullCheck":
      return `(${text(node.operand, context)} IS ${node.negated ? "NOT NULL" : "NULL"})`
    case "Membership":
      return `(${text(node.operand, context)} = ANY(${listText(node, context)}))`
    case "Match":
      return matchText(node, context)
    case "Aggregate":
      return aggregateText(node, context)
  }
}

const listText = (node: Node & { readonly _tag: "Membership" }, context: Context): string =>
  once(node, context, () => {
    const { column, slot, values } = node
    const encode = (value: unknown) => encodeValue({ _tag: "Value", value, slot, column }, context.dialect.features)
    return { type: { _tag: "List", element: slot }, value: values.map(encode) }
  })

const matchText = ({ kind, operand, pattern }: Node & { readonly _tag: "Match" }, context: Context): string => {
  const subject = text(operand, context)
  switch (kind) {
    case "startsWith":
      return `starts_with(${subject}, ${text(pattern, context)})`
    case "endsWith":
      return `(right(${subject}, length(${text(pattern, context)})) = ${text(pattern, context)})`
    case "contains":
      return `(strpos(${subject}, ${text(pattern, context)}) > 0)`
    case "like":
      return `(${subject} LIKE ${text(pattern, context)} ESCAPE '\\')`
    case "ilike":
      return `(${subject} ILIKE ${text(pattern, context)} ESCAPE '\\')`
  }
}

const aggregateText = (node: Node & { readonly _tag: "Aggregate" }, context: Context): string => {
  const inner = node.operand === undefined ? "*" : text(node.operand, context)
  const argument = node.distinct ? `DISTINCT ${inner}` : inner
  switch (node.kind) {
    case "count":
      return context.dialect.aggregate.count(argument)
    case "sum":
      return context.dialect.aggregate.sum(argument, node.slot.type)
    case "avg":
      return context.dialect.aggregate.average(argument)
    case "min":
      return `min(${argument})`
    case "max":
      return `max(${argument})`
  }
}

const truth: ColumnType = { _tag: "Boolean" }

/**
 * The place an expression's value takes in a result.
 *
 * @category compiling
 * @since 0.1.0
 */
export const slotOf = (node: Node): Slot => {
  switch (node._tag) {
    case "Field":
    case "Value":
    case "Aggregate":
      return node.slot
    case "NullCheck":
      return { type: truth, nullable: false }
    case "Comparison":
    case "Logical":
    case "Not":
    case "Membership":
    case "Match":
      return { type: truth, nullable: true }
  }
}
