/**
 * Pages hold every row once, in the order of their query, whatever it is ordered by.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, OrmError, Query, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { City, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Mark extends Model.Class<Mark>("Mark")({
  group: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  label: Schema.NullOr(Schema.Literals(["a", "b"])),
  points: Schema.NullOr(Column.int8),
  score: Schema.NullOr(Schema.Number),
  price: Schema.NullOr(Column.decimal({ precision: 6, scale: 2 })),
  at: Schema.NullOr(Column.timestamp),
  views: Column.int64,
  note: Schema.OptionFromNullOr(Schema.String)
}, { table: "page_marks" }) {}

type Marks = Expression.Columns<typeof Mark>

const field = Schema.Literals(["label", "points", "score", "price", "at", "views", "note"])
const direction = Schema.Literals(["asc", "desc", "ascNullsFirst", "descNullsFirst"])
const order = Arbitrary.array(Arbitrary.schema(Schema.Struct({ field, direction })), { maxLength: 3 })

const rows = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({
    label: Schema.NullOr(Schema.Literals(["a", "b"])),
    points: Schema.NullOr(Schema.Literals([-1, 0, 1])),
    score: Schema.NullOr(Schema.Literals(["0.5", "-0.5", "NaN", "Infinity"])),
    price: Schema.NullOr(Schema.Literals(["1", "-2.50"])),
    at: Schema.NullOr(Schema.Literals([0.25, -1.5, 1_700_000_000_000])),
    views: Schema.Literals([2n ** 60n, 2n ** 60n + 1n]),
    note: Schema.NullOr(Schema.Literals(["", "x", "'; DROP TABLE page_marks; --"]))
  })),
  { maxLength: 20 }
)

/** All pages of a query, one after the other. */
const allPages = <A>(query: Query.Query<A>, size: number) =>
  Effect.gen(function*() {
    const found: Array<A> = []
    let pages = 0
    let after: string | undefined
    do {
      const page = yield* Query.page(query, { size, after })
      assert.isAtMost(page.rows.length, size)
      found.push(...page.rows)
      after = Option.getOrUndefined(page.next)
      pages++
    } while (after !== undefined)
    assert.strictEqual(pages, Math.max(1, Math.ceil(found.length / size)))
    return found
  })

const byAge = Query.from(Person).orderBy((person) => person.age.desc())

export const pages = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Mark]), { timeout: "60 seconds" })(`${name}: pages`, (it) => {
    let group = 0
    it.effect.prop(
      "hold every row once, in any order, with nulls and ties",
      { rows, order, size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 })) },
      ({ order: given, rows: some, size }) =>
        Effect.gen(function*() {
          group += 1
          yield* Query.insert(Mark).values(some.map((row, id) => ({
            ...row,
            group,
            id,
            score: row.score === null ? null : Number(row.score),
            price: row.price === null ? null : BigDecimal.fromStringUnsafe(row.price),
            at: row.at === null ? null : DateTime.mapEpochMillis(DateTime.makeUnsafe(0), () => row.at ?? 0),
            note: Option.fromNullOr(row.note)
          })))
          const all = Query.from(Mark)
            .where((mark) => mark.group.eq(group))
            .orderBy((mark: Marks) => given.map((by) => mark[by.field][by.direction]()))
          const expected = yield* all.orderBy((mark) => mark.id.asc())
          assert.deepStrictEqual(yield* allPages(all, size), expected)
          const values = all.select((mark) => ({ id: mark.id }))
          assert.deepStrictEqual(yield* allPages(values, size), expected.map(({ id }) => ({ id })))
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("are of joins, of groups, of distinct values and of windows, too", () =>
      Effect.gen(function*() {
        const pairs = Query.from(Person, "person")
          .leftJoin(City, "city", ({ city, person }) => person.city.eq(city.code))
          .orderBy(({ city }) => city.country.desc())
        assert.deepStrictEqual(
          (yield* allPages(pairs, 2)).map(({ person }) => person.id),
          (yield* pairs.orderBy(({ person }) => person.id.asc())).map(({ person }) => person.id)
        )
        const cities = Query.from(Person)
          .groupBy((person) => ({ city: person.city }))
          .select((person) => ({ people: Query.count(), oldest: Query.max(person.age) }))
          .orderBy(({ people }) => people.desc())
        assert.deepStrictEqual(yield* allPages(cities, 1), yield* cities.orderBy(({ city }) => city.asc()))
        const numbered = Query.from(Person)
          .select((person) => ({
            id: person.id,
            place: Sql.expression(Schema.Int)`row_number() OVER (ORDER BY ${person.id})`
          }))
          .orderBy(({ id }) => id.desc())
        assert.deepStrictEqual(yield* allPages(numbered, 2), yield* numbered)
        const distinct = Query.from(Person).select((person) => ({ city: person.city })).distinct()
        assert.deepStrictEqual(yield* allPages(distinct, 2), yield* distinct.orderBy(({ city }) => city.asc()))
      }))

    it.effect("go on behind the cursor, whatever was inserted or deleted before it", () =>
      Effect.gen(function*() {
        group += 1
        const mark = (id: number) => ({
          group,
          id,
          label: null,
          points: null,
          score: null,
          price: null,
          at: null,
          views: 0n,
          note: Option.none()
        })
        yield* Query.insert(Mark).values([10, 20, 30, 40].map(mark))
        const all = Query.from(Mark).where((row) => row.group.eq(group)).orderBy((row) => row.label.asc())
        const first = yield* Query.page(all, { size: 2 })
        yield* Query.insert(Mark).values([5, 15, 25].map(mark))
        yield* Query.delete(Mark).where((row) => row.id.eq(20).and(row.group.eq(group)))
        const second = yield* Query.page(all, { size: 2, after: Option.getOrUndefined(first.next) })
        assert.deepStrictEqual(second.rows.map(({ id }) => id), [25, 30])
        const third = yield* Query.page(all, { size: 2, after: Option.getOrUndefined(second.next) })
        assert.deepStrictEqual([third.rows.map(({ id }) => id), third.next], [[40], Option.none()])
      }))

    it.effect("refuse a cursor of another query, and one that was changed", () =>
      Effect.gen(function*() {
        const cursor = Option.getOrThrow((yield* Query.page(byAge, { size: 2 })).next)
        assert.match(cursor, /^[\w-]+$/)
        const other = Query.from(Person).orderBy((person) => person.age.asc())
        const foreign = yield* Effect.flip(Query.page(other, { size: 2, after: cursor }))
        assert.instanceOf(foreign, OrmError.InvalidCursor)
        assert.match(foreign.message, /belongs to another query/)
        for (
          const changed of [
            "",
            "x",
            cursor.slice(1),
            `${cursor}A`,
            cursor.replace(/.$/, (last) => last === "A" ? "B" : "A")
          ]
        ) {
          const failure = yield* Effect.flip(Query.page(byAge, { size: 2, after: changed }))
          assert.instanceOf(failure, OrmError.InvalidCursor)
        }
      }))

    it.effect("refuse rows that nothing tells apart, a limit, and pages of no rows", () =>
      Effect.gen(function*() {
        const raw = Sql.query(Schema.Struct({ n: Schema.Int }))`SELECT 1 AS n`
        for (
          const refused of [
            Effect.asVoid(Query.page(raw, { size: 1 })),
            Effect.asVoid(Query.page(byAge.limit(3), { size: 1 })),
            Effect.asVoid(Query.page(byAge.offset(3), { size: 1 })),
            Effect.asVoid(Query.page(byAge, { size: 0 })),
            Effect.asVoid(Query.page(byAge, { size: 1.5 })),
            Effect.asVoid(Query.page(byAge.distinctOn((person) => person.age), { size: 1 })),
            Effect.asVoid(Query.numberedPage(byAge, { number: 1, size: -1 })),
            Effect.asVoid(Query.numberedPage(byAge, { number: 0, size: 1 })),
            Effect.asVoid(Query.numberedPage(byAge.limit(3), { number: 1, size: 1 }))
          ]
        ) assert.instanceOf(yield* Effect.flip(refused), OrmError.Unsupported)
      }))

    it.effect("have a number, and tell how many there are", () =>
      Effect.gen(function*() {
        const second = yield* Query.numberedPage(byAge, { number: 2, size: 2 })
        assert.deepStrictEqual({ ...second, rows: second.rows.map(({ id }) => id) }, {
          rows: [1, 3],
          number: 2,
          pages: 3,
          total: 5
        })
        assert.deepStrictEqual((yield* Query.numberedPage(byAge, { number: 9, size: 2 })).rows, [])
        const raw = Sql.query(Schema.Struct({ n: Schema.Int }))`SELECT 1 AS n`
        assert.deepStrictEqual((yield* Query.numberedPage(raw, { number: 1, size: 2 })).rows, [{ n: 1 }])
      }))
  })
