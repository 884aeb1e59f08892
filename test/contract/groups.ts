/**
 * Groups and aggregates say of many rows what is true of them, and null of none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { City, day, decimal, type People, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Round extends Model.Class<Round>("Round")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  label: Schema.NullOr(Schema.String),
  points: Schema.NullOr(Column.int8)
}, { table: "groups_rounds" }) {}

const numberTo = (most: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: most }))

/** A page of people with how many live in their city. */
const Page = Arbitrary.schema(Schema.Struct({
  inner: Schema.Boolean,
  older: Schema.UndefinedOr(numberTo(40)),
  byNeighbours: Schema.Boolean,
  descending: Schema.Boolean,
  limit: numberTo(6),
  offset: numberTo(5)
}))

export const groups = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Round]), { timeout: "60 seconds" })(
    `${name}: groups`,
    (it) => {
      it.effect("counts, adds, averages and compares in groups", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person)
            .groupBy((person) => ({ city: person.city }))
            .select((person) => ({
              people: Query.count(),
              aged: Query.count(person.age),
              fortunes: Query.countDistinct(person.savings),
              years: Query.sum(person.age),
              mean: Query.avg(person.age),
              youngest: Query.min(person.age),
              first: Query.min(person.name),
              views: Query.sum(person.views),
              born: Query.max(person.born),
              savings: Query.sum(person.savings)
            }))
            .orderBy(({ city }) => city.asc())
          assert.deepStrictEqual(found.map(({ savings: _, ...rest }) => rest), [
            {
              city: "LIS",
              people: 1,
              aged: 1,
              fortunes: 1,
              years: 39,
              mean: 39,
              youngest: 39,
              first: "Blaise",
              views: 2n ** 60n + 1n,
              born: null
            },
            {
              city: "MAD",
              people: 2,
              aged: 2,
              fortunes: 1,
              years: 53,
              mean: 26.5,
              youngest: 17,
              first: "Ada",
              views: 2n ** 60n,
              born: day("1999-12-31")
            },
            {
              city: "XXX",
              people: 1,
              aged: 1,
              fortunes: 1,
              years: 42,
              mean: 42,
              youngest: 42,
              first: "Émilie 👩‍🔬",
              views: 0n,
              born: null
            },
            {
              city: null,
              people: 1,
              aged: 0,
              fortunes: 0,
              years: null,
              mean: null,
              youngest: null,
              first: "100% O'Hara_\\",
              views: 0n,
              born: null
            }
          ])
          const savings = found.map((group) => group.savings === null ? null : BigDecimal.format(group.savings))
          assert.deepStrictEqual(savings, ["-0.01", "21", "9999999999.99", null])
        }))

      it.effect("keeps the groups that a condition holds for", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person, "person")
            .join(City, "city", ({ city, person }) => person.city.eq(city.code))
            .groupBy(({ city }) => ({ country: city.country }))
            .having(() => Query.count().gt(1).or(Query.count().lt(0)))
            .having(({ person }) => Query.max(person.age).gte(36))
            .select(() => ({ people: Query.count() }))
          assert.deepStrictEqual(found, [{ country: "ES", people: 2 }])
        }))

      it.effect("groups all rows by nothing", () =>
        Effect.gen(function*() {
          const all = Query.from(Person).groupBy(() => ({}))
          assert.deepStrictEqual(yield* all.select(() => ({ people: Query.count() })), [{ people: 5 }])
          assert.deepStrictEqual(yield* all.select(() => ({ one: Query.literal(1) })), [{ one: 1 }])
        }))

      it.effect("groups by several values, and by what is computed", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person)
            .groupBy((person) => ({ adult: person.age.gte(18), active: person.active }))
            .select(() => ({ people: Query.count() }))
            .orderBy(({ active, adult }) => [adult.asc(), active.asc()])
          assert.deepStrictEqual(found, [
            { adult: false, active: false, people: 1 },
            { adult: true, active: false, people: 1 },
            { adult: true, active: true, people: 2 },
            { adult: null, active: false, people: 1 }
          ])
        }))

      it.effect("makes null of no rows, except for their number", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person).where((person) => person.id.lt(0)).select((person) => ({
            people: Query.count(),
            aged: Query.count(person.age),
            sum: Query.sum(person.age),
            mean: Query.avg(person.savings),
            least: Query.min(person.id),
            last: Query.max(person.seen),
            savings: Query.sum(person.savings)
          }))
          assert.deepStrictEqual(found, [{
            people: 0,
            aged: 0,
            sum: null,
            mean: null,
            least: null,
            last: null,
            savings: null
          }])
        }))

      it.effect("adds up what is larger than a summand's type", () =>
        Effect.gen(function*() {
          const rounds = yield* Repository.make(Round)
          yield* rounds.insertMany(Array.from({ length: 1_000 }, () => ({ round: -1, label: null, points: 127 })))
          const [sums] = yield* Query.from(Round).where((round) => round.round.eq(-1)).select((round) => ({
            points: Query.sum(round.points),
            mean: Query.avg(round.points),
            rounds: Query.sum(round.round)
          }))
          assert.deepStrictEqual(sums, { points: 127_000, mean: 127, rounds: -1_000 })
        }))

      it.effect("fails, and does not guess, where a sum doesn't fit", () =>
        Effect.gen(function*() {
          const repeated = Query.from(Person, "one")
            .join(Person, "two", ({ one }) => one.id.lte(2))
            .join(Person, "three", ({ one }) => one.id.lte(2))
            .select(({ one }) => ({ views: Query.sum(one.views) }))
          const failure = yield* Effect.flip(repeated.one)
          assert.include(["QueryFailed", "Undecodable"], failure._tag)
        }))

      it.effect("are those of some sets of keys too, where the other keys are null", () =>
        Effect.gen(function*() {
          const adults = Query.from(Person).where((person) => person.city.in(["LIS", "MAD"]))
          const keys = (person: People) => ({ city: person.city, active: person.active })
          const order = (
            { active, city }: {
              readonly city: Expression.Expression<unknown>
              readonly active: Expression.Expression<unknown>
            }
          ) => [
            city.asc(),
            active.asc()
          ]
          const both = [
            { city: "LIS", active: true, people: 1 },
            { city: "MAD", active: false, people: 1 },
            { city: "MAD", active: true, people: 1 }
          ]
          const perCity = [{ city: "LIS", active: null, people: 1 }, { city: "MAD", active: null, people: 2 }]
          const perActive = [{ city: null, active: false, people: 1 }, { city: null, active: true, people: 2 }]
          const everybody = [{ city: null, active: null, people: 3 }]
          const sorted = (rows: ReadonlyArray<object>) => rows.map((row) => JSON.stringify(row)).toSorted()

          const plain = yield* adults.groupBy(keys).select(() => ({ people: Query.count() })).orderBy(order)
          assert.deepStrictEqual(plain, both)
          const rolled = yield* adults.rollup(keys).select(() => ({ people: Query.count() }))
          assert.deepStrictEqual(sorted(rolled), sorted([...both, ...perCity, ...everybody]))
          const cubed = yield* adults.cube(keys).select(() => ({ people: Query.count() }))
          assert.deepStrictEqual(sorted(cubed), sorted([...both, ...perCity, ...perActive, ...everybody]))
          const chosen = yield* adults.groupingSets(keys, [["active"], []]).select(() => ({ people: Query.count() }))
          assert.deepStrictEqual(sorted(chosen), sorted([...perActive, ...everybody]))
          const large = yield* adults.cube(keys)
            .having((_, { city }) => Query.count().gte(2).and(city.isNotNull()))
            .select(() => ({ people: Query.count() }))
          assert.deepStrictEqual(large, [{ city: "MAD", active: null, people: 2 }])
        }))

      it.effect("count and add up only some of their rows where they are told to", () =>
        Effect.gen(function*() {
          const [found] = yield* Query.from(Person).select((person) => ({
            active: Query.count().filter(person.active),
            lisbon: Query.sum(person.age).filter(person.city.eq("LIS")),
            nobody: Query.sum(person.age).filter(person.city.eq("nowhere")),
            none: Query.count().filter(person.city.eq("nowhere")),
            sure: Query.sum(person.age).filter(person.city.eq("nowhere")).orElse(0)
          }))
          assert.deepStrictEqual(found, { active: 2, lisbon: 39, nobody: null, none: 0, sure: 0 })
        }))

      it.effect("calculate with what they made", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person)
            .groupBy((person) => ({ city: person.city }))
            .having((person) => Query.sum(person.age).divide(Query.count()).gt(25))
            .select((person, { city }) => ({
              span: Query.max(person.age).subtract(Query.min(person.age)),
              known: city.isNotNull(),
              worth: Query.sum(person.savings).multiply(decimal("0.5"))
            }))
            .orderBy(({ city }) => city.asc())
          assert.deepStrictEqual(
            found.map(({ worth, ...rest }) => ({ ...rest, worth: worth === null ? null : BigDecimal.format(worth) })),
            [
              { city: "LIS", span: 0, known: true, worth: "-0.005" },
              { city: "MAD", span: 19, known: true, worth: "10.5" },
              { city: "XXX", span: 0, known: true, worth: "4999999999.995" }
            ]
          )
        }))

      it.effect.prop(
        "come in pages that are parts of the whole answer",
        { page: Page },
        ({ page: { byNeighbours, descending, inner, limit, offset, older } }) =>
          Effect.gen(function*() {
            const people = Query.from(Person, "person")
            const near = ({ neighbour, person }: { readonly neighbour: People; readonly person: People }) =>
              neighbour.city.eq(person.city)
            const joined = inner
              ? people.join(Person, "neighbour", near)
              : people.leftJoin(Person, "neighbour", near)
            const asked = joined
              .where(({ person }) => Query.optional(older, (age) => person.age.gt(age)))
              .groupBy(({ person }) => ({ id: person.id, label: person.name, city: person.city }))
              .select(({ neighbour }) => ({ neighbours: Query.count(neighbour.id), years: Query.sum(neighbour.age) }))
              .orderBy(({ id, label, neighbours }) => [
                byNeighbours ? neighbours.desc() : descending ? label.desc() : label.asc(),
                id.asc()
              ])
            const all = yield* asked
            const wanted = all.slice(offset, offset + limit)
            assert.deepStrictEqual(yield* asked.limit(limit).offset(offset), wanted)
            const prepared = Query.prepare({ most: Schema.Int, after: Schema.Int }, ({ after, most }) =>
              asked.limit(most).offset(after))
            for (const most of [limit, 101]) {
              assert.deepStrictEqual(
                yield* prepared({ most, after: offset }),
                all.slice(offset, offset + most)
              )
            }
          })
      )
    }
  )
