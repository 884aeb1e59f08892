/**
 * A patch changes the fields it gives, of rows it names, all of them or none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Decode, Index, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Model as EffectModel } from "effect/schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

class Task extends Model.Class<Task>("Task")({
  id: Column.serial(Schema.Int),
  title: Schema.NonEmptyString,
  due: Schema.NullOr(Column.date),
  points: Column.withDefault(Column.int8, 1),
  tags: Schema.Array(Schema.String),
  note: Schema.OptionFromNullOr(Schema.String)
}, { table: "patch_tasks" }) {
  get isDue() {
    return this.due !== null
  }
}

/** A task that knows when it was made and changed. */
class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  made: EffectModel.DateTimeInsertFromDate,
  changed: EffectModel.DateTimeUpdateFromDate
}, { table: "patch_entries" }) {}

class Subtask extends Model.Class<Subtask>("Subtask")({
  task: Column.primaryKey(Column.references(Schema.Int, () => Task, "id")),
  step: Column.primaryKey(Column.int16),
  text: Schema.String,
  done: Schema.Boolean
}, { table: "patch_subtasks", indexes: [Index.on("done")] }) {}

class Label extends Model.Class<Label>("Label")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String),
  color: Schema.NullOr(Schema.String)
}, { table: "patch_labels" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  id: Column.primaryKey(Schema.Int),
  row: Schema.String.check(Schema.makeFilter((row) => row !== "13", { expected: "a row that there is" })),
  taken: Schema.Boolean
}, { table: "patch_seats" }) {}

const task = (title: string) => ({ title, due: null, tags: [], note: Option.none() })

const labels = (start: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: start + index, name: `${start + index}`, color: null }))

const labelsFrom = (start: number, count: number) =>
  Query.from(Label).where((label) => label.id.between(start, start + count - 1)).orderBy((label) => label.id.asc())

export const patchMany = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Task, Entry, Subtask, Label, Seat]), { timeout: "60 seconds" })(
    `${name}: patchMany`,
    (it) => {
      it.effect("changes of each row what is given, keeps the rest, and returns instances in the order given", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const tasks = yield* Repository.make(Task)
          const [one, two, three] = yield* tasks.insertMany(["one", "two", "three"].map(task))
          if (one === undefined || two === undefined || three === undefined) return assert.fail("three were inserted")
          const due = DateTime.makeUnsafe("2030-01-01")
          const returned = yield* tasks.patchMany([
            { id: three.id, due, note: Option.some("soon") },
            { id: one.id, title: "first" },
            { id: two.id, note: Option.some("later"), due: DateTime.makeUnsafe("2031-01-01") }
          ])
          assert.deepStrictEqual(returned.map((row) => [row.title, row.isDue]), [["three", true], ["first", false], [
            "two",
            true
          ]])
          assert.deepStrictEqual(fieldsOf(returned[0] ?? {}), { ...fieldsOf(three), due, note: Option.some("soon") })
          assert.deepStrictEqual(fieldsOf(returned[1] ?? {}), { ...fieldsOf(one), title: "first" })
          const stored = yield* sql`SELECT title, note, points FROM patch_tasks ORDER BY id`
          assert.deepStrictEqual(stored, [
            { title: "first", note: null, points: 1 },
            { title: "two", note: "later", points: 1 },
            { title: "three", note: "soon", points: 1 }
          ])
          for (const row of returned) assert.deepStrictEqual(yield* tasks.get(row.id), row)
        }))

      it.effect("changes one row, and empties a field that is given as null", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          yield* label.insert({ id: 1, name: "one", color: "red" })
          const patched = yield* label.patch({ id: 1, color: null })
          assert.deepStrictEqual(fieldsOf(patched), { id: 1, name: "one", color: null })
          assert.deepStrictEqual(yield* label.get(1), patched)
          assert.deepStrictEqual(yield* label.patch({ id: 1 }), patched, "a change of nothing returns the row")
        }))

      it.effect("changes nothing where the changed row is checked and is none of its model", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const seats = yield* Repository.make(Seat)
          yield* sql`INSERT INTO patch_seats (id, "row", taken) VALUES (1, '13', FALSE)`
          const failure = yield* Effect.flip(Decode.strict(seats.patch({ id: 1, taken: true })))
          assert.strictEqual(failure._tag, "Undecodable")
          assert.deepStrictEqual(yield* sql`SELECT taken FROM patch_seats`, [{ taken: false }])
          assert.strictEqual((yield* seats.patch({ id: 1, taken: true })).taken, true)
        }))

      it.effect("tells rows by a primary key of several fields", () =>
        Effect.gen(function*() {
          const tasks = yield* Repository.make(Task)
          const steps = yield* Repository.make(Subtask)
          const { id } = yield* tasks.insert(task("with steps"))
          yield* steps.insertMany([1, 2, 3].map((step) => ({ task: id, step, text: `${step}`, done: false })))
          const returned = yield* steps.patchMany([
            { task: id, step: 3, done: true },
            { task: id, step: 1, text: "first" },
            { task: id, step: 2, done: true }
          ])
          assert.deepStrictEqual(returned.map(({ done, step, text }) => [step, text, done]), [[3, "3", true], [
            1,
            "first",
            false
          ], [2, "2", true]])
          const stored = yield* Query.from(Subtask).where((row) => row.task.eq(id)).orderBy((row) => row.step.desc())
          assert.deepStrictEqual(stored, returned.toSorted((a, b) => b.step - a.step))
        }))

      it.effect("sets what the model sets with every change, and leaves what only an insert sets", () =>
        Effect.gen(function*() {
          const entries = yield* Repository.make(Entry)
          const before = yield* entries.insert({ id: 1, text: "before" })
          yield* TestClock.adjust("1 hour")
          const after = yield* entries.patch({ id: 1, text: "after" })
          assert.deepStrictEqual(after.made, before.made)
          assert.strictEqual(after.changed.epochMilliseconds - before.changed.epochMilliseconds, 3_600_000)
          assert.deepStrictEqual(yield* entries.get(1), after)
        }))

      for (const count of [9, 2_049, 20_000]) {
        it.effect(`changes ${count} rows in several ways and returns them in the order given`, () =>
          Effect.gen(function*() {
            const label = yield* Repository.make(Label)
            const start = count * 100
            yield* label.insertMany(labels(start, count))
            const changes = labels(start, count).toReversed().map(({ id }) => {
              if (id % 3 === 0) return { id, color: "red" }
              return id % 3 === 1 ? { id, color: `color ${id}` } : { id, name: `named ${id}` }
            })
            const returned = yield* label.patchMany(changes)
            assert.deepStrictEqual(
              returned.map(fieldsOf),
              changes.map((change) => ({ name: `${change.id}`, color: null, ...change }))
            )
            assert.deepStrictEqual(yield* labelsFrom(start, count), returned.toReversed())
          }))

        it.effect(`changes none of ${count} rows where keys are missing, and names those`, () =>
          Effect.gen(function*() {
            const label = yield* Repository.make(Label)
            const start = count * 1_000
            const stored = yield* label.insertMany(labels(start, count - 2))
            const changes = labels(start, count).map(({ id }, index) =>
              index % 2 === 0 ? { id, color: "red" } : { id, name: `renamed ${id}` }
            )
            const missing = yield* Effect.flip(label.patchMany(changes))
            assert.strictEqual(missing._tag, "NotFound")
            assert.strictEqual(
              missing.message,
              `There is no Label with id = ${start + count - 2}; id = ${start + count - 1}`
            )
            if (missing._tag === "NotFound") assert.deepStrictEqual(missing.rows, [count - 2, count - 1])
            assert.deepStrictEqual(yield* labelsFrom(start, count), stored)
          }))
      }

      it.effect("fails for one row that does not exist, and for many names the first", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          const none = yield* Effect.flip(label.patch({ id: 404, color: "red" }))
          assert.strictEqual(none.message, "There is no Label with id = 404")
          const nothing = yield* Effect.flip(label.patch({ id: 404 }))
          assert.strictEqual(nothing._tag, "NotFound")
          const many = yield* Effect.flip(
            label.patchMany(Array.from({ length: 100 }, (_, index) => ({ id: -1 - index, color: "red" })))
          )
          assert.isTrue(many.message.endsWith("id = -9; id = -10; 90 more"), many.message)
        }))

      it.effect("refuses two changes of one row, naming both", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          const before = yield* label.insertMany(labels(10, 2))
          const invalid = yield* Effect.flip(
            label.patchMany([{ id: 11, color: "red" }, { id: 10, color: "red" }, { id: 11, name: "again" }])
          )
          assert.strictEqual(invalid.message, "Label (row 2) is not valid:\n  rows 0 and 2 have the same key: id = 11")
          assert.deepStrictEqual(yield* labelsFrom(10, 2), before)
        }))

      it.effect("refuses what its model refuses, a field that is undefined and one that can't change, before anything is sent", () =>
        Effect.gen(function*() {
          const tasks = yield* Repository.make(Task)
          const stored = yield* tasks.insert(task("valid"))
          const refused = Effect.fnUntraced(function*(change: object) {
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what plain JavaScript could give
            const patch = change as Model.Patch<typeof Task>
            const failure = yield* Effect.flip(tasks.patchMany([{ id: stored.id, title: "changed" }, patch]))
            assert.strictEqual(failure._tag, "Invalid", failure.message)
            return failure.message
          })
          assert.include(yield* refused({ id: 2, title: "", points: 1_000 }), "Task (row 1) is not valid:\n  title: ")
          assert.include(
            yield* refused({ id: 2, due: undefined }),
            "due: it is undefined; leave the field out to keep what is stored"
          )
          assert.include(yield* refused({ id: 2, tilte: "typo" }), "tilte: there is no such field to change")
          assert.include(yield* refused({ title: "no key" }), "id: ")
          assert.include(
            yield* refused({ id: 2, title: "half \ud800" }),
            "title: the text has half of a surrogate pair"
          )
          assert.deepStrictEqual(yield* tasks.get(stored.id), stored)
        }))

      it.effect("changes nothing where a unique value is taken or a check is broken", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          const before = yield* label.insertMany(labels(20, 10))
          const changes = before.map(({ id }) => id === 29 ? { id, name: "20" } : { id, color: "red" })
          const violation = yield* Effect.flip(label.patchMany(changes))
          assert.strictEqual(violation._tag, "UniqueViolation")
          if (violation._tag === "UniqueViolation") {
            assert.deepStrictEqual([violation.table, violation.columns], ["patch_labels", ["name"]])
          }
          assert.deepStrictEqual(yield* labelsFrom(20, 10), before)
        }))

      it.effect("changes what others do not refer to, of a row that they do refer to", () =>
        Effect.gen(function*() {
          const tasks = yield* Repository.make(Task)
          const steps = yield* Repository.make(Subtask)
          const parent = yield* tasks.insert(task("parent"))
          yield* steps.insert({ task: parent.id, step: 1, text: "child", done: false })
          const changed = yield* tasks.patch({ id: parent.id, title: "still a parent", points: 3 })
          assert.deepStrictEqual(fieldsOf(changed), { ...fieldsOf(parent), title: "still a parent", points: 3 })
          assert.deepStrictEqual(yield* tasks.get(parent.id), changed)
        }))

      it.effect("changes nothing where there are no changes", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* (yield* Repository.make(Label)).patchMany([]), [])
        }))

      it.effect("is undone with the transaction around it", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          const before = yield* label.insertMany(labels(40, 20))
          const failing = Effect.gen(function*() {
            const [changed] = yield* label.patchMany(before.map(({ id }) => ({ id, name: `inside ${id}` })))
            assert.deepStrictEqual(yield* label.get(40), changed)
            return yield* Effect.fail("no")
          })
          assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
          assert.deepStrictEqual(yield* labelsFrom(40, 20), before)
        }))

      it.effect("leaves nothing of itself behind in a transaction that goes on after it failed", () =>
        Effect.gen(function*() {
          const label = yield* Repository.make(Label)
          const before = yield* label.insertMany(labels(60, 20))
          const goesOn = Effect.gen(function*() {
            yield* label.insert({ id: 90, name: "beside", color: null })
            const changes = labels(60, 21).map(({ id }) => ({ id, color: "half" }))
            assert.strictEqual((yield* Effect.flip(label.patchMany(changes)))._tag, "NotFound")
          })
          const exit = yield* Effect.exit(Session.transaction(goesOn))
          assert.deepStrictEqual(yield* labelsFrom(60, 20), before)
          // a database without savepoints gives the whole transaction up, and says so
          assert.strictEqual(yield* labelsFrom(90, 1).count, Exit.isSuccess(exit) ? 1 : 0)
        }))
    }
  )
