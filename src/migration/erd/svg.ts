/**
 * Draws tables and their references as a picture: boxes of columns, layer by layer, and lines with crow's feet between them.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import { fullName, type TableStructure } from "../../sql/Structure.ts"
import { type Box, measures, pictureOf, typeText } from "./boxes.ts"
import { keysOf } from "./keys.ts"
import { type Line, linesOf } from "./lines.ts"

/**
 * The picture of tables, as SVG. It has the colours of the page that shows it, light or dark, and says in words what it shows.
 *
 * @category conversions
 * @since 0.1.0
 */
export const svg = (tables: ReadonlyArray<TableStructure>, dialect: Dialect): string => {
  const picture = pictureOf(tables, dialect)
  const { alone, columns, height, width } = picture
  const lines = linesOf(picture)
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
    `<title id="title">${tables.length === 1 ? "1 table" : `${tables.length} tables`}</title>`,
    `<desc id="desc">${escaped(described(tables, lines))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...lines.map(lineText),
    ...[...columns.flatMap(({ boxes }) => boxes), ...alone].flatMap((box) => boxText(box, dialect)),
    "</svg>",
    ""
  ].join("\n")
}

const style = [
  "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;fill:#1f2933;white-space:pre}",
  ".page,.box{fill:#fff}.box{stroke:#9aa5b1}.head{fill:#e4e7eb}.name{font-weight:700}",
  ".type{fill:#616e7c}.PK{fill:#8d5a00}.FK{fill:#1d5fa8}.UK{fill:#616e7c}",
  ".line{fill:none;stroke:#52606d}.optional{stroke-dasharray:5 3}",
  "@media (prefers-color-scheme:dark){text{fill:#f5f7fa}.page,.box{fill:#1f2933}.box{stroke:#616e7c}.head{fill:#323f4b}",
  ".type,.UK{fill:#9aa5b1}.PK{fill:#f0b429}.FK{fill:#7cb8f0}.line{stroke:#cbd2d9}}"
].join("")

const described = (tables: ReadonlyArray<TableStructure>, lines: ReadonlyArray<Line>): string =>
  [`Tables: ${tables.map(fullName).join(", ")}.`, ...lines.map(({ label }) => `${label}.`)].join(" ")

const lineText = ({ ends, isOptional, label, path }: Line): string =>
  `<g class="line"><title>${escaped(label)}</title><path${isOptional ? " class=\"optional\"" : ""} d="${path}"/>` +
  `<path d="${ends}"/></g>`

const boxText = ({ height, table, types, width, x, y }: Box, dialect: Dialect): ReadonlyArray<string> => [
  `<g transform="translate(${x},${y})">`,
  ...(table.comment === undefined ? [] : [`<title>${escaped(table.comment)}</title>`]),
  `<rect class="box" width="${width}" height="${height}" rx="6"/>`,
  `<path class="head" d="M.5 ${measures.head}V6a5.5 5.5 0 0 1 5.5-5.5H${
    width - 6
  }a5.5 5.5 0 0 1 5.5 5.5V${measures.head}z"/>`,
  `<text class="name" x="${measures.side}" y="20">${escaped(fullName(table))}</text>`,
  ...table.columns.map((column, index) => {
    const base = measures.head + measures.line * index + 16
    const keys = keysOf(table, column).slice(0, 2)
    const texts = [
      ...(keys.length === 0
        ? []
        : [
          `<text x="${measures.side}" y="${base}">${
            keys.map((key) => `<tspan class="${key}">${key}</tspan>`).join(" ")
          }</text>`
        ]),
      `<text x="${measures.names}" y="${base}"${keys.includes("PK") ? " class=\"name\"" : ""}>${
        escaped(column.name)
      }</text>`,
      `<text class="type" x="${types}" y="${base}">${escaped(typeText(column, dialect))}</text>`
    ]
    const { comment } = column
    return comment === undefined ? texts.join("") : `<g><title>${escaped(comment)}</title>${texts.join("")}</g>`
  }),
  "</g>"
]

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
    // XML has no such characters, not even escaped
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
