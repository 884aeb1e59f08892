/**
 * Every aggregate says of a group what JavaScript computes of the same rows.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Sale extends Model.Class<Sale>("Sale")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  shop: Schema.Literals(["a", "b"]),
  amount: Schema.NullOr(Column.int32),
  weight: Schema.Number,
  price: Schema.NullOr(Column.decimal({ precision: 10, scale: 2 })),
  label: Schema.NullOr(Schema.String),
  paid: Schema.NullOr(Schema.Boolean)
}, { table: "aggregates_sales" }) {}

const known = <A>(values: ReadonlyArray<A | null>): ReadonlyArray<A> =>
  values.flatMap((value) => value === null ? [] : [value])

const ascending = (values: ReadonlyArray<number>) => values.toSorted((one, other) => one - other)

const orNull = <A, B>(values: ReadonlyArray<A>, make: (values: ReadonlyArray<A>) => B): B | null =>
  values.length === 0 ? null : make(values)

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

const quantile = (values: ReadonlyArray<number>, part: number) => {
  const sorted = ascending(values)
  const place = (sorted.length - 1) * part
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return below + (above - below) * (place - Math.floor(place))
}

const quantileDiscrete = (values: ReadonlyArray<number>, part: number) =>
  ascending(values)[Math.max(0, Math.ceil(values.length * part) - 1)] ?? 0

const variance = (values: ReadonlyArray<number>) => {
  if (values.length < 2) return null
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}

const mode = (values: ReadonlyArray<number>) => {
  const sorted = ascending(values)
  const count = (value: number) => values.filter((other) => other === value).length
  return sorted.reduce((best, value) => count(value) > count(best) ? value : best, sorted[0] ?? 0)
}

const correlation = (pairs: ReadonlyArray<readonly [number, number]>) => {
  const [ones, others] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
  const [one, other] = [mean(ones), mean(others)]
  const spread = (values: ReadonlyArray<number>, middle: number) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0))
  const product = spread(ones, one) * spread(others, other)
  if (pairs.length < 2 || product === 0) return null
  return pairs.reduce((sum, [a, b]) => sum + (a - one) * (b - other), 0) / product
}

/** What JavaScript computes of the rows of a shop. */
const computed = (rows: ReadonlyArray<Sale>) => {
  const amounts = known(rows.map(({ amount }) => amount))
  const prices = known(rows.map(({ price }) => price))
  const labels = known(rows.map(({ label }) => label))
  const paid = known(rows.map((row) => row.paid))
  const priced = rows.filter(({ amount }) => amount !== null)
  const most = Math.max(...amounts)
  const large = amounts.filter((amount) => amount > 0)
  return {
    count: rows.length,
    amounts: amounts.length,
    different: new Set(amounts).size,
    sum: orNull(amounts, (all) => all.reduce((sum, value) => sum + value, 0)),
    sumDistinct: new Set(rows.map(({ weight }) => weight)).size,
    avg: orNull(amounts, mean),
    median: orNull(amounts, (all) => quantile(all, 0.5)),
    moneyMedian: orNull(prices, (all) => quantile(all.map(BigDecimal.toNumberUnsafe), 0.5)),
    quarter: orNull(amounts, (all) => quantile(all, 0.25)),
    discrete: orNull(amounts, (all) => quantileDiscrete(all, 0.75)),
    mode: orNull(amounts, mode),
    deviation: orNull(amounts, (all) => {
      const found = variance(all)
      return found === null ? null : Math.sqrt(found)
    }),
    variance: variance(rows.map(({ weight }) => weight)),
    correlation: correlation(priced.map(({ amount, weight }) => [amount ?? 0, weight])),
    list: rows.map(({ amount }) => amount),
    labels: rows.toReversed().map(({ label }) => label),
    joined: orNull(labels, (all) => all.join("; ")),
    every: orNull(paid, (all) => all.every((one) => one)),
    some: orNull(paid, (all) => all.some((one) => one)),
    most: rows.filter(({ amount }) => amount === most).map(({ id }) => id).at(0) ?? null,
    large: large.length,
    largeSum: orNull(large, (all) => all.reduce((sum, value) => sum + value, 0))
  }
}

const assertNear = (found: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>) => {
  assert.deepStrictEqual(Object.keys(found).toSorted(), Object.keys(expected).toSorted())
  for (const [key, value] of Object.entries(expected)) {
    const other = found[key]
    if (typeof value === "number" && typeof other === "number") {
      assert.isAtMost(Math.abs(other - value), 1e-9 * Math.max(1, Math.abs(value)), key)
    } else assert.deepStrictEqual(other, value, key)
  }
}

const small = Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 5 }))

const sales = Arbitrary.array(
  Arbitrary.map(
    Arbitrary.schema(Schema.Struct({
      shop: Schema.Literals(["a", "b"]),
      amount: Schema.NullOr(small),
      weight: small,
      price: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: -999, maximum: 999 }))),
      label: Schema.NullOr(Schema.Literals(["x", "é", "👩", "", "; "])),
      paid: Schema.NullOr(Schema.Boolean)
    })),
    ({ price, weight, ...sale }) => ({
      ...sale,
      weight: weight / 4,
      price: price === null ? null : BigDecimal.make(BigInt(price), 2)
    })
  ),
  { minLength: 1, maxLength: 20 }
)

export const aggregates = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Sale]), { timeout: "60 seconds" })(`${name}: aggregates`, (it) => {
    let round = 0
    it.effect.prop(
      "say of groups what JavaScript computes of the same rows",
      { sales },
      ({ sales: given }) =>
        Effect.gen(function*() {
          round += 1
          const repository = yield* Repository.make(Sale)
          const stored = yield* repository.insertMany(given.map((sale) => ({ ...sale, round })))
          const found = yield* Query.from(Sale)
            .where((sale) => sale.round.eq(round))
            .groupBy(({ shop }) => ({ shop }))
            .select((sale) => ({
              count: Query.count(),
              amounts: Query.count(sale.amount),
              different: Query.countDistinct(sale.amount),
              sum: Query.sum(sale.amount),
              sumDistinct: Query.countDistinct(sale.weight),
              avg: Query.avg(sale.amount),
              median: Query.median(sale.amount),
              moneyMedian: Query.median(sale.price),
              quarter: Query.quantile(sale.amount, 0.25),
              discrete: Query.quantileDiscrete(sale.amount, 0.75),
              mode: Query.mode(sale.amount),
              deviation: Query.standardDeviation(sale.amount),
              variance: Query.variance(sale.weight),
              correlation: Query.correlation(sale.amount, sale.weight),
              list: Query.list(sale.amount).orderBy(sale.id.asc()),
              labels: Query.list(sale.label).orderBy(sale.id.desc()),
              joined: Query.joined(sale.label, "; ").orderBy(sale.id.asc()),
              every: Query.every(sale.paid),
              some: Query.some(sale.paid),
              most: Query.argMax(sale.id, sale.amount.multiply(1000).subtract(sale.id)),
              large: Query.count().filter(sale.amount.gt(0)),
              largeSum: Query.sum(sale.amount).filter(sale.amount.gt(0))
            }))
            .orderBy(({ shop }) => shop.asc())
          const shops = (["a", "b"] as const).filter((shop) => given.some((sale) => sale.shop === shop))
          assert.deepStrictEqual(found.map(({ shop }) => shop), shops)
          for (const { shop, ...group } of found) {
            // the first of the greatest is the one that the subtraction lets win
            assertNear(group, computed(stored.filter((sale) => sale.shop === shop)))
          }
        }),
      { arbitrary: { runs: 80 } }
    )

    const none = Query.from(Sale).where((sale) => sale.round.eq(-1))

    it.effect("are null of no rows, except for their number", () =>
      Effect.gen(function*() {
        const [found] = yield* none.select((sale) => ({
          count: Query.count(),
          about: Query.approxCountDistinct(sale.amount),
          median: Query.median(sale.amount),
          quantile: Query.quantile(sale.weight, 0.9),
          discrete: Query.quantileDiscrete(sale.label, 0.5),
          mode: Query.mode(sale.label),
          deviation: Query.standardDeviation(sale.weight),
          variance: Query.variance(sale.weight),
          correlation: Query.correlation(sale.weight, sale.amount),
          list: Query.list(sale.label),
          joined: Query.joined(sale.label, ","),
          every: Query.every(sale.paid),
          some: Query.some(sale.paid),
          least: Query.argMin(sale.label, sale.amount),
          most: Query.argMax(sale.label, sale.amount)
        }))
        const { about, count, ...rest } = found ?? {}
        assert.deepStrictEqual([about, count], [0, 0])
        assert.isTrue(Object.values(rest).every((value) => value === null), JSON.stringify(rest))
      }))

    it.effect("of all rows are one record, also where there are none", () =>
      Effect.gen(function*() {
        yield* Query.delete(Sale).everywhere()
        const everything = Query.from(Sale).orderBy((sale) => sale.weight.asc())
        const total = everything.aggregate((sale) => ({
          count: Query.count(),
          heaviest: Query.max(sale.weight),
          more: Query.sum(sale.amount).orElse(0).add(1)
        }))
        assert.deepStrictEqual(yield* total, { count: 0, heaviest: null, more: 1 })
        yield* Query.insert(Sale).values(
          [1, 2, 3].map((amount) => ({
            round: 0,
            shop: "a" as const,
            amount,
            weight: amount / 2,
            price: null,
            label: null,
            paid: null
          }))
        )
        assert.deepStrictEqual(yield* total, { count: 3, heaviest: 1.5, more: 7 })
        const few = everything.where((sale) => sale.amount.lt(3))
        assert.deepStrictEqual(yield* few.aggregate((sale) => ({ sum: Query.sum(sale.amount) })), { sum: 3 })
        const pairs = Query.from(Sale, "one").join(Sale, "other", ({ one, other }) => one.id.lt(other.id))
        assert.deepStrictEqual(yield* pairs.aggregate(() => ({ count: Query.count() })), { count: 3 })
        // what is no aggregate makes one record, too
        for (const rows of [few, none]) {
          assert.deepStrictEqual(yield* rows.aggregate(() => ({ one: Query.literal(1) })), { one: 1 })
        }
      }))

    it.effect("of a part of the rows are refused, and made of a query that has it", () =>
      Effect.gen(function*() {
        const everything = Query.from(Sale)
        const parts = [
          everything.limit(1),
          everything.offset(1),
          everything.distinct(),
          everything.qualify(() => Query.rowNumber().over({}).lt(2))
        ]
        for (const part of parts) {
          const failure = yield* Effect.flip(part.aggregate(() => ({ count: Query.count() })))
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.match(failure.message, /aggregates of a part of the rows/)
        }
        const numbers = Query.values([{ n: 1 }, { n: 2 }, { n: 3 }], { n: Schema.Int })
        const page = Query.from(numbers, "one").orderBy(({ one }) => one.n.desc()).select(({ one }) => one).limit(2)
        assert.deepStrictEqual(
          yield* Query.from(page, "row").aggregate(({ row }) => ({ rows: Query.count(), sum: Query.sum(row.n) })),
          { rows: 2, sum: 5 }
        )
      }))

    it.effect("estimate how many values there are, closely", () =>
      Effect.gen(function*() {
        const numbers = Query.values(Array.from({ length: 500 }, (_, id) => ({ id })), { id: Schema.Int })
        const [found] = yield* Query.from(numbers, "one").select(({ one }) => ({
          about: Query.approxCountDistinct(one.id)
        }))
        assert.isAtMost(Math.abs((found?.about ?? 0) - 500), 50)
      }))

    it.effect("take the value of the row in which another is least or greatest, of those that have both", () =>
      Effect.gen(function*() {
        const rows = Query.values(
          [{ name: "x", size: 3 }, { name: "y", size: null }, { name: null, size: 1 }, { name: "z", size: 2 }, {
            name: "w",
            size: 9
          }],
          { name: Schema.NullOr(Schema.String), size: Schema.NullOr(Schema.Int) }
        )
        const [found] = yield* Query.from(rows, "row").select(({ row }) => ({
          least: Query.argMin(row.name, row.size),
          most: Query.argMax(row.name, row.size),
          small: Query.argMax(row.name, row.size).filter(row.size.lt(3))
        }))
        assert.deepStrictEqual(found, { least: "z", most: "w", small: "z" })
      }))

    it.effect("refuse a quantile that is none", () =>
      Effect.gen(function*() {
        for (const part of [-0.1, 1.1, Number.NaN]) {
          const failure = yield* Effect.flip(none.select((sale) => ({ value: Query.quantile(sale.amount, part) })).all)
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.include(String(failure), `a quantile at ${part}`)
        }
      }))
  })
