/**
 * Pictures of tables: nothing stands on anything else, and no line goes through a table.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Structure, Table, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { type Box, pictureOf } from "../../src/migration/erd/boxes.ts"
import { layersOf } from "../../src/migration/erd/layers.ts"
import { linesOf } from "../../src/migration/erd/lines.ts"
import { mermaid } from "../../src/migration/erd/mermaid.ts"
import { svg } from "../../src/migration/erd/svg.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { at } from "../../src/sql/Structure.ts"
import { tableStructure } from "../../src/sql/tableStructure.ts"
import { models } from "../performance/northwind/models.ts"
import { structures } from "./randomStructure.ts"

type TableStructure = Structure.TableStructure

const column = (name: string, nullable = false): Structure.ColumnStructure => ({ name, type: Type.int32, nullable })

/** A table whose columns refer to the ids of others, by the same names. */
const table = (name: string, ...targets: ReadonlyArray<string>): TableStructure => ({
  name,
  columns: [column("id"), ...targets.map((target) => column(target))],
  primaryKey: { columns: ["id"] },
  uniques: [],
  checks: [],
  foreignKeys: targets.map((target) => ({ columns: [target], references: { name: target }, targets: ["id"] })),
  indexes: []
})

interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const areaOf = ({ height, width, x, y }: Box): Area => ({ left: x, right: x + width, top: y, bottom: y + height })

const isOver = (one: Area, other: Area) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/** What each piece of a path stays inside of: lines by themselves, and curves by the points that pull them. */
const areasOf = (path: string): ReadonlyArray<Area> => {
  const areas: Array<Area> = []
  let [x, y] = [0, 0]
  for (const [, letter = "", rest = ""] of path.matchAll(/([MHVCQ])([^MHVCQ]*)/g)) {
    const numbers = rest.trim().split(/[\s,]+/).map(Number)
    const points = letter === "H" ? [[numbers[0], y]] : letter === "V" ? [[x, numbers[0]]] : pairsOf(numbers)
    const all = letter === "M" ? points : [[x, y], ...points]
    const [xs, ys] = [all.map(([one = 0]) => one), all.map(([, other = 0]) => other)]
    areas.push({ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) })
    const [endX = x, endY = y] = points.at(-1) ?? []
    x = endX
    y = endY
  }
  return areas
}

const pairsOf = (numbers: ReadonlyArray<number>) =>
  numbers.flatMap((one, index) => index % 2 === 0 ? [[one, numbers[index + 1] ?? 0]] : [])

/** A line has no height, which would be over nothing. */
const grown = (area: Area): Area => ({ ...area, top: area.top - 0.5, bottom: area.bottom + 0.5 })

/** Looks at all boxes and lines, and counts the lines. */
const checkPicture = (tables: ReadonlyArray<TableStructure>, dialect: typeof duckdb): number => {
  const picture = pictureOf(tables, dialect)
  const boxes = [...picture.columns.flatMap((one) => one.boxes), ...picture.alone]
  assert.sameMembers(boxes.map((box) => box.table), [...tables])
  for (const [index, box] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) assert.isFalse(isOver(areaOf(box), areaOf(other)))
    assert.isTrue(box.x >= 0 && box.y >= 0)
    assert.isTrue(box.x + box.width <= picture.width && box.y + box.height <= picture.height)
  }
  const lines = linesOf(picture)
  const references = tables.flatMap(({ foreignKeys }) => foreignKeys.filter((key) => at(tables, key.references)))
  assert.strictEqual(lines.length, references.length)
  for (const { label, path } of lines) {
    for (const area of areasOf(path)) {
      assert.isTrue(area.right <= picture.width && area.bottom <= picture.height, label)
      for (const box of boxes) {
        assert.isFalse(isOver(grown(area), areaOf(box)), `${label} goes through ${box.table.name}`)
      }
    }
  }
  assert.deepStrictEqual(openTags(svg(tables, dialect)), [])
  return lines.length
}

/** The elements that never close, or close others. */
const openTags = (text: string): ReadonlyArray<string> => {
  const open: Array<string> = []
  for (const [, slash = "", name = "", self = ""] of text.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (self !== "") continue
    if (slash === "") open.push(name)
    else if (open.at(-1) === name) open.pop()
    else return [...open, `/${name}`]
  }
  return open
}

describe("a picture of tables", () => {
  for (const dialect of [duckdb, postgres]) {
    it.effect.prop(
      `${dialect.name}: nothing is on anything else, and no line goes through a table`,
      { structure: structures(dialect) },
      ({ structure }) =>
        Effect.sync(() => {
          checkPicture(structure.tables, dialect)
        }),
      { arbitrary: { runs: 200 } }
    )
  }

  it("has lines that go past tables, come back to their own, and go around in circles", () => {
    const count = checkPicture([
      table("a"),
      table("b", "a"),
      table("c", "b", "a"),
      table("d", "a", "b", "c", "d"),
      table("e", "d", "a", "f"),
      table("f", "e", "f", "b"),
      table("g", "missing"),
      ...Array.from({ length: 9 }, (_, number) => table(`alone ${number}`))
    ], duckdb)
    assert.strictEqual(count, 13)
    assert.strictEqual(checkPicture([], duckdb), 0)
  })

  it("is that of the documentation", () => {
    const tables = models.map((model) => tableStructure(Table.tableOf(model), duckdb))
    const file = join(import.meta.dirname, "../../docs/images/northwind-erd.svg")
    assert.strictEqual(svg(tables, duckdb), readFileSync(file, "utf8"))
  })

  it("says in words what it shows, whatever the names are", () => {
    const odd: TableStructure = {
      ...table("1 <&> \"2\"\u0000", "a"),
      comment: "What <it> is",
      columns: [
        { ...column("id"), comment: "Which & one" },
        { ...column("a", true), type: Type.oneOf("x", "y") },
        { ...column("日本"), type: Type.custom(Type.text, { duckdb: "STRUCT(first VARCHAR, last VARCHAR)" }) }
      ],
      uniques: [{ columns: ["a"] }]
    }
    const picture = svg([table("a"), odd], duckdb)
    assert.include(picture, "<title id=\"title\">2 tables</title>")
    assert.include(picture, "1 &lt;&amp;&gt; &quot;2&quot;\uFFFD(a) refers to a, or to nothing.")
    assert.include(picture, "<title>What &lt;it&gt; is</title>")
    assert.include(picture, "<title>Which &amp; one</title>")
    assert.include(picture, "struct(first varchar, las…")
    assert.include(picture, "class=\"optional\"")
    assert.match(picture, /<tspan class="FK">FK<\/tspan> <tspan class="UK">UK<\/tspan>/)
    assert.include(svg([table("a")], duckdb), "<title id=\"title\">1 table</title>")
  })
})

describe("layers of tables", () => {
  const names = (tables: ReadonlyArray<TableStructure>) =>
    layersOf(tables).map((layer) => layer.map((item) => item.isPassed ? `(${item.table.name})` : item.table.name))

  it("follow each other as tables refer to each other", () => {
    assert.deepStrictEqual(names([]), [])
    assert.deepStrictEqual(names([table("c", "b", "a"), table("b", "a"), table("a")]), [["a"], ["b", "(a)"], ["c"]])
    assert.deepStrictEqual(names([table("a", "a"), table("b", "a", "missing")]), [["a"], ["b"]])
  })

  it("hold circles together", () => {
    assert.deepStrictEqual(names([table("a", "b"), table("b", "a", "z"), table("z"), table("c", "a")]), [
      ["z"],
      ["a", "b"],
      ["c"]
    ])
  })

  it("are in an order in which lines don't cross", () => {
    assert.deepStrictEqual(names([table("a"), table("b"), table("to b", "b"), table("to a", "a")]), [
      ["a", "b"],
      ["to a", "to b"]
    ])
  })
})

describe("Mermaid", () => {
  it("has names that it can read, whatever they are in the database", () => {
    const tables: ReadonlyArray<TableStructure> = [
      { ...table("a% \"b\""), comment: "no place for it" },
      {
        ...table("sales", "a% \"b\""),
        schema: "old",
        columns: [
          { ...column("id"), comment: "It's \"the\"\nid" },
          { ...column("a% \"b\"", true), type: Type.decimal(10, 2) },
          column("PK"),
          column("1st place"),
          column("größe²")
        ],
        uniques: [{ columns: ["a% \"b\""] }]
      }
    ]
    assert.strictEqual(
      mermaid(tables, duckdb),
      `erDiagram
  "a_ 'b'" {
    INTEGER id PK
  }
  "old.sales" {
    INTEGER id PK "It's 'the' id"
    DECIMAL(10_2) a_b_ FK, UK
    INTEGER _PK
    INTEGER _1st_place
    INTEGER größe_
  }
  "a_ 'b'" |o--o| "old.sales" : "a% 'b'"
`
    )
  })
})
