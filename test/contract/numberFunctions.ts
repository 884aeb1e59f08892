/**
 * Functions of numbers give the same numbers everywhere: exact ones of integers and decimals, and null where there is none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { untyped } from "./cases.ts"
import { decimal } from "./people.ts"
import type { Database } from "./Subject.ts"

class Measure extends Model.Class<Measure>("Measure")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  small: Column.int8,
  whole: Schema.NullOr(Schema.Int),
  big: Column.int64,
  money: Column.decimal({ precision: 18, scale: 3 }),
  ratio: Schema.Number,
  coded: Schema.NumberFromString
}, { table: "number_measures" }) {}

type Measures = Expression.Columns<typeof Measure>
type Row = Expression.Expression<unknown, Expression.PlainStage>

const withWhole = <A>({ whole }: Measure, make: (whole: number) => A) => whole === null ? null : make(whole)

/** Rounds halves away from zero. */
const rounded = (value: number, digits = 0): number => {
  const factor = 10 ** Math.abs(digits)
  const nearest = (scaled: number) =>
    Math.sign(scaled) * Math.floor(Math.abs(scaled)) + Math.trunc(2 * (scaled - Math.trunc(scaled)))
  return digits < 0 ? nearest(value / factor) * factor : nearest(value * factor) / factor
}

const roundedInteger = (value: number, digits: number) => {
  const factor = 10n ** BigInt(-digits)
  const [absolute, sign] = value < 0 ? [BigInt(-value), -1n] : [BigInt(value), 1n]
  return Number(sign * ((absolute + factor / 2n) / factor) * factor)
}

const roundedMoney = (value: BigDecimal.BigDecimal, scale: number) =>
  BigDecimal.round(value, { scale, mode: "half-from-zero" })

/** What each function gives, and what it should. */
const functions: ReadonlyArray<
  readonly [says: string, asked: (row: Measures) => Row, expected: (row: Measure) => unknown]
> = [
  ["abs", (row) => row.whole.abs(), (row) => withWhole(row, Math.abs)],
  ["abs of 8 bits", (row) => row.small.abs(), ({ small }) => Math.abs(small)],
  ["abs of 64 bits", (row) => row.big.abs(), ({ big }) => big < 0n ? -big : big],
  ["abs of a decimal", (row) => row.money.abs(), ({ money }) => BigDecimal.abs(money)],
  ["abs of a double", (row) => row.ratio.abs(), ({ ratio }) => Math.abs(ratio)],
  ["negate", (row) => row.small.negate(), ({ small }) => -small + 0],
  ["negate of a decimal", (row) => row.money.negate(), ({ money }) => BigDecimal.negate(money)],
  ["round of a double", (row) => row.ratio.round(), ({ ratio }) => rounded(ratio)],
  ["round of a double to places", (row) => row.ratio.round(2), ({ ratio }) => rounded(ratio, 2)],
  ["round of a double to tens", (row) => row.ratio.round(-1), ({ ratio }) => rounded(ratio, -1)],
  ["round of a decimal", (row) => row.money.round(), ({ money }) => roundedMoney(money, 0)],
  ["round of a decimal to places", (row) => row.money.round(1), ({ money }) => roundedMoney(money, 1)],
  [
    "round of an integer to hundreds",
    (row) => row.whole.round(-2),
    (row) => withWhole(row, (whole) => roundedInteger(whole, -2))
  ],
  ["floor of a double", (row) => row.ratio.floor(), ({ ratio }) => Math.floor(ratio)],
  ["ceil of a double", (row) => row.ratio.ceil(), ({ ratio }) => Math.ceil(ratio)],
  ["floor of a decimal", (row) => row.money.floor(), ({ money }) => BigDecimal.floor(money)],
  ["ceil of a decimal", (row) => row.money.ceil(), ({ money }) => BigDecimal.ceil(money)],
  ["floor of an integer", (row) => row.small.floor(), ({ small }) => small],
  ["sign of an integer", (row) => row.whole.sign(), (row) => withWhole(row, Math.sign)],
  ["sign of a double", (row) => row.ratio.sign(), ({ ratio }) => Math.sign(ratio)],
  ["sign of a decimal", (row) => row.money.sign(), ({ money }) => BigDecimal.sign(money)],
  [
    "quotient",
    (row) => row.whole.quotient(row.small),
    (row) => withWhole(row, (whole) => row.small === 0 ? null : Math.trunc(whole / row.small) + 0)
  ],
  ["quotient of 64 bits", (row) => row.big.quotient(7n), ({ big }) => big / 7n],
  [
    "modulo",
    (row) => row.whole.modulo(row.small),
    (row) => withWhole(row, (whole) => row.small === 0 ? null : whole % row.small + 0)
  ],
  [
    "divide",
    (row) => row.whole.divide(row.small),
    (row) => withWhole(row, (whole) => row.small === 0 ? null : whole / row.small + 0)
  ],
  ["divide of decimals", (row) => row.money.divide(row.money), ({ money }) => BigDecimal.isZero(money) ? null : 1],
  [
    "multiply of decimals",
    (row) => row.money.multiply(decimal("1.5")),
    ({ money }) => BigDecimal.multiply(money, decimal("1.5"))
  ],
  // types keep decimals and integers apart, and a program without types gets what is exact
  [
    "multiply of a decimal and an integer",
    (row) => untyped(row.money, "multiply", row.small),
    ({ money, small }) => BigDecimal.multiply(money, BigDecimal.make(BigInt(small), 0))
  ],
  [
    "subtract of an integer and a decimal",
    (row) => untyped(row.small, "subtract", row.money),
    ({ money, small }) => BigDecimal.subtract(BigDecimal.make(BigInt(small), 0), money)
  ],
  ["add of 8 bits", (row) => row.small.add(100), ({ small }) => small + 100],
  ["add of a nullable", (row) => row.small.add(row.whole), (row) => withWhole(row, (whole) => row.small + whole)],
  ["least", (row) => Query.least(row.whole, row.small, 3), ({ small, whole }) => Math.min(whole ?? 3, small, 3)],
  [
    "greatest of decimals",
    (row) => Query.greatest(row.money, decimal("0.5")),
    ({ money }) => BigDecimal.max(money, decimal("0.5"))
  ],
  [
    "greatest of a double and an integer",
    (row) => Query.greatest(row.ratio, row.small),
    ({ ratio, small }) => Math.max(ratio, small)
  ],
  ["toText", (row) => row.whole.toText(), (row) => withWhole(row, String)],
  ["toText of a decimal", (row) => row.money.toText(), ({ money }) => shown(money)],
  ["sqrt", (row) => row.ratio.sqrt(), ({ ratio }) => ratio < 0 ? null : Math.sqrt(ratio)],
  ["sqrt of an integer", (row) => row.small.sqrt(), ({ small }) => small < 0 ? null : Math.sqrt(small)],
  ["ln", (row) => row.ratio.ln(), ({ ratio }) => ratio <= 0 ? null : Math.log(ratio)],
  ["exp", (row) => row.small.exp(), ({ small }) => Math.exp(small)],
  ["power", (row) => row.small.power(3), ({ small }) => small ** 3],
  ["power of a fraction", (row) => row.small.power(0.5), ({ small }) => small < 0 ? null : Math.sqrt(small)],
  ["power below 0", (row) => row.small.power(-1), ({ small }) => small === 0 ? null : 1 / small],
  ["orElse", (row) => row.whole.orElse(row.small), ({ small, whole }) => whole ?? small],
  ["nullIf", (row) => Query.nullIf(row.small, 0), ({ small }) => small === 0 ? null : small],
  ["nested", (row) => row.ratio.add(0.5).floor().multiply(2), ({ ratio }) => Math.floor(ratio + 0.5) * 2]
]

/** All three places. */
const shown = (money: BigDecimal.BigDecimal) => {
  const text = BigDecimal.format(BigDecimal.scale(money, 3))
  const [whole = "", places = ""] = text.split(".")
  return `${whole}.${places.padEnd(3, "0")}`
}

const integer = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const measures = Arbitrary.array(
  Arbitrary.map(
    Arbitrary.all({
      small: Arbitrary.schema(integer(-128, 127)),
      whole: Arbitrary.schema(Schema.NullOr(integer(-1_000_000, 1_000_000))),
      big: Arbitrary.schema(integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
      units: Arbitrary.schema(integer(-1_000_000_000, 1_000_000_000)),
      quarters: Arbitrary.schema(integer(-4_000_000, 4_000_000))
    }),
    ({ big, quarters, small, units, whole }) => ({
      small,
      whole,
      big: BigInt(big) * 512n,
      money: BigDecimal.make(BigInt(units), 3),
      ratio: quarters / 8,
      coded: small
    })
  ),
  { minLength: 1, maxLength: 10 }
)

/** What a database calculates may differ in the last digit. */
const assertNear = (found: unknown, expected: unknown, says: string) => {
  if (BigDecimal.isBigDecimal(expected)) {
    assert.isTrue(BigDecimal.isBigDecimal(found) && BigDecimal.equals(found, expected), `${says}: ${String(found)}`)
  } else if (typeof expected === "number" && typeof found === "number" && !Number.isSafeInteger(expected)) {
    assert.isAtMost(Math.abs(found - expected), 1e-12 * Math.abs(expected), says)
  } else assert.deepStrictEqual(found === 0 ? 0 : found, expected === 0 ? 0 : expected, says)
}

const given = {
  round: -1,
  small: 0,
  whole: null,
  big: 0n,
  money: decimal("0"),
  ratio: 0,
  coded: 1
}

export const numberFunctions = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Measure]), { timeout: "60 seconds" })(`${name}: functions of numbers`, (it) => {
    let round = 0
    it.effect.prop(
      "give what JavaScript calculates of the same numbers",
      { measures },
      ({ measures: rows }) =>
        Effect.gen(function*() {
          round += 1
          const repository = yield* Repository.make(Measure)
          const stored = yield* repository.insertMany(rows.map((row) => ({ ...row, round })))
          const found = yield* Query.from(Measure)
            .where((row) => row.round.eq(round))
            .orderBy((row) => row.id.asc())
            .select((row) => Object.fromEntries(functions.map(([says, asked]) => [says, asked(row)])))
          for (const [index, row] of stored.entries()) {
            for (const [says, , expected] of functions) {
              assertNear(
                found[index]?.[says],
                expected(row),
                `${says} of ${String(row.id)}`
              )
            }
          }
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("round halves away from zero, and numbers beside them to the nearest", () =>
      Effect.gen(function*() {
        const halves = [
          2.5,
          -2.5,
          0.5,
          -0.5,
          0.49999999999999994,
          4503599627370495.5,
          1.005,
          1e300,
          Infinity,
          -Infinity
        ]
        const values = Query.values(halves.map((value, id) => ({ id, value })), {
          id: Schema.Int,
          value: Schema.Number
        })
        const found = yield* Query.from(values, "half")
          .orderBy(({ half }) => half.id.asc())
          .select(({ half }) => ({ to: half.value.round(), places: half.value.round(2) }))
        assert.deepStrictEqual(found.map(({ to }) => to), [
          3,
          -3,
          1,
          -1,
          0,
          4503599627370496,
          1,
          1e300,
          Infinity,
          -Infinity
        ])
        assert.strictEqual(found[6]?.places, 1)
      }))

    it.effect("fail, and do not guess, where a result doesn't fit", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Measure)
        const { id } = yield* repository.insert({ ...given, big: 2n ** 63n - 1n })
        const one = Query.from(Measure).where((row) => row.id.eq(id))
        for (
          const asked of [
            one.select((row) => ({ value: row.big.add(1n) })),
            one.select((row) => ({ value: row.big.multiply(row.big) })),
            one.select((row) => ({ value: row.big.negate().subtract(2n) }))
          ]
        ) {
          assert.strictEqual((yield* Effect.flip(asked.all))._tag, "QueryFailed")
        }
      }))

    it.effect("are refused of values that a schema transforms, and where databases would disagree", () =>
      Effect.gen(function*() {
        const all = Query.from(Measure)
        const transformed = yield* Effect.flip(all.select((row) => ({ value: row.coded.add(1) })).all)
        assert.strictEqual(transformed._tag, "Unsupported")
        assert.include(String(transformed), "calculating of coded, whose schema transforms its values")
        assert.include(
          String(yield* Effect.flip(all.select((row) => ({ value: row.coded.abs() })).all)),
          "abs of coded"
        )
        assert.include(
          String(yield* Effect.flip(all.select((row) => ({ value: Query.sum(row.coded) })).all)),
          "sum of coded"
        )
        const text = yield* Effect.flip(all.select((row) => ({ value: row.ratio.toText() })).all)
        assert.include(String(text), "toText of a Double")
        const quotient = yield* Effect.flip(all.select((row) => ({ value: row.ratio.quotient(2) })).all)
        assert.include(String(quotient), "quotient of a Double")
        const places = yield* Effect.flip(all.select((row) => ({ value: row.ratio.round(0.5) })).all)
        assert.include(String(places), "0.5 where a whole number is needed")
      }))

    it.effect("compare what a schema transforms through the schema", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Measure)
        yield* repository.insert({ ...given, round: -2, coded: 42 })
        const found = yield* Query.from(Measure)
          .where((row) => row.round.eq(-2).and(row.coded.eq(42)))
          .select((row) => ({
            coded: row.coded,
            first: Query.coalesce(row.coded, row.coded),
            chosen: Query.caseWhen(row.small.eq(0), row.coded).otherwise(1)
          }))
        assert.deepStrictEqual(found, [{ coded: 42, first: 42, chosen: 42 }])
      }))
  })
