/**
 * The list of a select or of `RETURNING`, and what the rows of its projection become.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import { columnOf } from "./anyExpression.ts"
import type { Projection, Source } from "./ast.ts"
import { BoundedMap } from "./boundedMap.ts"
import type { Compilation } from "./compilation.ts"
import type { ModelColumn, ResultColumn, RowsColumn, RowShape } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { type Alias, fieldOf, type Node } from "./node.ts"
import { nodeText } from "./nodeText.ts"
import { slotOf } from "./slot.ts"
import { resultColumn, tableShape } from "./tableShape.ts"

/** One item of a select list: its value, and how it stands there. */
export interface Item {
  readonly sql: string
  readonly text: string
  readonly column: ResultColumn
}

/** A projection as a list, and what its rows become. */
export interface Projected {
  readonly items: ReadonlyArray<Item>
  readonly list: string
  readonly shape: RowShape
}

/** An item, with a name that tells it apart: said where it isn't the one that its value has by itself. */
export const itemOf = (column: ResultColumn, sql: string, compilation: Compilation, own?: string): Item => {
  const text = resultText(column, sql, compilation)
  const isNamed = own === column.name && text === sql
  return { sql, text: isNamed ? text : `${text} AS ${compilation.dialect.identifier(column.name)}`, column }
}

const itemOfNode = (column: ResultColumn, node: Node, compilation: Compilation): Item =>
  itemOf(column, nodeText(node, compilation), compilation, node._tag === "Field" ? node.name : undefined)

export const selectList = (items: ReadonlyArray<Item>): string => items.map(({ text }) => text).join(", ")

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
  return { items, list: selectList(items), shape }
}

/** What was made for tables, by how statements call them. */
type Known<A> = WeakMap<Dialect, WeakMap<object, Map<string, A>>>

/** The most names of a table that something is kept for. */
const mostNames = 100

/** Makes something for a table once for each name: most statements ask for whole rows, which are most of their text. */
const knownAs = <A>(
  known: Known<A>,
  table: object,
  name: string,
  { dialect, isInside }: Compilation,
  make: () => A
): A => {
  const ofDialect = getOrInsert(known, dialect, () => new WeakMap<object, Map<string, A>>())
  const ofTable = getOrInsert(ofDialect, table, () => new BoundedMap<string, A>(mostNames))
  return getOrInsert(ofTable, isInside() ? `inside ${name}` : name, make)
}

const byThemselves: Known<Projected> = new WeakMap()

/** The rows of a table by themselves, which have a shape of their own, so that all are built by one function. */
const rowsOf = (
  shape: RowShape & { readonly columns: ReadonlyArray<ModelColumn> },
  source: Alias,
  compilation: Compilation
): Projected =>
  knownAs(byThemselves, shape, compilation.nameOf(source), compilation, () => {
    const items = shape.columns.map((column) => itemOfNode(column, fieldOf(source, column.field), compilation))
    return { items, list: selectList(items), shape }
  })

/** A whole row beside others in a list. */
interface Part {
  readonly items: ReadonlyArray<Item>
  readonly shape: RowShape
}

const besideOthers: Known<Part> = new WeakMap()

/** A whole row at a path, whose columns begin at a place of a list. */
const partOf = (
  { optional, source, table }: Extract<Projection, { readonly _tag: "Instance" }>,
  path: string,
  place: number,
  checked: boolean,
  compilation: Compilation
): Part =>
  knownAs(
    besideOthers,
    table,
    `${place} ${optional} ${checked} ${compilation.nameOf(source)} ${path}`,
    compilation,
    () => {
      const items: Array<Item> = []
      const columns = table.columns.map((column, index) => {
        const name = `${path}.${column.name}`
        const shown = {
          ...resultColumn(column, place + index, name, checked),
          nullable: column.nullable || optional
        }
        items.push(itemOfNode(shown, fieldOf(source, column), compilation))
        return shown
      })
      return { items, shape: { _tag: "Instance", table, optional, columns } }
    }
  )

const rowsColumn = { type: { _tag: "Json" }, nullable: false, field: undefined, checked: false } as const

const shapeOf = (
  projection: Projection,
  path: string,
  items: Array<Item>,
  context: { readonly compilation: Compilation; readonly isStrict: (alias: Source["alias"]) => boolean }
): RowShape => {
  const { compilation, isStrict } = context
  const add = <C extends ResultColumn>(column: C, node: Node): C => {
    items.push(itemOfNode(column, node, compilation))
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
      const part = partOf(projection, path, items.length, isStrict(projection.source), compilation)
      items.push(...part.items)
      return part.shape
    }
    case "Rows": {
      const { sql, ...rows } = compilation.rowsParts(projection.read, compilation)
      const column: RowsColumn = { ...rowsColumn, index: items.length, name: path, rows }
      items.push(itemOf(column, sql, compilation))
      return { _tag: "Rows", column }
    }
  }
}
