/**
 * Values are chosen, cast, given and compared as one; what isn't given never drops or widens a condition.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, OrmError, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { byId, day, decimal, idsOf, type People, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Pair extends Model.Class<Pair>("Pair")({
  id: Column.primaryKey(Schema.Int),
  one: Schema.NullOr(Schema.Int),
  two: Schema.NullOr(Schema.String)
}, { table: "cases_pairs" }) {}

const pairs = [
  { id: 1, one: 1, two: "a" },
  { id: 2, one: 1, two: "b" },
  { id: 3, one: 2, two: "a" },
  { id: 4, one: 2, two: null },
  { id: 5, one: null, two: "a" },
  { id: 6, one: null, two: null }
]

/** What each condition on tuples finds, and what its opposite does: where it is unknown, neither. */
const tuples: ReadonlyArray<
  readonly [
    says: string,
    where: (pair: Expression.Columns<typeof Pair>) => Expression.Condition,
    found: ReadonlyArray<number>,
    opposite: ReadonlyArray<number>
  ]
> = [
  ["eq", (pair) => Query.tuple(pair.one, pair.two).eq([1, "b"]), [2], [1, 3, 4, 5]],
  ["ne", (pair) => Query.tuple(pair.one, pair.two).ne([1, "b"]), [1, 3, 4, 5], [2]],
  ["gt", (pair) => Query.tuple(pair.one, pair.two).gt([1, "a"]), [2, 3, 4], [1]],
  ["gte", (pair) => Query.tuple(pair.one, pair.two).gte([1, "b"]), [2, 3, 4], [1]],
  ["lt", (pair) => Query.tuple(pair.one, pair.two).lt([2, "a"]), [1, 2], [3]],
  ["lte", (pair) => Query.tuple(pair.one, pair.two).lte([1, "a"]), [1], [2, 3, 4]],
  ["in", (pair) => Query.tuple(pair.one, pair.two).in([[1, "a"], [2, "a"], [9, "z"]]), [1, 3], [2]],
  ["in one", (pair) => Query.tuple(pair.one, pair.two).in([[1, "a"]]), [1], [2, 3, 4]],
  ["in nothing", (pair) => Query.tuple(pair.one, pair.two).in([]), [], [1, 2, 3, 4, 5, 6]],
  ["notIn", (pair) => Query.tuple(pair.one, pair.two).notIn([[1, "a"], [2, "b"]]), [2, 3], [1]],
  ["eq of expressions", (pair) => Query.tuple(pair.one, pair.two).eq([pair.one, "a"]), [1, 3], [2]],
  [
    "in a thousand",
    (pair) => Query.tuple(pair.one, pair.two).in(Array.from({ length: 1000 }, (_, one) => [one, "a"] as const)),
    [1, 3],
    [2]
  ]
]

/** Calls a method as a program without types may do. */
export const untyped = (object: object, method: string, ...values: ReadonlyArray<unknown>): Expression.Condition => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tests name methods that there are
  const called = Reflect.get(object, method) as (...values: ReadonlyArray<unknown>) => Expression.Condition
  return called.apply(object, [...values])
}

export const cases = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Pair]), { timeout: "60 seconds" })(`${name}: cases`, (it) => {
    it.effect("choose the first branch that holds", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(Person).orderBy(byId).select((person) => ({
          stage: Query.caseWhen(person.age.lt(18), "child").when(person.age.lt(40), "adult").otherwise("old"),
          known: Query.caseWhen(person.age.isNotNull(), 1),
          number: Query.caseWhen(person.age.lt(18), person.age).when(person.age.gt(40), 0.5).otherwise(person.id),
          money: Query.caseWhen(person.id.eq(1), person.savings).otherwise(decimal("0.125")),
          born: Query.caseWhen(person.id.eq(2), person.seen).otherwise(day("2000-01-01")),
          nickname: Query.caseWhen(person.id.lt(3), person.nickname),
          active: Query.caseWhen(person.active, true).otherwise(person.age.gt(40)),
          views: Query.caseWhen(person.id.eq(1), person.views).otherwise(3n)
        }))
        assert.deepStrictEqual(found.map(({ stage }) => stage), ["adult", "adult", "child", "old", "old"])
        assert.deepStrictEqual(found.map(({ known }) => known), [1, 1, 1, null, 1])
        assert.deepStrictEqual(found.map(({ number }) => number), [1, 2, 17, 4, 0.5])
        assert.deepStrictEqual(found.map(({ money }) => money && BigDecimal.format(money)), [
          "10.5",
          "0.125",
          "0.125",
          "0.125",
          "0.125"
        ])
        assert.deepStrictEqual(found[1]?.born, null)
        assert.deepStrictEqual(found[2]?.born, day("2000-01-01"))
        assert.deepStrictEqual(found.map(({ nickname }) => nickname), [
          Option.some("enchantress"),
          Option.none(),
          Option.none(),
          Option.none(),
          Option.none()
        ])
        assert.deepStrictEqual(found.map(({ active }) => active), [true, true, false, null, true])
        assert.deepStrictEqual(found.map(({ views }) => views), [2n ** 60n, 3n, 3n, 3n, 3n])
      }))

    it.effect("are conditions, orders and keys of groups", () =>
      Effect.gen(function*() {
        const stageOf = (person: People) => Query.caseWhen(person.age.lt(18), "child").otherwise("adult")
        assert.deepStrictEqual(idsOf(yield* Query.from(Person).where((person) => stageOf(person).eq("child"))), [3])
        assert.deepStrictEqual(
          idsOf(yield* Query.from(Person).orderBy((person) => [stageOf(person).desc(), person.id.asc()])),
          [3, 1, 2, 4, 5]
        )
        const groups = yield* Query.from(Person).groupBy((person) => ({ stage: stageOf(person) }))
          .select(() => ({ people: Query.count() }))
          .orderBy(({ stage }) => stage.asc())
        assert.deepStrictEqual(groups, [{ stage: "adult", people: 4 }, { stage: "child", people: 1 }])
      }))

    it.effect("are refused where the branches are of different types", () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip(
          Query.from(Person).where((person) =>
            untyped(untyped(Query.caseWhen(person.active, person.name), "otherwise", person.age), "eq", "x")
          ).all
        )
        assert.instanceOf(failure, OrmError.Unsupported)
        assert.include(String(failure), "a case of a Text and a Int32")
      }))

    it.effect("take what is not null, the least, the greatest, and null for a value", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(Person).orderBy(byId).select((person) => ({
          age: Query.coalesce(person.age, person.id, 0),
          place: Query.coalesce(person.city, person.name),
          least: Query.least(person.age, person.id.multiply(10)),
          greatest: Query.greatest(person.name, "Blaise"),
          last: Query.greatest(person.born, day("1900-01-01")),
          city: Query.nullIf(person.city, "MAD"),
          nickname: Query.nullIf(person.nickname, Option.some(""))
        }))
        assert.deepStrictEqual(found.map(({ age }) => age), [36, 39, 17, 4, 42])
        assert.deepStrictEqual(found.map(({ place }) => place), ["MAD", "LIS", "MAD", "100% O'Hara_\\", "XXX"])
        assert.deepStrictEqual(found.map(({ least }) => least), [10, 20, 17, 40, 42])
        assert.deepStrictEqual(found.map(({ greatest }) => greatest), [
          "Blaise",
          "Blaise",
          "ada",
          "Blaise",
          "Émilie 👩‍🔬"
        ])
        assert.deepStrictEqual(found[2]?.last, day("1999-12-31"))
        assert.deepStrictEqual(found[3]?.last, day("1900-01-01"))
        assert.deepStrictEqual(found.map(({ city }) => city), [null, "LIS", null, null, "XXX"])
        assert.deepStrictEqual(found[3]?.nickname, Option.none())
      }))

    it.effect("cast to another type, and fail where the value is none", () =>
      Effect.gen(function*() {
        const numbers = Query.values(
          [{ id: 1, text: "12", number: 2.5 }, { id: 2, text: "-7", number: -2.4 }],
          { id: Schema.Int, text: Schema.String, number: Schema.Number }
        )
        const found = yield* Query.from(numbers, "given").orderBy(({ given }) => given.id.asc()).select((
          { given }
        ) => ({
          integer: Query.cast(given.text, Column.int32),
          big: Query.cast(given.text, Column.int64),
          exact: Query.cast(given.number, Column.decimal({ precision: 10, scale: 2 })),
          text: Query.cast(given.id, Schema.String),
          even: Query.cast(given.number, Schema.Int),
          sum: Query.cast(given.text, Schema.Int).add(1)
        }))
        assert.deepStrictEqual(found.map(({ exact, ...rest }) => ({ ...rest, exact: BigDecimal.format(exact) })), [
          { integer: 12, big: 12n, exact: "2.5", text: "1", even: 2, sum: 13 },
          { integer: -7, big: -7n, exact: "-2.4", text: "2", even: -2, sum: -6 }
        ])
        const none = yield* Effect.flip(
          Query.from(Person).select((person) => ({ number: Query.cast(person.name, Schema.Int) })).all
        )
        assert.strictEqual(none._tag, "QueryFailed")
        const transformed = yield* Effect.flip(
          Query.from(Person).select((person) => ({ number: Query.cast(person.name, Schema.NumberFromString) })).all
        )
        assert.include(String(transformed), "a cast to a schema that transforms its values")
      }))

    it.effect("try to cast, or say that the database can't", () =>
      Effect.gen(function*() {
        const tried = yield* Effect.result(
          Query.from(Person).where((person) => person.id.eq(1)).select((person) => ({
            name: Query.tryCast(person.name, Schema.Int)
          })).all
        )
        if (tried._tag === "Success") assert.deepStrictEqual(tried.success, [{ name: null }])
        else assert.instanceOf(tried.failure, OrmError.Unsupported)
      }))

    it.effect("give literals as values of their own type, or of a schema", () =>
      Effect.gen(function*() {
        const [found] = yield* Query.from(Person).limit(1).select(() => ({
          text: Query.literal("O'Hara"),
          integer: Query.literal(7),
          float: Query.literal(0.5),
          big: Query.literal(2n ** 60n),
          yes: Query.literal(true),
          date: Query.literal(new Date(1)),
          instant: Query.literal(day("2024-02-29T12:00:00.001Z")),
          money: Query.literal(decimal("1.50"), Column.decimal({ precision: 5, scale: 2 })),
          absent: Query.literal(null, Schema.NullOr(Column.date)),
          option: Query.literal(Option.some("x"), Schema.OptionFromNullOr(Schema.String)),
          list: Query.literal(["a", "b"], Schema.Array(Schema.String))
        }))
        assert.deepStrictEqual(found, {
          text: "O'Hara",
          integer: 7,
          float: 0.5,
          big: 2n ** 60n,
          yes: true,
          date: new Date(1),
          instant: day("2024-02-29T12:00:00.001Z"),
          money: decimal("1.50"),
          absent: null,
          option: Option.some("x"),
          list: ["a", "b"]
        })
      }))

    for (const [says, where, found, opposite] of tuples) {
      it.effect(`compare tuples: ${says}`, () =>
        Effect.gen(function*() {
          if (!(yield* Query.from(Pair).exists)) {
            yield* Effect.flatMap(Repository.make(Pair), (repository) => repository.insertMany(pairs))
          }
          const ids = (condition: (pair: Expression.Columns<typeof Pair>) => Expression.Condition) =>
            Effect.map(
              Query.from(Pair).where(condition).orderBy((pair) => pair.id.asc()).all,
              (rows) => rows.map(({ id }) => id)
            )
          assert.deepStrictEqual(yield* ids(where), found)
          assert.deepStrictEqual(yield* ids((pair) => Query.not(where(pair))), opposite)
        }))
    }

    it.effect("combine any number of conditions", () =>
      Effect.gen(function*() {
        const ids = (where: (person: People) => Expression.Condition) =>
          Effect.map(Query.from(Person).where(where).orderBy(byId).all, idsOf)
        const all = [1, 2, 3, 4, 5]
        assert.deepStrictEqual(yield* ids(() => Query.and()), all)
        assert.deepStrictEqual(yield* ids(() => Query.or()), [])
        assert.deepStrictEqual(yield* ids((person) => Query.or(...all.map((id) => person.id.eq(id)))), all)
        assert.deepStrictEqual(yield* ids((person) => Query.and(person.id.gt(1), person.id.lt(4), person.active)), [2])
        assert.deepStrictEqual(
          yield* ids((person) => Query.or(...Array.from({ length: 5000 }, (_, id) => person.id.eq(id + 3)))),
          [3, 4, 5]
        )
      }))

    it.effect("leave out a condition on what isn't given, only where that is said", () =>
      Effect.gen(function*() {
        const find = (age: number | undefined, city: string | undefined) =>
          Effect.map(
            Query.from(Person)
              .where((person) =>
                Query.and(
                  person.id.lt(5),
                  Query.optional(age, (least) => person.age.gt(least)),
                  Query.optional(city, (code) => person.city.eq(code))
                )
              )
              .orderBy(byId).all,
            idsOf
          )
        assert.deepStrictEqual(yield* find(undefined, undefined), [1, 2, 3, 4])
        assert.deepStrictEqual(yield* find(18, undefined), [1, 2])
        assert.deepStrictEqual(yield* find(18, "MAD"), [1])
        const missing = (person: People) => Query.optional(undefined, (age: number) => person.age.gt(age))
        const ids = (where: (person: People) => Expression.Condition) =>
          Effect.map(Query.from(Person).where(where).orderBy(byId).all, idsOf)
        assert.deepStrictEqual(yield* ids((person) => person.id.eq(1).or(missing(person))), [1])
        assert.deepStrictEqual(yield* ids((person) => Query.or(missing(person), person.id.eq(2))), [2])
        assert.deepStrictEqual(yield* ids((person) => missing(person).not().and(person.id.eq(3))), [3])
        assert.deepStrictEqual(yield* ids((person) => Query.not(missing(person))), [1, 2, 3, 4, 5])
        assert.deepStrictEqual(
          yield* Query.from(Person).select((person) => ({ people: Query.count().filter(missing(person)) })),
          [{ people: 5 }]
        )
      }))

    it.effect("fail where a value is undefined, and tell which column", () =>
      Effect.gen(function*() {
        const asked: ReadonlyArray<(person: People) => Expression.Condition> = [
          (person) => untyped(person.age, "eq", undefined),
          (person) => person.age.gt(1).and(untyped(person.age, "ne", undefined)),
          (person) => untyped(person.age, "between", undefined, 3),
          (person) => untyped(person.age, "is", undefined),
          (person) => untyped(person.age, "in", undefined),
          (person) => untyped(person.age, "in", [1, undefined]),
          (person) => untyped(untyped(person.age, "add", undefined), "gt", 3)
        ]
        for (const where of asked) {
          const failure = yield* Effect.flip(Query.from(Person).where(where).all)
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.include(String(failure), "age beside undefined")
        }
        const conditions: ReadonlyArray<(person: People) => Expression.Condition> = [
          (person) => untyped(person.active, "and", undefined),
          (person) => untyped(person.active, "or", undefined),
          (person) => untyped(Query, "and", person.active, undefined),
          () => untyped(Query, "or", undefined)
        ]
        for (const where of conditions) {
          assert.include(
            String(yield* Effect.flip(Query.from(Person).where(where).all)),
            "a condition that is undefined"
          )
        }
        const found = (where: (person: People) => Expression.Condition) =>
          Effect.flip(Query.from(Person).where(where).all)
        assert.include(
          String(yield* found((person) => untyped(person.name, "like", undefined))),
          "name beside undefined"
        )
        assert.include(String(yield* found((person) => untyped(person.age, "eq", null))), "age beside null")
        assert.include(String(yield* found((person) => untyped(person.age, "in", [null]))), "age beside null")
      }))
  })
