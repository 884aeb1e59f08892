/**
 * A window makes, for each row, what JavaScript makes of the rows around it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { day } from "./people.ts"
import type { Database } from "./Subject.ts"

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  place: Schema.Literals(["a", "b"]),
  level: Schema.Int,
  value: Schema.NullOr(Column.int32),
  at: Column.timestamp
}, { table: "windows_readings" }) {}

const small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))

const readings = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({
    place: Schema.Literals(["a", "b"]),
    level: small,
    value: Schema.NullOr(small),
    day: small
  })),
  { minLength: 1, maxLength: 15 }
)

const sum = (rows: ReadonlyArray<Reading>): number | null => {
  const values = rows.flatMap(({ value }) => value === null ? [] : [value])
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
}

/** What JavaScript makes of the rows around a row: those of its place, by level and then by id, and by level alone. */
const around = (row: Reading, all: ReadonlyArray<Reading>) => {
  const rows = all.filter(({ place }) => place === row.place)
    .toSorted((one, other) => one.level - other.level || one.id - other.id)
  const index = rows.indexOf(row)
  const before = rows.filter(({ level }) => level < row.level)
  const peers = rows.filter(({ level }) => level === row.level)
  const levels = [...new Set(rows.map(({ level }) => level))]
  const group = levels.indexOf(row.level)
  const days = (other: Reading) => (row.at.epochMilliseconds - other.at.epochMilliseconds) / 86_400_000
  const size = rows.length
  const larger = size % 3
  const part = Math.floor(size / 3)
  const bucket = index < larger * (part + 1)
    ? Math.floor(index / (part + 1))
    : larger + Math.floor((index - larger * (part + 1)) / part)
  return {
    id: row.id,
    number: index + 1,
    rank: before.length + 1,
    denseRank: group + 1,
    percentRank: size === 1 ? 0 : before.length / (size - 1),
    cumeDist: (before.length + peers.length) / size,
    third: bucket + 1,
    previous: rows[index - 1]?.value ?? null,
    next: index + 2 < size ? rows[index + 2]?.level ?? -1 : -1,
    first: rows[0]?.value ?? null,
    last: rows.at(-1)?.level ?? null,
    second: rows[1]?.level ?? null,
    total: sum(rows),
    running: sum(rows.slice(0, index + 1)),
    moving: sum(rows.slice(Math.max(0, index - 1), index + 2)),
    others: sum(rows.filter((other) => other !== row)),
    empty: sum(rows.slice(Math.max(0, index - 3), Math.max(0, index - 1))),
    near: sum(rows.filter(({ level }) => Math.abs(level - row.level) <= 1)),
    groups: sum(rows.filter(({ level }) => levels.indexOf(level) >= group - 1 && levels.indexOf(level) <= group)),
    withoutTies: sum(rows.filter((other) => other === row || other.level < row.level)),
    lastDays: sum(rows.filter((other) => days(other) >= 0 && days(other) <= 2)),
    late: rows.filter(({ level }) => level > 2).length,
    everywhere: all.length
  }
}

export const windows = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Reading]), { timeout: "60 seconds" })(`${name}: windows`, (it) => {
    let round = 0
    it.effect.prop(
      "make what JavaScript makes of the rows around each row",
      { readings },
      ({ readings: given }) =>
        Effect.gen(function*() {
          round += 1
          const repository = yield* Repository.make(Reading)
          const stored = yield* repository.insertMany(
            given.map(({ day: date, ...reading }) => ({ ...reading, at: day(`2024-02-2${date + 5}`), round }))
          )
          const found = yield* Query.from(Reading)
            .where((reading) => reading.round.eq(round))
            .select((reading) => {
              const partitionBy = reading.place
              const byLevel = { partitionBy, orderBy: reading.level.asc() }
              const inOrder = { partitionBy, orderBy: [reading.level.asc(), reading.id.asc()] }
              const value = Query.sum(reading.value)
              const whole = ["unbounded preceding", "unbounded following"] as const
              return {
                id: reading.id,
                number: Query.rowNumber().over(inOrder),
                rank: Query.rank().over(byLevel),
                denseRank: Query.denseRank().over(byLevel),
                percentRank: Query.percentRank().over(byLevel),
                cumeDist: Query.cumeDist().over(byLevel),
                third: Query.ntile(3).over(inOrder),
                previous: Query.lag(reading.value).over(inOrder),
                next: Query.lead(reading.level, 2, -1).over(inOrder),
                first: Query.firstValue(reading.value).over(inOrder),
                last: Query.lastValue(reading.level).over({ ...inOrder, frame: { rows: whole } }),
                second: Query.nthValue(reading.level, 2).over({ ...inOrder, frame: { rows: whole } }),
                total: value.over({ partitionBy }),
                running: value.over(inOrder),
                moving: value.over({ ...inOrder, frame: { rows: [{ preceding: 1 }, { following: 1 }] } }),
                others: value.over({ ...inOrder, frame: { rows: whole, exclude: "current row" } }),
                empty: value.over({ ...inOrder, frame: { rows: [{ preceding: 3 }, { preceding: 2 }] } }),
                near: value.over({ ...byLevel, frame: { range: [{ preceding: 1 }, { following: 1 }] } }),
                groups: value.over({ ...byLevel, frame: { groups: [{ preceding: 1 }, "current row"] } }),
                withoutTies: value.over({
                  ...byLevel,
                  frame: { groups: ["unbounded preceding", "current row"], exclude: "ties" }
                }),
                lastDays: value.over({
                  partitionBy,
                  orderBy: reading.at.asc(),
                  frame: { range: [{ preceding: Duration.days(2) }, "current row"] }
                }),
                late: Query.count().filter(reading.level.gt(2)).over({ partitionBy: [partitionBy] }),
                everywhere: Query.count().over()
              }
            })
            .orderBy(({ id }) => id.asc())
          assert.deepStrictEqual(found, stored.map((row) => around(row, stored)))
        }),
      { arbitrary: { runs: 80 } }
    )

    const stored = Effect.gen(function*() {
      if (yield* Query.from(Reading).where((reading) => reading.round.eq(-1)).exists) return
      const repository = yield* Repository.make(Reading)
      yield* repository.insertMany([
        { place: "a", level: 1, value: 10 },
        { place: "a", level: 2, value: 20 },
        { place: "b", level: 3, value: 5 },
        { place: "b", level: 4, value: null }
      ].map((reading) => ({ ...reading, place: reading.place === "a" ? "a" : "b", round: -1, at: day("2024-01-01") })))
    })

    it.effect("are asked for by qualify, and sorted by", () =>
      Effect.gen(function*() {
        yield* stored
        const mine = Query.from(Reading).where((reading) => reading.round.eq(-1))
        const highest = yield* mine
          .qualify((reading) =>
            Query.rowNumber().over({ partitionBy: reading.place, orderBy: reading.level.desc() }).eq(1)
          )
          .orderBy((reading) => reading.level.asc())
        assert.deepStrictEqual(highest.map(({ level }) => level), [2, 4])
        const ranked = yield* mine
          .select((reading) => ({ level: reading.level, rank: Query.rank().over({ orderBy: reading.level.desc() }) }))
          .qualify(({ rank }) => rank.lte(2))
          .orderBy(({ rank }) => rank.asc())
        assert.deepStrictEqual(ranked, [{ level: 4, rank: 1 }, { level: 3, rank: 2 }])
        const sorted = yield* mine.orderBy((reading) => Query.rank().over({ orderBy: reading.level.desc() }).asc())
        assert.deepStrictEqual(sorted.map(({ level }) => level), [4, 3, 2, 1])
      }))

    it.effect("see the groups around a group", () =>
      Effect.gen(function*() {
        yield* stored
        const found = yield* Query.from(Reading)
          .where((reading) => reading.round.eq(-1))
          .groupBy(({ place }) => ({ place }))
          .select((reading, { place }) => ({
            readings: Query.count(),
            all: Query.sum(Query.count()).over(),
            value: Query.sum(reading.value),
            running: Query.sum(Query.sum(reading.value)).over({ orderBy: place.asc() }),
            rank: Query.rank().over({ orderBy: Query.sum(reading.value).desc() }),
            before: Query.lag(Query.sum(reading.value)).over({ orderBy: place.asc() })
          }))
          .orderBy(({ place }) => place.asc())
        assert.deepStrictEqual(found, [
          { place: "a", readings: 2, all: 4, value: 30, running: 30, rank: 1, before: null },
          { place: "b", readings: 2, all: 4, value: 5, running: 35, rank: 2, before: 30 }
        ])
      }))

    it.effect("refuse a frame that is none", () =>
      Effect.gen(function*() {
        const all = Query.from(Reading)
        for (
          const failure of [
            yield* Effect.flip(
              all.select((reading) => ({
                value: Query.sum(reading.value).over({
                  orderBy: reading.id.asc(),
                  frame: { rows: [{ preceding: 0.5 }, "current row"] }
                })
              })).all
            ),
            yield* Effect.flip(
              all.select((reading) => ({
                value: Query.sum(reading.value).over({ frame: { range: [{ preceding: 1 }, "current row"] } })
              })).all
            )
          ]
        ) {
          assert.instanceOf(failure, OrmError.Unsupported)
        }
      }))
  })
