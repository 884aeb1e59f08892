/**
 * Rows that are given are read from like a table's, whatever their values are.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Query } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { City, day, decimal, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

const schemas = {
  id: Schema.Int,
  text: Schema.NullOr(Schema.String),
  money: Column.decimal({ precision: 10, scale: 2 }),
  at: Schema.NullOr(Column.timestamp),
  day: Column.date,
  tags: Schema.Array(Schema.String),
  option: Schema.OptionFromNullOr(Schema.String),
  document: Column.json(Schema.Struct({ deep: Schema.Struct({ value: Schema.Int }) })),
  struct: Schema.Struct({ name: Schema.String, size: Column.int64 }),
  uuid: Column.uuid
}

const full = {
  id: 1,
  text: "'; DROP TABLE people; --",
  money: decimal("1.50"),
  at: day("2024-02-29T12:00:00.001Z"),
  day: day("2024-02-29"),
  tags: ["a", "\"b\""],
  option: Option.some("x"),
  document: { deep: { value: 7 } },
  struct: { name: "n", size: 2n ** 60n },
  uuid: "aaaaaaaa-0000-4000-8000-000000000000"
}

const rows = [{ ...full, id: 1, text: null, at: null, option: Option.none(), tags: [] }, { ...full, id: 2 }]

export const valuesSource = (name: string, database: Database) =>
  layer(withPeople(database), { timeout: "60 seconds" })(`${name}: values`, (it) => {
    it.effect("are rows with columns of every type", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(Query.values(rows, schemas), "one").orderBy(({ one }) => one.id.asc())
        assert.deepStrictEqual(found.map((row) => "one" in row ? row.one : row), rows)
        const parts = yield* Query.from(Query.values(rows, schemas), "one")
          .where(({ one }) => one.document.get("deep").get("value").eq(7).and(one.text.isNotNull()))
          .select(({ one }) => ({ size: one.struct.get("size"), option: one.option, last: one.tags.at(-1) }))
        assert.deepStrictEqual(parts, [{ size: 2n ** 60n, option: Option.some("x"), last: "\"b\"" }])
      }))

    it.effect("are no rows, where there are none", () =>
      Effect.gen(function*() {
        const none = Query.values<typeof schemas>([], schemas)
        assert.deepStrictEqual(yield* Query.from(none, "one"), [])
        const [found] = yield* Query.from(none, "one").select(({ one }) => ({
          count: Query.count(),
          most: Query.max(one.day)
        }))
        assert.deepStrictEqual(found, { count: 0, most: null })
      }))

    it.effect("join tables", () =>
      Effect.gen(function*() {
        const names = Query.values([{ code: "MAD", name: "Madrid" }, { code: "???", name: "Nowhere" }], {
          code: Schema.String,
          name: Schema.String
        })
        const found = yield* Query.from(City, "city")
          .leftJoin(names, "named", ({ city, named }) => city.code.eq(named.code))
          .select(({ city, named }) => ({ code: city.code, name: named.name }))
          .orderBy(({ code }) => code.asc())
        assert.deepStrictEqual(found, [
          { code: "LIS", name: null },
          { code: "MAD", name: "Madrid" },
          { code: "XXX", name: null }
        ])
        const people = yield* Query.from(names, "named")
          .join(Person, "person", ({ named, person }) => person.city.eq(named.code))
          .groupBy(({ named }) => ({ name: named.name }))
          .select(() => ({ people: Query.count() }))
        assert.deepStrictEqual(people, [{ name: "Madrid", people: 2 }])
      }))

    it.effect("fail where a value is none of its column", () =>
      Effect.gen(function*() {
        const half = Query.values([{ id: 0.5 }], { id: Schema.Int })
        assert.strictEqual((yield* Effect.flip(Query.from(half, "one").all))._tag, "QueryFailed")
      }))
  })
