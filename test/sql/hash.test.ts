/**
 * A hash tells queries apart by what they say, and by nothing else.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Sql } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { selectFrom } from "../../src/sql/ast.ts"
import { digest, hash } from "../../src/sql/hash.ts"

class Shop extends Model.Class<Shop>("Shop")({
  id: Column.primaryKey(Schema.Int),
  city: Schema.String
}, { table: "shops" }) {}

class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  label: Schema.OptionFromNullOr(Schema.String),
  shop: Schema.Int,
  count: Column.int32,
  price: Column.decimal({ precision: 8, scale: 2 }),
  seen: Schema.Date,
  at: Column.timestamp,
  size: Schema.Number,
  views: Column.int64,
  fresh: Schema.Boolean,
  tags: Schema.Array(Schema.String)
}, { table: "items" }) {}

/** What a query says, as data: two that are the same make the same query. */
const Said = Schema.Struct({
  model: Schema.Literals(["Item", "Shop"]),
  name: Schema.Literals(["one", "other"]),
  compared: Schema.Array(Schema.Struct({
    operator: Schema.Literals(["eq", "ne", "gt", "lte"]),
    value: Schema.Literals([1, 2])
  })).check(Schema.isMaxLength(2)),
  among: Schema.NullOr(Schema.Array(Schema.Literals([1, 2])).check(Schema.isMaxLength(2))),
  joined: Schema.NullOr(Schema.Literals(["join", "leftJoin"])),
  order: Schema.NullOr(Schema.Literals(["asc", "desc", "ascNullsFirst"])),
  distinct: Schema.Boolean,
  limit: Schema.NullOr(Schema.Literals([1, 2])),
  offset: Schema.NullOr(Schema.Literals([1, 2]))
})

type Said = typeof Said.Type

/** The query that is said so. */
const queryOf = (said: Said): Query.Query<unknown> => {
  const start = said.model === "Item" ? Query.from(Item, said.name) : Query.from(Shop, said.name)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both have the columns that are asked for here
  let query = start as unknown as Query.From<Record<string, { id: ReturnType<typeof idOf> }>, object, unknown>
  const first = said.name
  for (const { operator, value } of said.compared) query = query.where((scope) => id(scope, first)[operator](value))
  const { among, joined, limit, offset, order } = said
  if (among !== null) query = query.where((scope) => id(scope, first).in(among))
  if (order !== null) query = query.orderBy((scope) => id(scope, first)[order]())
  if (said.distinct) query = query.distinct()
  if (limit !== null) query = query.limit(limit)
  if (offset !== null) query = query.offset(offset)
  if (joined === null) return query
  return query[joined](Shop, "joined", (scope) => id(scope, first).eq(id(scope, "joined")))
}

const idOf = (item: Query.ColumnsOf<typeof Item>) => item.id

const id = (scope: object, name: string): ReturnType<typeof idOf> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every source here has an id
  (Reflect.get(scope, name) as { readonly id: ReturnType<typeof idOf> }).id

/** What a source is called is said only where the rows of a join are called so. */
const wholeOf = (said: Said) => JSON.stringify({ ...said, name: said.joined === null ? null : said.name })

/** What is said without values. */
const shapeOf = (said: Said) =>
  wholeOf({
    ...said,
    compared: said.compared.map(({ operator }) => ({ operator, value: 1 })),
    among: said.among && [],
    limit: said.limit && 1,
    offset: said.offset && 1
  })

const items = Query.from(Item)

describe("a hash", () => {
  it.effect.prop("is the same for queries that say the same, and no other", {
    one: Arbitrary.schema(Said),
    other: Arbitrary.schema(Said)
  }, ({ one, other }) =>
    Effect.sync(() => {
      const [first, again, second] = [queryOf(one), queryOf(one), queryOf(other)]
      assert.strictEqual(first.hash, again.hash)
      assert.strictEqual(first.shapeHash, again.shapeHash)
      assert.strictEqual(first.hash === second.hash, wholeOf(one) === wholeOf(other))
      assert.strictEqual(first.shapeHash === second.shapeHash, shapeOf(one) === shapeOf(other))
      assert.match(first.hash, /^[0-9a-f]{16}$/)
    }), { arbitrary: { runs: 300 } })

  it("is made of what is said alone, so that it is the same in every process", () => {
    assert.strictEqual(digest(""), "488bdcb81aee8d83")
    assert.strictEqual(digest("SELECT"), "2baae12ea15bd01d")
  })

  it("tells values of all kinds apart, and not their shapes", () => {
    const values = [
      items.where((item) => item.name.eq("1")),
      items.where((item) => item.name.eq("1n")),
      items.where((item) => item.size.eq(0)),
      items.where((item) => item.size.eq(-0)),
      items.where((item) => item.size.eq(Number.NaN)),
      items.where((item) => item.views.eq(1n)),
      items.where((item) => item.price.eq(BigDecimal.fromStringUnsafe("1.0"))),
      items.where((item) => item.price.eq(BigDecimal.fromStringUnsafe("1.5"))),
      items.where((item) => item.seen.eq(new Date(0))),
      items.where((item) => item.at.eq(DateTime.makeUnsafe(0))),
      items.where((item) => item.label.eq(Option.some("x"))),
      items.where((item) => item.label.eq(Option.none())),
      items.where((item) => item.tags.eq(["a", "b"])),
      items.where((item) => item.tags.eq(["a,b"])),
      items.where((item) => item.fresh.eq(true))
    ]
    assert.strictEqual(new Set(values.map((query) => query.hash)).size, values.length)
    assert.strictEqual(
      items.where((item) => item.price.eq(BigDecimal.fromStringUnsafe("1.0"))).hash,
      items.where((item) => item.price.eq(BigDecimal.fromStringUnsafe("1"))).hash
    )
    assert.strictEqual(
      items.where((item) => item.name.eq("a")).shapeHash,
      items.where((item) => item.name.eq("b")).shapeHash
    )
    const hashOf = (value: unknown) =>
      hash({
        _tag: "RawWrite",
        alias: { name: "x" },
        raw: {
          texts: ["", ""],
          parts: [{
            _tag: "Expression",
            node: {
              _tag: "Value",
              value,
              slot: { type: { _tag: "Text" }, nullable: false },
              column: undefined
            }
          }]
        }
      })
    assert.notStrictEqual(hashOf(Uint8Array.of(1)), hashOf(Uint8Array.of(2)))
    assert.notStrictEqual(hashOf({ a: 1 }), hashOf({ a: "1" }))
    assert.notStrictEqual(hashOf({ a: null }), hashOf({ a: {} }))
    assert.notStrictEqual(hashOf(new Map([["a", 1]])), hashOf(new Map([["a", 2]])))
    assert.notStrictEqual(hashOf(Duration.millis(1)), hashOf(Duration.micros(1n)))
    assert.strictEqual(hashOf(Duration.millis(1)), hashOf(Duration.micros(1_000n)))
    assert.notStrictEqual(hashOf(Redacted.make("a")), hashOf(Redacted.make("b")))
  })

  it("minds which field of a value is meant, also in the shape", () => {
    class Place extends Model.Class<Place>("Place")({
      at: Schema.Struct({ x: Schema.Int, y: Schema.Int })
    }, { table: "places" }) {}
    const by = (key: "x" | "y") => Query.from(Place).orderBy((place) => place.at.get(key).asc())
    assert.notStrictEqual(by("x").shapeHash, by("y").shapeHash)
  })

  it("minds the schema of a table, and which of its rows are lifted", () => {
    class Elsewhere extends Model.Class<Elsewhere>("Elsewhere")({
      id: Column.primaryKey(Schema.Int),
      city: Schema.String
    }, { table: "shops", schema: "elsewhere" }) {}
    assert.notStrictEqual(Query.from(Shop).hash, Query.from(Elsewhere).hash)
    assert.notStrictEqual(Query.from(Shop).hash, Query.from(Query.acrossTenants(Shop)).hash)
    const lists = (values: ReadonlyArray<unknown>, withParameters: boolean) => {
      const slot = { type: { _tag: "Int32" }, nullable: false } as const
      const list = { name: "id", values, slot, column: undefined }
      const source = { _tag: "ListSource", alias: { name: "given" }, lists: [list], place: "place" } as const
      return hash(selectFrom(source, { _tag: "Record", fields: [] }), withParameters)
    }
    assert.notStrictEqual(lists([1], true), lists([2], true))
    assert.strictEqual(lists([1], false), lists([2, 3], false))
  })

  it("minds which source a column is of, and not what the sources are called", () => {
    const one = Query.from(Item, "a").join(Item, "b", ({ a, b }) => a.id.eq(b.shop)).select(({ a }) => ({ id: a.id }))
    const same = Query.from(Item, "x").join(Item, "y", ({ x, y }) => x.id.eq(y.shop)).select(({ x }) => ({ id: x.id }))
    const other = Query.from(Item, "x").join(Item, "y", ({ x, y }) => y.id.eq(x.shop)).select(({ x }) => ({ id: x.id }))
    assert.strictEqual(one.hash, same.hash)
    assert.notStrictEqual(one.hash, other.hash)
  })

  it("is of common table expressions, recursive ones too, and of SQL by hand", () => {
    const counting = (most: number) =>
      Query.recursive(
        "numbers",
        items.where((item) => item.id.eq(1)).select((item) => ({ n: item.id })),
        (numbers) =>
          Query.from(numbers, "before").where(({ before }) => before.n.lt(most)).select(({ before }) => ({
            n: before.n.add(1)
          }))
      )
    const twice = (most: number) => {
      const numbers = counting(most)
      return Query.from(numbers, "a").join(numbers, "b", ({ a, b }) => a.n.eq(b.n))
    }
    assert.strictEqual(twice(3).hash, twice(3).hash)
    assert.notStrictEqual(twice(3).hash, twice(4).hash)
    const raw = (name: string, text: TemplateStringsArray) => Sql.query(Schema.Struct({ [name]: Schema.Int }))(text)
    const one = (text: TemplateStringsArray) => text
    assert.strictEqual(raw("n", one`SELECT 1 AS n`).hash, raw("n", one`SELECT 1 AS n`).hash)
    assert.notStrictEqual(raw("n", one`SELECT 1 AS n`).hash, raw("n", one`SELECT 2 AS n`).hash)
  })
})
