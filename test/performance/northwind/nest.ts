/**
 * How the peers make trees of flat rows, as their documentation shows it: neither's relational queries run on DuckDB, which has no
 * `json_agg`.
 */

/** Each parent once, in the order of the rows, with its children. */
export const nest = <Row, Parent extends { readonly id: number }, Child>(
  rows: ReadonlyArray<Row>,
  parentOf: (row: Row) => Parent,
  childOf: (row: Row) => Child | null
): ReadonlyArray<readonly [Parent, ReadonlyArray<Child>]> => {
  const trees = new Map<number, [Parent, Array<Child>]>()
  for (const row of rows) {
    const parent = parentOf(row)
    const tree = trees.get(parent.id) ?? [parent, []]
    const child = childOf(row)
    if (child !== null) tree[1].push(child)
    trees.set(parent.id, tree)
  }
  return [...trees.values()]
}
