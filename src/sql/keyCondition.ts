/**
 * Whether a row is one of those with some keys.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import { selectFrom } from "./ast.ts"
import { type Alias, both, fieldOf, type Node, verbatim } from "./node.ts"
import { whole } from "./slot.ts"

type Row = Readonly<Record<string, unknown>>

/**
 * Whether a row of a table has one of these primary keys, which are told by the fields of rows: each column of them is sent as one
 * list, so that there can be any number.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keyIsAmong = ({ primaryKey }: Table, alias: Alias, rows: ReadonlyArray<Row>): Node => {
  const lists = primaryKey.map((column, index) => ({
    name: `c${index}`,
    values: rows.map((row) => row[column.field]),
    slot: column,
    column
  }))
  const [only, ...more] = lists
  if (only !== undefined && more.length === 0) {
    const { column, values } = only
    return { _tag: "Membership", operand: fieldOf(alias, column), values, slot: column, column }
  }
  const keys: Alias = { name: "keys" }
  const source = { _tag: "ListSource", alias: keys, lists, place: "place" } as const
  const same = lists.map(({ column, name }) => equal(fieldOf(alias, column), fieldOf(keys, { ...column, name })))
  return {
    _tag: "Exists",
    read: { ...selectFrom(source, { _tag: "Value", node: verbatim("1", whole) }), where: same.reduce(both) }
  }
}

const equal = (left: Node, right: Node): Node => ({ _tag: "Comparison", operator: "=", left, right })
