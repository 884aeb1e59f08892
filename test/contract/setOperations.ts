/**
 * The rows of one query and of another: all of them, those of both, or those of one alone.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { City, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Left extends Model.Class<Left>("Left")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  value: Schema.NullOr(Column.int8)
}, { table: "sets_left" }) {}

class Right extends Model.Class<Right>("Right")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  value: Schema.NullOr(Schema.Int)
}, { table: "sets_right" }) {}

const values = Arbitrary.array(
  Arbitrary.schema(Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 })))),
  { maxLength: 8 }
)

const sorted = (all: Iterable<number | null>) => [...all].toSorted((one, other) => (one ?? 9) - (other ?? 9))

export const setOperations = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Left, Right]), { timeout: "60 seconds" })(
    `${name}: set operations`,
    (it) => {
      let round = 0
      it.effect.prop(
        "answer about random rows as sets do",
        { left: values, right: values },
        ({ left, right }) =>
          Effect.gen(function*() {
            round += 1
            const put = (given: typeof left) => given.map((value) => ({ value, round }))
            yield* Effect.flatMap(Repository.make(Left), (repository) => repository.insertMany(put(left)))
            yield* Effect.flatMap(Repository.make(Right), (repository) => repository.insertMany(put(right)))
            const lefts = Query.from(Left).where((row) => row.round.eq(round)).select(({ value }) => ({ value }))
            const rights = Query.from(Right).where((row) => row.round.eq(round)).select(({ value }) => ({ value }))
            const same = (
              query: Effect.Effect<
                ReadonlyArray<{ readonly value: number | null }>,
                unknown,
                Effect.Services<typeof lefts>
              >,
              expected: Iterable<number | null>
            ) =>
              Effect.map(
                query,
                (found) => assert.deepStrictEqual(sorted(found.map(({ value }) => value)), sorted(expected))
              )

            yield* same(lefts.unionAll(rights), [...left, ...right])
            yield* same(lefts.union(rights), new Set([...left, ...right]))
            yield* same(
              lefts.intersect(rights),
              new Set(left.filter((value) => right.includes(value)))
            )
            yield* same(lefts.except(rights), new Set(left.filter((value) => !right.includes(value))))
            yield* same(lefts.distinct(), new Set(left))
            assert.strictEqual(yield* lefts.union(rights).count, new Set([...left, ...right]).size)
          }),
        { arbitrary: { runs: 40 } }
      )

      it.effect("match values by their names, and keep what their columns decode to", () =>
        Effect.gen(function*() {
          const people = Query.from(Person).where((person) => person.id.lte(2)).select((person) => ({
            name: person.name,
            nickname: person.nickname,
            savings: person.savings
          }))
          const again = Query.from(Person).where((person) => person.id.eq(1)).select((person) => ({
            savings: person.savings,
            nickname: person.nickname,
            name: person.name
          }))
          const found = yield* people.unionAll(again).orderBy((person) => person.name.asc())
          const [ada] = yield* again
          assert.deepStrictEqual(found.map((person) => person.name), ["Ada", "Ada", "Blaise"])
          assert.deepStrictEqual(found[1], found[0])
          assert.deepStrictEqual(found[0]?.nickname, ada?.nickname)
          assert.deepStrictEqual(found[0]?.savings, ada?.savings)
        }))

      it.effect("sort and cut what they give, and go on from there", () =>
        Effect.gen(function*() {
          const names = Query.from(Person).select((person) => ({ name: person.name }))
            .union(Query.from(City).select((city) => ({ name: city.code })))
          assert.deepStrictEqual(yield* names.orderBy((each) => each.name.asc()).limit(2).offset(1), [
            { name: "Ada" },
            { name: "Blaise" }
          ])
          const cities = Query.from(City).select((city) => ({ name: city.code }))
          assert.deepStrictEqual(
            yield* names.except(Query.from(Person).select((person) => ({ name: person.name }))).intersect(cities)
              .orderBy((each) => each.name.desc()),
            [{ name: "XXX" }, { name: "MAD" }, { name: "LIS" }]
          )
          const first = Query.from(City).orderBy((city) => city.code.asc()).limit(1).select((city) => ({
            name: city.code
          }))
          assert.strictEqual(yield* first.unionAll(first).count, 2)
        }))
    }
  )
