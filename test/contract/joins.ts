/**
 * A join pairs the rows that its condition holds for, keeps the rows that it says, and tells in its types which may be missing.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { City, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Shot extends Model.Class<Shot>("Shot")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  place: Schema.NullOr(Schema.Int),
  time: Schema.Int
}, { table: "joins_shots" }) {}

class Mark extends Model.Class<Mark>("Mark")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  place: Schema.NullOr(Schema.Int),
  time: Schema.Int
}, { table: "joins_marks" }) {}

const few = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
const row = Schema.Struct({ place: Schema.NullOr(few), time: few })
const rows = Arbitrary.array(Arbitrary.schema(row), { maxLength: 6 })

/** The numbers of two rows, as text, so that pairs can be compared in any order. */
const pair = (shot: { readonly id: number } | null, mark: { readonly id: number } | null) =>
  `${shot?.id ?? "-"} ${mark?.id ?? "-"}`

export const joins = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Shot, Mark]), { timeout: "60 seconds" })(`${name}: joins`, (it) => {
    let round = 0
    it.effect.prop(
      "pair random rows as JavaScript does",
      { shots: rows, marks: rows },
      (given) =>
        Effect.gen(function*() {
          round += 1
          const shots = yield* Effect.flatMap(
            Repository.make(Shot),
            (repository) => repository.insertMany(given.shots.map((shot) => ({ ...shot, round })))
          )
          const marks = yield* Effect.flatMap(
            Repository.make(Mark),
            (repository) => repository.insertMany(given.marks.map((mark) => ({ ...mark, round })))
          )
          const left = Query.from(
            Query.from(Shot).where((all) => all.round.eq(round)).select((all) => ({
              id: all.id,
              place: all.place,
              time: all.time
            })),
            "shot"
          )
          const right = Query.from(Mark).where((all) => all.round.eq(round)).select((all) => ({
            id: all.id,
            place: all.place,
            time: all.time
          }))
          const pairsOf = <E, R>(
            found: Effect.Effect<
              ReadonlyArray<{ readonly shot: number | null; readonly mark: number | null }>,
              E,
              R
            >
          ) => Effect.map(found, (all) => all.map((one) => `${one.shot ?? "-"} ${one.mark ?? "-"}`).toSorted())

          const matches = shots.flatMap((one) =>
            marks.filter((other) => one.place !== null && one.place === other.place).map((other) =>
              [one, other] as const
            )
          )
          const inner = matches.map(([one, other]) => pair(one, other))
          const lonelyShots = shots.filter((one) => !matches.some(([which]) => which === one)).map((one) =>
            pair(one, null)
          )
          const lonelyMarks = marks.filter((one) => !matches.some(([, which]) => which === one)).map((one) =>
            pair(null, one)
          )
          const inside = left.join(right, "mark", ({ mark, shot }) => shot.place.eq(mark.place))
          assert.deepStrictEqual(
            yield* pairsOf(inside.select(({ mark, shot }) => ({ shot: shot.id, mark: mark.id }))),
            inner.toSorted()
          )
          assert.deepStrictEqual(
            yield* pairsOf(
              left.leftJoin(right, "mark", ({ mark, shot }) => shot.place.eq(mark.place))
                .select(({ mark, shot }) => ({ shot: shot.id, mark: mark.id }))
            ),
            [...inner, ...lonelyShots].toSorted()
          )
          assert.deepStrictEqual(
            yield* pairsOf(
              left.rightJoin(right, "mark", ({ mark, shot }) => shot.place.eq(mark.place))
                .select(({ mark, shot }) => ({ shot: shot.id, mark: mark.id }))
            ),
            [...inner, ...lonelyMarks].toSorted()
          )
          assert.deepStrictEqual(
            yield* pairsOf(
              left.fullJoin(right, "mark", ({ mark, shot }) => shot.place.eq(mark.place))
                .select(({ mark, shot }) => ({ shot: shot.id, mark: mark.id }))
            ),
            [...inner, ...lonelyShots, ...lonelyMarks].toSorted()
          )
          assert.deepStrictEqual(
            yield* pairsOf(
              left.crossJoin(right, "mark").select(({ mark, shot }) => ({ shot: shot.id, mark: mark.id }))
            ),
            shots.flatMap((one) => marks.map((other) => pair(one, other))).toSorted()
          )

          // of marks at the same time any may be the nearest, so times are told and not rows
          const times = <E, R>(
            found: Effect.Effect<
              ReadonlyArray<{ readonly shot: number; readonly time: number | null }>,
              E,
              R
            >
          ) => Effect.map(found, (all) => all.map((one) => `${one.shot} ${one.time ?? "-"}`).toSorted())
          const nearest = (before: boolean) =>
            shots.map((one) => {
              const fitting = matches
                .filter(([which, other]) => which === one && (before ? other.time <= one.time : other.time > one.time))
                .map(([, other]) => other.time)
              if (fitting.length === 0) return [one.id, undefined] as const
              return [one.id, before ? Math.max(...fitting) : Math.min(...fitting)] as const
            })
          assert.deepStrictEqual(
            yield* times(
              left.asofLeftJoin(right, "mark", {
                on: ({ mark, shot }) => shot.place.eq(mark.place),
                nearest: ({ mark, shot }) => mark.time.lte(shot.time)
              }).select(({ mark, shot }) => ({ shot: shot.id, time: mark.time }))
            ),
            nearest(true).map(([id, time]) => `${id} ${time ?? "-"}`).toSorted()
          )
          assert.deepStrictEqual(
            yield* times(
              left.asofJoin(right, "mark", {
                on: ({ mark, shot }) => shot.place.eq(mark.place),
                nearest: ({ mark, shot }) => shot.time.lt(mark.time)
              }).select(({ mark, shot }) => ({ shot: shot.id, time: mark.time }))
            ),
            nearest(false).flatMap(([id, time]) => time === undefined ? [] : [`${id} ${time}`]).toSorted()
          )
          assert.deepStrictEqual(
            yield* times(
              left.asofJoin(right, "mark", { nearest: ({ mark, shot }) => shot.time.gte(mark.time) })
                .select(({ mark, shot }) => ({ shot: shot.id, time: mark.time }))
            ),
            shots.flatMap((one) => {
              const before = marks.filter(({ time }) => time <= one.time).map(({ time }) => time)
              return before.length === 0 ? [] : [`${one.id} ${Math.max(...before)}`]
            }).toSorted()
          )
        }),
      { arbitrary: { runs: 40 } }
    )

    it.effect("give instances, and null where there is none on that side", () =>
      Effect.gen(function*() {
        const all = yield* Query.from(Person, "person")
          .fullJoin(City, "city", ({ city, person }) => person.city.eq(city.code).and(person.age.gt(40)))
          .orderBy(({ city, person }) => [person.id.asc(), city.code.asc()])
        assert.deepStrictEqual(
          all.map(({ city, person }) => [person?.id ?? null, person instanceof Person, city?.code ?? null]),
          [
            [1, true, null],
            [2, true, null],
            [3, true, null],
            [4, true, null],
            [5, true, "XXX"],
            [null, false, "LIS"],
            [null, false, "MAD"]
          ]
        )
      }))

    it.effect("go on from what is missing", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(City, "city")
          .rightJoin(Person, "person", ({ city, person }) => city.code.eq(person.city))
          .leftJoin(City, "again", ({ again, city }) => city.code.eq(again.code))
          .where(({ person }) => person.id.lte(4))
          .select(({ again, city, person }) => ({ id: person.id, city: city.code, again: again.country }))
          .orderBy(({ id }) => id.asc())
        assert.deepStrictEqual(found, [
          { id: 1, city: "MAD", again: "ES" },
          { id: 2, city: "LIS", again: "PT" },
          { id: 3, city: "MAD", again: "ES" },
          { id: 4, city: null, again: null }
        ])
      }))

    it.effect("find for each row what a query made for it finds", () =>
      Effect.gen(function*() {
        const withOldest = Query.from(City, "city").leftJoinLateral("oldest", ({ city }) =>
          Query.from(Person)
            .where((person) => person.city.eq(city.code))
            .orderBy((person) => [person.age.desc(), person.id.asc()])
            .limit(1)
            .select((person) => ({ name: person.name, age: person.age })))
        const all = yield* withOldest.select(({ city, oldest }) => ({ code: city.code, name: oldest.name })).orderBy((
          { code }
        ) => code.asc())
        assert.deepStrictEqual(all, [
          { code: "LIS", name: "Blaise" },
          { code: "MAD", name: "Ada" },
          { code: "XXX", name: "Émilie 👩‍🔬" }
        ])

        const found = yield* Query.from(City, "city")
          .joinLateral("young", ({ city }) =>
            Query.from(Person)
              .where((person) => person.city.eq(city.code).and(person.age.lt(18)))
              .select((person) => ({ name: person.name })))
          .orderBy(({ city }) => city.code.asc())
        assert.deepStrictEqual(found.map(({ city, young }) => [city.code, young]), [["MAD", { name: "ada" }]])
      }))

    it.effect("tell what an asof join has to compare", () =>
      Effect.gen(function*() {
        const none = Query.from(Person, "person").asofJoin(City, "city", {
          nearest: ({ city, person }) => person.city.eq(city.code)
        })
        const refused = yield* Effect.flip(none.all)
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "Let `nearest` compare a column of both sides by lte, lt, gte or gt.")
      }))
  })
