/**
 * Two fibers that share a unit of work, at random: each sees what it did itself, no change is lost, and each row has one instance.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Sheet extends Model.Class<Sheet>("Sheet")({
  id: Column.primaryKey(Column.int32),
  left: Column.int32,
  right: Column.int32,
  ...Mixin.version
}, { table: "random_fibers_sheets" }) {}

class Numbered extends Model.Class<Numbered>("Numbered")({
  id: Column.serial(Column.int32)
}, { table: "random_fibers_numbered" }) {}

type Side = "left" | "right"

/** A row of its own that only one fiber touches, by a number that it adds its own to, or one that both change. */
const own = Schema.Literals([0, 1, 2])
const shared = Schema.Literals([100, 101])
const value = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))

const Step = Schema.Union([
  Schema.TaggedStruct("Add", { own, value }),
  Schema.TaggedStruct("Change", { own, value }),
  Schema.TaggedStruct("Remove", { own }),
  Schema.TaggedStruct("Get", { own }),
  Schema.TaggedStruct("Refresh", { own }),
  Schema.TaggedStruct("Find", {}),
  Schema.TaggedStruct("Share", { shared, value }),
  Schema.TaggedStruct("Flush", {}),
  Schema.TaggedStruct("Wait", { turns: value })
])
const Steps = Schema.Array(Step).check(Schema.isMinLength(4), Schema.isMaxLength(24))

/** What a fiber expects of the rows that it alone changes, and of its side of those that both do. */
interface Expected {
  readonly own: Map<number, number>
  readonly shared: Map<number, number>
}

/** Runs the steps of a fiber, whose own rows begin at a number, and says what it expects to be stored. */
const run = Effect.fnUntraced(function*(steps: typeof Steps.Type, side: Side, first: number) {
  const work = yield* UnitOfWork.UnitOfWork
  const expected: Expected = { own: new Map([[first + 2, 0]]), shared: new Map() }
  for (const step of steps) {
    switch (step._tag) {
      case "Add": {
        const id = first + step.own
        if (expected.own.has(id)) break
        yield* work.add(Sheet, { id, left: step.value, right: step.value })
        expected.own.set(id, step.value)
        break
      }
      case "Change": {
        const id = first + step.own
        if (!expected.own.has(id)) break
        yield* work.change(Sheet, yield* work.get(Sheet, id), { [side]: step.value })
        expected.own.set(id, step.value)
        break
      }
      case "Remove": {
        const id = first + step.own
        if (!expected.own.delete(id)) break
        yield* work.remove(Sheet, yield* work.get(Sheet, id))
        break
      }
      case "Refresh": {
        const id = first + step.own
        if (!expected.own.has(id)) break
        yield* work.flush
        const row = yield* work.refresh(Sheet, yield* work.get(Sheet, id))
        assert.strictEqual(row[side], expected.own.get(id), "what is read again")
        break
      }
      case "Get": {
        const row = yield* work.find(Sheet, first + step.own)
        assert.strictEqual(Option.getOrUndefined(row)?.[side], expected.own.get(first + step.own), "what is known")
        break
      }
      case "Find": {
        const rows = yield* Query.from(Sheet).where((row) => row.id.between(first, first + 9)).all
        assert.deepStrictEqual(
          rows.map((row) => [row.id, row[side]]).toSorted(byNumber),
          [...expected.own].toSorted(byNumber),
          "what is found"
        )
        break
      }
      case "Share":
        yield* work.change(Sheet, yield* work.get(Sheet, step.shared), { [side]: step.value })
        expected.shared.set(step.shared, step.value)
        break
      case "Flush":
        yield* work.flush
        break
      case "Wait":
        yield* Effect.repeat(Effect.yieldNow, { times: step.turns * 20 })
    }
  }
  return expected
})

const byNumber = ([one = 0]: ReadonlyArray<number>, [other = 0]: ReadonlyArray<number>) => one - other

const sheetOf = ({ id, left, right, version }: Sheet) => ({ id, left, right, version })

/** Leaves two rows that both fibers change, and one of each fiber's own. */
const prepared = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM random_fibers_sheets`
  yield* sql`INSERT INTO random_fibers_sheets (id, "left", "right", version)
    VALUES (100, 0, 0, 1), (101, 0, 0, 1), (2, 0, 0, 1), (12, 0, 0, 1)`
})

export const randomFibers = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Sheet, Numbered]), { timeout: "120 seconds" })(
    `${label}: fibers in one unit of work`,
    (it) => {
      it.effect.prop(
        "see what they did themselves, lose nothing, and have one instance of each row",
        { one: Steps, other: Steps, keep: Schema.Literals([0, 10_000]) },
        ({ keep, one, other }) =>
          Effect.gen(function*() {
            yield* prepared
            const sql = yield* SqlClient.SqlClient
            const [left, right] = yield* Session.unitOfWork(
              Effect.gen(function*() {
                const work = yield* UnitOfWork.UnitOfWork
                const get = work.get(Sheet, 100)
                const [first, second, found] = yield* Effect.all(
                  [get, get, Query.from(Sheet).where((row) => row.id.eq(100)).one],
                  { concurrency: "unbounded" }
                )
                assert.strictEqual(first, second)
                assert.strictEqual(first, found)
                const both = yield* Effect.all([run(one, "left", 0), run(other, "right", 10)], {
                  concurrency: "unbounded"
                })
                const rows = yield* Query.from(Sheet).all
                const known = yield* Effect.forEach(rows, (row) => work.get(Sheet, row.id))
                for (const [place, row] of rows.entries()) assert.strictEqual(known[place], row)
                const told = known.toSorted((a, b) => a.id - b.id).map(sheetOf)
                assert.deepStrictEqual(
                  yield* sql`SELECT * FROM random_fibers_sheets ORDER BY id`,
                  told,
                  "what is stored"
                )
                return both
              }),
              { keep }
            )
            const stored = yield* sql<{ readonly id: number; readonly left: number; readonly right: number }>`
            SELECT id, "left", "right" FROM random_fibers_sheets ORDER BY id`
            assert.deepStrictEqual(
              stored.map(({ id, left: of, right: and }) => [id, id < 100 ? (id < 10 ? of : and) : [of, and]]),
              [
                ...[...left.own, ...right.own].toSorted(byNumber),
                ...[100, 101].map((id) => [id, [left.shared.get(id) ?? 0, right.shared.get(id) ?? 0]])
              ]
            )
          }),
        { arbitrary: { runs: 40 } }
      )

      it.effect.prop(
        "draw numbers for their rows, each once, also while a nested transaction of one fails",
        { counts: Schema.Array(value).check(Schema.isMinLength(2), Schema.isMaxLength(6)), turns: value },
        ({ counts, turns }) =>
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            yield* sql`DELETE FROM random_fibers_numbered`
            const added = yield* Session.unitOfWork(Effect.gen(function*() {
              const work = yield* UnitOfWork.UnitOfWork
              const fails = Session.transaction(
                Effect.andThen(Effect.repeat(Effect.yieldNow, { times: turns }), Effect.fail("undo"))
              )
              const adding = Effect.forEach(
                counts,
                (count) => work.addMany(Numbered, Array.from({ length: count }, () => ({})))
              )
              const [rows] = yield* Effect.all([adding, Effect.ignore(fails)], { concurrency: "unbounded" })
              return rows.flat()
            }))
            const ids = added.map((row) => row.id)
            assert.strictEqual(new Set(ids).size, ids.length)
          }),
        { arbitrary: { runs: 30 } }
      )
    }
  )
