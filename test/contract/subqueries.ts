/**
 * Queries stand inside of others: as conditions, as values, as sources and under names.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { byId, City, idsOf, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Place extends Model.Class<Place>("Place")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  inside: Schema.NullOr(Schema.Int)
}, { table: "subqueries_places" }) {}

/** The world in a tree, and two places that are inside of each other. */
const places = [
  { id: 1, name: "World", inside: null },
  { id: 2, name: "Europe", inside: 1 },
  { id: 3, name: "Spain", inside: 2 },
  { id: 4, name: "Madrid", inside: 3 },
  { id: 5, name: "Asia", inside: 1 },
  { id: 8, name: "Escher's house", inside: 9 },
  { id: 9, name: "Escher's garden", inside: 8 }
]

const stored = Layer.effectDiscard(Effect.gen(function*() {
  if (yield* Query.from(Place).exists) return
  yield* Effect.flatMap(Repository.make(Place), (repository) => repository.insertMany(places))
}))

const withPlaces = (database: Database) =>
  stored.pipe(Layer.provideMerge(TestDatabase.layerOn(withPeople(database), [Place])))

export const subqueries = (name: string, database: Database) =>
  layer(withPlaces(database), { timeout: "60 seconds" })(`${name}: subqueries`, (it) => {
    it.effect("ask whether there is a row, with the columns of the query around", () =>
      Effect.gen(function*() {
        const known = Query.from(Person).where((person) =>
          Query.exists(Query.from(City).where((city) => city.code.eq(person.city).and(city.country.isNotNull())))
        )
        assert.deepStrictEqual(idsOf(yield* known.orderBy(byId)), [1, 2, 3])
        const unknown = Query.from(Person).where((person) =>
          Query.notExists(Query.from(City).where((city) => city.code.eq(person.city)))
        )
        assert.deepStrictEqual(idsOf(yield* unknown.orderBy(byId)), [4])
      }))

    it.effect("tell a table from itself around", () =>
      Effect.gen(function*() {
        const oldest = Query.from(Person).where((person) =>
          Query.notExists(
            Query.from(Person).where((other) => other.city.eq(person.city).and(other.age.gt(person.age)))
          )
        )
        assert.deepStrictEqual(idsOf(yield* oldest.orderBy(byId)), [1, 2, 4, 5])
        const named = Query.from(Person, "person").where(({ person }) =>
          Query.exists(Query.from(Person, "person").where((inner) => inner.person.age.gt(person.age)))
        )
        assert.deepStrictEqual(idsOf(yield* named.orderBy(({ person }) => byId(person))), [1, 2, 3])
      }))

    it.effect("refuse a query inside of itself, whose columns could be those of either", () =>
      Effect.gen(function*() {
        const people = Query.from(Person)
        const refused = yield* Effect.flip(people.where(() => Query.exists(people)).all)
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "Begin the inner one with a Query.from of its own")
      }))

    it.effect("give one value", () =>
      Effect.gen(function*() {
        const richest = Query.scalar(Query.from(Person).select((person) => ({ most: Query.max(person.savings) })))
        assert.deepStrictEqual(idsOf(yield* Query.from(Person).where((person) => person.savings.eq(richest))), [5])
        const inCity = yield* Query.from(City)
          .select((city) => ({
            code: city.code,
            people: Query.scalar(
              Query.from(Person).where((person) => person.city.eq(city.code)).select(() => ({ people: Query.count() }))
            ),
            savings: Query.scalar(
              Query.from(Person).where((person) => person.city.eq(city.code))
                .select((person) => ({ savings: Query.sum(person.savings) }))
            )
          }))
          .orderBy(({ code }) => code.asc())
        assert.deepStrictEqual(
          inCity.map((
            { code, people, savings }
          ) => [code, people, savings === null ? null : BigDecimal.format(savings)]),
          [["LIS", 1, "-0.01"], ["MAD", 2, "21"], ["XXX", 1, "9999999999.99"]]
        )
        const none = yield* Query.from(City).limit(1).select(() => ({
          nobody: Query.scalar(
            Query.from(Person).where((person) => person.id.lt(0)).select(({ name: nobody }) => ({ nobody }))
          )
        }))
        assert.deepStrictEqual(none, [{ nobody: null }])
      }))

    it.effect("give values to be among", () =>
      Effect.gen(function*() {
        const spanish = Query.from(City).where((city) => city.country.eq("ES")).select(({ code }) => ({ code }))
        const inSpain = Query.from(Person).where((person) => person.city.in(spanish)).orderBy(byId)
        assert.deepStrictEqual(idsOf(yield* inSpain), [1, 3])
        const elsewhere = Query.from(Person).where((person) => person.city.notIn(spanish)).orderBy(byId)
        assert.deepStrictEqual(idsOf(yield* elsewhere), [2, 5])
      }))

    it.effect("are read from like tables", () =>
      Effect.gen(function*() {
        const perCity = Query.from(Person)
          .where((person) => person.city.isNotNull())
          .groupBy((person) => ({ code: person.city }))
          .select((person) => ({ people: Query.count(), oldest: Query.max(person.age) }))
        const found = yield* Query.from(perCity, "each")
          .join(City, "city", ({ city, each }) => each.code.eq(city.code))
          .where(({ each }) => each.people.add(each.oldest).gt(38))
          .select(({ city, each }) => ({ country: city.country, total: each.people.add(each.oldest) }))
          .orderBy(({ total }) => total.desc())
        assert.deepStrictEqual(found, [{ country: null, total: 43 }, { country: "PT", total: 40 }])
        assert.strictEqual(yield* Query.from(perCity, "each").count, 3)
        const [first] = yield* Query.from(perCity, "each").orderBy(({ each }) => each.code.asc())
        assert.deepStrictEqual(first, { code: "LIS", people: 1, oldest: 39 })
      }))

    it.effect("have a name, under which they are used several times and made once", () =>
      Effect.gen(function*() {
        const aged = Query.cte(
          "aged",
          Query.from(Person).where((person) => person.age.isNotNull()).select(({ age, id }) => ({ age, id }))
        )
        const older = Query.from(aged, "one")
          .join(aged, "other", ({ one, other }) => one.age.gt(other.age))
          .select(({ one, other }) => ({ older: one.id, younger: other.id }))
          .orderBy(({ older: first, younger }) => [first.asc(), younger.asc()])
        assert.deepStrictEqual(yield* older, [
          { older: 1, younger: 3 },
          { older: 2, younger: 1 },
          { older: 2, younger: 3 },
          { older: 5, younger: 1 },
          { older: 5, younger: 2 },
          { older: 5, younger: 3 }
        ])
        const { sql } = yield* older.toSql
        assert.lengthOf(sql.split("FROM \"people\""), 2)
        assert.strictEqual(yield* older.count, 6)

        const oldest = Query.cte(
          "oldest",
          Query.from(aged, "aged").select(({ aged: all }) => ({ age: Query.max(all.age) }))
        )
        const [found] = yield* Query.from(aged, "aged").join(oldest, "oldest", (both) =>
          both.aged.age.eq(both.oldest.age))
        assert.deepStrictEqual(found, { aged: { age: 42, id: 5 }, oldest: { age: 42 } })
      }))

    it.effect("read from themselves, until there is nothing new", () =>
      Effect.gen(function*() {
        const within = (root: number) =>
          Query.recursive(
            "within",
            Query.from(Place).where((place) => place.id.eq(root)).select(({ id, name: place }) => ({
              id,
              name: place
            })),
            (found) =>
              Query.from(found, "outer")
                .join(Place, "place", ({ outer, place }) => place.inside.eq(outer.id))
                .select(({ place }) => ({ name: place.name, id: place.id }))
          )
        const names = (root: number) =>
          Effect.map(
            Query.from(within(root), "found").orderBy(({ found }) => found.id.asc()),
            (found) => found.map((place) => place.name)
          )
        assert.deepStrictEqual(yield* names(2), ["Europe", "Spain", "Madrid"])
        assert.deepStrictEqual(yield* names(8), ["Escher's house", "Escher's garden"])
        assert.deepStrictEqual(yield* names(7), [])

        const deep = Query.recursive(
          "deep",
          Query.from(Place).where((place) => place.id.eq(1)).select((place) => ({
            id: place.id,
            depth: place.id.subtract(1)
          })),
          (found) =>
            Query.from(found, "outer")
              .join(Place, "place", ({ outer, place }) => place.inside.eq(outer.id))
              .select(({ outer, place }) => ({ id: place.id, depth: outer.depth.add(1) })),
          { repeats: true }
        )
        const found = yield* Query.from(deep, "found")
          .join(Place, "place", (both) => both.found.id.eq(both.place.id))
          .select((both) => ({ name: both.place.name, depth: both.found.depth }))
          .orderBy(({ depth, name: place }) => [depth.asc(), place.asc()])
        assert.deepStrictEqual(found, [
          { name: "World", depth: 0 },
          { name: "Asia", depth: 1 },
          { name: "Europe", depth: 1 },
          { name: "Spain", depth: 2 },
          { name: "Madrid", depth: 3 }
        ])
      }))
  })
