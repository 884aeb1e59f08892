/**
 * What a schema says of its values, the database keeps watch over too, where both say exactly the same.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const decimal = (text: string) => BigDecimal.fromStringUnsafe(text)
const day = (text: string) => DateTime.makeUnsafe(`${text}T00:00:00Z`)

/** The fields, each with values that its schema allows and others that it doesn't. */
const cases = {
  positive: {
    schema: Schema.Int.check(Schema.isGreaterThan(0)),
    plain: Schema.Int,
    good: [1, 5],
    bad: [0, -1]
  },
  half: {
    schema: Schema.Int.check(Schema.isBetween({ minimum: 0.5, maximum: 2.5 })),
    plain: Schema.Int,
    good: [1, 2],
    bad: [0, 3]
  },
  score: {
    schema: Schema.Number.check(Schema.isBetween({ minimum: 0.1, maximum: 0.3, exclusiveMaximum: true })),
    plain: Schema.Number,
    good: [0.1, 0.2],
    bad: [0.3, 0.099_999_999_999_999_99, Number.NaN, Infinity]
  },
  above: {
    schema: Schema.Number.check(Schema.isGreaterThan(-0)),
    plain: Schema.Number,
    good: [5e-324, Infinity],
    bad: [0, -0, Number.NaN]
  },
  big: {
    schema: Column.int64.check(Schema.isLessThanBigInt(2n ** 53n + 1n)),
    plain: Column.int64,
    good: [2n ** 53n, -(2n ** 63n)],
    bad: [2n ** 53n + 1n]
  },
  price: {
    schema: Column.decimal({ precision: 9, scale: 2 }).check(Schema.isGreaterThanOrEqualToBigDecimal(decimal("0.5"))),
    plain: Column.decimal({ precision: 9, scale: 2 }),
    good: [decimal("0.5"), decimal("1.00")],
    bad: [decimal("0.49"), decimal("-1")]
  },
  since: {
    schema: Column.date.check(
      Schema.makeIsGreaterThanOrEqualTo({ order: DateTime.Order })(day("2000-02-29"))
    ),
    plain: Column.date,
    good: [day("2000-02-29")],
    bad: [day("2000-02-28")]
  },
  date: {
    schema: Schema.Date.check(Schema.isLessThanDate(new Date(1))),
    plain: Schema.Date,
    good: [new Date(0)],
    bad: [new Date(1)]
  },
  name: { schema: Schema.NonEmptyString, plain: Schema.String, good: [" ", "🤦"], bad: [""] },
  short: {
    schema: Schema.String.check(Schema.isBetweenLength(2, 3)),
    plain: Schema.String,
    good: ["🤦", "🤦a", "äöü", "ab"],
    bad: ["🤦🤦", "a", "🤦ab", "abcd", ""]
  },
  points: {
    schema: Schema.String.check(Schema.isMaxCodePoints(2), Schema.isMinCodePoints(2)),
    plain: Schema.String,
    good: ["🤦🤦", "ab"],
    bad: ["🤦", "abc"]
  },
  code: {
    schema: Schema.String.check(Schema.isPattern(/^(?:[A-Z]{2,3}-\d+|it's [\w.]+)$/)),
    plain: Schema.String,
    good: ["AB-1", "ABC-007", "it's a.b_C"],
    bad: ["ab-1", "AB-", "AB-1\n", "xAB-1", "AB-٣", "it's ä", "AB-1 "]
  },
  answer: { schema: Schema.Literals([0, 42]), plain: Schema.Int, good: [0, 42], bad: [1] },
  label: { schema: Schema.Literals(["it's; --", "🤦"]), plain: Schema.String, good: ["it's; --"], bad: ["", "its"] },
  maybe: {
    schema: Schema.NullOr(Schema.Int.check(Schema.isLessThanOrEqualTo(3))),
    plain: Schema.NullOr(Schema.Int),
    good: [null, 3],
    bad: [4]
  }
} as const

class Checked extends Model.Class<Checked>("Checked")({
  id: Column.primaryKey(Schema.Int),
  positive: cases.positive.schema,
  half: cases.half.schema,
  score: cases.score.schema,
  above: cases.above.schema,
  big: cases.big.schema,
  price: cases.price.schema,
  since: cases.since.schema,
  date: cases.date.schema,
  name: cases.name.schema,
  short: cases.short.schema,
  points: cases.points.schema,
  code: cases.code.schema,
  answer: cases.answer.schema,
  label: cases.label.schema,
  maybe: Column.named("per \"haps\"", cases.maybe.schema),
  email: Schema.String.check(Schema.isPattern(/^[^@\s]+@.+$/i)),
  untrimmed: Schema.String.check(Schema.isTrimmed())
}, { table: "checks of 'all'" }) {}

/** The same table in the eyes of a program that asks for less. */
class Lax extends Model.Class<Lax>("Lax")({
  id: Column.primaryKey(Schema.Int),
  positive: cases.positive.plain,
  half: cases.half.plain,
  score: cases.score.plain,
  above: cases.above.plain,
  big: cases.big.plain,
  price: cases.price.plain,
  since: cases.since.plain,
  date: cases.date.plain,
  name: cases.name.plain,
  short: cases.short.plain,
  points: cases.points.plain,
  code: cases.code.plain,
  answer: cases.answer.plain,
  label: cases.label.plain,
  maybe: Column.named("per \"haps\"", cases.maybe.plain),
  email: Schema.String,
  untrimmed: Schema.String
}, { table: "checks of 'all'" }) {}

const good = {
  positive: 1,
  half: 1,
  score: 0.1,
  above: 1,
  big: 0n,
  price: decimal("1.00"),
  since: day("2024-01-01"),
  date: new Date(0),
  name: "n",
  short: "ab",
  points: "ab",
  code: "AB-1",
  answer: 0,
  label: "it's; --",
  maybe: null,
  email: "a@b",
  untrimmed: "t"
} as const

export const checks = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Checked]), { timeout: "60 seconds" })(`${name}: checks`, (it) => {
    for (const [field, { bad, good: fine, schema }] of Object.entries(cases)) {
      it.effect(`of ${field} refuse what its schema refuses, and nothing else`, () =>
        Effect.gen(function*() {
          const lax = yield* Repository.make(Lax)
          const column = field === "maybe" ? "per \"haps\"" : field
          for (const [index, value] of fine.entries()) {
            assert.isTrue(Schema.is(schema)(value), String(value))
            yield* lax.upsert({ ...good, id: index, [field]: value })
          }
          for (const value of bad) {
            assert.isFalse(Schema.is(schema)(value), String(value))
            const refused = yield* Effect.flip(lax.insert({ ...good, id: 100, [field]: value }))
            assert.deepInclude(refused, {
              _tag: "CheckViolation",
              table: "checks of 'all'",
              columns: [field],
              constraint: `checks of 'all'_${column}_check`
            })
          }
        }))
    }

    it.effect("are left to the application where a database might see it otherwise", () =>
      Effect.gen(function*() {
        const lax = yield* Repository.make(Lax)
        yield* lax.upsert({ ...good, id: 200, email: "no address", untrimmed: " x " })
        const strict = yield* Repository.make(Checked)
        const invalid = yield* Effect.flip(strict.insert({ ...good, id: 201, email: "no address" }))
        assert.strictEqual(invalid._tag, "Invalid")
      }))

    it.effect("refuse plain SQL", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const lax = yield* Repository.make(Lax)
        yield* lax.upsert({ ...good, id: 300 })
        const refused = yield* Effect.flip(sql`UPDATE ${sql("checks of 'all'")} SET positive = 0 WHERE id = 300`)
        assert.strictEqual(refused.reason._tag, "ConstraintError")
        assert.include(String(refused.reason.cause), "checks of 'all'")
      }))

    it.effect.prop(
      "agree with the schema on any text",
      { short: Schema.String, code: Schema.String },
      ({ code, short }) =>
        Effect.gen(function*() {
          const lax = yield* Repository.make(Lax)
          for (const [field, text] of [["short", short], ["code", code], ["name", short]] as const) {
            if (!text.isWellFormed() || text.includes("\0")) continue
            const stored = yield* Effect.result(lax.upsert({ ...good, id: 400, [field]: text }))
            assert.strictEqual(stored._tag === "Success", Schema.is(cases[field].schema)(text), JSON.stringify(text))
          }
        }),
      { arbitrary: { runs: 60 } }
    )
  })
