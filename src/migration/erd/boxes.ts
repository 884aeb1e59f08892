/**
 * How large the boxes of tables are, and where they stand in a picture.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import { type ColumnStructure, fullName, type TableStructure } from "../../sql/Structure.ts"
import { type Item, layersOf, targetsOf } from "./layers.ts"

/** The measures of a box, in pixels: its head, a line for each column, and where the texts of a line stand. */
export const measures = { head: 30, line: 22, side: 10, names: 54 } as const

const letter = 7.2
const between = { layers: 96, boxes: 28, loops: 8 }
const margin = 24
const least = 960

/** A table in its place; the types of its columns stand `types` from its left. */
export interface Box {
  readonly table: TableStructure
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly types: number
}

/** A layer from left to right: its boxes, and how far down lines go past it. */
export interface Column {
  readonly left: number
  readonly right: number
  readonly boxes: ReadonlyArray<Box>
  readonly passing: ReadonlyMap<TableStructure, number>
}

/** All boxes: layers of what refers to each other, and below them what stands alone. */
export interface Picture {
  readonly columns: ReadonlyArray<Column>
  readonly alone: ReadonlyArray<Box>
  readonly width: number
  readonly height: number
}

/** The type of a column, with a question mark where it may be null. */
export const typeText = ({ nullable, type }: ColumnStructure, dialect: Dialect): string =>
  `${shortened(dialect.columnType(type).toLowerCase())}${nullable ? "?" : ""}`

const shortened = (text: string): string => text.length > 26 ? `${text.slice(0, 25)}…` : text

/** The middle of a column's line. */
export const middleOf = ({ table, y }: Box, column: string | undefined): number =>
  y + measures.head + measures.line * Math.max(0, table.columns.findIndex(({ name }) => name === column)) + 12

/** Where everything stands. */
export const pictureOf = (tables: ReadonlyArray<TableStructure>, dialect: Dialect): Picture => {
  const referring = tables.filter((table) =>
    targetsOf(tables, table).length > 0 || tables.some((other) => targetsOf(tables, other).includes(table))
  )
  const columns = layersOf(referring).reduce<ReadonlyArray<Column>>(
    (before, layer) => [...before, columnOf(layer, before, referring, dialect)],
    []
  )
  const boxes = columns.flatMap((column) => column.boxes)
  const last = columns.at(-1)
  const right = last === undefined ? 0 : last.right + loopSpace(last, referring)
  const bottom = Math.max(0, ...boxes.map(bottomOf), ...columns.flatMap(({ passing }) => [...passing.values()]))
  const top = bottom === 0 ? margin : bottom + between.boxes
  const alone = rowsOf(tables.filter((table) => !referring.includes(table)), top, Math.max(right, least), dialect)
  return {
    columns,
    alone,
    width: Math.max(right, ...alone.map((box) => box.x + box.width)) + margin,
    height: Math.max(bottom, ...alone.map(bottomOf)) + margin
  }
}

const bottomOf = (box: Box): number => box.y + box.height

/** How much room the lines take that lead back to the same layer. */
const loopSpace = ({ boxes }: Pick<Column, "boxes">, tables: ReadonlyArray<TableStructure>): number => {
  const inLayer = boxes.map(({ table }) => table)
  const { length } = inLayer.flatMap((table) => targetsOf(tables, table)).filter((target) => inLayer.includes(target))
  return length === 0 ? 0 : 40 + between.loops * length
}

/** How far from its layer a line turns that leads back to it, the first one nearest. */
export const reachOf = (index: number): number => 32 + between.loops * (index + 1)

/** A layer, each of whose items stands as high as what it leads to, as far as those above it let it. */
const columnOf = (
  layer: ReadonlyArray<Item>,
  before: ReadonlyArray<Column>,
  tables: ReadonlyArray<TableStructure>,
  dialect: Dialect
): Column => {
  const last = before.at(-1)
  const left = last === undefined ? margin : last.right + between.layers + loopSpace(last, tables)
  const boxes = new Array<Box>()
  const passing = new Map<TableStructure, number>()
  let free = margin
  for (const { isPassed, table } of layer) {
    if (isPassed) {
      const y = Math.max(free, heightIn(before, table, undefined) ?? free)
      passing.set(table, y)
      free = y + between.boxes
      continue
    }
    const box = sized(table, left, 0, dialect)
    const wanted = table.foreignKeys.flatMap((key) => {
      const target = targetsOf(tables, { ...table, foreignKeys: [key] })[0]
      const height = target === undefined ? undefined : heightIn(before, target, key.targets[0])
      return height === undefined ? [] : [height - middleOf(box, key.columns[0])]
    })
    const mean = wanted.reduce((sum, one) => sum + one, 0) / Math.max(1, wanted.length)
    const y = Math.round(Math.max(free, mean))
    boxes.push({ ...box, y })
    free = y + box.height + between.boxes
  }
  return { left, right: left + Math.max(0, ...boxes.map(({ width }) => width)), boxes, passing }
}

/** How far down the lines to a column come out of the layers before; undefined where the table is in none of them. */
const heightIn = (
  before: ReadonlyArray<Column>,
  table: TableStructure,
  column: string | undefined
): number | undefined => {
  const last = before.at(-1)
  const box = last?.boxes.find((one) => one.table === table)
  return box === undefined ? last?.passing.get(table) : middleOf(box, column ?? table.primaryKey?.columns[0])
}

/** Boxes in rows, which are filled from the left. */
const rowsOf = (
  tables: ReadonlyArray<TableStructure>,
  top: number,
  right: number,
  dialect: Dialect
): ReadonlyArray<Box> => {
  const boxes = new Array<Box>()
  let [x, y, bottom] = [margin, top, top]
  for (const table of tables) {
    const box = sized(table, x, y, dialect)
    const isFull = x > margin && x + box.width > right
    if (isFull) [x, y] = [margin, bottom + between.boxes]
    boxes.push({ ...box, x, y })
    bottom = Math.max(bottom, y + box.height)
    x += box.width + between.boxes
  }
  return boxes
}

const sized = (table: TableStructure, x: number, y: number, dialect: Dialect): Box => {
  const names = Math.max(0, ...table.columns.map(({ name }) => widthOf(name)))
  const types = measures.names + names + 2 * letter
  const row = types + Math.max(0, ...table.columns.map((column) => widthOf(typeText(column, dialect))))
  const head = measures.side + widthOf(fullName(table)) * 1.05
  const width = Math.ceil(Math.max(head, row) + measures.side)
  return {
    table,
    x,
    y,
    width,
    height: measures.head + measures.line * table.columns.length + 6,
    types: Math.ceil(types)
  }
}

/** The width of a text, whose letters are all as wide as each other, but for those of East Asia and pictures. */
const widthOf = (text: string): number =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => letter * (isWide.test(segment) ? 2 : 1))
    .reduce((width, one) => width + one, 0)

const isWide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]|\p{Extended_Pictographic}/u
