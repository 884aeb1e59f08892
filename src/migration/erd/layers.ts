/**
 * Puts tables into layers, each behind those that its tables refer to, in an order in which the lines between them cross little.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import { at, type TableStructure } from "../../sql/Structure.ts"

/** What stands in a layer: a table, or the lines to one that go past this layer, because it is in a layer before. */
export interface Item {
  readonly table: TableStructure
  readonly isPassed: boolean
}

/** The tables that a table refers to, of those that there are. */
export const targetsOf = (
  tables: ReadonlyArray<TableStructure>,
  { foreignKeys }: TableStructure
): ReadonlyArray<TableStructure> => foreignKeys.flatMap(({ references }) => at(tables, references) ?? [])

/** The layers, from the tables that refer to no other on. */
export const layersOf = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<ReadonlyArray<Item>> => {
  const depths = depthsOf(tables)
  const depthOf = (table: TableStructure) => depths.get(table) ?? 0
  const count = Math.max(0, ...Array.from(depths.values(), (depth) => depth + 1))
  const layers = Array.from({ length: count }, (_, depth): ReadonlyArray<Item> => {
    const passed = tables.filter((target) =>
      depthOf(target) < depth &&
      tables.some((table) => depthOf(table) > depth && targetsOf(tables, table).includes(target))
    )
    return [
      ...tables.filter((table) => depthOf(table) === depth).map((table) => ({ table, isPassed: false })),
      ...passed.map((table) => ({ table, isPassed: true }))
    ]
  })
  const isLinked = (item: Item, { table }: Item) =>
    item.isPassed ? item.table === table : targetsOf(tables, item.table).includes(table)
  return sweeps.reduce<ReadonlyArray<ReadonlyArray<Item>>>((all, sweep) => sweep(all, isLinked), layers)
}

type Linked = (item: Item, before: Item) => boolean
type Sweep = (layers: ReadonlyArray<ReadonlyArray<Item>>, isLinked: Linked) => ReadonlyArray<ReadonlyArray<Item>>

/** Each layer in the order of what its items lead to. */
const forth: Sweep = (layers, isLinked) =>
  layers.reduce<ReadonlyArray<ReadonlyArray<Item>>>(
    (done, layer) => [...done, inOrderOf(layer, done.at(-1) ?? [], isLinked)],
    []
  )

/** Each layer in the order of what leads to its items. */
const back: Sweep = (layers, isLinked) =>
  layers.reduceRight<ReadonlyArray<ReadonlyArray<Item>>>(
    (done, layer) => [inOrderOf(layer, done[0] ?? [], (item, after) => isLinked(after, item)), ...done],
    []
  )

const sweeps = [forth, back, forth, back, forth]

/** The items by where those stand on average that they are linked with; what is linked with none keeps its place. */
const inOrderOf = (layer: ReadonlyArray<Item>, others: ReadonlyArray<Item>, isLinked: Linked): ReadonlyArray<Item> => {
  const middle = (item: Item, own: number) => {
    const places = others.flatMap((other, place) => isLinked(item, other) ? [place] : [])
    return places.length === 0 ? own : places.reduce((sum, place) => sum + place, 0) / places.length
  }
  return layer.map((item, place) => ({ item, middle: middle(item, place) }))
    .toSorted((one, other) => one.middle - other.middle)
    .map(({ item }) => item)
}

/** How many tables come one after the other before each; those that refer to each other in a circle are as deep as each other. */
const depthsOf = (tables: ReadonlyArray<TableStructure>): ReadonlyMap<TableStructure, number> => {
  const nodes = new Map<TableStructure, Graph.NodeIndex>()
  const graph = Graph.directed<TableStructure, undefined>((edges) => {
    for (const table of tables) nodes.set(table, Graph.addNode(edges, table))
    for (const [table, from] of nodes) {
      for (const target of targetsOf(tables, table)) Graph.addEdge(edges, from, nodes.get(target) ?? from, undefined)
    }
  })
  const circles = Graph.stronglyConnectedComponents(graph).map((circle) =>
    tables.filter((table) => circle.some((node) => nodes.get(table) === node))
  )
  const depths = new Map<TableStructure, number>()
  const depthOf = (table: TableStructure): number => {
    const known = depths.get(table)
    if (known !== undefined) return known
    const circle = circles.find((one) => one.includes(table)) ?? [table]
    const targets = circle.flatMap((one) => targetsOf(tables, one)).filter((target) => !circle.includes(target))
    const depth = Math.max(-1, ...targets.map(depthOf)) + 1
    for (const one of circle) depths.set(one, depth)
    return depth
  }
  tables.forEach(depthOf)
  return depths
}
