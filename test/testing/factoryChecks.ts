/**
 * What a factory makes keeps the checks of its model, as far as those can be told before a database sees the row.
 */
import { assert, layer } from "@effect/vitest"
import { Check, Column, type Expression, Model, Query } from "andamios-orm"
import { Factory, TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { tableOf } from "../../src/model/Table.ts"
import { isBroken } from "../../src/testing/making/holding.ts"
import type { Database } from "../databases.ts"

class Stay extends Model.Class<Stay>("Stay")({
  id: Column.serial(Schema.Int),
  booked: Column.date,
  arrival: Column.date,
  departure: Column.date,
  leftAt: Schema.NullOr(Column.timestamp),
  price: Column.decimal({ precision: 10, scale: 2 }),
  deposit: Column.decimal({ precision: 10, scale: 2 }),
  beds: Column.int32.check(Schema.isBetween({ minimum: 1, maximum: 9 })),
  guests: Column.int32.check(Schema.isBetween({ minimum: 1, maximum: 20 })),
  state: Column.withDefault(Schema.Literals(["open", "over"]), "open")
}, { table: "factory_stays" }) {
  static readonly checks = () =>
    Check.of(Stay, (stay) => ({
      inOrder: stay.booked.lte(stay.arrival).and(stay.arrival.lt(stay.departure)),
      leftWhenOver: stay.leftAt.isNull().or(stay.leftAt.gte(stay.arrival)),
      depositIsLess: stay.deposit.lt(stay.price),
      room: stay.guests.lte(stay.beds.multiply(2)),
      open: stay.state.eq("open").or(stay.leftAt.isNotNull())
    }))
}

class Line extends Model.Class<Line>("Line")({
  id: Column.serial(Schema.Int),
  pieces: Column.int32.check(Schema.isBetween({ minimum: 1, maximum: 9 })),
  price: Column.int32.check(Schema.isBetween({ minimum: 100, maximum: 900 })),
  total: Column.int32
}, { table: "factory_lines" }) {
  static readonly checks = () =>
    Check.of(Line, (line) => ({ totalIsRight: line.total.eq(line.pieces.multiply(line.price)) }))
}

class Owned extends Model.Class<Owned>("Owned")({
  id: Column.serial(Schema.Int),
  stay: Column.references(Schema.NullOr(Schema.Int), () => Stay, "id"),
  line: Column.references(Schema.NullOr(Schema.Int), () => Line, "id")
}, { table: "factory_owned" }) {
  static readonly checks = () =>
    Check.of(Owned, (owned) => ({ hasOwner: owned.stay.isNotNull().or(owned.line.isNotNull()) }))
}

const few = Column.int32.check(Schema.isBetween({ minimum: 0, maximum: 3 }))

/** Values of which many are the same. */
class Any extends Model.Class<Any>("Any")({
  id: Column.primaryKey(Schema.Int),
  one: few,
  other: Schema.NullOr(few),
  exact: Column.decimal({ precision: 5, scale: 1 }),
  large: Column.int64,
  inexact: Column.double,
  isOn: Schema.NullOr(Schema.Boolean),
  word: Schema.Literals(["a", "b", "é"]),
  day: Column.date,
  at: Schema.NullOr(Column.timestamp),
  time: Column.time
}, { table: "factory_any" }) {}

const midnight = DateTime.makeUnsafe("2024-01-01T00:00:00Z")

const pick = <A>(number: number, ...values: readonly [A, ...ReadonlyArray<A>]): A =>
  values[Math.abs(number) % values.length] ?? values[0]

const rowOf = (seed: ReadonlyArray<number>, id: number) => {
  const at = (place: number) => (seed[(id * 7 + place) % seed.length] ?? 0) + id * place
  return {
    id,
    one: pick(at(1), 0, 1, 2, 3),
    other: pick(at(2), null, 0, 1, 2, 3),
    exact: BigDecimal.make(pick(at(3), 0n, 10n, 15n, 20n), 1),
    large: pick(at(4), 0n, 1n, 2n, 9_007_199_254_740_993n),
    inexact: pick(at(5), 0, 0.5, 1, 2),
    isOn: pick(at(6), null, true, false),
    word: pick(at(7), "a" as const, "b" as const, "é" as const),
    day: DateTime.add(midnight, { days: pick(at(8), 0, 1, 2) }),
    at: pick(at(9), null, midnight, DateTime.add(midnight, { days: 1 }), DateTime.add(midnight, { hours: 36 })),
    time: pick(at(10), "00:00:00", "12:00:00", "12:00:00.5", "23:59:59")
  }
}

type Conditions = Parameters<typeof Check.of<typeof Any>>[1]
type Columns = Parameters<Conditions>[0]

/** One of many conditions, some made of others. */
const conditionOf = (row: Columns, numbers: ReadonlyArray<number>): Expression.Condition => {
  const [kind = 0, number = 0, ...rest] = numbers
  const value = pick(number, 0, 1, 2)
  const simple = pick(
    kind,
    row.one.eq(value),
    row.other.ne(value),
    row.one.lt(row.other),
    row.other.lte(row.one),
    row.one.add(row.one).gt(value),
    row.one.multiply(3).subtract(1).gte(row.one),
    row.other.in([value, 3]),
    row.other.notIn([value]),
    row.other.isNull(),
    row.at.isNotNull(),
    row.exact.gt(BigDecimal.make(BigInt(value), 0)),
    row.large.lte(9_007_199_254_740_992n),
    row.inexact.lt(value),
    row.isOn.or(row.one.eq(value)),
    row.isOn.eq(number % 2 === 0),
    row.word.eq(pick(number, "a", "b", "é")),
    row.word.in(["a", "é"]),
    row.day.gt(midnight),
    row.at.gte(midnight),
    row.at.ne(midnight),
    row.time.lt("12:00:00.25"),
    row.one.between(1, value)
  )
  if (rest.length < 2) return simple
  const more = conditionOf(row, rest)
  return pick(kind + number, simple.and(more), simple.or(more), simple.and(more).not(), simple.not().or(more))
}

const numbers = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 }))), {
  minLength: 2,
  maxLength: 9
})

export const factoryChecks = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Stay, Line, Owned, Any]), { timeout: "120 seconds" })(
    `${name}: checks in factories`,
    (it) => {
      it.effect("are kept by the rows that are made, the same for the same seed", () =>
        Effect.gen(function*() {
          const stays = Factory.make(Stay)
          assert.lengthOf(yield* stays.createMany(100), 100)
          const made = Factory.seed(5)(stays.buildMany(30))
          assert.deepStrictEqual(yield* made, yield* made)
          const some = yield* stays.createMany(20, { beds: 1, booked: DateTime.makeUnsafe("1969-12-05T00:00:00Z") })
          assert.isTrue(some.every(({ beds, guests }) => beds === 1 && guests <= 2))
          yield* stays.create({ state: "over" })
        }))

      it.effect("that no value is found for are told with their fields, before anything is stored", () =>
        Effect.gen(function*() {
          const lines = Factory.make(Line)
          const failure = yield* Effect.flip(lines.create())
          assert.instanceOf(failure, Factory.FactoryFailed)
          assert.sameMembers([...failure.fields], ["total", "pieces", "price"])
          assert.include(failure.message, "200 rows were tried, and none meets the check \"totalIsRight\"")
          yield* lines.create({ pieces: 2, price: 100, total: 200 })

          const owned = yield* Effect.flip(Factory.make(Owned).create())
          assert.instanceOf(owned, Factory.FactoryFailed)
          assert.include(owned.message, "what it makes does not meet the check \"hasOwner\"")
          yield* Factory.make(Owned).create({ stay: Factory.make(Stay) })
        }))

      it.effect("are left to the database where all is said", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(Factory.make(Line).create({ pieces: 2, price: 100, total: 1 }))
          assert.strictEqual(failure._tag, "CheckViolation")
        }))

      it.effect.prop(
        "are told as the database tells them",
        { rows: numbers, condition: numbers },
        ({ condition: seed, rows: seeds }) =>
          Effect.gen(function*() {
            yield* Query.delete(Any).everywhere()
            const rows = Array.from({ length: 12 }, (_, id) => rowOf(seeds, id))
            yield* Query.insert(Any).values(rows)
            const checks = Check.of(Any, (row) => ({ random: conditionOf(row, seed) }))
            const [, node] = checks.conditions[0] ?? []
            assert.isDefined(node)
            const columns = tableOf(Any).columns
            const told = rows.filter((row) =>
              isBroken(
                node,
                ({ field }) => columns.some((column) => column.field === field) ? Reflect.get(row, field) : null
              )
            )
            const found = yield* Query.from(Any).where((row) => conditionOf(row, seed).not()).orderBy(({ id }) =>
              id.asc()
            )
            assert.deepStrictEqual(told.map(({ id }) => id), found.map(({ id }) => id))
          }),
        { arbitrary: { runs: 300 } }
      )
    }
  )
