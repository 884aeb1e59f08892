/**
 * A query gives the rows that it says, as what it says, in the order it says.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { byId, City, day, idsOf, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Score extends Model.Class<Score>("Score")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  label: Schema.NullOr(Schema.String),
  points: Schema.NullOr(Column.int8)
}, { table: "query_scores" }) {}

export const query = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Score]), { timeout: "60 seconds" })(
    `${name}: query`,
    (it) => {
      it.effect("gives instances of the model", () =>
        Effect.gen(function*() {
          const [ada] = yield* Query.from(Person).where((person) => person.id.eq(1))
          assert.instanceOf(ada, Person)
          assert.strictEqual(ada?.isAdult, true)
          assert.deepStrictEqual(ada?.nickname, Option.some("enchantress"))
        }))

      it.effect("requires all of several conditions", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person)
            .where((person) => person.city.eq("MAD").or(person.city.eq("LIS")))
            .where((person) => person.age.gt(17).or(person.age.lt(0)))
            .orderBy(byId)
          assert.deepStrictEqual(idsOf(found), [1, 2])
        }))

      it.effect("orders by several columns, nulls last in both directions", () =>
        Effect.gen(function*() {
          const all = Query.from(Person)
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => person.age.asc())), [3, 1, 2, 5, 4])
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => person.age.desc())), [5, 2, 1, 3, 4])
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => [person.city.desc(), person.id.desc()])), [
            5,
            3,
            1,
            2,
            4
          ])
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => person.city.asc()).orderBy(byId)), [
            2,
            1,
            3,
            5,
            4
          ])
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => [person.savings.desc(), person.id.asc()])), [
            5,
            1,
            3,
            2,
            4
          ])
          assert.deepStrictEqual(idsOf(yield* all.orderBy((person) => [person.age.gt(36).desc(), person.id.asc()])), [
            2,
            5,
            1,
            3,
            4
          ])
        }))

      it.effect("takes some rows and skips others", () =>
        Effect.gen(function*() {
          const all = Query.from(Person).orderBy(byId)
          assert.deepStrictEqual(idsOf(yield* all.limit(2)), [1, 2])
          assert.deepStrictEqual(idsOf(yield* all.offset(3)), [4, 5])
          assert.deepStrictEqual(idsOf(yield* all.limit(2).offset(2)), [3, 4])
          assert.deepStrictEqual(idsOf(yield* all.limit(0)), [])
          assert.deepStrictEqual(idsOf(yield* all.limit(10).offset(10)), [])
          assert.deepStrictEqual(idsOf(yield* all.limit(4).limit(1)), [1])
        }))

      it.effect("counts what it would give", () =>
        Effect.gen(function*() {
          const all = Query.from(Person).orderBy(byId)
          assert.strictEqual(yield* all.count, 5)
          assert.strictEqual(yield* all.limit(3).count, 3)
          assert.strictEqual(yield* all.offset(3).count, 2)
          assert.strictEqual(yield* all.limit(3).offset(4).count, 1)
          assert.strictEqual(yield* all.limit(0).count, 0)
          assert.strictEqual(
            yield* Query.from(Person).groupBy((person) => ({ city: person.city })).select(() => ({})).count,
            4
          )
          const pairs = Query.from(Person, "one").join(Person, "other", ({ one, other }) => one.city.eq(other.city))
          assert.strictEqual(yield* pairs.count, 6)
        }))

      it.effect("says whether there is any", () =>
        Effect.gen(function*() {
          assert.isTrue(yield* Query.from(Person).exists)
          assert.isFalse(yield* Query.from(Person).limit(0).exists)
          assert.isFalse(yield* Query.from(Person).offset(5).exists)
        }))

      it.effect("gives the first row, if there is one", () =>
        Effect.gen(function*() {
          const oldest = Query.from(Person).orderBy((person) => person.age.desc())
          assert.deepStrictEqual(Option.map(yield* oldest.first, ({ id }) => id), Option.some(5))
          assert.deepStrictEqual(Option.map(yield* oldest.offset(1).first, ({ id }) => id), Option.some(2))
          assert.deepStrictEqual(yield* oldest.where((person) => person.id.lt(0)).first, Option.none())
          assert.deepStrictEqual(yield* oldest.limit(0).first, Option.none())
        }))

      it.effect("gives the first value also where that is null", () =>
        Effect.gen(function*() {
          const ages = Query.from(Person).where((person) => person.id.eq(4)).select((person) => ({ age: person.age }))
          assert.deepStrictEqual(yield* ages.first, Option.some({ age: null }))
          assert.deepStrictEqual(yield* ages.one, { age: null })
        }))

      it.effect("gives the only row, and fails where there is none or another", () =>
        Effect.gen(function*() {
          assert.strictEqual((yield* Query.from(Person).where((person) => person.id.eq(3)).one).name, "ada")
          const none = yield* Effect.flip(Query.from(Person).where((person) => person.id.eq(-1)).one)
          assert.instanceOf(none, OrmError.NotFound)
          assert.strictEqual(none._tag === "NotFound" ? none.model : "", "Person")
          const several = yield* Effect.flip(Query.from(Person).where((person) => person.city.eq("MAD")).one)
          assert.instanceOf(several, OrmError.MultipleFound)
          assert.strictEqual(
            (yield* Query.from(Person).where((person) => person.city.eq("MAD")).orderBy(byId).limit(1).one).id,
            1
          )
        }))

      it.effect("joins each row with those that the condition holds for", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person, "person")
            .join(City, "city", ({ city, person }) => person.city.eq(city.code))
            .where(({ city }) => city.country.isNotNull())
            .orderBy(({ person }) => person.id.asc())
          assert.deepStrictEqual(found.map(({ city, person }) => [person.id, city.country]), [[1, "ES"], [2, "PT"], [
            3,
            "ES"
          ]])
          assert.isTrue(found.every(({ city, person }) => city instanceof City && person instanceof Person))
          assert.isTrue(found[0]?.person.isAdult)
        }))

      it.effect("keeps the rows of a left join that have no partner", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person, "person")
            .leftJoin(City, "city", ({ city, person }) => person.city.eq(city.code).and(city.country.eq("ES")))
            .orderBy(({ person }) => person.id.asc())
          assert.deepStrictEqual(found.map(({ city }) => city === null ? null : city.code), [
            "MAD",
            null,
            "MAD",
            null,
            null
          ])
          assert.isTrue(found[0]?.city instanceof City)

          const without = yield* Query.from(Person, "person")
            .leftJoin(City, "city", ({ city, person }) => person.city.eq(city.code))
            .where(({ city }) => city.code.isNull())
          assert.deepStrictEqual(without.map(({ city, person }) => [person.id, city]), [[4, null]])
        }))

      it.effect("gives the partner of a left join also where most of it is null", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(City, "city")
            .leftJoin(Person, "person", ({ city, person }) => person.city.eq(city.code).and(person.age.gt(40)))
            .orderBy(({ city }) => city.code.asc())
          assert.deepStrictEqual(found.map(({ city, person }) => [city.code, person?.id ?? null]), [["LIS", null], [
            "MAD",
            null
          ], ["XXX", 5]])
          assert.deepStrictEqual(found[2]?.person?.nickname, Option.none())
        }))

      it.effect("joins a model with itself and with several others", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person, "one")
            .join(Person, "other", ({ one, other }) => one.city.eq(other.city).and(one.id.lt(other.id)))
            .join(City, "city", ({ city, other }) => other.city.eq(city.code))
            .leftJoin(Score, "score", ({ one, score }) => score.round.eq(one.id).and(score.id.lt(0)))
          assert.deepStrictEqual(
            found.map(({ city, one, other, score }) => [one.name, other.name, city.code, score]),
            [["Ada", "ada", "MAD", null]]
          )
        }))

      it.effect("selects values under names of its own", () =>
        Effect.gen(function*() {
          const found = yield* Query.from(Person, "person")
            .leftJoin(City, "city", ({ city, person }) => person.city.eq(city.code))
            .where(({ person }) => person.id.in([1, 4]))
            .select(({ city, person }) => ({
              "a \"name\"": person.name,
              savings: person.savings,
              views: person.views,
              seen: person.seen,
              nickname: person.nickname,
              country: city.country,
              old: person.age.gt(18),
              known: city.code.isNotNull()
            }))
            .orderBy(({ views }) => views.desc())
          assert.deepStrictEqual(found.map(({ savings: _, ...rest }) => rest), [
            {
              "a \"name\"": "Ada",
              views: 2n ** 60n,
              seen: day("2024-02-29T23:59:59.999Z"),
              nickname: Option.some("enchantress"),
              country: "ES",
              old: true,
              known: true
            },
            {
              "a \"name\"": "100% O'Hara_\\",
              views: 0n,
              seen: day("1969-12-31T23:59:59.999Z"),
              nickname: Option.some(""),
              country: null,
              old: null,
              known: false
            }
          ])
          assert.deepStrictEqual(found.map(({ savings }) => savings === null ? null : BigDecimal.format(savings)), [
            "10.5",
            null
          ])
        }))

      it.effect("selects values whose names mean something to JavaScript or SQL", () =>
        Effect.gen(function*() {
          const [row] = yield* Query.from(Person).where((person) => person.id.eq(1)).select((person) => ({
            constructor: person.id,
            select: person.name,
            "person.id": person.age,
            "": person.active
          }))
          assert.deepStrictEqual(Object.entries(row ?? {}), [["constructor", 1], ["select", "Ada"], ["person.id", 36], [
            "",
            true
          ]])
        }))

      it.effect("orders and cuts a selection", () =>
        Effect.gen(function*() {
          const names = Query.from(Person).select((person) => ({ id: person.id, age: person.age }))
          const found = yield* names.orderBy(({ age, id }) => [age.desc(), id.asc()]).limit(2).offset(1)
          assert.deepStrictEqual(found, [{ id: 2, age: 39 }, { id: 1, age: 36 }])
          assert.strictEqual(yield* names.limit(3).count, 3)
        }))

      it.effect("fails where a value is none of its column", () =>
        Effect.gen(function*() {
          const half = yield* Effect.flip(Query.from(Person).where((person) => person.age.eq(0.5)).all)
          assert.strictEqual(half._tag, "QueryFailed")
          const surrogate = yield* Effect.flip(Query.from(Person).where((person) => person.name.eq("\ud800")).all)
          assert.strictEqual(surrogate._tag, "QueryFailed")
          const uuidless = yield* Effect.flip(Query.from(Person).where((person) => person.badge.eq("x")).all)
          assert.strictEqual(uuidless._tag, "QueryFailed")
        }))

      it.effect("is a value: what is made of it leaves it as it is", () =>
        Effect.gen(function*() {
          const all = Query.from(Person).orderBy(byId)
          const adults = all.where((person) => person.age.gte(18))
          const first = adults.limit(1)
          assert.deepStrictEqual(idsOf(yield* first), [1])
          assert.deepStrictEqual(idsOf(yield* adults), [1, 2, 5])
          assert.deepStrictEqual(idsOf(yield* all), [1, 2, 3, 4, 5])
          assert.deepStrictEqual(idsOf(yield* all), [1, 2, 3, 4, 5])
        }))

      it.effect("shows the text and parameters that are sent", () =>
        Effect.gen(function*() {
          const { parameters, sql } = yield* Query.from(Person).where((person) => person.name.eq("Robert'); --")).toSql
          assert.notInclude(sql, "Robert")
          assert.deepStrictEqual(parameters, ["Robert'); --"])
        }))
    }
  )
