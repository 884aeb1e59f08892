/**
 * A unit of work that comes too late for one of several rows says which one, and blames no other.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, OrmError, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Seat extends Model.Class<Seat>("Seat")({
  id: Column.primaryKey(Schema.Int),
  taken: Schema.Boolean,
  ...Mixin.version
}, { table: "unwritten_seats" }) {}

class Coat extends Model.Class<Coat>("Coat")({
  id: Column.primaryKey(Schema.Int),
  hook: Schema.Int,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "unwritten_coats" }) {}

/** A model that doesn't count its changes. */
class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.primaryKey(Schema.Int),
  price: Schema.Int
}, { table: "unwritten_tickets" }) {}

const ids = [1, 2, 3]

const plain = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

const seats = Effect.gen(function*() {
  yield* plain("DELETE FROM unwritten_seats")
  return yield* (yield* Repository.make(Seat)).insertMany(ids.map((id) => ({ id, taken: false })))
})

const coats = Effect.gen(function*() {
  yield* plain("DELETE FROM unwritten_coats")
  return yield* (yield* Repository.make(Coat)).insertMany(ids.map((id) => ({ id, hook: id })))
})

const tickets = Effect.gen(function*() {
  yield* plain("DELETE FROM unwritten_tickets")
  return yield* (yield* Repository.make(Ticket)).insertMany(ids.map((id) => ({ id, price: 10 })))
})

type Work = UnitOfWork.UnitOfWork["Service"]

/** What becomes of rows that were read before. */
const failureOf = <A, E, R>(rows: ReadonlyArray<A>, each: (work: Work, row: A) => Effect.Effect<unknown, E, R>) =>
  Effect.flip(
    Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, (work) => Effect.forEach(rows, (row) => each(work, row))))
  )

const assertStale = (failure: { readonly _tag: string }, model: string) => {
  assert.instanceOf(failure, OrmError.StaleRow)
  const { expected, key, model: told, rows, stored } = failure
  assert.deepStrictEqual({ model: told, key, expected, stored, rows }, {
    model,
    key: "id = 2",
    expected: 1,
    stored: 2,
    rows: [1]
  })
}

const assertGone = (failure: { readonly _tag: string }, criteria: string, rows: ReadonlyArray<number> | undefined) => {
  assert.instanceOf(failure, OrmError.NotFound)
  assert.deepStrictEqual([failure.criteria, failure.rows], [criteria, rows])
}

export const unwritten = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Seat, Coat, Ticket]), { timeout: "60 seconds" })(
    `${name}: rows that were not written`,
    (it) => {
      it.effect("a change blames the row that somebody else has changed, and stores nothing", () =>
        Effect.gen(function*() {
          const read = yield* seats
          yield* plain("UPDATE unwritten_seats SET version = 2 WHERE id = 2")
          assertStale(yield* failureOf(read, (work, row) => work.change(Seat, row, { taken: true })), "Seat")
          assert.deepStrictEqual(yield* plain("SELECT id FROM unwritten_seats WHERE taken"), [])
        }))

      it.effect("a change blames the row that is gone", () =>
        Effect.gen(function*() {
          const read = yield* seats
          yield* plain("DELETE FROM unwritten_seats WHERE id = 2")
          assertGone(yield* failureOf(read, (work, row) => work.change(Seat, row, { taken: true })), "id = 2", [1])
          const priced = yield* tickets
          yield* plain("DELETE FROM unwritten_tickets WHERE id = 2")
          assertGone(yield* failureOf(priced, (work, row) => work.change(Ticket, row, { price: 12 })), "id = 2", [1])
          assert.deepStrictEqual(yield* plain("SELECT id FROM unwritten_tickets WHERE price <> 10"), [])
        }))

      it.effect("a removal blames the row that somebody else has changed", () =>
        Effect.gen(function*() {
          const read = yield* seats
          yield* plain("UPDATE unwritten_seats SET version = 2 WHERE id = 2")
          assertStale(yield* failureOf(read, (work, row) => work.remove(Seat, row)), "Seat")
          assert.strictEqual((yield* plain("SELECT id FROM unwritten_seats")).length, 3)
        }))

      it.effect("a removal of rows that are gone tells how many are, and names them where it is all of them", () =>
        Effect.gen(function*() {
          const read = yield* tickets
          yield* plain("DELETE FROM unwritten_tickets WHERE id = 2")
          const some = yield* failureOf(read, (work, row) => work.remove(Ticket, row))
          assertGone(some, "1 of these keys: id = 1; id = 2; id = 3", undefined)
          assert.strictEqual((yield* plain("SELECT id FROM unwritten_tickets")).length, 2)
          yield* plain("DELETE FROM unwritten_tickets")
          const all = yield* failureOf(read, (work, row) => work.remove(Ticket, row))
          assertGone(all, "id = 1; id = 2; id = 3", [0, 1, 2])
        }))

      it.effect("a soft delete blames the row that was changed, or deleted, before", () =>
        Effect.gen(function*() {
          const changed = yield* coats
          yield* plain("UPDATE unwritten_coats SET version = 2, hook = 7 WHERE id = 2")
          assertStale(yield* failureOf(changed, (work, row) => work.remove(Coat, row)), "Coat")
          const deleted = yield* coats
          yield* plain("UPDATE unwritten_coats SET version = 2, \"deletedAt\" = TIMESTAMP '2001-01-01' WHERE id = 2")
          assertGone(yield* failureOf(deleted, (work, row) => work.remove(Coat, row)), "id = 2", [1])
          assert.lengthOf(yield* plain("SELECT id FROM unwritten_coats WHERE \"deletedAt\" IS NOT NULL"), 1)
        }))
    }
  )
