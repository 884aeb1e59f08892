/**
 * What a query says beside its conditions: equal rows once, a part by chance, rows that stay as they are.
 */
import { assert, layer } from "@effect/vitest"
import { Query } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { byId, City, idsOf, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

export const clauses = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [City]), { timeout: "60 seconds" })(`${name}: clauses`, (it) => {
    it.effect("give equal rows once", () =>
      Effect.gen(function*() {
        const cities = Query.from(Person).select((person) => ({ city: person.city })).orderBy(({ city }) => city.asc())
        assert.deepStrictEqual((yield* cities.distinct()).map(({ city }) => city), ["LIS", "MAD", "XXX", null])
        assert.strictEqual(yield* cities.distinct().count, 4)
        const pairs = Query.from(Person, "one").crossJoin(City, "city").distinct()
        assert.strictEqual(yield* pairs.select(({ city }) => ({ code: city.code })).count, 3)
      }))

    it.effect("give the first of the rows that are equal in some values", () =>
      Effect.gen(function*() {
        const oldest = Query.from(Person)
          .distinctOn((person) => person.city)
          .orderBy((person) => [person.city.asc(), person.age.desc()])
        assert.deepStrictEqual(idsOf(yield* oldest), [2, 1, 5, 4])
        const either = Query.from(Person)
          .distinctOn((person) => [person.active, person.city.isNull()])
          .orderBy((person) => [person.active.asc(), person.city.isNull().asc(), person.id.asc()])
        assert.deepStrictEqual(idsOf(yield* either), [3, 4, 1])
      }))

    it.effect("sort nulls first or last, as they are told", () =>
      Effect.gen(function*() {
        const all = Query.from(Person)
        const ids = (query: typeof all) => Effect.map(query, idsOf)
        assert.deepStrictEqual(yield* ids(all.orderBy((person) => person.age.asc())), [3, 1, 2, 5, 4])
        assert.deepStrictEqual(yield* ids(all.orderBy((person) => person.age.desc())), [5, 2, 1, 3, 4])
        assert.deepStrictEqual(yield* ids(all.orderBy((person) => person.age.ascNullsFirst())), [4, 3, 1, 2, 5])
        assert.deepStrictEqual(yield* ids(all.orderBy((person) => person.age.descNullsFirst())), [4, 5, 2, 1, 3])
      }))

    it.effect("draw a part of a table's rows, the same for the same seed", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* Query.from(Person).sample(100).count, 5)
        assert.strictEqual(yield* Query.from(Person).sample(0).count, 0)
        const some = Query.from(Person, "person").sample(50, { seed: 7 }).orderBy(({ person }) => byId(person))
        assert.deepStrictEqual(yield* some, yield* some)
        assert.strictEqual(
          yield* Query.from(Person).sample(100, { by: "blocks" }).where((person) => person.active).count,
          2
        )
        const refused = yield* Effect.flip(Query.from(Person).sample(101).all)
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "a sample of 101 percent")
      }))

    it.effect("refuse a number of rows that is none", () =>
      Effect.gen(function*() {
        for (const rows of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          for (const query of [Query.from(Person).limit(rows), Query.from(Person).offset(rows)]) {
            const refused = yield* Effect.flip(query.all)
            assert.strictEqual(refused._tag, "Unsupported")
            assert.include(refused.message, `a limit or offset of ${rows} rows`)
          }
        }
      }))

    it.effect("ask about values that may be null, and never don't know", () =>
      Effect.gen(function*() {
        const all = Query.from(Person)
        const ids = (query: typeof all) => Effect.map(query.orderBy(byId), idsOf)
        assert.deepStrictEqual(yield* ids(all.where((person) => person.age.is(36))), [1])
        assert.deepStrictEqual(yield* ids(all.where((person) => person.age.is(null))), [4])
        assert.deepStrictEqual(yield* ids(all.where((person) => person.age.isNot(36))), [2, 3, 4, 5])
        assert.deepStrictEqual(yield* ids(all.where((person) => person.age.isNot(null))), [1, 2, 3, 5])
        assert.deepStrictEqual(yield* ids(all.where((person) => person.age.is(36).not())), [2, 3, 4, 5])
      }))
  })
