/**
 * A value of every column type comes back as it was: alone, nullable, in a list, in an object, one row or many.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ColumnType, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import { instant, type Kind, kinds, Point } from "./columnKinds.ts"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

/** Every kind also as a nullable column, an option, a list, and fields of an object. */
const modelsOf = ({ name, schema }: Kind, index: number) => {
  const everyWay = {
    value: schema,
    nullable: Schema.NullOr(schema),
    option: Schema.OptionFromNullOr(schema),
    list: Schema.Array(Schema.NullOr(schema)),
    object: Schema.NullOr(Schema.Struct({ here: schema, none: Schema.NullOr(schema), list: Schema.Array(schema) }))
  }
  class Known extends Model.Class<Known>(`Known ${name}`)(
    { id: Column.primaryKey(Schema.Int), ...everyWay },
    { table: `column_types_known_${index}` }
  ) {}
  class Numbered extends Model.Class<Numbered>(`Numbered ${name}`)(
    { id: Column.serial(Schema.Int), ...everyWay },
    { table: `column_types_numbered_${index}` }
  ) {}
  return { Known, Numbered }
}

const stored = kinds.map((kind, index) => ({ ...kind, ...modelsOf(kind, index) }))

/** A row that holds a value in every way, and others beside it. */
const rowOf = (value: unknown, other: unknown, turn: number) => ({
  value,
  nullable: turn % 3 === 0 ? null : value,
  option: turn % 3 === 1 ? Option.none() : Option.some(value),
  list: [[], [null, value], [value, other, null], [other], [null]][turn % 5] ?? [],
  object: turn % 4 === 3
    ? null
    : { here: value, none: turn % 2 === 0 ? null : other, list: [value, other].slice(turn % 3) }
})

/**
 * A value so that two of them are deeply equal when they are the same: decimals with their scale, instants with their
 * microseconds, and `-0` apart from `0`.
 */
const exactly = (value: unknown): unknown => {
  if (BigDecimal.isBigDecimal(value)) return `decimal ${value.value} / 10^${value.scale}`
  if (DateTime.isDateTime(value)) {
    return `instant ${DateTime.isUtc(value) ? ColumnType.toMicroseconds(value) : "with a zone"}`
  }
  if (Option.isOption(value)) {
    return Option.match(value, { onNone: () => "none", onSome: (some) => ["some", exactly(some)] })
  }
  if (Duration.isDuration(value)) return `${Duration.toNanosUnsafe(value)} nanoseconds`
  if (value instanceof Map) {
    return new Map(Array.from(value, ([key, inner]: [unknown, unknown]) => [key, exactly(inner)]))
  }
  if (Array.isArray(value)) return value.map(exactly)
  if (value instanceof Date || value instanceof Set || value instanceof Uint8Array || !Predicate.isObject(value)) {
    return value
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exactly(inner)]))
}

/** What a query can look for: anything but null. */
type Sought = object | string | number | bigint | boolean

const sought = (values: ReadonlyArray<unknown>): ReadonlyArray<Sought> => values.filter(isSought)

const isSought = (value: unknown): value is Sought => value !== null && value !== undefined

/** Thousands of rows are compared by Node, which is faster; a difference is shown by the assertion. */
export const assertSame = (actual: unknown, expected: unknown) => {
  const [found, wanted] = [exactly(actual), exactly(expected)]
  if (!isDeepStrictEqual(found, wanted)) assert.deepStrictEqual(found, wanted)
}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  lines: Schema.Array(Schema.String),
  meta: Schema.NullOr(Column.json(Schema.Json)),
  object: Schema.NullOr(Schema.Struct({ text: Schema.String }))
}, { table: "column_types_notes" }) {}

class Oddity extends Model.Class<Oddity>("Oddity")({
  id: Column.primaryKey(Schema.Int),
  small: Schema.NullOr(Column.int8),
  whole: Schema.NullOr(Schema.Int),
  number: Schema.NullOr(Schema.Number),
  at: Schema.NullOr(Column.timestamp),
  date: Schema.NullOr(Schema.Date),
  point: Schema.NullOr(Point),
  document: Schema.NullOr(Column.json(Schema.Number)),
  nothing: Column.json(Schema.NullOr(Schema.Int))
}, { table: "column_types_oddities" }) {}

const oddity = {
  small: null,
  whole: null,
  number: null,
  at: null,
  date: null,
  point: null,
  document: null,
  nothing: null
}

class Price extends Model.Class<Price>("Price")({
  id: Column.primaryKey(Schema.Int),
  amount: Column.decimal({ precision: 10, scale: 4 }),
  day: Column.date,
  at: Column.timestamp
}, { table: "column_types_prices" }) {}

export const columnTypes = (name: string, database: Database) => {
  const tables = stored.flatMap(({ Known, Numbered }) => [Known, Numbered])
  layer(TestDatabase.layerOn(database, [Note, Oddity, Price, ...tables]), { timeout: "60 seconds" })(
    `${name}: column types`,
    (it) => {
      for (const { edges, Known, name: described, Numbered, values } of stored) {
        let turn = 0
        const random = Arbitrary.all({ value: values, other: values })

        it.effect.prop(`${described}: one row`, { random }, ({ random: { other, value } }) =>
          Effect.gen(function*() {
            turn += 1
            const row = { id: turn, ...rowOf(edges[turn - 1] ?? value, other, turn) }
            const known = yield* Repository.make(Known)
            assertSame(yield* known.insert(row), row)
            assertSame(yield* known.get(row.id), row)

            const numbered = yield* Repository.make(Numbered)
            const { id, ...rest } = yield* numbered.insert(row)
            assertSame(rest, rowOf(row.value, other, turn))
            assertSame(yield* numbered.findById(id), Option.some({ ...row, id }))
          }), { arbitrary: { runs: Math.max(25, edges.length + 5) } })

        it.effect(`${described}: many rows`, () =>
          Effect.gen(function*() {
            const sample = [...edges, ...yield* Arbitrary.sampleEffect(values, { count: 60, size: 10 })]
            const rows = Array.from({ length: 2_100 }, (_, index) => ({
              id: 1_000_000 + index,
              ...rowOf(sample[index % sample.length], sample[(index * 7 + 3) % sample.length], index)
            }))
            const known = yield* Repository.make(Known)
            assertSame(yield* known.insertMany(rows), rows)
            const read = Query.from(Known).where((row) => row.id.gte(1_000_000)).orderBy((row) => row.id.asc())
            assertSame(yield* read, rows)

            const numbered = yield* Repository.make(Numbered)
            const returned = yield* numbered.insertMany(rows)
            assertSame(returned, rows.map((row, index) => ({ ...row, id: returned[index]?.id })))
            const [first] = returned
            const reread = Query.from(Numbered).where((row) => row.id.gte(first?.id ?? 0)).orderBy((row) =>
              row.id.asc()
            )
            assertSame(yield* reread, returned)
          }))

        it.effect(`${described}: found by what it is`, () =>
          Effect.gen(function*() {
            const sample = [...edges, ...yield* Arbitrary.sampleEffect(values, { count: 6, size: 6 })]
            const known = yield* Repository.make(Known)
            const rows = sample.map((value, index) => ({ id: 9_000_000 + index, ...rowOf(value, value, 2) }))
            yield* known.insertMany(rows)
            const among = Query.from(Known).where((row) => row.id.gte(9_000_000))
            const all = yield* among.where((row) => row.value.in(sought(sample))).orderBy((row) => row.id.asc())
            assertSame(all, rows)
            for (const row of rows) {
              const [value = row.id] = sought([row.value])
              const found = yield* among.where((one) => one.value.eq(value).and(one.id.eq(row.id)))
              assertSame(found, [row])
            }
          }))

        it.effect(`${described}: selected`, () =>
          Effect.gen(function*() {
            const value = edges[0] ?? (yield* Arbitrary.sampleEffect(values, { count: 1 }))[0]
            const known = yield* Repository.make(Known)
            yield* known.insert({ id: -1, ...rowOf(value, value, 2) })
            const selected = yield* Query.from(Known).where((row) => row.id.eq(-1)).select((row) => ({
              value: row.value,
              nullable: row.nullable,
              option: row.option,
              list: row.list,
              object: row.object
            }))
            assertSame(selected, [rowOf(value, value, 2)])
          }))
      }

      it.effect("decimals come back with the scale of their column, whatever they were given with", () =>
        Effect.gen(function*() {
          const prices = yield* Repository.make(Price)
          const given = ["1", "1.0", "1.50000000", "-0.0001", "0", "999999.9999", "1e3", "0e9"]
          const at = { day: DateTime.makeUnsafe(0), at: DateTime.makeUnsafe(0) }
          const rows = given.map((text, id) => ({ id, amount: BigDecimal.fromStringUnsafe(text), ...at }))
          const inserted = yield* prices.insertMany(rows)
          const read = yield* Query.from(Price).where((price) => price.id.lt(100)).orderBy((price) => price.id.asc())
          for (const found of [inserted, read]) {
            assert.deepStrictEqual(found.map(({ amount }) => amount.scale), given.map(() => 4))
            assert.isTrue(
              found.every(({ amount, id }) => BigDecimal.equals(amount, rows[id]?.amount ?? BigDecimal.make(1n, 9)))
            )
          }
          const tooFine = yield* Effect.flip(
            prices.insert({ id: 100, amount: BigDecimal.fromStringUnsafe("0.00001"), ...at })
          )
          const tooLarge = yield* Effect.flip(
            prices.insert({ id: 100, amount: BigDecimal.fromStringUnsafe("1000000"), ...at })
          )
          assert.deepStrictEqual([tooFine._tag, tooLarge._tag], ["Invalid", "Invalid"])
        }))

      it.effect("what is returned of an insert is what is read, also where it is not what was given", () =>
        Effect.gen(function*() {
          const oddities = yield* Repository.make(Oddity)
          const given = [
            { ...oddity, id: 1, small: -0, whole: -0, number: -0 },
            { ...oddity, id: 2, whole: 1 },
            { ...oddity, id: 3, at: instant("2024-01-01T00:00:00Z", 0.4) },
            { ...oddity, id: 4, at: instant("1969-12-31T23:59:59.999Z", 999.6) },
            { ...oddity, id: 5, nothing: 5 },
            { ...oddity, id: 6, point: new Point({ x: 1, y: null }) }
          ]
          const inserted = yield* oddities.insertMany(given)
          const alone = yield* Effect.forEach(given, (row) => oddities.insert({ ...row, id: row.id + 10 }))
          const read = yield* Query.from(Oddity).where((row) => row.id.lt(10)).orderBy((row) => row.id.asc())
          const readAlone = yield* Query.from(Oddity).where((row) => row.id.between(11, 16)).orderBy((row) =>
            row.id.asc()
          )
          assertSame(inserted, read)
          assertSame(alone, readAlone)
          assert.strictEqual(Object.is(read[0]?.number, -0), true)
          assertSame(read.slice(2, 4).map(({ at }) => at), [
            instant("2024-01-01T00:00:00Z"),
            instant("1970-01-01T00:00:00Z")
          ])
          assert.instanceOf(read[5]?.point, Point)
          assert.instanceOf(inserted[5]?.point, Point)
          assert.isTrue(read[5]?.point?.isFlat)
        }))

      it.effect("a -0 in JSON, which has none, is returned as the 0 that is read", () =>
        Effect.gen(function*() {
          const oddities = yield* Repository.make(Oddity)
          const inserted = yield* oddities.insert({ ...oddity, id: 50, document: -0 })
          assertSame(inserted, yield* oddities.get(50))
        }))

      it.effect("a Date far away is kept, or else refused", () =>
        Effect.gen(function*() {
          const oddities = yield* Repository.make(Oddity)
          const dates = [
            new Date(8.64e15),
            new Date(-8.64e15),
            new Date("+010000-01-01"),
            new Date("0000-12-31"),
            new Date("-004713-01-01")
          ]
          for (const [index, date] of dates.entries()) {
            const row = { ...oddity, id: 100 + index, date }
            const result = yield* Effect.result(oddities.insert(row))
            if (result._tag === "Success") assertSame(yield* oddities.get(row.id), row)
            else assert.strictEqual(result.failure._tag, "Invalid", result.failure.message)
          }
          const invalid = yield* Effect.flip(oddities.insert({ ...oddity, id: 110, date: new Date(Number.NaN) }))
          assert.strictEqual(invalid._tag, "Invalid")
        }))

      it.effect("days and instants outside the calendar, and days that are none, are refused", () =>
        Effect.gen(function*() {
          const prices = yield* Repository.make(Price)
          const row = {
            id: 200,
            amount: BigDecimal.make(1n, 0),
            day: DateTime.makeUnsafe(0),
            at: DateTime.makeUnsafe(0)
          }
          for (
            const day of [
              DateTime.makeUnsafe("2024-01-01T01:00:00Z"),
              DateTime.makeUnsafe("+010000-01-01"),
              DateTime.makeUnsafe("0000-12-31")
            ]
          ) {
            const refused = yield* Effect.flip(prices.insert({ ...row, day }))
            assert.strictEqual(refused._tag, "Invalid")
            if (refused._tag === "Invalid") assert.deepStrictEqual(refused.issues.map(({ path }) => path), [["day"]])
          }
          for (const at of [DateTime.makeUnsafe("+010000-01-01"), DateTime.makeUnsafe("0000-12-31T23:59:59.999Z")]) {
            const refused = yield* Effect.flip(prices.insert({ ...row, at }))
            assert.strictEqual(refused._tag, "Invalid")
          }
        }))

      it.effect("a half of a surrogate pair is refused, wherever it is, and the place is named", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          const note = { id: 1, text: "", lines: [""], meta: null, object: null }
          const refused = [
            { row: { ...note, text: "a\ud83d" }, path: ["text"] },
            { row: { ...note, lines: ["", "\ude00"] }, path: ["lines", "1"] },
            { row: { ...note, object: { text: "\ud83d\ud83d" } }, path: ["object", "text"] },
            { row: { ...note, meta: { a: ["\ud83d"] } }, path: ["meta"] },
            { row: { ...note, meta: { "\ud83d": 1 } }, path: ["meta"] }
          ]
          for (const { path, row } of refused) {
            for (const rows of [[row], [{ ...note, id: 2 }, row]]) {
              const invalid = yield* Effect.flip(notes.insertMany(rows))
              assert.strictEqual(invalid._tag, "Invalid")
              if (invalid._tag !== "Invalid") continue
              assert.strictEqual(invalid.row, rows.length - 1)
              assert.deepStrictEqual(invalid.issues.map((issue) => issue.path.slice(0, path.length).map(String)), [
                path
              ])
            }
          }
          assert.strictEqual(yield* Query.from(Note).where((row) => row.id.lt(10)).count, 0)
        }))

      it.effect("a character U+0000 is kept, or else refused and the place named", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          const note = { id: 10, text: "", lines: [""], meta: null, object: null }
          const awkward = [
            { row: { ...note, id: 11, text: "a\0b" }, path: ["text"] },
            { row: { ...note, id: 12, lines: ["", "\0"] }, path: ["lines", "1"] },
            { row: { ...note, id: 13, object: { text: "c\0" } }, path: ["object", "text"] },
            { row: { ...note, id: 14, meta: { a: ["\0"] } }, path: ["meta"] },
            { row: { ...note, id: 15, text: "long enough not to be kept in place\0\0\0" }, path: ["text"] }
          ]
          for (const { path, row } of awkward) {
            const result = yield* Effect.result(notes.insert(row))
            if (result._tag === "Success") {
              assert.deepStrictEqual(fieldsOf(result.success), row)
              assert.deepStrictEqual(fieldsOf(yield* notes.get(row.id)), row)
              assert.deepStrictEqual(
                (yield* notes.find((found) => found.text.eq(row.text).and(found.id.eq(row.id)))).length,
                1
              )
            } else {
              assert.strictEqual(result.failure._tag, "Invalid")
              if (result.failure._tag !== "Invalid") continue
              assert.deepStrictEqual(
                result.failure.issues.map((issue) => issue.path.slice(0, path.length).map(String)),
                [
                  path
                ]
              )
            }
          }
        }))
    }
  )
}
