/**
 * The list of a select or of `RETURNING`, and what the rows of its projection become.
 *
 * @since 0.1.0
 */
import { columnOf } from "./anyExpression.ts"
import type { Projection, Source } from "./ast.ts"
import type { Compilation } from "./compilation.ts"
import type { ModelColumn, ResultColumn, RowShape } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { type Alias, fieldOf, type Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"
import { slotOf } from "./slot.ts"
import { resultColumn, tableShape } from "./tableShape.ts"

/** One item of a select list. */
export interface Item {
  readonly sql: string
  readonly column: ResultColumn
}

/** A projection as a list, and what its rows become. */
export interface Projected {
  readonly items: ReadonlyArray<Item>
  readonly list: string
  readonly shape: RowShape
}

/** The items, with names that tell them apart. */
export const selectList = (items: ReadonlyArray<Item>, compilation: Compilation): string =>
  items
    .map(({ column, sql }) =>
      `${resultText(column, sql, compilation)} AS ${compilation.dialect.identifier(column.name)}`
    )
    .join(", ")

/** What leaves the database is said so that nothing of it is lost; inside of a statement values stay what they are. */
export const resultText = ({ type }: ResultColumn, sql: string, { dialect, isInside }: Compilation): string =>
  isInside() ? sql : dialect.selected(type, sql)

/** The columns of a result; those of whole rows are the shape's own, which are the same each time. */
export const columnsOf = ({ items, shape }: Projected): ReadonlyArray<ResultColumn> =>
  shape._tag === "Instance" ? shape.columns : items.map(({ column }) => column)

/** A projection of what `isStrict` tells the sources that are checked of. */
export const projected = (
  projection: Projection,
  isStrict: (alias: Source["alias"]) => boolean,
  compilation: Compilation
): Projected => {
  if (projection._tag === "Instance" && !projection.optional) {
    const shape = tableShape(projection.table, isStrict(projection.source))
    return rowsOf(shape, projection.source, compilation)
  }
  const items: Array<Item> = []
  const shape = shapeOf(projection, "", items, { compilation, isStrict })
  return { items, list: selectList(items, compilation), shape }
}

/** The projections of whole rows, by their shapes and by how the statement calls their table. */
const known = new WeakMap<Dialect, WeakMap<RowShape, Map<string, Projected>>>()

/**
 * The rows of a table by themselves, which have a shape of their own, so that all are built by one function. What is asked of the
 * database for them is made once for each name that statements have for the table: most statements are such, and most of their text.
 */
const rowsOf = (
  shape: RowShape & { readonly columns: ReadonlyArray<ModelColumn> },
  source: Alias,
  compilation: Compilation
): Projected => {
  const { dialect, isInside, literal, nameOf } = compilation
  const make = (): Projected => {
    const items = shape.columns.map((column) => ({ sql: nodeText(fieldOf(source, column.field), compilation), column }))
    return { items, list: selectList(items, compilation), shape }
  }
  if (literal !== undefined) return make()
  const ofDialect = known.get(dialect) ?? new WeakMap<RowShape, Map<string, Projected>>()
  const ofShape = ofDialect.get(shape) ?? new Map<string, Projected>()
  const name = `${nameOf(source)}${isInside() ? " inside" : ""}`
  const before = ofShape.get(name)
  if (before !== undefined) return before
  const made = make()
  if (ofShape.size >= mostNames) ofShape.clear()
  known.set(dialect, ofDialect.set(shape, ofShape.set(name, made)))
  return made
}

/** The most names of a table whose texts are kept. */
const mostNames = 100

const shapeOf = (
  projection: Projection,
  path: string,
  items: Array<Item>,
  context: { readonly compilation: Compilation; readonly isStrict: (alias: Source["alias"]) => boolean }
): RowShape => {
  const { compilation, isStrict } = context
  const add = <C extends ResultColumn>(column: C, node: Node): C => {
    items.push({ sql: nodeText(node, compilation), column })
    return column
  }
  switch (projection._tag) {
    case "Value": {
      const { node } = projection
      const name = path === "" ? "value" : path
      const checked = (node._tag === "Fragment" && node.column !== undefined) ||
        (node._tag === "Field" && isStrict(node.source))
      const column = { ...slotOf(node), index: items.length, name, field: columnOf(node), checked }
      return { _tag: "Value", column: add(column, node) }
    }
    case "Record": {
      const inner = (name: string) => path === "" ? name : `${path}.${name}`
      return {
        _tag: "Record",
        fields: projection.fields.map(([name, field]) => [name, shapeOf(field, inner(name), items, context)])
      }
    }
    case "Instance": {
      const { optional, source, table } = projection
      const columns = table.columns.map((column) => {
        const name = path === "" ? column.name : `${path}.${column.name}`
        const shown = resultColumn(column, items.length, name, isStrict(source))
        return add({ ...shown, nullable: column.nullable || optional }, fieldOf(source, column))
      })
      return { _tag: "Instance", table, optional, columns }
    }
  }
}
