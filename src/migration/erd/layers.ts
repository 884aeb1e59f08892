/**
 * Puts tables into layers, each behind those that its tables refer to, so that lines between them are short and cross little.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import { at, isSamePlace, type TableStructure } from "../../sql/Structure.ts"

/** The layers, from the tables that refer to no other on. */
export const layersOf = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<ReadonlyArray<TableStructure>> => {
  const depths = depthsOf(tables)
  const layers = new Array<ReadonlyArray<TableStructure>>()
  for (let depth = 0; depth <= Math.max(-1, ...depths.values()); depth += 1) {
    const before = layers.at(-1) ?? []
    const inLayer = tables.filter((table) => depths.get(table) === depth)
    layers.push(inLayer.toSorted((one, other) => middle(one, before) - middle(other, before)))
  }
  return layers
}

/** Where the tables stand on average that one refers to, among those of the layer before; last, if it refers to none of them. */
const middle = (table: TableStructure, before: ReadonlyArray<TableStructure>): number => {
  const places = table.foreignKeys
    .map(({ references }) => before.findIndex((other) => isSamePlace(other, references)))
    .filter((place) => place >= 0)
  return places.length === 0 ? before.length : places.reduce((sum, place) => sum + place, 0) / places.length
}

/** How many tables come one after the other before each; those that refer to each other in a circle are as deep as each other. */
const depthsOf = (tables: ReadonlyArray<TableStructure>): ReadonlyMap<TableStructure, number> => {
  const nodes = new Map<TableStructure, Graph.NodeIndex>()
  const graph = Graph.directed<TableStructure, undefined>((edges) => {
    for (const table of tables) nodes.set(table, Graph.addNode(edges, table))
    for (const [table, from] of nodes) {
      for (const { references } of table.foreignKeys) {
        const target = at(tables, references)
        const to = target === undefined ? undefined : nodes.get(target)
        if (to !== undefined) Graph.addEdge(edges, from, to, undefined)
      }
    }
  })
  const circles = Graph.stronglyConnectedComponents(graph).map((circle) =>
    new Set(tables.filter((table) => circle.some((node) => nodes.get(table) === node)))
  )
  const depths = new Map<TableStructure, number>()
  const depthOf = (table: TableStructure): number => {
    const known = depths.get(table)
    if (known !== undefined) return known
    const circle = circles.find((one) => one.has(table)) ?? new Set([table])
    const targets = [...circle].flatMap(({ foreignKeys }) =>
      foreignKeys.flatMap(({ references }) => at(tables, references) ?? [])
    )
    const depth = Math.max(-1, ...targets.filter((target) => !circle.has(target)).map(depthOf)) + 1
    for (const one of circle) depths.set(one, depth)
    return depth
  }
  tables.forEach(depthOf)
  return depths
}
