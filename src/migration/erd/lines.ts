/**
 * The lines of references in a picture of tables. None goes through a box: they pass a layer where there is room for them.
 *
 * @since 0.1.0
 */
import { at, type ForeignKeyStructure, fullName } from "../../sql/Structure.ts"
import { type Box, type Column, middleOf, type Picture, reachOf } from "./boxes.ts"
import { isReferringOnce } from "./keys.ts"

/** A line from a column to that which it refers to, as paths of SVG. */
export interface Line {
  readonly label: string
  /** Whether the column may be null; such a line has gaps. */
  readonly isOptional: boolean
  readonly path: string
  /** A crow's foot where many rows refer to one, a stroke where it is one at most, and two strokes at that one. */
  readonly ends: string
}

/** The lines of all references between these boxes. */
export const linesOf = ({ columns }: Picture): ReadonlyArray<Line> => {
  const boxes = columns.flatMap((column) => column.boxes)
  const tables = boxes.map(({ table }) => table)
  return columns.flatMap((column, layer) => {
    let loops = 0
    return column.boxes.flatMap((box) =>
      box.table.foreignKeys.flatMap((key) => {
        const table = at(tables, key.references)
        const target = boxes.find((one) => one.table === table)
        if (target === undefined) return []
        if (!column.boxes.includes(target)) return [lineOf(box, key, target, back(columns, layer, box, key, target))]
        loops += 1
        return [lineOf(box, key, target, around(column, box, key, target, reachOf(loops - 1)))]
      })
    )
  })
}

/** Where a line begins and ends, to which side it leaves its box, and the way between. */
interface Way {
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly side: 1 | -1
  readonly path: string
}

const lineOf = (box: Box, key: ForeignKeyStructure, target: Box, { from, path, side, to }: Way): Line => {
  const isOptional = box.table.columns.some(({ name, nullable }) => nullable && key.columns.includes(name))
  const label = `${fullName(box.table)}(${key.columns.join(", ")}) refers to ${fullName(target.table)}` +
    (isOptional ? ", or to nothing" : "")
  const [x, y] = from
  const start = isReferringOnce(box.table, key)
    ? `M${x + side * 8} ${y - 5}v10`
    : `M${x} ${y - 6}L${x + side * 12} ${y}L${x} ${y + 6}`
  return { label, isOptional, path, ends: `${start}M${to[0] + 6} ${to[1] - 5}v10m4-10v10` }
}

const straight = 14

/** To a layer before, past those between. */
const back = (
  columns: ReadonlyArray<Column>,
  layer: number,
  box: Box,
  key: ForeignKeyStructure,
  target: Box
): Way => {
  const from = [box.x, middleOf(box, key.columns[0])] as const
  const to = [target.x + target.width, middleOf(target, key.targets[0])] as const
  const targetLayer = columns.findIndex(({ boxes }) => boxes.includes(target))
  const pieces = [`M${from[0]} ${from[1]}H${from[0] - straight}`]
  let place: readonly [x: number, y: number] = [from[0] - straight, from[1]]
  const curveTo = (x: number, y: number) => {
    const middle = (place[0] + x) / 2
    pieces.push(`C${middle} ${place[1]} ${middle} ${y} ${x} ${y}`)
    place = [x, y]
  }
  for (const { left, passing, right } of columns.slice(targetLayer + 1, layer).toReversed()) {
    curveTo(right + straight, passing.get(target.table) ?? place[1])
    pieces.push(`H${left - straight}`)
    place = [left - straight, place[1]]
  }
  curveTo((columns[targetLayer]?.right ?? to[0]) + straight, to[1])
  return { from, to, side: -1, path: `${pieces.join("")}H${to[0]}` }
}

/** To the same layer, around on its right. */
const around = ({ right }: Column, box: Box, key: ForeignKeyStructure, target: Box, reach: number): Way => {
  const from = [box.x + box.width, middleOf(box, key.columns[0])] as const
  const to = [target.x + target.width, middleOf(target, key.targets[0])] as const
  const turn = right + reach
  const down = Math.sign(to[1] - from[1])
  const round = Math.min(8, Math.abs(to[1] - from[1]) / 2)
  const path = `M${from[0]} ${from[1]}H${turn - round}Q${turn} ${from[1]} ${turn} ${from[1] + down * round}` +
    `V${to[1] - down * round}Q${turn} ${to[1]} ${turn - round} ${to[1]}H${to[0]}`
  return { from, to, side: 1, path }
}
