/**
 * Draws tables and their references as a picture: boxes of columns, layer by layer, and lines with crow's feet between them.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import { at, type ForeignKeyStructure, fullName, type TableStructure } from "../../sql/Structure.ts"
import { isReferringOnce, keysOf } from "./keys.ts"
import { layersOf } from "./layers.ts"

const letter = 7.2
const line = 22
const head = 30
const between = { layers: 96, boxes: 28 }
const margin = 24

/** A table in its place. */
interface Box {
  readonly table: TableStructure
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The picture of tables, as SVG.
 *
 * @category conversions
 * @since 0.1.0
 */
export const svg = (tables: ReadonlyArray<TableStructure>, dialect: Dialect): string => {
  const boxes = placed(tables, dialect)
  const width = Math.max(0, ...boxes.map((box) => box.x + box.width)) + margin + (boxes.some(hasLoop) ? 40 : 0)
  const height = Math.max(0, ...boxes.map((box) => box.y + box.height)) + margin
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(`${tables.length} tables`)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" width="100%" height="100%"/>`,
    ...boxes.flatMap((box) => box.table.foreignKeys.flatMap((key) => reference(box, key, boxes))),
    ...boxes.flatMap((box) => drawn(box, dialect)),
    "</svg>",
    ""
  ].join("\n")
}

const style = [
  "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2933}",
  ".page{fill:#fff}.box{fill:#fff;stroke:#9aa5b1}.head{fill:#e4e7eb}.name{font-weight:700}",
  ".type,.key{fill:#7b8794}.line{fill:none;stroke:#52606d}.rule{stroke:#e4e7eb}",
  "@media (prefers-color-scheme:dark){text{fill:#f5f7fa}.page,.box{fill:#1f2933}.head,.rule{fill:#323f4b;stroke:#323f4b}",
  ".type,.key{fill:#9aa5b1}.line{stroke:#cbd2d9}}"
].join("")

const placed = (tables: ReadonlyArray<TableStructure>, dialect: Dialect): ReadonlyArray<Box> => {
  const boxes = new Array<Box>()
  let x = margin
  for (const layer of layersOf(tables)) {
    let y = margin
    const width = Math.max(...layer.map((table) => widthOf(table, dialect)))
    for (const table of layer) {
      const height = head + line * table.columns.length + 6
      boxes.push({ table, x, y, width, height })
      y += height + between.boxes
    }
    x += width + between.layers
  }
  return boxes
}

const widthOf = (table: TableStructure, dialect: Dialect): number => {
  const rows = table.columns.map((column) => keyWidth + column.name.length + typeText(column, dialect).length + 3)
  return Math.ceil(letter * Math.max(fullName(table).length + 2, ...rows)) + 20
}

const keyWidth = 6

const typeText = ({ nullable, type }: TableStructure["columns"][number], dialect: Dialect): string =>
  `${dialect.columnType(type).toLowerCase()}${nullable ? "?" : ""}`

const drawn = ({ height, table, width, x, y }: Box, dialect: Dialect): ReadonlyArray<string> => [
  `<g transform="translate(${x},${y})">`,
  ...(table.comment === undefined ? [] : [`<title>${escaped(table.comment)}</title>`]),
  `<rect class="box" width="${width}" height="${height}" rx="6"/>`,
  `<path class="head" d="M0 ${head}V6a6 6 0 0 1 6-6H${width - 6}a6 6 0 0 1 6 6V${head}z"/>`,
  `<text class="name" x="10" y="20">${escaped(fullName(table))}</text>`,
  ...table.columns.flatMap((column, index) => {
    const base = head + line * index + 16
    return [
      `<text class="key" x="10" y="${base}">${keysOf(table, column).slice(0, 2).join(" ")}</text>`,
      `<text x="${10 + letter * keyWidth}" y="${base}">${escaped(column.name)}</text>`,
      `<text class="type" x="${width - 10}" y="${base}" text-anchor="end">${escaped(typeText(column, dialect))}</text>`
    ]
  }),
  "</g>"
]

/** The line of a reference: from the row of its first column to that of the column that it refers to. */
const reference = (box: Box, key: ForeignKeyStructure, boxes: ReadonlyArray<Box>): ReadonlyArray<string> => {
  const table = at(boxes.map((one) => one.table), key.references)
  const target = boxes.find((one) => one.table === table)
  if (target === undefined) return []
  const from = rowOf(box, key.columns[0])
  const to = rowOf(target, key.targets[0])
  // beside each other the line goes around on the right
  const isBeside = target.x >= box.x
  const start = isBeside ? box.x + box.width : box.x
  const end = target.x + target.width
  const out = isBeside ? 1 : -1
  const reach = isBeside ? Math.max(start, end) + 44 : undefined
  const path = reach === undefined
    ? `M${start} ${from}C${start - 48} ${from} ${end + 48} ${to} ${end} ${to}`
    : `M${start} ${from}C${reach} ${from} ${reach} ${to} ${end} ${to}`
  const isNullable = box.table.columns.some(({ name, nullable }) => nullable && key.columns.includes(name))
  const label = `${fullName(box.table)}(${key.columns.join(", ")}) refers to ${fullName(target.table)}`
  return [
    `<g class="line"><title>${escaped(label)}</title><path d="${path}"/>`,
    isReferringOnce(box.table, key)
      ? `<path d="M${start + out * 8} ${from - 5}v10"/>`
      : `<path d="M${start} ${from - 6}L${start + out * 12} ${from}L${start} ${from + 6}"/>`,
    isNullable ? `<circle cx="${end + 12}" cy="${to}" r="4"/>` : `<path d="M${end + 12} ${to - 5}v10"/>`,
    `<path d="M${end + 6} ${to - 5}v10"/></g>`
  ]
}

const rowOf = ({ table, y }: Box, column: string | undefined): number =>
  y + head + line * Math.max(0, table.columns.findIndex(({ name }) => name === column)) + 12

const hasLoop = ({ table }: Box): boolean => table.foreignKeys.length > 0

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
    // XML has no such characters, not even escaped
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
