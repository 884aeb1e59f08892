/**
 * Rows know when they were inserted and changed, by the clock of the program, whichever way they were written.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { Factory, TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Database } from "./Subject.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Column.unique(Schema.String),
  ...Mixin.timestamps
}, { table: "timestamps_notes" }) {}

/** A model that names its fields itself. */
class Visit extends Model.Class<Visit>("Visit")({
  id: Column.serial(Schema.Int),
  name: Schema.String,
  arrived: Mixin.timestamps.createdAt,
  seen: Mixin.timestamps.updatedAt
}, { table: "timestamps_visits" }) {}

/** A model whose rows have a field of their own that is filled in. */
class Reading extends Model.Class<Reading>("Reading")({
  id: Column.id(Schema.String.pipe(Schema.brand("ReadingId"))),
  ...Mixin.timestamps
}, { table: "timestamps_readings" }) {}

const at = (text: string) => DateTime.makeUnsafe(text)
const begin = at("1970-01-01T01:00:00Z")
const later = at("1970-01-01T01:05:00Z")

const toTime = (instant: DateTime.Utc) => TestClock.setTime(instant.epochMilliseconds)

const timesOf = (notes: ReadonlyArray<Note>) =>
  notes.map(({ createdAt, updatedAt }) => [DateTime.formatIso(createdAt), DateTime.formatIso(updatedAt)])

const both = (first: DateTime.Utc, last: DateTime.Utc) => [DateTime.formatIso(first), DateTime.formatIso(last)]

const stored = (...ids: ReadonlyArray<number>) =>
  Query.from(Note).where((note) => note.id.in(ids)).orderBy((note) => note.id.asc())

export const mixinTimestamps = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Note, Visit, Reading]), { timeout: "60 seconds" })(
    `${name}: timestamps`,
    (it) => {
      it.effect("an insert sets both to the time of the clock, the same for all its rows", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          yield* toTime(begin)
          const one = yield* notes.insert({ id: 1, text: "one" })
          const more = yield* notes.insertMany([{ id: 2, text: "two" }, { id: 3, text: "three" }])
          assert.deepStrictEqual(timesOf([one, ...more]), Array.from({ length: 3 }, () => both(begin, begin)))
          assert.deepStrictEqual(yield* stored(1, 2, 3), [one, ...more])
        }))

      it.effect("rows of one insert have one time, also where it takes longer than a tick of the clock", () =>
        Effect.gen(function*() {
          const readings = yield* Repository.make(Reading)
          const inserted = yield* TestClock.withLive(readings.insertMany(Array.from({ length: 5_000 }, () => ({}))))
          const times = new Set(
            inserted.flatMap(({ createdAt, updatedAt }) => [createdAt.epochMilliseconds, updatedAt.epochMilliseconds])
          )
          assert.strictEqual(times.size, 1)
        }))

      it.effect("an import may bring its own times along, and gets them where it brings none", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          yield* toTime(later)
          const rows = [
            { id: 11, text: "old", createdAt: new Date("2001-01-01Z"), updatedAt: new Date("2002-02-02Z") },
            { id: 12, text: "half", createdAt: new Date("2001-01-01Z") },
            { id: 13, text: "new" }
          ]
          const imported = yield* notes.importFrom(Stream.fromIterable(rows))
          assert.deepStrictEqual(imported, { inserted: 3, rejected: 0, reasons: [] })
          assert.deepStrictEqual(timesOf(yield* stored(11, 12, 13)), [
            both(at("2001-01-01Z"), at("2002-02-02Z")),
            both(at("2001-01-01Z"), later),
            both(later, later)
          ])
          const given = yield* notes.insert({ id: 14, text: "given", createdAt: begin, updatedAt: begin })
          assert.deepStrictEqual(timesOf([given]), [both(begin, begin)])
        }))

      it.effect("a patch moves the time of the last change, and leaves that of the insert", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          yield* toTime(begin)
          yield* notes.insertMany([{ id: 21, text: "a" }, { id: 22, text: "b" }, { id: 23, text: "c" }])
          yield* toTime(later)
          const patched = yield* notes.patchMany([{ id: 21, text: "changed" }, { id: 22 }, {
            id: 23,
            updatedAt: begin
          }])
          assert.deepStrictEqual(timesOf(patched), [both(begin, later), both(begin, later), both(begin, begin)])
          assert.deepStrictEqual(yield* stored(21, 22, 23), patched)
        }))

      it.effect("an upsert does the same to the rows that it overwrites, also where it is told which fields", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          yield* toTime(begin)
          yield* notes.insertMany([{ id: 31, text: "kept" }, { id: 32, text: "renamed" }, { id: 33, text: "left" }])
          yield* toTime(later)
          const all = yield* notes.upsertMany([{ id: 31, text: "overwritten" }, { id: 34, text: "fresh" }])
          const some = yield* notes.upsert({ id: 32, text: "anew" }, { update: ["text"] })
          const none = yield* notes.upsert({ id: 33, text: "nothing" }, { update: [] })
          const found = [...all, some, none]
          assert.deepStrictEqual(timesOf(found), [
            both(begin, later),
            both(later, later),
            both(begin, later),
            both(begin, begin)
          ])
          assert.deepStrictEqual(found.map(({ text }) => text), ["overwritten", "fresh", "anew", "left"])
        }))

      it.effect("20,000 rows that are changed together have one time, too", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          yield* toTime(begin)
          const inserted = yield* Factory.make(Visit).createMany(20_000)
          yield* toTime(later)
          const patched = yield* visits.patchMany(inserted.map(({ id }) => ({ id, name: "again" })))
          assert.lengthOf(patched, 20_000)
          assert.isTrue(
            patched.every(({ arrived, seen }) =>
              DateTime.Equivalence(arrived, begin) && DateTime.Equivalence(seen, later)
            )
          )
        }))

      it.effect("what is rolled back leaves the times as they were", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          yield* toTime(begin)
          yield* notes.insert({ id: 41, text: "stays" })
          yield* toTime(later)
          const failing = Effect.andThen(notes.patch({ id: 41, text: "goes" }), Effect.fail("no"))
          assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
          assert.deepStrictEqual(timesOf(yield* stored(41)), [both(begin, begin)])
        }))

      it.effect("stays usable as a model of Effect's own, which makes the times by itself", () =>
        Effect.gen(function*() {
          yield* toTime(begin)
          const made = yield* Note.insert.makeEffect({ id: 1, text: "plain" })
          assert.deepStrictEqual(made, { id: 1, text: "plain", createdAt: begin, updatedAt: begin })
        }))
    }
  )
