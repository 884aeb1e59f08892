/**
 * Functions of lists give what JavaScript makes of the same arrays.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decimal } from "./people.ts"
import type { Database } from "./Subject.ts"

class Basket extends Model.Class<Basket>("Basket")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  tags: Schema.Array(Schema.String),
  numbers: Schema.NullOr(Schema.Array(Schema.NullOr(Column.int32))),
  prices: Schema.Array(Column.decimal({ precision: 10, scale: 2 })),
  parts: Schema.Array(Schema.Struct({ name: Schema.String, count: Schema.Int }))
}, { table: "list_baskets" }) {}

type Baskets = Expression.Columns<typeof Basket>

const withNumbers = <A>({ numbers }: Basket, make: (numbers: ReadonlyArray<number | null>) => A) =>
  numbers === null ? null : make(numbers)

const ordered = <A extends string | number>(items: ReadonlyArray<A | null>): ReadonlyArray<A | null> => [
  ...items.filter((item) => item !== null).toSorted((one, other) => one < other ? -1 : one > other ? 1 : 0),
  ...items.filter((item) => item === null)
]

const different = <A extends string | number>(items: ReadonlyArray<A | null>) =>
  ordered([...new Set(items.filter((item) => item !== null))])

/** What each function gives, and what it should. */
const functions: ReadonlyArray<
  readonly [
    says: string,
    asked: (basket: Baskets) => Expression.Expression<unknown, Expression.PlainStage>,
    expected: (basket: Basket) => unknown
  ]
> = [
  ["length", (basket) => basket.tags.length(), ({ tags }) => tags.length],
  [
    "length of a nullable",
    (basket) => basket.numbers.length(),
    (basket) => withNumbers(basket, ({ length }) => length)
  ],
  ["length of objects", (basket) => basket.parts.length(), ({ parts }) => parts.length],
  ["includes", (basket) => basket.tags.includes("é"), ({ tags }) => tags.includes("é")],
  [
    "includes a number",
    (basket) => basket.numbers.includes(1),
    (basket) => withNumbers(basket, (numbers) => numbers.includes(1))
  ],
  [
    "includes an expression",
    (basket) => basket.numbers.includes(basket.tags.length()),
    (basket) => withNumbers(basket, (numbers) => numbers.includes(basket.tags.length))
  ],
  [
    "includesAny",
    (basket) => basket.tags.includesAny(["a", "👩"]),
    ({ tags }) => tags.some((tag) => tag === "a" || tag === "👩")
  ],
  ["includesAny of none", (basket) => basket.tags.includesAny([]), () => false],
  [
    "includesAll",
    (basket) => basket.tags.includesAll(["a", "é"]),
    ({ tags }) => tags.includes("a") && tags.includes("é")
  ],
  ["includesAll of none", (basket) => basket.tags.includesAll([]), () => true],
  ["at the start", (basket) => basket.tags.at(0), ({ tags }) => tags.at(0) ?? null],
  ["at the end", (basket) => basket.tags.at(-1), ({ tags }) => tags.at(-1) ?? null],
  ["at before the start", (basket) => basket.tags.at(-9), () => null],
  ["at of a nullable", (basket) => basket.numbers.at(1), ({ numbers }) => numbers?.at(1) ?? null],
  ["at of objects", (basket) => basket.parts.at(0), ({ parts }) => parts[0] ?? null],
  [
    "a field of an object in it",
    (basket) => basket.parts.at(-1).get("count"),
    ({ parts }) => parts.at(-1)?.count ?? null
  ],
  ["append", (basket) => basket.tags.append("x"), ({ tags }) => [...tags, "x"]],
  [
    "append to a nullable",
    (basket) => basket.numbers.append(7),
    (basket) => withNumbers(basket, (numbers) => [...numbers, 7])
  ],
  ["concat", (basket) => basket.tags.concat(basket.tags).concat(["y"]), ({ tags }) => [...tags, ...tags, "y"]],
  ["join", (basket) => basket.tags.join(", "), ({ tags }) => tags.join(", ")],
  ["sorted", (basket) => basket.tags.sorted(), ({ tags }) => ordered(tags)],
  ["sorted of a nullable", (basket) => basket.numbers.sorted(), (basket) => withNumbers(basket, ordered)],
  ["distinct", (basket) => basket.tags.distinct(), ({ tags }) => different(tags)],
  ["distinct of a nullable", (basket) => basket.numbers.distinct(), (basket) => withNumbers(basket, different)],
  ["orElse", (basket) => basket.numbers.orElse([]).length(), ({ numbers }) => numbers?.length ?? 0],
  ["nested", (basket) => basket.tags.sorted().at(0).upper(), ({ tags }) => ordered(tags)[0]?.toUpperCase() ?? null]
]

const baskets = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({
    tags: Schema.Array(Schema.Literals(["a", "b", "é", "👩", "", ",", "\"", "NULL"])).check(Schema.isMaxLength(5)),
    numbers: Schema.NullOr(
      Schema.Array(Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 3 })))).check(
        Schema.isMaxLength(5)
      )
    ),
    parts: Schema.Array(
      Schema.Struct({
        name: Schema.Literals(["x", "\"y\""]),
        count: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
      })
    ).check(Schema.isMaxLength(3))
  })),
  { minLength: 1, maxLength: 10 }
)

export const listFunctions = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Basket]), { timeout: "60 seconds" })(`${name}: functions of lists`, (it) => {
    let round = 0
    it.effect.prop(
      "give what JavaScript makes of the same arrays",
      { baskets },
      ({ baskets: given }) =>
        Effect.gen(function*() {
          round += 1
          const repository = yield* Repository.make(Basket)
          const stored = yield* repository.insertMany(given.map((basket) => ({ ...basket, prices: [], round })))
          const mine = Query.from(Basket, "basket").where(({ basket }) => basket.round.eq(round))
          const found = yield* mine
            .orderBy(({ basket }) => basket.id.asc())
            .select(({ basket }) => Object.fromEntries(functions.map(([says, asked]) => [says, asked(basket)])))
          for (const [index, basket] of stored.entries()) {
            for (const [says, , expected] of functions) {
              assert.deepStrictEqual(found[index]?.[says], expected(basket), `${says} of ${JSON.stringify(basket)}`)
            }
          }

          const unnested = yield* mine
            .joinLateral("tag", ({ basket }) => Query.unnest(basket.tags))
            .select(({ basket, tag }) => ({ id: basket.id, tag: tag.value, place: tag.place }))
            .orderBy(({ id, place }) => [id.asc(), place.asc()])
          assert.deepStrictEqual(
            unnested,
            stored.flatMap(({ id, tags }) => tags.map((tag, place) => ({ id, tag, place })))
          )

          const counts = yield* mine
            .leftJoinLateral("part", ({ basket }) => Query.unnest(basket.numbers))
            .groupBy(({ basket }) => ({ id: basket.id }))
            .select(({ part }) => ({ numbers: Query.count(part.value), sum: Query.sum(part.value) }))
            .orderBy(({ id }) => id.asc())
          assert.deepStrictEqual(
            counts,
            stored.map(({ id, numbers }) => {
              const known = (numbers ?? []).filter((number) => number !== null)
              return {
                id,
                numbers: known.length,
                sum: known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0)
              }
            })
          )
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("keep decimals exact", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Basket)
        const prices = [decimal("0.10"), decimal("99999999.99")]
        yield* repository.insert({ round: -1, tags: [], numbers: null, prices, parts: [] })
        const mine = Query.from(Basket).where((basket) => basket.round.eq(-1))
        const [found] = yield* mine.select((basket) => ({
          last: basket.prices.at(-1),
          has: basket.prices.includes(decimal("0.1")),
          more: basket.prices.append(decimal("1"))
        }))
        assert.deepStrictEqual(found, { last: prices[1] ?? null, has: true, more: [...prices, decimal("1.00")] })
      }))
  })
